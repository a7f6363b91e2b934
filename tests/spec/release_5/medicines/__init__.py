"""Medicines being ordered or taken: what they must not meet."""
