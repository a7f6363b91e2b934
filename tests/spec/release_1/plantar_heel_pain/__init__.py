"""Plantar heel pain, by how long it has lasted."""
