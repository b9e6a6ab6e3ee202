"""Files of figures: whole or not at all."""

import hashlib
import json

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.tasks_api.measurements import bulk_rows
from shared.db.models import AuditEntry, Measurement, OrganizationAlias, OutboxEvent
from shared.domain.errors import TooLarge
from tests.tasks_api.measurements.conftest import Measuring

NDJSON = "application/x-ndjson"


async def count(session: AsyncSession) -> int:
    return (await session.execute(select(func.count()).select_from(Measurement))).scalar_one()


async def test_a_file_is_recorded_once_and_leaves_one_trace(measuring: Measuring, session: AsyncSession) -> None:
    unit, other = measuring.unit.code, measuring.other.code
    content = f"organization,period,value\n{unit},2026-Q1,1\n{unit},2026-01,2.5\n{other},2026-Q1,-3\n"

    first = await measuring.send(measuring.head, content)
    assert (first.status_code, first.json()) == (201, {"rows": 3, "new": 3, "corrected": 0, "unchanged": 0})
    again = await measuring.send(measuring.head, content)
    assert (again.status_code, again.json()) == (200, {"rows": 3, "new": 0, "corrected": 0, "unchanged": 3})

    assert await count(session) == 3
    entry = (await session.scalars(select(AuditEntry))).one()
    assert (entry.action, entry.target_id) == ("indicator.measurements_recorded", measuring.indicator.id)
    assert entry.after == {
        "rows": 3,
        "new": 3,
        "corrected": 0,
        "reason": None,
        "sha256": hashlib.sha256(content.encode()).hexdigest(),
    }
    facts = (await session.scalars(select(OutboxEvent.payload))).all()
    assert facts == [{"indicator_id": str(measuring.indicator.id), "count": 3}]


async def test_corrections_need_a_reason_of_the_row_or_of_the_file(measuring: Measuring) -> None:
    unit, other = measuring.unit.code, measuring.other.code
    lines = [
        {"organization": unit, "period": "2026", "value": 1},
        {"organization": other, "period": "2026", "value": 1},
    ]
    await measuring.send(measuring.head, "\n".join(map(json.dumps, lines)), NDJSON)
    lines[0] |= {"value": 2, "reason": "Tính lại"}
    lines[1] |= {"value": "2.25", "weight": 4}
    changed = "\n".join(map(json.dumps, lines))

    refused = await measuring.send(measuring.head, changed, NDJSON)
    assert refused.status_code == 422
    assert [(each["place"], each["code"]) for each in refused.json()["errors"]] == [("dòng 2", "reason-required")]
    taken = await measuring.send(measuring.head, changed, NDJSON, reason="Rà soát năm")
    assert taken.json() == {"rows": 2, "new": 0, "corrected": 2, "unchanged": 0}
    told = {each["organization"]["code"]: each for each in await measuring.listed(measuring.head)}
    assert (told[unit]["value"], told[unit]["reason"], told[unit]["revision"]) == (2, "Tính lại", 2)
    assert (told[other]["value"], told[other]["weight"], told[other]["reason"]) == (2.25, 4, "Rà soát năm")


async def test_bodies_are_known_by_older_codes_too(measuring: Measuring, session: AsyncSession) -> None:
    measuring.unit.admin_code = "26041"
    session.add(OrganizationAlias(organization_id=measuring.other.id, scheme="qcvn_102", value="000.00.12.H19"))
    await session.commit()
    content = "organization,period,value\n26041,2026,1\n000.00.12.H19,2026,2\n"
    assert (await measuring.send(measuring.head, content)).json()["new"] == 2
    told = {each["organization"]["code"]: each["value"] for each in await measuring.listed(measuring.head)}
    assert told == {measuring.unit.code: 1, measuring.other.code: 2}

    both = f"organization,period,value\n26041,2026,1\n{measuring.unit.code},2026,1\n"
    answer = await measuring.send(measuring.head, both)
    assert [each["code"] for each in answer.json()["errors"]] == ["figure-repeated"]


async def test_one_wrong_line_is_enough_to_record_nothing(measuring: Measuring, session: AsyncSession) -> None:
    unit = measuring.unit.code
    lines = [
        "organization;period;value;note",
        f"{unit};2026-Q1;1;",
        "",
        f"{unit};2026-Q1;2;",
        f"{unit};2026-Q9;2;",
        f"{unit};2099;2;",
        f"{unit};2026-01;1,5;",
        f"{unit};2026-01;;",
        "H99.0;2026-01;1;",
        f"{measuring.ward.code};2026-01;1;",
        f"{unit};2026-02;1;x;y",
    ]
    answer = await measuring.send(measuring.reporter, "\ufeff" + "\r\n".join(lines))
    assert (answer.status_code, answer.json()["code"]) == (422, "measurements-invalid")
    assert [(each["place"], each["code"]) for each in answer.json()["errors"]] == [
        ("dòng 4", "figure-repeated"),
        ("dòng 5", "period-unknown"),
        ("dòng 6", "period-in-future"),
        ("dòng 7", "value-invalid"),
        ("dòng 8", "value-missing"),
        ("dòng 9", "organization-unknown"),
        ("dòng 10", "not-your-organization"),
        ("dòng 11", "cells-too-many"),
    ]
    assert answer.json()["facts"] == {"wrong_lines": 8}
    assert await count(session) == 0


async def test_no_more_than_the_first_wrong_lines_are_told(measuring: Measuring) -> None:
    answer = await measuring.send(measuring.head, "[1]\n" * 60, NDJSON)
    assert (len(answer.json()["errors"]), answer.json()["facts"]) == (50, {"wrong_lines": 60})


@pytest.mark.parametrize(
    ("content", "kind", "status", "code"),
    [
        (b"organization,value\nH1,1", "text/csv", 400, "csv-header-invalid"),
        (b'organization,period,value\n"H1', "text/csv", 400, "csv-invalid"),
        ("organization,period,value\nđ".encode("utf-16"), "text/csv", 400, "encoding-unknown"),
        (b"[]", "application/json", 415, "media-type-unsupported"),
    ],
)
async def test_what_is_no_such_file_is_refused(
    measuring: Measuring, content: bytes, kind: str, status: int, code: str
) -> None:
    answer = await measuring.send(measuring.head, content, kind)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


async def test_a_file_of_others_figures_alone_is_forbidden(measuring: Measuring, session: AsyncSession) -> None:
    content = f"organization,period,value\n{measuring.other.code},2026,1\n"
    answer = await measuring.send(measuring.reporter, content)
    assert (answer.status_code, answer.json()["code"]) == (403, "not-your-organization")
    assert await count(session) == 0


def test_a_file_of_too_many_rows_is_refused() -> None:
    content = b"organization,period,value\n" + b"H1,2026,1\n" * (bulk_rows.MOST_ROWS + 1)
    with pytest.raises(TooLarge, match="rows-too-many"):
        bulk_rows.read_rows(content, bulk_rows.CSV, bulk_rows.Faults())


def test_figures_are_read_as_they_are_written() -> None:
    faults = bulk_rows.Faults()
    lines = [
        b'{"organization": "H1", "period": "2026-H2", "value": 0.1, "weight": 3}',
        b'{"organization": "H1", "period": "2026", "value": true}',
    ]
    content = b"\n".join(lines)
    (row,) = bulk_rows.read_rows(content, NDJSON, faults)
    assert (str(row.period), str(row.value), str(row.weight)) == ("2026-H2", "0.1", "3")
    assert [(each.place, each.code) for each in faults.told.values()] == [("dòng 2", "json-invalid")]
