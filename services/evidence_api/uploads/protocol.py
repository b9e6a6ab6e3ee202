"""tus 1.0.0: what its headers say, read strictly."""

import base64
import binascii
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from shared.domain.errors import Corrupted, Invalid, Malformed, Stale, UnsupportedFile

VERSION = "1.0.0"
EXTENSIONS = "creation,creation-with-upload,checksum,expiration,termination,concatenation"
CHECKSUMS = ("sha1", "sha256")
PATCH_TYPE = "application/offset+octet-stream"
LONGEST_METADATA = 4096
MOST_JOINED = 100

_NUMBER = re.compile(r"[0-9]{1,18}")
_NAME = re.compile(r"[!-+\--~]+")  # printable, without space and comma
_SHA256 = re.compile(r"[0-9a-fA-F]{64}")
_PLACE = re.compile(r"(?:\S*/v1/)?uploads/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})")


class Hash(Protocol):
    """What `hashlib` makes."""

    def update(self, data: bytes, /) -> None: ...
    def digest(self) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Checksum:
    """What a request says of its own body."""

    algorithm: str
    digest: bytes

    def start(self) -> Hash:
        """A hash to give the body to."""
        return hashlib.new(self.algorithm, usedforsecurity=False)

    def ensure_is(self, found: Hash) -> None:
        """Raises Corrupted("checksum-mismatch")."""
        if found.digest() != self.digest:
            raise Corrupted("checksum-mismatch", "Phần vừa nhận khác phần đã gửi (sai mã kiểm): hãy gửi lại phần này.")


@dataclass(frozen=True, slots=True)
class Concat:
    """An upload that is to be joined (`partial`), or the uploads that one is joined of, in order; `text` as it came."""

    text: str | None
    partial: bool
    joined: tuple[UUID, ...] = ()


def ensure_version(header: str | None) -> None:
    """Raises Stale("tus-version-unsupported") for another version than ours, and for none."""
    if header != VERSION:
        raise Stale("tus-version-unsupported", f"Máy chủ chỉ hỗ trợ giao thức tus {VERSION} (Tus-Resumable).")


def ensure_patch_type(header: str | None) -> None:
    """Raises UnsupportedFile("content-type-unsupported")."""
    if (header or "").partition(";")[0].strip().lower() != PATCH_TYPE:
        raise UnsupportedFile("content-type-unsupported", f"Content-Type phải là {PATCH_TYPE}.")


def ensure_not_deferred(header: str | None) -> None:
    """Without a length there is nothing to reserve. Raises Malformed("upload-length-required")."""
    if header is not None:
        raise Malformed(
            "upload-length-required",
            "Máy chủ không nhận tệp chưa biết độ dài (Upload-Defer-Length): hãy gửi Upload-Length là số byte của tệp.",
        )


def read_number(name: str, header: str | None) -> int:
    """A count of bytes. Raises Malformed."""
    if header is None or not _NUMBER.fullmatch(header):
        raise Malformed(
            "tus-header-malformed", f"{name} phải là số byte, viết bằng chữ số (0–9), nhiều nhất 18 chữ số."
        )
    return int(header)


def read_metadata(header: str | None) -> Mapping[str, str]:
    """Names and decoded values of an `Upload-Metadata`. Raises Malformed."""
    found: dict[str, str] = {}
    if not header:
        return found
    refusal = Malformed(
        "tus-header-malformed",
        "Upload-Metadata phải gồm các cặp “tên giá-trị-base64” khác tên nhau, cách bằng dấu phẩy.",
    )
    if len(header) > LONGEST_METADATA:
        raise refusal
    for pair in header.split(","):
        name, _, value = pair.strip().partition(" ")
        if not _NAME.fullmatch(name) or name in found:
            raise refusal
        try:
            found[name] = base64.b64decode(value, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError) as error:
            raise refusal from error
    return found


def read_sha256(metadata: Mapping[str, str]) -> str | None:
    """The hexadecimal SHA-256 of the whole file that its sender states. Raises Invalid("digest-malformed")."""
    stated = metadata.get("sha256")
    if stated is None:
        return None
    if not _SHA256.fullmatch(stated):
        raise Invalid("digest-malformed", "sha256 trong Upload-Metadata phải gồm 64 chữ số hệ 16.")
    return stated.lower()


def read_checksum(header: str | None) -> Checksum | None:
    """Raises Malformed, also for an algorithm that we do not have."""
    if header is None:
        return None
    algorithm, _, value = header.partition(" ")
    try:
        digest = base64.b64decode(value, validate=True)
    except binascii.Error:
        digest = b""
    if algorithm not in CHECKSUMS or len(digest) != hashlib.new(algorithm, usedforsecurity=False).digest_size:
        raise Malformed(
            "checksum-unsupported", f"Upload-Checksum phải là một trong {', '.join(CHECKSUMS)} kèm giá trị base64."
        )
    return Checksum(algorithm, digest)


def read_concat(header: str | None) -> Concat:
    """Raises Malformed."""
    if header is None:
        return Concat(header, partial=False)
    if header == "partial":
        return Concat(header, partial=True)
    kind, _, places = header.partition(";")
    found = [_PLACE.fullmatch(place) for place in places.split()]
    joined = tuple(UUID(place[1]) for place in found if place)
    if kind != "final" or not found or None in found or not len(joined) == len(set(joined)) <= MOST_JOINED:
        raise Malformed(
            "tus-header-malformed", "Upload-Concat phải là “partial” hoặc “final;” và địa chỉ các phần, không lặp."
        )
    return Concat(header, partial=False, joined=joined)
