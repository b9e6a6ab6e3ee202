"""Accounts of people: when nobody has used one for so long that it is refused."""

from datetime import date

IDLE = "idle"
"""In the place of who deactivated an account: nobody did, it was not used."""


def last_used_on(seen_on: date | None, vouched_on: date) -> date:
    """The day an account counts from: its last request, or a later day when somebody vouched for it."""
    return max(seen_on or vouched_on, vouched_on)


def is_idle(used_on: date, *, on: date, days: int) -> bool:
    """Whether more than `days` days have passed (level 3 of the network security decrees: 45)."""
    return (on - used_on).days > days
