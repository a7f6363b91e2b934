"""Stiffness and weakness: targets of physiotherapy, not diagnoses."""
