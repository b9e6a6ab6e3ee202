"""Signed checkpoints of the audit tree, as signed notes (C2SP `signed-note`, `tlog-checkpoint`) with Ed25519.

theodoi/audit/<log>        the origin: which log, and the name of its key
1234                       leaves in the tree
<base64>                   root
2026-03-02T03:00:00.000000Z

— theodoi/audit/<log> <base64 of key id and signature>
"""

from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from shared.domain.audit_leaves import read_instant, write_instant

_ED25519 = b"\x01"
_PREFIX = "— "
_LONGEST = 4096


class NoteRefused(Exception):
    """What was read is no checkpoint that one of the keys has signed; the message says why, in Vietnamese."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a note says: the root of a log's tree at a size, at an instant."""

    origin: str
    tree_size: int
    root_hash: bytes
    at: datetime

    def text(self) -> str:
        """The signed part of the note."""
        root = b64encode(self.root_hash).decode()
        return f"{self.origin}\n{self.tree_size}\n{root}\n{write_instant(self.at)}\n"


def key_hash(name: str, key: Ed25519PublicKey) -> bytes:
    """The four bytes that name a key in a note."""
    return sha256(f"{name}\n".encode() + _ED25519 + key.public_bytes_raw()).digest()[:4]


def verifier_of(name: str, key: Ed25519PublicKey) -> str:
    """The public key as readers of signed notes take it: `name+id+key`."""
    return f"{name}+{key_hash(name, key).hex()}+{b64encode(_ED25519 + key.public_bytes_raw()).decode()}"


def read_verifier(text: str) -> Ed25519PublicKey:
    """The key of `verifier_of`; ValueError for anything else."""
    name, identifier, encoded = text.strip().split("+", 2)
    raw = b64decode(encoded, validate=True)
    key = Ed25519PublicKey.from_public_bytes(raw[1:])
    if raw[:1] != _ED25519 or key_hash(name, key).hex() != identifier:
        raise ValueError("no Ed25519 verifier")
    return key


def sign(checkpoint: Checkpoint, key: Ed25519PrivateKey) -> str:
    """The note."""
    text = checkpoint.text()
    signature = key_hash(checkpoint.origin, key.public_key()) + key.sign(text.encode())
    return f"{text}\n{_PREFIX}{checkpoint.origin} {b64encode(signature).decode()}\n"


def open_note(note: str, keys: Sequence[Ed25519PublicKey]) -> Checkpoint:
    """The checkpoint of a note that one of `keys` has signed; NoteRefused otherwise."""
    checkpoint = read_note(note)
    text, _, lines = note.rpartition("\n\n")
    signatures = [line.removeprefix(f"{_PREFIX}{checkpoint.origin} ") for line in lines.splitlines()]
    for key in keys:
        for signature in signatures:
            if _is_signed(f"{text}\n", signature, checkpoint.origin, key):
                return checkpoint
    raise NoteRefused("chữ ký không đúng hoặc không phải của khóa đã cho")


def _is_signed(text: str, encoded: str, name: str, key: Ed25519PublicKey) -> bool:
    try:
        raw = b64decode(encoded, validate=True)
        if raw[:4] != key_hash(name, key):
            return False
        key.verify(raw[4:], text.encode())
    except (ValueError, InvalidSignature):
        return False
    return True


def read_note(note: str) -> Checkpoint:
    """What a note says, signed by whomever; NoteRefused for anything but the form we write."""
    text, separator, _ = note.rpartition("\n\n")
    try:
        origin, size, root, at = text.split("\n")
        checkpoint = Checkpoint(origin, int(size), b64decode(root, validate=True), read_instant(at))
    except ValueError as error:
        raise NoteRefused("không đúng dạng") from error
    if len(note) > _LONGEST or not separator or checkpoint.text() != f"{text}\n":
        raise NoteRefused("không đúng dạng")
    return checkpoint
