"""Heel pain under 16: Sever disease in a child who is well, and the child who must be seen today (R19, R20)."""
