"""Editing what one has seen: the rule behind `If-Match`."""

from shared.domain.errors import Stale


def ensure_current(current: int, expected: int | None) -> None:
    """Refuse a change to a version that is no longer current; no expectation, no refusal."""
    if expected is not None and expected != current:
        raise Stale(
            "version-stale",
            "Dữ liệu đã được người khác thay đổi: hãy tải lại rồi sửa tiếp.",
            facts={"current": current, "expected": expected},
        )
