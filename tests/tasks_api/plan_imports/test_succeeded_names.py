"""A body that has ended is still named: by old documents, and by habit."""

from datetime import date

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from services.tasks_api.plan_imports.documents import Place
from services.tasks_api.plan_imports.doubts import body_doubts
from services.tasks_api.plan_imports.names import NamedBody
from services.tasks_api.plan_imports.queries import load_name_index
from services.tasks_api.plan_imports.succeeded_names import EndedBody, SucceededNameIndex
from shared.db.models import OrganizationAlias, OrganizationSuccession
from shared.domain.organizations import OrganizationKind as K
from shared.domain.organizations import OrganizationRef
from shared.domain.successions import SuccessionKind
from tests.factories.tracking import make_organization

MERGE, DISSOLVE, _ = SuccessionKind
JULY = date(2026, 7, 1)
PROVINCE = OrganizationRef("t", "H75", "Tỉnh Mẫu", K.PROVINCE, None)
LIVING = [
    PROVINCE,
    OrganizationRef("stc", "H75.1", "Sở Tài chính", K.DEPARTMENT, "t"),
    OrganizationRef("snv", "H75.2", "Sở Nội vụ", K.DEPARTMENT, "t"),
    OrganizationRef("w", "H75.01", "Phường Bến Sông", K.WARD, "t"),
]


def ended(name: str, *heirs: str, kind: SuccessionKind = MERGE, of: K = K.DEPARTMENT) -> EndedBody:
    return EndedBody(OrganizationRef(f"x-{name}", f"H75.{name}", name, of, "t"), kind, JULY, frozenset(heirs))


INDEX = SucceededNameIndex(
    LIVING,
    (),
    ended=[
        ended("Sở Kế hoạch và Đầu tư", "stc"),
        ended("Sở Lao động", "snv", "stc", kind=DISSOLVE),
        ended("Phường Bến Sông", "stc", of=K.WARD),
        ended("Sở Ngoại vụ", "somewhere else"),
    ],
)


@pytest.mark.parametrize(
    ("name", "code", "confidence", "ambiguous"),
    [
        ("Sở Kế hoạch và Đầu tư", "H75.1", 0.9, False),
        ("Sở Tài chính", "H75.1", 1.0, False),
        ("Sở Lao động", None, 0.5, True),  # among several: a person chooses
        ("Phường Bến Sông", "H75.01", 1.0, False),  # the new ward kept the name of the old one
        ("Sở Ngoại vụ", None, 0.0, False),
    ],
)
def test_the_name_of_an_ended_body_means_its_one_heir(
    name: str, code: str | None, confidence: float, ambiguous: bool
) -> None:
    match = INDEX.match(name, "t")
    assert (match.organization.code if match.organization else None, match.ambiguous) == (code, ambiguous)
    assert match.confidence == confidence or code is None
    assert match.succeeded == ((MERGE, JULY) if confidence == 0.9 else None)


def test_a_person_is_told_what_became_of_it() -> None:
    names = ("Sở Kế hoạch và Đầu tư", "Sở Tài chính")
    issues = list(body_doubts(Place(1, 2), [NamedBody(name, INDEX.match(name, "t")) for name in names], []))
    assert [issue.code for issue in issues] == ["organization-succeeded"]
    assert "đã sáp nhập vào “Sở Tài chính” từ ngày 01/07/2026" in issues[0].message


async def test_old_names_and_ended_bodies_come_from_the_tree(session: AsyncSession) -> None:
    """Through a chain, on the day asked about, and with the names a body bore before."""
    province = await make_organization(session, kind="province", name="Tỉnh Mẫu")
    first, second, last = [
        await make_organization(session, kind="department", parent=province, name=f"Sở {name}")
        for name in ("Giao thông", "Xây dựng", "Hạ tầng")
    ]
    unit = await make_organization(session, parent=first, name="Phòng Vận tải")
    session.add(OrganizationAlias(organization_id=last.id, scheme="name", value="Sở Công chính"))
    session.add_all(
        OrganizationSuccession(
            predecessor_id=predecessor.id,
            receiver_id=receiver.id,
            kind="merge",
            effective_on=on,
            instrument="1/NQ",
            recorded_by="tests",
        )
        for predecessor, receiver, on in ((first, second, JULY), (second, last, date(2026, 8, 1)))
    )
    await session.flush()

    found = {}
    for on in (date(2026, 6, 30), JULY, date(2026, 8, 1)):
        index = await load_name_index(session, province, on=on)
        matches = [index.match(name, str(province.id)) for name in ("Sở Giao thông", "Sở Công chính")]
        found[on] = [match.organization.code for match in matches if match.organization]
        within = index.match(unit.name, str(first.id)).organization
        assert within is not None
        assert within.code == unit.code
    assert list(found.values()) == [[first.code, last.code], [second.code, last.code], [last.code, last.code]]
