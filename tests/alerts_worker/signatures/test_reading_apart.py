"""Reading in a throwaway process, by the roots and lists of a folder."""

import asyncio
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding

from services.alerts_worker.evidence_checks.signatures.facts import Document, Kind, Problem, RevocationStatus, Trust
from services.alerts_worker.evidence_checks.signatures.reading_apart import read_document_apart
from services.alerts_worker.evidence_checks.signatures.trust_store import TrustStore
from services.alerts_worker.evidence_checks.signatures.verdicts import judge
from tests.alerts_worker.signatures.authorities import CHAIRMAN, RECEIVED_AT, SIGNED_AT, realm
from tests.alerts_worker.signatures.cases import WARD_BODY
from tests.alerts_worker.signatures.genuine import archived
from tests.alerts_worker.signatures.papers import paper, sign


def folder_of(path: Path) -> Path:
    trusted = realm()
    (path / "intermediates").mkdir()
    (path / "crls").mkdir()
    (path / "root.pem").write_bytes(trusted.root.certificate.public_bytes(Encoding.PEM))
    (path / "intermediates" / "issuer.cer").write_bytes(trusted.issuer.der)
    (path / "crls" / "issuer.crl").write_bytes(trusted.revocations())
    (path / "README").write_text("không phải chứng thư")
    return path


def test_a_folder_is_read_anew_when_it_changes(tmp_path: Path) -> None:
    store = TrustStore(folder_of(tmp_path))
    before = store.contents()
    assert {kind: len(found) for kind, found in before.items()} == {"roots": 1, "intermediates": 1, "crls": 1}
    assert store.contents() is before
    (tmp_path / "second.der").write_bytes(realm(1).root.der)
    assert len(store.contents()["roots"]) == 2


def test_without_a_folder_nobody_is_trusted(tmp_path: Path) -> None:
    nobody: dict[str, list[str]] = {"roots": [], "intermediates": [], "crls": []}
    assert TrustStore(None).contents() == nobody
    assert TrustStore(tmp_path / "missing").contents() == nobody


def test_names_times_and_chain_of_a_signature(tmp_path: Path) -> None:
    content = sign(paper(), realm().signer(CHAIRMAN), stamper=realm().stamper())
    document = read(content, tmp_path)
    (signature,) = document.signatures
    assert signature.signer is not None
    assert signature.signer.common_names == ("Nguyễn Thị Ánh Tuyết",)
    assert signature.signer.units == ("UBND PHƯỜNG TRẢNG DÀI", "Lãnh đạo UBND")
    assert signature.signer.emails == ("tuyetnta@dongnai.gov.vn",)
    assert signature.claimed_at == SIGNED_AT
    assert signature.stamp is not None
    assert signature.stamp.time == SIGNED_AT
    assert signature.chain is not None
    assert signature.chain.trust == Trust.TRUSTED
    assert signature.chain.revocations[0].status == RevocationStatus.GOOD
    assert signature.chain.revocations[0].source == "authority"
    judgement = judge(document, [WARD_BODY], RECEIVED_AT)
    assert judgement.message == (
        "Chữ ký hợp lệ, của Nguyễn Thị Ánh Tuyết (Lãnh đạo UBND, UBND PHƯỜNG TRẢNG DÀI, UBND TỈNH ĐỒNG NAI), lúc 10:05 "
        "ngày 03/07/2026 (theo dấu thời gian của Dấu thời gian thử nghiệm); văn bản không bị sửa sau khi ký."
    )


def test_stamps_over_the_document_are_no_signatures_of_persons(tmp_path: Path) -> None:
    kinds = [each.kind for each in read(archived(realm()), tmp_path).signatures]
    assert kinds == [Kind.SIGNATURE, Kind.DOCUMENT_STAMP]


async def test_what_breaks_or_exceeds_its_process_is_told() -> None:
    deep = b"%PDF-1.7\n1 0 obj\n" + b"[" * 200_000 + b"\nendobj\nxref\n0 1\n0000000000 65535 f \n"
    deep += b"trailer\n<< /Size 2 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % deep.index(b"xref")
    document = await read_document_apart(deep, TrustStore(None), RECEIVED_AT)
    assert document.problem in {Problem.TOO_COMPLEX, Problem.DAMAGED}
    assert judge(document, [], RECEIVED_AT).outcome == "undecided"


def read(content: bytes, path: Path) -> Document:
    return asyncio.run(read_document_apart(content, TrustStore(folder_of(path)), RECEIVED_AT))
