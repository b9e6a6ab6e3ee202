"""The dependency rule holds, and a violation is found."""

import ast
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [str(Path(sys.executable).parent / "lint-imports"), "--config", "pyproject.toml", "--no-cache"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_the_tree_keeps_every_contract() -> None:
    done = lint_imports(ROOT)
    assert done.returncode == 0, done.stdout
    assert "0 broken" in done.stdout


@pytest.mark.parametrize(
    ("module", "violation", "contract"),
    [
        ("shared/domain/text.py", "import sqlalchemy", "Rules are pure"),
        ("services/tasks_api/app.py", "import services.evidence_api.app", "Services are islands"),
        ("services/tasks_api/plans/queries.py", "import services.tasks_api.plans.operations", "imports point down"),
        ("services/tasks_api/plans/operations.py", "import fastapi", "Only http and routes know FastAPI"),
        ("services/evidence_api/evidence/queries.py", "import arq", "Only the worker knows the queue"),
        ("shared/db/session.py", "import shared.outbox", "Shared points down"),
        ("shared/domain/text.py", "import shared.log", "Shared points down"),
    ],
)
def test_a_deliberate_violation_breaks_its_contract(tmp_path: Path, module: str, violation: str, contract: str) -> None:
    for part in ("shared", "services"):
        shutil.copytree(ROOT / part, tmp_path / part, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    with (tmp_path / module).open("a") as file:
        file.write(f"\n{violation}\n")
    done = lint_imports(tmp_path)
    assert done.returncode != 0
    assert any(contract in line and "BROKEN" in line for line in done.stdout.splitlines())


def strangers_in(folder: Path) -> Iterator[tuple[str, str]]:
    """(file, module) of every import that is neither of the standard library nor of `shared.domain` itself."""
    for file in sorted(folder.glob("**/*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += ["." * node.level + (node.module or "")] if isinstance(node, ast.ImportFrom) else []
            for name in names:
                own = name == "shared.domain" or name.startswith("shared.domain.")
                if not own and name.split(".")[0] not in sys.stdlib_module_names:
                    yield file.name, name


def test_the_domain_knows_nothing_but_python() -> None:
    assert list(strangers_in(ROOT / "shared" / "domain")) == []


@pytest.mark.parametrize(
    ("violation", "module"),
    [
        ("import structlog", "structlog"),
        ("import os, pydantic.fields", "pydantic.fields"),
        ("from shared.log import get_logger", "shared.log"),
        ("from shared import domain, log", "shared"),
        ("from . import text", "."),
        ("def later():\n    import holidays", "holidays"),
    ],
)
def test_a_stranger_in_the_domain_is_found(tmp_path: Path, violation: str, module: str) -> None:
    (tmp_path / "rule.py").write_text(f"from datetime import date\nimport shared.domain.text\n{violation}\n")
    assert list(strangers_in(tmp_path)) == [("rule.py", module)]
