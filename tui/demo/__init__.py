"""The bundled demo: an invented interview that plays as the microphone, and the study it belongs to."""
