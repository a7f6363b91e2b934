"""Pain of the fat pad of the heel (R33)."""
