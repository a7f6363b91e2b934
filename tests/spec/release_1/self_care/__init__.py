"""First aid and pain relief."""
