"""Whether a trail is as it was signed, and if not, which entry is the first that is not.

What was signed is known from the checkpoints' lines outside the database, as far as they reach: position, identifier
and hash of every entry, proved by the signed roots. Past them, and without them, it is known from the signed roots
alone, so that a change hidden by rewritten hashes is found, but only the batch it is in.
"""

from base64 import b64decode
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from services.alerts_worker.audit_chain.notes import Checkpoint, NoteRefused, open_note
from services.operator_cli.audit_outside import SignedLeaves
from shared.domain.audit_leaves import hash_entry, read_instant
from shared.domain.merkle import Frontier

LONGEST_TRANSACTION = timedelta(hours=1)
"""An entry older than this at the checkpoint before it was not written when it says it was."""


@dataclass(frozen=True, slots=True)
class Problem:
    """The first entry that is not as signed. `kind`: edited, missing, inserted, reordered, altered (one of a batch),
    checkpoint (no entry, but a checkpoint itself).
    """

    kind: str
    position: int | None
    entry_id: str | None
    detail: str


@dataclass(frozen=True, slots=True)
class Report:
    """`covered` entries are as signed where there is no problem; `uncovered` ones are too young to be."""

    covered: int
    uncovered: int
    checkpoints: int
    outside: int
    problem: Problem | None


@dataclass(slots=True)
class _Displaced:
    """Another entry stands where `expected` was signed: what that means is known once all were seen."""

    position: int
    expected: str
    found: str | None
    expected_is_later: bool = False
    next_is_right: bool = False


