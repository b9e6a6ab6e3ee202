"""The chapter of the demo on what files tell by themselves: who signed, what was changed, what was used before."""

import secrets
from collections.abc import Mapping
from functools import partial
from typing import Any

from services.operator_cli.demo_client import Caller, wait_until
from services.operator_cli.demo_proofs import DemoAuthority, altered, decision, photo, taken_again
from services.operator_cli.output import print_table
from shared.clock import today

SIGNER = "Ủy ban nhân dân phường Bến Sông"
NUMBER = "15/QĐ-UBND"


def show_proofs(evidence_api: Caller, first: Any, second: Any, authority: DemoAuthority) -> None:
    """Submit a signed decision, the same one altered, and a photo for two assignments; tell what the checks found."""
    signed = authority.sign(decision(_lines()))
    shot = photo(secrets.randbelow(1 << 30))
    document = {"number": NUMBER, "issued_on": today().isoformat(), "issuer": SIGNER}
    offered = [
        ("Quyết định có ký số", "signatures", _offer(evidence_api, first, "quyet-dinh.pdf", signed, document)),
        (
            "Quyết định ấy, sửa 12 máy thành 92 máy",
            "signatures",
            _offer(evidence_api, first, "quyet-dinh-sua.pdf", altered(signed, "mua 12 máy", "mua 92 máy"), document),
        ),
        ("Ảnh chụp hiện trường", "reuse", _offer(evidence_api, first, "anh.jpg", shot, None)),
        (
            "Ảnh ấy cắt mép, thu nhỏ, nộp cho việc khác",
            "reuse",
            _offer(evidence_api, second, "anh-moi.jpg", taken_again(shot), None),
        ),
    ]
    for what, _, evidence_id in offered:
        wait_until(
            partial(evidence_api.get, f"/v1/evidence/{evidence_id}"),
            lambda seen: bool(seen["state"] == "released"),
            f"minh chứng “{what}” được kiểm tra xong",
        )
    rows = [(what, _words(_finding(evidence_api, evidence_id, step))) for what, step, evidence_id in offered]
    print_table("Máy đọc minh chứng trước khi người thẩm định xem", ("Tệp", "Kết quả kiểm tra"), rows)


def _lines() -> list[str]:
    day = today()
    return [
        "ỦY BAN NHÂN DÂN PHƯỜNG BẾN SÔNG",
        f"Số: {NUMBER}",
        f"Bến Sông, ngày {day:%d} tháng {day:%m} năm {day:%Y}",
        "QUYẾT ĐỊNH",
        "Về việc mua 12 máy tính phục vụ chuyển đổi số",
        f"Mã hồ sơ {secrets.token_hex(4)}",
    ]


def _offer(
    evidence_api: Caller, assignment: Any, filename: str, content: bytes, document: Mapping[str, str] | None
) -> str:
    """The id of the evidence; its checks begin."""
    upload = evidence_api.post("/v1/uploads", content, filename=filename)
    submission = {
        "assignment_id": assignment["id"],
        "kind": "signed_document" if document else "photo",
        "upload_ids": [upload["id"]],
        **({"document": document} if document else {}),
    }
    return str(evidence_api.post("/v1/evidence", submission)["id"])


def _finding(evidence_api: Caller, evidence_id: str, step: str) -> Any:
    findings = evidence_api.get(f"/v1/evidence/{evidence_id}/findings")["items"]
    return next(finding for finding in findings if finding["step"] == step)


def _words(finding: Any) -> str:
    """Where a file was met before is said by the reuses themselves."""
    reuses = finding["facts"].get("reuses") or []
    return " ".join(str(reuse["text"]) for reuse in reuses) or str(finding["message"])
