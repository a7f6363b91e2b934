"""What the knowledge side refuses."""

from __future__ import annotations


class ReleaseError(Exception):
    """The knowledge is not fit to be used: says where, what was found, what was expected."""
