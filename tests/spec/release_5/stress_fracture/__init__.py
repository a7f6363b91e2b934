"""Stress fracture of the heel bone: stop impact and image before anything else."""
