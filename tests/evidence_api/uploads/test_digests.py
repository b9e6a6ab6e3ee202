"""The digest a sender states is read as RFC 9530 writes it."""

import base64
import hashlib

import pytest

from services.evidence_api.uploads.digests import read_repr_digest
from shared.domain.errors import Invalid

SHA256 = hashlib.sha256(b"x")
STATED = base64.b64encode(SHA256.digest()).decode()


OTHER = base64.b64encode(hashlib.sha256(b"y").digest()).decode()


@pytest.mark.parametrize(
    "header",
    [
        f"sha-256=:{STATED}:",
        f"sha-512=:AAAA:, sha-256=:{STATED}:",
        f" sha-256=:{STATED}: ",
        f"sha-256=:{STATED.rstrip('=')}:",
        f"sha-256=:{OTHER}:\t,\tsha-256=:{STATED}:",
        f'sha-256=:{STATED}:;q=1; note="a, \\"b\\"";of,sha-512=:AAAA:',
    ],
)
def test_sha_256_is_read_as_structured_fields_are(header: str) -> None:
    assert read_repr_digest(header) == SHA256.hexdigest()


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("sha-512=:AAAA:", "digest-unsupported"),
        ("md5=:AAAA:, sha-512=:AAAA:", "digest-unsupported"),
        *(
            (header, "digest-malformed")
            for header in (
                "",
                "garbage",
                "sha-256",
                "sha-256=",
                f"sha-256={STATED}",
                f"sha-256=:{SHA256.hexdigest()}:",
                "sha-256=:AAAA:",
                "sha-256=:A:",
                f"SHA-256=:{STATED}:",
                f"sha-256 = :{STATED}:",
                f"sha-256=:{STATED}:,",
                f"sha-256=:{STATED}: sha-512=:AAAA:",
                f"sha-256=:{STATED}:, garbage",
                f"sha-256=:{STATED}:;",
            )
        ),
    ],
)
def test_a_digest_that_would_not_be_verified_is_refused(header: str, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_repr_digest(header)
    assert refused.value.code == code
