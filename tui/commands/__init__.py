"""The plain twin's commands, one module a subject."""
