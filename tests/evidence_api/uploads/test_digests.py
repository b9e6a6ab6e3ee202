"""The digest a sender states is read as RFC 9530 writes it."""

import base64
import hashlib

import pytest

from services.evidence_api.uploads.digests import read_repr_digest
from shared.domain.errors import Invalid

SHA256 = hashlib.sha256(b"x")
STATED = base64.b64encode(SHA256.digest()).decode()


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (f"sha-256=:{STATED}:", SHA256.hexdigest()),
        (f"sha-512=:AAAA:, sha-256=:{STATED}:", SHA256.hexdigest()),
        (f" sha-256=:{STATED}: ", SHA256.hexdigest()),
        ("sha-512=:AAAA:", None),
    ],
)
def test_sha_256_is_read_and_others_are_ignored(header: str, expected: str | None) -> None:
    assert read_repr_digest(header) == expected


@pytest.mark.parametrize(
    "header", ["sha-256", "sha-256=", f"sha-256={STATED}", f"sha-256=:{SHA256.hexdigest()}:", "sha-256=:AAAA:"]
)
def test_a_malformed_digest_is_refused(header: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_repr_digest(header)
    assert refused.value.code == "digest-malformed"
