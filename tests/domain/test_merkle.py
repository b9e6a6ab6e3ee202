"""The tree against the definition of RFC 6962, the test vectors its readers share, and every proof altered."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.merkle import (
    EMPTY,
    Frontier,
    Node,
    consistency_spans,
    full_subtrees,
    hash_children,
    hash_leaf,
    hashes_of,
    inclusion_spans,
    is_consistent,
    is_included,
    nodes_of,
)

# Leaves and roots that implementations of RFC 6962 test each other with.
LEAVES = [bytes.fromhex(text) for text in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657")]
LEAVES.append(bytes.fromhex("606162636465666768696a6b6c6d6e6f"))
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def root_by_definition(leaves: list[bytes]) -> bytes:
    """MTH of RFC 6962, section 2.1, word for word."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return sha256(b"\x00" + leaves[0]).digest()
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return sha256(b"\x01" + root_by_definition(leaves[:k]) + root_by_definition(leaves[k:])).digest()


def grow(leaves: list[bytes]) -> tuple[Frontier, dict[Node, bytes]]:
    """The tree and all its full subtrees."""
    frontier, nodes = Frontier(), dict[Node, bytes]()
    for position, leaf in enumerate(leaves):
        nodes[0, position] = hash_leaf(leaf)
        nodes.update(frontier.append(hash_leaf(leaf)))
    return frontier, nodes


def leaves_of(size: int) -> list[bytes]:
    return [f"dòng {number}".encode() for number in range(size)]


def flip(value: bytes) -> bytes:
    return bytes([value[0] ^ 1]) + value[1:]


@pytest.mark.parametrize("size", range(9))
def test_roots_are_those_of_the_shared_vectors(size: int) -> None:
    frontier, _ = grow(LEAVES[:size])
    assert frontier.root.hex() == ROOTS[size]


@given(st.lists(st.binary(max_size=5), max_size=70))
def test_a_grown_tree_has_the_root_of_the_definition(leaves: list[bytes]) -> None:
    frontier, nodes = grow(leaves)
    assert frontier.root == root_by_definition(leaves)
    assert (frontier.size, EMPTY) == (len(leaves), root_by_definition([]))
    again = Frontier(len(leaves), [nodes[node] for node in full_subtrees((0, len(leaves)))])
    again.append(hash_leaf(b"one more"))
    assert again.root == root_by_definition([*leaves, b"one more"])


sizes = st.integers(1, 200)


@given(sizes, st.data())
def test_a_leaf_is_proved_by_few_hashes_and_by_no_others(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    frontier, nodes = grow(leaves_of(size))
    spans = inclusion_spans(index, size)
    proof = hashes_of(spans, {node: nodes[node] for node in nodes_of(spans)})
    assert len(proof) <= size.bit_length()
    leaf = nodes[0, index]
    assert is_included(leaf, index, size, proof, frontier.root)
    assert not is_included(flip(leaf), index, size, proof, frontier.root)
    assert not is_included(leaf, index, size, proof, flip(frontier.root))
    assert not is_included(leaf, index, size, [*proof, leaf], frontier.root)
    other = data.draw(st.integers(-1, size).filter(lambda number: number != index))
    assert not is_included(leaf, other, size, proof, frontier.root)
    for number in range(len(proof)):
        altered = [*proof[:number], flip(proof[number]), *proof[number + 1 :]]
        assert not is_included(leaf, index, size, altered, frontier.root)
        assert not is_included(leaf, index, size, proof[:number] + proof[number + 1 :], frontier.root)


@given(sizes, st.data())
def test_an_older_tree_is_proved_to_be_the_beginning_and_no_other_is(size: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(1, size))
    frontier, nodes = grow(leaves_of(size))
    old_root = root_by_definition(leaves_of(old))
    proof = hashes_of(consistency_spans(old, size), nodes)
    assert len(proof) <= size.bit_length() + 1
    assert is_consistent(old, size, proof, old_root, frontier.root)
    assert not is_consistent(old, size, proof, flip(old_root), frontier.root)
    assert not is_consistent(old, size, proof, old_root, flip(frontier.root))
    assert not is_consistent(old, size, [*proof, old_root], old_root, frontier.root)
    assert not is_consistent(0, size, proof, old_root, frontier.root)
    assert not is_consistent(size + 1, size, proof, old_root, frontier.root)
    for number in range(len(proof)):
        altered = [*proof[:number], flip(proof[number]), *proof[number + 1 :]]
        assert not is_consistent(old, size, altered, old_root, frontier.root)


@given(sizes, st.data())
def test_any_changed_leaf_changes_the_root(size: int, data: st.DataObject) -> None:
    leaves = leaves_of(size)
    index = data.draw(st.integers(0, size - 1))
    changed = [*leaves[:index], b"khac", *leaves[index + 1 :]]
    assert grow(changed)[0].root != grow(leaves)[0].root


def test_a_node_never_passes_for_a_leaf() -> None:
    left, right = hash_leaf(b"1"), hash_leaf(b"2")
    assert hash_leaf(left + right) != hash_children(left, right)


@pytest.mark.parametrize(("index", "size"), [(-1, 3), (3, 3), (0, 0)])
def test_there_is_no_proof_of_a_leaf_outside_the_tree(index: int, size: int) -> None:
    with pytest.raises(ValueError, match="leaf"):
        inclusion_spans(index, size)


@pytest.mark.parametrize(("old", "size"), [(0, 3), (4, 3)])
def test_there_is_no_proof_from_a_tree_that_is_not_older(old: int, size: int) -> None:
    with pytest.raises(ValueError, match="tree"):
        consistency_spans(old, size)
