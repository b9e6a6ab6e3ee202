"""Files of figures: NDJSON or CSV, read in one pass. What is wrong is told by its line."""

import csv
import io
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from typing import NamedTuple

from shared.domain.errors import FieldError, Invalid, Malformed, TooLarge
from shared.domain.periods import Period, find_period
from shared.domain.text import nfc

NDJSON, CSV = "application/x-ndjson", "text/csv"
BULK_LIMIT = 20 << 20
"""Bytes of one file."""
MOST_ROWS = 100_000
TOLD_FAULTS = 50
OBLIGATORY = ("organization", "period", "value")
COLUMNS = (*OBLIGATORY, "weight", "note", "reason")
_LONGEST = {"note": 2000, "reason": 1000}
# The decimal point is the only sign a number may hold: 1,234 is a thousand to some and a little over one to others.
_NUMBER = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,6})?")


class FigureRow(NamedTuple):
    """One figure as a file tells it."""

    line: int
    organization: str
    period: Period
    value: Decimal
    weight: Decimal | None
    note: str | None
    reason: str | None


@dataclass(slots=True)
class Faults:
    """What is wrong with a file: some lines, and how many there are. A line is wrong once."""

    count: int = 0
    told: dict[int, FieldError] = field(default_factory=dict)

    def add(self, line: int, code: str, message: str) -> None:
        """Note what is wrong with a line."""
        self.count += 1
        if len(self.told) < TOLD_FAULTS:
            self.told[line] = FieldError(f"dòng {line}", code, message)

    def ensure_none(self) -> None:
        """Raises Invalid("measurements-invalid") with the first of them."""
        if self.count:
            raise Invalid(
                "measurements-invalid",
                f"Tệp có {self.count} dòng chưa đúng, chưa ghi nhận dòng nào: hãy sửa rồi gửi lại.",
                errors=[self.told[line] for line in sorted(self.told)],
                facts={"wrong_lines": self.count},
            )


def read_rows(content: bytes, media_type: str, faults: Faults) -> list[FigureRow]:
    """The figures of a file of this type; lines that cannot be read are among the faults.

    Raises Malformed for a file that is no such file at all, TooLarge for one of too many rows.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Malformed("encoding-unknown", "Tệp phải mã hóa UTF-8: hãy lưu lại theo mã UTF-8 rồi gửi.") from error
    lines = _csv_lines(text, faults) if media_type == CSV else _json_lines(text, faults)
    find = cache(find_period)
    rows: list[FigureRow] = []
    for line, cells in lines:
        if len(rows) + faults.count >= MOST_ROWS:
            raise TooLarge("rows-too-many", f"Tệp có quá {MOST_ROWS} dòng: hãy chia thành nhiều tệp.")
        try:
            rows.append(_read(line, cells, find))
        except _WrongLine as wrong:
            faults.add(line, wrong.code, wrong.message)
    return rows


class _WrongLine(Exception):
    def __init__(self, code: str, message: str) -> None:
        super().__init__(code)
        self.code, self.message = code, message


_Cells = Mapping[str, str | None]


def _csv_lines(text: str, faults: Faults) -> Iterator[tuple[int, _Cells]]:
    header, _, _ = text.partition("\n")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=";" if ";" in header else ",", strict=True)
    try:
        columns = [name.strip().lower() for name in next(reader, [])]
        _ensure_header(columns)
        for cells in reader:
            if len(cells) > len(columns):
                faults.add(
                    reader.line_num, "cells-too-many", "nhiều ô hơn dòng tiêu đề: số lẻ viết với dấu chấm (12.5)"
                )
            elif any(cells):
                yield reader.line_num, dict(zip(columns, cells, strict=False))
    except csv.Error as error:
        raise Malformed("csv-invalid", f"Không đọc được tệp CSV ở dòng {reader.line_num}.") from error


def _ensure_header(columns: list[str]) -> None:
    unknown = sorted(set(columns) - set(COLUMNS))
    missing = [name for name in OBLIGATORY if name not in columns]
    if missing or unknown or len(set(columns)) < len(columns):
        raise Malformed(
            "csv-header-invalid",
            f"Dòng tiêu đề phải có các cột {', '.join(OBLIGATORY)}; có thể thêm weight, note, reason; mỗi cột một lần.",
        )


def _json_lines(text: str, faults: Faults) -> Iterator[tuple[int, _Cells]]:
    for line, written in enumerate(text.split("\n"), start=1):
        if not written.strip():
            continue
        try:
            # Numbers are read as they are written: a float would not be the same figure.
            cells = json.loads(written, parse_float=str, parse_int=str, parse_constant=str)
        except ValueError:
            faults.add(line, "json-invalid", "không phải một đối tượng JSON")
            continue
        if not isinstance(cells, dict) or not all(isinstance(each, str | None) for each in cells.values()):
            faults.add(line, "json-invalid", "phải là một đối tượng JSON chỉ gồm chuỗi và số")
        elif unknown := cells.keys() - set(COLUMNS):
            faults.add(line, "field-unknown", f"có trường không dùng đến: {', '.join(sorted(unknown))[:100]}")
        else:
            yield line, cells


def _read(line: int, cells: _Cells, find: Callable[[str], Period | None]) -> FigureRow:
    organization = (cells.get("organization") or "").strip()
    if not organization or "\0" in organization:
        raise _WrongLine("organization-missing", "thiếu mã cơ quan")
    period = find((cells.get("period") or "").strip())
    if period is None:
        raise _WrongLine("period-unknown", "kỳ phải viết như 2026, 2026-H1, 2026-Q1 hoặc 2026-01")
    value = _number("value", cells.get("value"))
    if value is None:
        raise _WrongLine("value-missing", "thiếu số liệu (value)")
    weight = _number("weight", cells.get("weight"))
    if weight is not None and weight < 0:
        raise _WrongLine("weight-negative", "trọng số (weight) không được âm")
    return FigureRow(line, organization, period, value, weight, _text("note", cells), _text("reason", cells))


def _number(name: str, written: str | None) -> Decimal | None:
    if written is None or not (written := written.strip()):
        return None
    if _NUMBER.fullmatch(written) is None:
        raise _WrongLine(
            f"{name}-invalid",
            f"{name} phải là số viết với dấu chấm thập phân (12.5), nhiều nhất 15 chữ số và 6 chữ số lẻ",
        )
    return Decimal(written)


def _text(name: str, cells: _Cells) -> str | None:
    written = cells.get(name)
    if written is None or not (written := nfc(written).strip()):
        return None
    if "\0" in written or len(written) > _LONGEST[name]:
        raise _WrongLine(f"{name}-invalid", f"{name} dài quá {_LONGEST[name]} ký tự hoặc có ký tự không dùng được")
    return written
