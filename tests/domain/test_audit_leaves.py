"""The bytes of a leaf: fixed for ever, whatever way an entry comes."""

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.audit_leaves import (
    FIELDS,
    Number,
    encode_entry,
    hash_entry,
    read_instant,
    read_json,
    write_instant,
    write_json,
)

ENTRY: dict[str, Any] = {
    "id": "01890000-0000-7000-8000-000000000001",
    "occurred_at": "2026-03-02T03:04:05.000006Z",
    "actor": "person-1",
    "client": "https://issuer.test",
    "organization_id": None,
    "action": "assignment.progress_reported",
    "target_type": "assignments",
    "target_id": "01890000-0000-7000-8000-000000000002",
    "before": {"percent": Number("0"), "status": "not_started"},
    "after": {"status": "in_progress", "percent": Number("40.50")},
    "request_id": "01890000-0000-7000-8000-000000000003",
    "address": "2001:db8::1",
}
LEAF = (
    '{"action":"assignment.progress_reported","actor":"person-1","address":"2001:db8::1",'
    '"after":{"percent":40.50,"status":"in_progress"},"before":{"percent":0,"status":"not_started"},'
    '"client":"https://issuer.test","format":"theodoi.audit/v1","id":"01890000-0000-7000-8000-000000000001",'
    '"occurred_at":"2026-03-02T03:04:05.000006Z","organization_id":null,'
    '"request_id":"01890000-0000-7000-8000-000000000003","target_id":"01890000-0000-7000-8000-000000000002",'
    '"target_type":"assignments"}'
)


def test_a_leaf_is_this_text() -> None:
    """Trails that are signed already depend on it: change `FORMAT` rather than this."""
    assert encode_entry(ENTRY) == LEAF
    assert hash_entry(ENTRY).hex() == "08981b3ff3e4d2ef2f826476c1495a5c43929b5d5a823430d13fc7fdf040126a"


@pytest.mark.parametrize("field", FIELDS)
def test_every_field_counts_and_none_may_be_left_out(field: str) -> None:
    assert hash_entry(ENTRY | {field: "khác"}) != hash_entry(ENTRY)
    with pytest.raises(KeyError):
        encode_entry({name: value for name, value in ENTRY.items() if name != field})


@pytest.mark.parametrize("number", ["0", "-1", "1.10", "1.1", "1e400", "123456789012345678901234567890.5", "-0.0"])
def test_a_number_stays_as_it_is_written(number: str) -> None:
    assert write_json(read_json(f'{{"n": {number}}}')) == f'{{"n":{number}}}'


@pytest.mark.parametrize("text", ["NaN", "Infinity", "{", ""])
def test_what_is_no_json_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 -- the reader's own words
        read_json(text)


letters = st.text(st.characters(exclude_categories=["Cs"]))
values = st.recursive(
    st.none() | st.booleans() | st.integers() | letters, lambda inner: st.lists(inner) | st.dictionaries(letters, inner)
)


@given(values)
def test_writing_says_what_json_says_and_says_it_the_same_again(value: Any) -> None:
    written = write_json(read_json(json.dumps(value)))
    assert json.loads(written) == value
    assert write_json(read_json(written)) == written
    assert "\n" not in written


@given(st.dictionaries(letters, st.integers(), min_size=2))
def test_the_order_of_keys_does_not_matter(value: dict[str, int]) -> None:
    assert write_json(value) == write_json(dict(reversed(value.items())))


def test_instants_are_in_utc_with_microseconds() -> None:
    at = datetime(2026, 3, 2, 10, 0, tzinfo=timezone(timedelta(hours=7)))
    assert write_instant(at) == "2026-03-02T03:00:00.000000Z"
    assert read_instant(write_instant(at)) == at
    assert read_instant(write_instant(at)).tzinfo == UTC
    with pytest.raises(ValueError):  # noqa: PT011 -- the reader's own words
        read_instant("2026-03-02T03:00:00+00:00")
