"""What is answered about an upload."""

from datetime import datetime
from uuid import UUID

from services.evidence_api.uploads.standing import State
from shared.bodies import ResponseBody


class UploadBody(ResponseBody):
    """A stored file, to be named in `upload_ids`. `filename` may differ from what was sent: it is made safe.

    `created_at` is when it was received, `captured_at` when its sender says that it was taken or made.
    """

    id: UUID
    filename: str
    media_type: str
    size: int
    sha256: str
    captured_at: datetime | None
    created_at: datetime


class ResumableUploadBody(ResponseBody):
    """A file on its way: `received` of its `length` bytes have arrived. Once all have, and unless it was announced as a
    part of another, its `id` may be named in `upload_ids`.
    """

    id: UUID
    length: int
    received: int
    expires_at: datetime


class StandingUploadBody(ResponseBody):
    """A file that was sent, or of which `received` of `size` bytes were: `state` is `unfinished`, `whole` (to be named
    in `upload_ids`) or `used` (part of evidence); what is `partial` is to be joined with others, and has no name.

    Type and hash are known once it is whole. `created_at` is when it was received or announced; at `expires_at` it is
    removed unless more of it comes, or evidence uses it.
    """

    id: UUID
    state: State
    partial: bool
    filename: str
    media_type: str | None
    size: int
    received: int
    sha256: str | None
    captured_at: datetime | None
    created_at: datetime
    expires_at: datetime | None


class UploadPage(ResponseBody):
    """One page of an organization's unused and unfinished uploads, latest first. All its files take up `used_bytes` of
    `quota_bytes`, those on their way at their announced size.
    """

    items: list[StandingUploadBody]
    next_cursor: str | None
    used_bytes: int
    quota_bytes: int