@dataclass(slots=True)
class TrailVerifier:
    """Takes the records of a trail in their order, then tells. It keeps 48 bytes an entry that lies outside."""

    keys: Sequence[Ed25519PublicKey]
    _signed: dict[int, Checkpoint] = field(default_factory=dict)
    _in_database: set[int] = field(default_factory=set)
    _outside: SignedLeaves = field(default_factory=SignedLeaves)
    _tree: Frontier = field(default_factory=Frontier)
    _before: Checkpoint | None = None
    _batch_start: int = 0
    _candidate: Problem | None = None
    _problem: Problem | None = None
    _displaced: _Displaced | None = None
    _checkpoint_problem: Problem | None = None
    _uncovered: int = 0
    _unqueued: str | None = None

    def take(self, record: dict[str, Any]) -> None:
        """The next record. KeyError, TypeError or ValueError for one of another shape."""
        match record["type"]:
            case "outside":
                self._take_outside(record)
            case "checkpoint":
                self._take_checkpoint(record["checkpoint"])
            case "entry":
                leaf_hash = b64decode(record["leaf_hash"], validate=True)
                self._take_leaf(int(record["position"]), record["entry_id"], leaf_hash, record["entry"])
            case "uncovered":
                self._take_uncovered(record["entry"], is_pending=bool(record["is_pending"]))
            case "vanished":
                self._tell("missing", None, record["entry_id"], "dòng mất trước khi được đưa vào chuỗi")

    def report(self) -> Report:
        """What was found, once all records were taken."""
        self._end()
        return Report(
            covered=self._tree.size,
            uncovered=self._uncovered,
            checkpoints=len(self._signed),
            outside=self._outside.size,
            problem=self._problem or self._checkpoint_problem,
        )

    def _open(self, note: str, where: str) -> Checkpoint | None:
        """A checkpoint that is signed and contradicts no other; what is wrong with it is told otherwise."""
        try:
            checkpoint = open_note(note, self.keys)
        except NoteRefused as refusal:
            self._tell_checkpoint(None, f"điểm kiểm {where}: {refusal}")
            return None
        known = next(iter(self._signed.values()), checkpoint)
        same = self._signed.get(checkpoint.tree_size, checkpoint)
        if known.origin != checkpoint.origin or same.root_hash != checkpoint.root_hash:
            self._tell_checkpoint(checkpoint.tree_size, f"điểm kiểm {where} trái với điểm kiểm khác đã ký")
            return None
        return checkpoint

    def _take_outside(self, record: dict[str, Any]) -> None:
        checkpoint = self._open(record["checkpoint"], "ngoài cơ sở dữ liệu")
        if checkpoint is None:
            return
        self._signed[checkpoint.tree_size] = checkpoint
        leaves = [(entry_id, b64decode(leaf_hash, validate=True)) for entry_id, leaf_hash in record["entries"]]
        if not self._outside.add(checkpoint, leaves):
            self._tell_checkpoint(checkpoint.tree_size, "tệp điểm kiểm thiếu dòng hoặc có dòng bị sửa")

    def _take_checkpoint(self, note: str) -> None:
        checkpoint = self._open(note, "trong cơ sở dữ liệu")
        if checkpoint:
            self._signed[checkpoint.tree_size] = checkpoint
            self._in_database.add(checkpoint.tree_size)

    def _take_leaf(self, position: int, entry_id: str, leaf_hash: bytes, entry: dict[str, Any] | None) -> None:
        if self._displaced:
            self._look_for(self._displaced, position, entry_id)
        if self._problem or self._displaced:
            return
        here = self._tree.size
        if position != here:
            self._miss(here, position, entry_id)
            return
        own = hash_entry(entry) if entry and entry["id"] == entry_id else None
        if here < self._outside.size:
            self._compare(here, entry_id, own, leaf_hash)
        elif own != leaf_hash and self._candidate is None:
            self._candidate = _changed(here, entry_id, entry)
        self._tree.append(leaf_hash)
        if entry and not self._displaced:
            self._ensure_not_backdated(here, entry)
        self._close_batch()

    def _miss(self, here: int, position: int, entry_id: str) -> None:
        if position < here:
            self._tell("inserted", position, entry_id, "hai dòng cùng một vị trí")
        elif here < self._outside.size:
            self._displaced = _Displaced(here, self._outside.entry_id(here), None)
            self._look_for(self._displaced, position, entry_id)
        else:
            self._tell("missing", here, None, "không còn dòng nào ở vị trí này")

    def _compare(self, here: int, entry_id: str, own: bytes | None, leaf_hash: bytes) -> None:
        expected = self._outside.entry_id(here)
        if entry_id != expected:
            self._displaced = _Displaced(here, expected, entry_id)
        elif own is None:
            self._tell("missing", here, entry_id, "dòng đã bị xóa")
        elif own != self._outside.leaf_hash(here):
            self._tell("edited", here, entry_id, "nội dung khác với lúc được ký")
        elif leaf_hash != own:
            self._tell("edited", here, entry_id, "giá trị băm lưu cạnh dòng đã bị sửa")

    def _close_batch(self) -> None:
        """At the size of a checkpoint, the hashes since the last one are proved, or are not those signed."""
        checkpoint = self._signed.get(self._tree.size)
        if checkpoint is None or self._problem or self._displaced:
            return
        if self._tree.root != checkpoint.root_hash:
            last = self._tree.size - 1
            detail = f"một dòng từ vị trí {self._batch_start} đến {last} khác với lúc được ký"
            self._tell("altered", self._batch_start, None, f"{detail}; tệp điểm kiểm sẽ cho biết dòng nào")
        elif self._candidate:
            self._problem = self._candidate
        self._before, self._batch_start = checkpoint, self._tree.size

    def _ensure_not_backdated(self, here: int | None, entry: dict[str, Any]) -> None:
        if self._before and read_instant(entry["occurred_at"]) < self._before.at - LONGEST_TRANSACTION:
            self._tell("inserted", here, entry["id"], "dòng đề lùi ngày: điểm kiểm sau ngày đó không có nó")

    def _take_uncovered(self, entry: dict[str, Any], *, is_pending: bool) -> None:
        self._uncovered += 1
        if not is_pending and self._unqueued is None:
            self._unqueued = entry["id"]
        self._before = max(self._signed.values(), key=lambda checkpoint: checkpoint.tree_size, default=None)
        self._ensure_not_backdated(None, entry)

    def _look_for(self, displaced: _Displaced, position: int, entry_id: str) -> None:
        displaced.expected_is_later |= entry_id == displaced.expected
        beside = displaced.position + 1
        if position == beside and beside < self._outside.size:
            displaced.next_is_right = entry_id == self._outside.entry_id(beside)

    def _end(self) -> None:
        if self._displaced and not self._problem:
            self._tell_displaced(self._displaced)
        size = self._tree.size
        if size < max(self._signed, default=0):
            entry_id = self._outside.entry_id(size) if size < self._outside.size else None
            self._tell("missing", size, entry_id, "các dòng mới nhất đã ký không còn")
        elif size > max(self._signed, default=0) and not self._checkpoint_problem:
            self._tell("inserted", max(self._signed, default=0), None, "chưa điểm kiểm nào ký dòng này")
        if self._unqueued:  # or its leaf was taken out, which was told above
            self._tell("inserted", None, self._unqueued, "dòng không qua hàng chờ vào chuỗi")
        gone = set(self._signed) - self._in_database
        if gone:
            self._tell_checkpoint(min(gone), "điểm kiểm không còn trong cơ sở dữ liệu")

    def _tell_displaced(self, displaced: _Displaced) -> None:
        known = displaced.found is None or self._outside.holds(displaced.found)
        match known, displaced.expected_is_later:
            case True, True:
                self._tell("reordered", displaced.position, displaced.found, "dòng không đứng ở vị trí đã ký")
            case False, True:
                self._tell("inserted", displaced.position, displaced.found, "dòng này chưa từng được ký")
            case False, False if displaced.next_is_right:
                self._tell("edited", displaced.position, displaced.expected, "dòng đã bị thay bằng dòng khác")
            case _:
                self._tell("missing", displaced.position, displaced.expected, "dòng đã bị xóa")

    def _tell(self, kind: str, position: int | None, entry_id: str | None, detail: str) -> None:
        self._problem = self._problem or Problem(kind, position, entry_id, detail)

    def _tell_checkpoint(self, tree_size: int | None, detail: str) -> None:
        problem = Problem("checkpoint", tree_size, None, detail)
        self._checkpoint_problem = self._checkpoint_problem or problem


def _changed(position: int, entry_id: str, entry: dict[str, Any] | None) -> Problem:
    if entry is None:
        return Problem("missing", position, entry_id, "dòng đã bị xóa")
    return Problem("edited", position, entry_id, "nội dung khác với lúc được ký")
