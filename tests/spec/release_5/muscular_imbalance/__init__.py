"""Stiffness, weakness and weight: targets of physiotherapy, not diagnoses (R34)."""
