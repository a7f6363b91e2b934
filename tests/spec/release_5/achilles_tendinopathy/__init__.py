"""Achilles tendinopathy and bursitis (R26 to R29)."""
