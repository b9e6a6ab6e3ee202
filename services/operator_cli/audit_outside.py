"""What the checkpoints outside the database prove of every entry."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from services.alerts_worker.audit_chain.notes import Checkpoint
from shared.domain.merkle import Frontier

_ID = 16
_HASH = 32


@dataclass(slots=True)
class SignedLeaves:
    """Identifier and hash of every entry from the first on, as far as signed roots prove them."""

    _ids: bytearray = field(default_factory=bytearray)
    _hashes: bytearray = field(default_factory=bytearray)
    _tree: Frontier = field(default_factory=Frontier)
    _is_whole: bool = True

    @property
    def size(self) -> int:
        """How many."""
        return len(self._hashes) // _HASH

    def add(self, checkpoint: Checkpoint, leaves: Sequence[tuple[str, bytes]]) -> bool:
        """Whether the leaves lead from the last checkpoint to the root of this one; if not, they prove nothing, nor do
        those of later ones.
        """
        self._is_whole = self._is_whole and self._leads_to(checkpoint, leaves)
        if self._is_whole:
            for entry_id, leaf_hash in leaves:
                self._ids += UUID(entry_id).bytes
                self._hashes += leaf_hash
        return self._is_whole

    def _leads_to(self, checkpoint: Checkpoint, leaves: Sequence[tuple[str, bytes]]) -> bool:
        for _, leaf_hash in leaves:
            self._tree.append(leaf_hash)
        return (self._tree.size, self._tree.root) == (checkpoint.tree_size, checkpoint.root_hash)

    def entry_id(self, position: int) -> str:
        """Which entry was signed at a position."""
        return str(UUID(bytes=bytes(self._ids[position * _ID : (position + 1) * _ID])))

    def leaf_hash(self, position: int) -> bytes:
        """What it was."""
        return bytes(self._hashes[position * _HASH : (position + 1) * _HASH])

    def holds(self, entry_id: str) -> bool:
        """Whether an entry was signed at all."""
        wanted, place = UUID(entry_id).bytes, -1
        while (place := self._ids.find(wanted, place + 1)) >= 0:
            if place % _ID == 0:
                return True
        return False
