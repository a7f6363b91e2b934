"""Telling what was done to records whose hashes fit themselves but not the tree above them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from cds_service.records.tree import node_hash

_HASH = 32
_MOST_COMPARED = 64  # pairs; more disorder than that is told as it is


def explained(stored: Mapping[int, bytes], leaves: bytearray) -> list[str]:
    """One sentence for each fault. `stored` are nodes over two leaves that do not fit them, by index."""
    if not stored:
        return []
    leaf = [bytes(leaves[place : place + _HASH]) for place in range(0, len(leaves), _HASH)]
    first = min(stored)
    return _shifted(first, stored, leaf) or list(_one_by_one(stored, leaf))


def _shifted(pair: int, stored: Mapping[int, bytes], leaf: list[bytes]) -> list[str]:
    """Whether all from some place on stand elsewhere by one: a record was put in, or taken out."""
    node = stored[pair]
    left, right = 2 * pair, 2 * pair + 1
    if right + 1 < len(leaf):
        if node_hash(leaf[right], leaf[right + 1]) == node:
            return [f"record {left} was inserted: those after it stood one place earlier"]
        if node_hash(leaf[left], leaf[right + 1]) == node:
            return [f"record {right} was inserted: those after it stood one place earlier"]
    if pair + 1 in stored and node_hash(leaf[right], leaf[right + 1]) == stored[pair + 1]:
        return [f"record {left} or {right} is missing: those after it stood one place later"]
    return []


def _one_by_one(stored: Mapping[int, bytes], leaf: list[bytes]) -> Iterator[str]:
    pairs = sorted(stored)[:_MOST_COMPARED]
    strays = [place for pair in pairs for place in (2 * pair, 2 * pair + 1)]
    for pair in pairs:
        left, right = 2 * pair, 2 * pair + 1
        if node_hash(leaf[right], leaf[left]) == stored[pair]:
            yield f"records {left} and {right} are out of order"
            continue
        for here, keeps in ((left, right), (right, left)):
            came_from = next((at for at in strays if _fits(leaf, here, keeps, at, stored[pair])), None)
            if came_from is not None:
                yield f"record {here} is out of order: what belongs there stands at {came_from}"
                break
        else:
            yield f"record {left} or {right} was edited: the tree above them holds other hashes"
    if len(stored) > len(pairs):
        yield f"{len(stored) - len(pairs)} more pairs of records do not fit the tree: records were removed or changed"


def _fits(leaf: list[bytes], here: int, keeps: int, other: int, node: bytes) -> bool:
    """Whether the leaf at `other`, put at `here` beside the one that keeps its place, gives the node."""
    both = (leaf[other], leaf[keeps]) if here < keeps else (leaf[keeps], leaf[other])
    return node_hash(*both) == node
