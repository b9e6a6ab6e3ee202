"""What the facts of a picture mean: when it was taken, and where."""

from datetime import UTC, datetime, timedelta, timezone

HERE = timezone(timedelta(hours=7))
"""Cameras write the time of day where they are; without an offset that is ours."""


def read_capture_time(taken: str | None, offset: str | None) -> datetime | None:
    """The instant (UTC) of EXIF's `YYYY:MM:DD HH:MM:SS` and `+HH:MM`; None for what is no time, or before cameras."""
    try:
        local = datetime.strptime((taken or "")[:19], "%Y:%m:%d %H:%M:%S").replace(tzinfo=_zone(offset))
    except ValueError:
        return None
    return local.astimezone(UTC) if local.year >= 1990 else None


def _zone(offset: str | None) -> timezone:
    try:
        zone = datetime.strptime(offset or "", "%z").tzinfo
    except ValueError:
        return HERE
    return zone if isinstance(zone, timezone) else HERE


def read_place(latitude: float | None, longitude: float | None) -> tuple[float, float] | None:
    """Degrees north and east, to a metre; None for no place, and for the nulls of devices without a fix."""
    if latitude is None or longitude is None or abs(latitude) > 90 or abs(longitude) > 180:
        return None
    if latitude == 0 and longitude == 0:
        return None
    return round(latitude, 5), round(longitude, 5)
