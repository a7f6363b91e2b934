"""Rupture of the plantar fascia: offload, image and do not inject again (R14)."""
