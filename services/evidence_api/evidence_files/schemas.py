"""Requests and answers about files of evidence."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from shared.bodies import NUMBER, RequestBody, ResponseBody

VersionNumber = Annotated[int, Field(ge=1, le=1_000_000), NUMBER]


class CreateFileLink(RequestBody):
    """A link to a file of a version, the current one unless told; `single_use`: it opens once."""

    version: VersionNumber | None = None
    single_use: bool = False


class FileLinkBody(ResponseBody):
    """Where the file can be fetched without a token until `expires_at`; `url` is relative to this service."""

    url: str
    expires_at: datetime
