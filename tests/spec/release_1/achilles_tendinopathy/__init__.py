"""Pain of the Achilles tendon: midportion, insertion and bursa."""
