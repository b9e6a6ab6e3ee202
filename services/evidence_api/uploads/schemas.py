"""What is answered about an upload."""

from uuid import UUID

from shared.bodies import ResponseBody


class UploadBody(ResponseBody):
    """A stored file, to be named in `upload_ids`. `filename` may differ from what was sent: it is made safe."""

    id: UUID
    filename: str
    media_type: str
    size: int
    sha256: str
