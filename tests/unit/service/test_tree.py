"""Our Merkle tree gives the hashes of RFC 6962, and proofs that a verifier written apart from it accepts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cds_service.records.tree import (
    completed_by,
    consistency_path,
    inclusion_path,
    leaf_hash,
    root,
)
from tests import rfc6962

# The entries and roots that implementations of Certificate Transparency test each other with.
ENTRIES = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = (
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)


class Grown:
    """A tree grown leaf by leaf, keeping only complete nodes."""

    def __init__(self, entries: list[bytes]) -> None:
        self._nodes: dict[tuple[int, int], bytes] = {}
        for position, entry in enumerate(entries):
            self._nodes[0, position] = leaf_hash(entry)
            for level, index, hashed in completed_by(position, leaf_hash(entry), self.node):
                self._nodes[level, index] = hashed

    def node(self, level: int, index: int) -> bytes:
        return self._nodes[level, index]


@pytest.mark.parametrize("size", range(9))
def test_the_known_roots(size: int) -> None:
    assert root(size, Grown(ENTRIES).node).hex() == ROOTS[size]
    assert rfc6962.tree_hash(ENTRIES[:size]).hex() == ROOTS[size]


def test_every_leaf_is_proved_in_every_tree_and_no_other_leaf_is() -> None:
    entries = [bytes([number]) for number in range(40)]
    node = Grown(entries).node
    for size in range(1, len(entries) + 1):
        whole = rfc6962.tree_hash(entries[:size])
        for position in range(size):
            path = inclusion_path(position, size, node)
            assert rfc6962.included(leaf_hash(entries[position]), position, size, path, whole)
            assert not rfc6962.included(leaf_hash(b"other"), position, size, path, whole)


def test_every_tree_is_proved_to_begin_with_every_smaller_one() -> None:
    entries = [bytes([number]) for number in range(40)]
    node = Grown(entries).node
    for later in range(1, len(entries) + 1):
        for earlier in range(1, later + 1):
            proof = consistency_path(earlier, later, node)
            roots = rfc6962.tree_hash(entries[:earlier]), rfc6962.tree_hash(entries[:later])
            assert rfc6962.consistent(earlier, later, *roots, proof)
            assert earlier == later or not rfc6962.consistent(earlier, later, leaf_hash(b"other"), roots[1], proof)


@given(st.lists(st.binary(max_size=8), max_size=70))
def test_the_root_is_that_of_the_definition(entries: list[bytes]) -> None:
    assert root(len(entries), Grown(entries).node) == rfc6962.tree_hash(entries)


@given(st.lists(st.binary(max_size=2), max_size=64))
def test_one_more_leaf_completes_no_more_nodes_than_the_tree_is_high(entries: list[bytes]) -> None:
    node = Grown(entries).node
    assert len(completed_by(len(entries), leaf_hash(b"x"), node)) <= len(entries).bit_length()


def test_what_is_not_in_the_tree_has_no_proof() -> None:
    node = Grown(ENTRIES).node
    assert consistency_path(0, 5, node) == []
    for wrong in (lambda: inclusion_path(8, 8, node), lambda: consistency_path(5, 3, node)):
        with pytest.raises(ValueError, match=r"tree|beginning"):
            wrong()
