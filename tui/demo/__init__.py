"""The bundled demo interview: invented words, two made voices, and what the interviewer does when."""
