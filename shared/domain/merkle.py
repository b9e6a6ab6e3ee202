"""The Merkle tree of RFC 6962 and RFC 9162: hashes of leaves, growth, and proofs that a verifier checks alone.

A tree of `size` leaves is kept as the hashes of its full subtrees: `(level, index)` is the subtree over the `2**level`
leaves from `index * 2**level`. What a proof needs are always a few of them, so that nobody reads a whole tree.
"""

from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256

Node = tuple[int, int]
"""Level and index of a full subtree; level 0 are the leaves."""
Span = tuple[int, int]
"""Leaves from the first to before the second."""

EMPTY = sha256(b"").digest()
"""Root of the tree without leaves."""


def hash_leaf(data: bytes) -> bytes:
    """The hash of a leaf."""
    return sha256(b"\x00" + data).digest()


def hash_children(left: bytes, right: bytes) -> bytes:
    """The hash of a node; its first byte differs from that of a leaf, so that neither passes for the other."""
    return sha256(b"\x01" + left + right).digest()


def full_subtrees(span: Span) -> list[Node]:
    """The full subtrees that make up a span that starts where a subtree of its size may, largest first."""
    start, end = span
    found = []
    while start < end:
        level = (end - start).bit_length() - 1
        found.append((level, start >> level))
        start += 1 << level
    return found


def fold(hashes: Sequence[bytes]) -> bytes:
    """The hash over neighbouring full subtrees, largest first."""
    if not hashes:
        return EMPTY
    *rest, folded = hashes
    for each in reversed(rest):
        folded = hash_children(each, folded)
    return folded


class Frontier:
    """The right edge of a growing tree: all that is needed to append leaves and to know the root."""

    def __init__(self, size: int = 0, hashes: Iterable[bytes] = ()) -> None:
        """A tree of `size` leaves whose full subtrees (`full_subtrees((0, size))`) have these hashes."""
        self.size = size
        self._hashes = list(hashes)

    def append(self, leaf_hash: bytes) -> list[tuple[Node, bytes]]:
        """Add a leaf; returns the subtrees above it that became full."""
        completed = []
        level, index, whole = 0, self.size, leaf_hash
        while index & 1:
            whole = hash_children(self._hashes.pop(), whole)
            level, index = level + 1, index >> 1
            completed.append(((level, index), whole))
        self._hashes.append(whole)
        self.size += 1
        return completed

    @property
    def root(self) -> bytes:
        """The root at the present size."""
        return fold(self._hashes)


def _split(size: int) -> int:
    """The largest power of two below `size`."""
    return 1 << ((size - 1).bit_length() - 1)


def inclusion_spans(index: int, size: int) -> list[Span]:
    """The spans whose hashes prove that leaf `index` is in the tree of `size` leaves, from the leaf upwards."""
    if not 0 <= index < size:
        raise ValueError("no such leaf")
    spans: list[Span] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            spans.append((middle, end))
            end = middle
        else:
            spans.append((start, middle))
            start = middle
    return spans[::-1]


def consistency_spans(old: int, size: int) -> list[Span]:
    """The spans whose hashes prove that the tree of `size` leaves begins with that of `old` leaves."""
    if not 0 < old <= size:
        raise ValueError("no such older tree")
    spans: list[Span] = []
    start, end = 0, size
    while old < end:
        middle = start + _split(end - start)
        if old <= middle:
            spans.append((middle, end))
            end = middle
        else:
            spans.append((start, middle))
            start = middle
    # The older tree itself needs no telling where it is the whole left part.
    return ([(start, end)] if start else []) + spans[::-1]


def nodes_of(spans: Iterable[Span]) -> list[Node]:
    """Every full subtree the spans are made of."""
    return [node for span in spans for node in full_subtrees(span)]


def hashes_of(spans: Iterable[Span], nodes: Mapping[Node, bytes]) -> list[bytes]:
    """The proof: one hash for each span. KeyError for a subtree that is not among `nodes`."""
    return [fold([nodes[node] for node in full_subtrees(span)]) for span in spans]


def is_included(leaf_hash: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether `proof` shows that the tree of `size` leaves with this root holds the leaf at `index`."""
    if not 0 <= index < size:
        return False
    return _climb(leaf_hash, inclusion_spans(index, size), index, proof) == root


def _climb(leaf_hash: bytes, spans: Sequence[Span], index: int, proof: Sequence[bytes]) -> bytes | None:
    if len(spans) != len(proof):
        return None
    climbed = leaf_hash
    for (start, _), beside in zip(spans, proof, strict=True):
        climbed = hash_children(climbed, beside) if start > index else hash_children(beside, climbed)
    return climbed


def is_consistent(old: int, size: int, proof: Sequence[bytes], old_root: bytes, root: bytes) -> bool:
    """Whether `proof` shows that the tree of `size` leaves begins with the one of `old` leaves and `old_root`."""
    if not 0 < old <= size:
        return False
    spans = consistency_spans(old, size)
    if len(spans) != len(proof):
        return False
    pairs = list(zip(spans, proof, strict=True))
    # The first hash is the end of the older tree; without it, the older tree is a full subtree of the newer.
    first = pairs.pop(0)[1] if pairs and spans[0][1] == old else old_root
    grown = _gather(first, pairs, old)
    shrunk = _gather(first, [pair for pair in pairs if pair[0][0] < old], old)
    return grown == root and shrunk == old_root


def _gather(first: bytes, pairs: Iterable[tuple[Span, bytes]], old: int) -> bytes:
    gathered = first
    for (start, _), beside in pairs:
        gathered = hash_children(gathered, beside) if start >= old else hash_children(beside, gathered)
    return gathered
