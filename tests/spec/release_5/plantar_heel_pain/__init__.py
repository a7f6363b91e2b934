"""Plantar heel pain, by how long it has lasted (R22 to R25, R32)."""
