"""The trees the real plans were issued in, as far as they name bodies of it."""

import csv
from pathlib import Path

from bench.accuracy.gold import PROVINCE_EXTRA
from services.tasks_api.organizations.templates import standard_bodies
from services.tasks_api.plan_imports.names import NameIndex
from shared.domain.organizations import DEFAULT_GROUPS, GroupRef, OrganizationKind, OrganizationRef

UNITS = Path(__file__).parents[2] / "deploy" / "data" / "admin_units_2026.csv"
PROVINCE_CODE = "75"
WARD = "Phường Trấn Biên"


def ward_tree() -> tuple[NameIndex, str]:
    """The province of today with all its communes, its usual bodies and those of the ward; and the ward's id."""
    province = _ref("H19", "Tỉnh Đồng Nai", OrganizationKind.PROVINCE, None)
    known = [province, *_bodies(province)]
    with UNITS.open(encoding="utf-8-sig", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["province_code"] == PROVINCE_CODE and len(row["code"]) > 2]
    for row in rows:
        name = row["full_name"]
        kind = OrganizationKind.WARD if row["unit_type"] == "phuong" else OrganizationKind.COMMUNE
        unit = _ref(f"H19.{row['code']}", name, kind, province.id)
        known += [unit, *(_bodies(unit) if name == WARD else [])]
    ward = next(unit for unit in known if unit.name == WARD)
    return NameIndex(known, _groups()), ward.id


def province_tree() -> tuple[NameIndex, str]:
    """The province of February 2025; and its id."""
    province = _ref("H10", "Tỉnh Bình Phước", OrganizationKind.PROVINCE, None)
    old = [_ref(f"H10.{code}", name, OrganizationKind(kind), province.id) for code, name, kind in PROVINCE_EXTRA]
    return NameIndex([province, *_bodies(province), *old], _groups()), province.id


def _bodies(unit: OrganizationRef) -> list[OrganizationRef]:
    return [
        OrganizationRef(body.code, body.code, body.name, body.kind, unit.id, tuple(body.aliases))
        for body in standard_bodies(unit.code, unit.name, unit.kind)
    ]


def _ref(code: str, name: str, kind: OrganizationKind, parent: str | None) -> OrganizationRef:
    return OrganizationRef(code, code, name, kind, parent, ())


def _groups() -> list[GroupRef]:
    return [
        GroupRef(group.name, group.name, group.aliases, "province" if group.selector.scope == "province" else "ward")
        for group in DEFAULT_GROUPS
    ]
