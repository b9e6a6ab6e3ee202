"""What auditors get."""

from datetime import datetime
from typing import Any
from uuid import UUID

from shared.bodies import ResponseBody


class AuditEntryBody(ResponseBody):
    """A write. `position` is its place in the audit tree; null for some seconds after it."""

    id: UUID
    occurred_at: datetime
    actor: str
    client: str
    organization_id: UUID
    action: str
    target_type: str
    target_id: UUID
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    request_id: str | None
    address: str | None
    position: int | None


class AuditEntryList(ResponseBody):
    """One page of the trail."""

    items: list[AuditEntryBody]
    next_cursor: str | None


class AuditProof(ResponseBody):
    """That an entry is in the audit tree of a signed checkpoint, as RFC 9162 proves it. Hashes are in base64.

    The leaf hash is SHA-256 of a zero byte and `leaf` in UTF-8; `checkpoint` is a signed note, `verifier` the public
    key of its signer, which ought to be compared with the one the operator has published elsewhere.
    """

    entry_id: UUID
    leaf: str
    leaf_hash: str
    leaf_index: int
    tree_size: int
    root_hash: str
    inclusion_path: list[str]
    checkpoint: str
    key_id: str
    verifier: str
