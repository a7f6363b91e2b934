"""Running: single long runs, pain while running, return after a stress fracture, shoes, prevention."""
