"""Runs of Schemathesis, in processes of their own, against running services."""

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from shared.domain.principal import Role
from tests.factories.identity import TokenMaker, make_caller
from tests.security.scene import Scene, make_scene
from tests.security.worlds import Relation, Staff

ROOT = Path(__file__).parents[2]

# A rule may refuse what keeps the schema (`well_formed_is_believed` tells rule from schema), and a version is looked
# at before the body; whoever names no version of tus speaks none that is known here.
SETTINGS = """
[cache]
enabled = false
[checks.positive_data_acceptance]
expected-statuses = ["2xx", "401", "403", "404", "409", "412", "415", "416", "422", "429"]
[checks.negative_data_rejection]
expected-statuses = ["400", "401", "403", "404", "405", "409", "412", "413", "415", "422", "428", "429"]
[checks.missing_required_header]
expected-statuses = ["401", "403", "412", "422", "428"]
"""


@dataclass(frozen=True)
class Run:
    """One service as one caller; `operations` are the names of those tried, all when there are none."""

    service: str
    caller: str
    phases: str
    examples: int
    seed: int
    operations: tuple[str, ...] = ()


def known_values(scene: Scene) -> dict[str, list[str]]:
    """What parameters are worth trying with, by their name: things that exist."""
    targets = scene.home.targets
    plans = [target.plan for target in targets] + [target.draft for target in targets]
    organizations = [str(organization.id) for organization in scene.home.organizations.values()]
    codes = [organization.code for organization in scene.home.organizations.values()]
    evidence = [target.evidence for target in targets] + [target.judged for target in targets]
    tasks, groups = [target.task for target in targets], [target.group for target in targets]
    assignments = [target.assignment for target in targets]
    return {
        "upload_id": [*scene.home.uploads.values(), *scene.home.unfinished.values()],
        **_known_staff([target.staff for target in targets]),
        "plan_id": plans,
        "plan": plans,
        "import_id": [target.plan_import for target in targets],
        "row": ["1.2"],
        "task_id": tasks,
        "task": tasks,
        "group": groups,
        "assignment_id": assignments,
        "alert_id": [target.alert for target in targets],
        "evidence_id": evidence,
        "organization_id": organizations + [target.office for target in targets],
        "organization": organizations,
        "parent": organizations,
        "issuer": codes,
        "lead": codes,
        "coordinating": codes,
        "if-match": ['"1"', '"2"'],
    }


def _known_staff(staff: Sequence[Staff]) -> dict[str, list[str]]:
    users = [each.user for each in staff]
    return {
        "client_id": [each.client for each in staff],
        "kid": [each.kid for each in staff],
        "user_id": users,
        "user": users,
        "membership_id": [each.membership for each in staff] + [each.watch for each in staff],
        "entry_id": [each.entry for each in staff],
        "actor": [each.subject for each in staff],
        "target_id": [each.membership for each in staff],
        "request_id": [each.request for each in staff],
    }


class LongLived(TokenMaker):
    """Tokens that outlast a run."""

    def claims(self, subject: str, **changes: Any) -> dict[str, Any]:
        """As accepted, for most of an hour."""
        claims = super().claims(subject, **changes)
        return claims | {"exp": claims["iat"] + 3500}


@dataclass(frozen=True)
class Place:
    """Where runs find the services, whom they may be (a token by name), and what exists."""

    addresses: Mapping[str, str]
    tokens: Mapping[str, str]
    values: Mapping[str, Sequence[str]]
    folder: Path


EVERYBODY = "everybody"
"""The name of one person who holds all roles at once."""


async def make_place(session: AsyncSession, maker: LongLived, addresses: Mapping[str, str], folder: Path) -> Place:
    """A scene with a caller for every role: reviewers where evidence is appraised, the others at the issuer."""
    scene = await make_scene(session, maker)
    at = {role: Relation.REVIEWING if role is Role.REVIEWER else Relation.ISSUER for role in Role}
    headers = {str(role): scene.callers[at[role], role] for role in Role}
    headers[EVERYBODY] = await make_caller(session, maker, scene.home.organizations[Relation.ABOVE], *Role)
    tokens = {name: header["Authorization"].removeprefix("Bearer ") for name, header in headers.items()}
    return Place(addresses, tokens, known_values(scene), folder)


def _write_settings(place: Place, run: Run) -> Path:
    lines = ['hooks = "tests.fuzz.hooks"', f'[auth.openapi.bearer]\nbearer = "{place.tokens[run.caller]}"', SETTINGS]
    lines += [f"[dictionaries.{name}]\nvalues = {json.dumps(list(found))}" for name, found in place.values.items()]
    lines += ["[parameters]"]
    lines += [f'{name} = {{ dictionary = "{name}", probability = 0.6 }}' for name in place.values]
    file = place.folder / f"{run.service}-{run.caller}.toml"
    file.touch(mode=0o600)
    file.write_text("\n".join(lines))
    return file


def fuzz(place: Place, run: Run) -> str:
    """What failed and how to repeat it, as Schemathesis tells it with every check on; nothing when all is well."""
    settings = _write_settings(place, run)
    chosen = [part for name in run.operations for part in ("--include-operation-id", name)]
    command = [
        *(sys.executable, "-m", "schemathesis.cli", "--config-file", str(settings), "--no-color"),
        *("run", f"{place.addresses[run.service]}/openapi.json", "--checks", "all", "--phases", run.phases),
        *("--max-examples", str(run.examples), "--seed", str(run.seed), "--no-shrink", "--continue-on-failure"),
        *("--generation-database", "none", "--suppress-health-check", "all", "--warnings", "off", *chosen),
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return f"{run}\n{done.stdout}\n{done.stderr}" if done.returncode else ""
