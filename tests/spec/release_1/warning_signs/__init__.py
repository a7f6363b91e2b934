"""Warning signs and pain that does not get better: a professional must look again."""
