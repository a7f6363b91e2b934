"""Whom the knowledge is about: people with a complaint of the heel."""
