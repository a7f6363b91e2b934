"""Orders being written: what must be said before they are signed."""
