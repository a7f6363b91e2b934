"""First aid and pain relief (C01, C05)."""
