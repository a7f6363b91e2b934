"""Shoes, training and prevention."""
