"""What is answered about an upload."""

from datetime import datetime
from uuid import UUID

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
    """A file on its way (sizes in bytes): once `received` is `length`, its `id` may be named in `upload_ids`."""

    id: UUID
    length: int
    received: int
    expires_at: datetime
