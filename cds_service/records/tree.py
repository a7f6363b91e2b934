"""The hashes of a Merkle tree as RFC 6962 section 2 defines them, over nodes that are stored once complete.

A *node* is named by its level (0: leaves) and its index in that level; it is complete once all of its
`2**level` leaves exist, and never changes afterwards. Every hash and proof of a tree of any size is
made of complete nodes alone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence

Node = Callable[[int, int], bytes]  # the hash of a complete node, by level and index
EMPTY_ROOT = hashlib.sha256().digest()


def leaf_hash(body: bytes) -> bytes:
    """The hash of one record's canonical bytes (RFC 6962, 2.1: a zero byte before the leaf)."""
    return hashlib.sha256(b"\x00" + body).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of the node over two others (RFC 6962, 2.1: a one byte before its children)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def completed_by(position: int, leaf: bytes, node: Node) -> list[tuple[int, int, bytes]]:
    """The nodes above the leaves, as (level, index, hash), that the leaf at `position` completes."""
    completed = []
    level, index, hashed = 0, position, leaf
    while index & 1:
        hashed = node_hash(node(level, index - 1), hashed)
        level, index = level + 1, index >> 1
        completed.append((level, index, hashed))
    return completed


def root(size: int, node: Node) -> bytes:
    """The root hash of the tree of the first `size` leaves."""
    return _subtree(0, size, node) if size else EMPTY_ROOT


def inclusion_path(position: int, size: int, node: Node) -> list[bytes]:
    """The audit path (RFC 6962, 2.1.1) of the leaf at `position` in the tree of the first `size` leaves.

    Raises `ValueError` unless 0 <= position < size.
    """
    if not 0 <= position < size:
        raise ValueError(f"position {position} is not in a tree of {size}")
    path, begin, end = [], 0, size
    while end - begin > 1:
        middle = begin + _left(end - begin)
        if position < middle:
            path.append(_subtree(middle, end, node))
            end = middle
        else:
            path.append(_subtree(begin, middle, node))
            begin = middle
    return path[::-1]


def root_by_path(leaf: bytes, position: int, size: int, path: Sequence[bytes]) -> bytes | None:
    """The root that an audit path leads to (RFC 9162, 2.1.3.2); None where the path is none of such a place."""
    if not 0 <= position < size:
        return None
    index, last, hashed = position, size - 1, leaf
    for sibling in path:
        if last == 0:
            return None
        if index & 1 or index == last:
            hashed = node_hash(sibling, hashed)
            while index and not index & 1:
                index, last = index >> 1, last >> 1
        else:
            hashed = node_hash(hashed, sibling)
        index, last = index >> 1, last >> 1
    return hashed if last == 0 else None


def consistency_path(earlier: int, later: int, node: Node) -> list[bytes]:
    """The proof (RFC 6962, 2.1.2) that the tree of `later` leaves begins with that of `earlier` ones.

    Empty where the two are equal or `earlier` is 0. Raises `ValueError` unless 0 <= earlier <= later.
    """
    if not 0 <= earlier <= later:
        raise ValueError(f"a tree of {earlier} is no beginning of one of {later}")
    if earlier in (0, later):
        return []
    path, begin, end, whole = [], 0, later, True
    while earlier != end:
        middle = begin + _left(end - begin)
        if earlier <= middle:
            path.append(_subtree(middle, end, node))
            end = middle
        else:
            path.append(_subtree(begin, middle, node))
            begin, whole = middle, False
    if not whole:
        path.append(_subtree(begin, end, node))
    return path[::-1]


def _left(size: int) -> int:
    """The largest power of two below `size`: how many leaves go to the left."""
    return 1 << (size - 1).bit_length() - 1


def _subtree(begin: int, end: int, node: Node) -> bytes:
    """The hash over leaves `begin` to `end`, where `begin` is a multiple of the left part's size."""
    size = end - begin
    if size & (size - 1) == 0:
        level = size.bit_length() - 1
        return node(level, begin >> level)
    middle = begin + _left(size)
    return node_hash(_subtree(begin, middle, node), _subtree(middle, end, node))
