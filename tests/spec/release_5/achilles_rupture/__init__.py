"""Rupture of the Achilles tendon: refer the same day, and let nothing harmless stand beside it."""
