"""Uploaded files: reading them, judging their rows, storing both. Knows no web; the console starts it in a process."""
