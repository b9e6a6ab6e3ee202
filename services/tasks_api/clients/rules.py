"""For whom a system may be registered, and what it and its keys may be called."""

import re
from datetime import date

from shared.domain.errors import Conflict
from shared.domain.text import fold
from shared.issuers import SYSTEM_PREFIX

LONGEST_SLUG = 40
_KID = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._~-]{0,127}")


def issuer_of(name: str, distinction: str) -> str:
    """The `iss` of a system's tokens: what it is called, and what tells it from others of the same name."""
    slug = re.sub(r"[^a-z0-9]+", "-", fold(name))[:LONGEST_SLUG].strip("-")
    return SYSTEM_PREFIX + "-".join(part for part in (slug, distinction) if part)


def ensure_lasts(last_day: date | None, on: date) -> None:
    """Conflict("organization-ended") where the organization's last day has passed."""
    if last_day is not None and last_day < on:
        raise Conflict(
            "organization-ended",
            f"Cơ quan này chỉ hoạt động đến {last_day:%d/%m/%Y}: hãy đăng ký hệ thống cho cơ quan tiếp nhận.",
        )


def is_usable_kid(kid: object) -> bool:
    """Whether a key may be called so: its name is part of an address when it is revoked, where `..` means one above."""
    return isinstance(kid, str) and _KID.fullmatch(kid) is not None
