"""Warning signs: infection, clot, lost circulation and cauda equina come before everything else (R03 to R06, R21)."""
