"""The ward and the plan that ship with the project, for tests that want a whole document."""

from importlib.resources import files

from sqlalchemy.ext.asyncio import AsyncSession

from services.tasks_api.organizations.operations import lay_standard_bodies
from shared.audit import System
from shared.db.models import Organization
from tests.factories.tracking import make_organization

SAMPLES = files("services.operator_cli") / "samples"
DOCX = (SAMPLES / "ke-hoach-mau.docx").read_bytes()
XLSX = (SAMPLES / "ke-hoach-mau.xlsx").read_bytes()

WARD = "H99.01"
TASKS = 15
INDICATORS = 4
GROUPS = ["I", "II", "III"]


async def make_sample_ward(session: AsyncSession) -> Organization:
    """The sample plan's issuer, a ward with its standard bodies and three khu phố, under a province."""
    province = await make_organization(session, kind="province", code="H99", name="Tỉnh Sông Mẫu")
    ward = await make_organization(session, parent=province, kind="ward", code=WARD, name="Phường Bến Sông")
    await lay_standard_bodies(session, System("tests"), ward)
    return ward
