"""The face: the Textual app, its plain twin, and the conductor of a session they share."""
