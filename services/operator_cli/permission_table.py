"""Who may do what, as a table: `python -m services.operator_cli.permission_table` writes `docs/permissions.md`."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer

from services.operator_cli.contracts import SERVICES, load_contract
from shared.domain.principal import Role
from shared.http.permissions import EXTENSION

FILE = Path("docs/permissions.md")

_HEAD = """\
# Ai được làm gì

Sinh từ mã nguồn bằng `python -m services.operator_cli.permission_table`: đừng sửa bằng tay, `make check` so lại.

Một người cần một trong các vai trò được đánh dấu; một hệ thống kết nối cần phạm vi ở cột cuối (“–”: chỉ dành cho
người). Quyền chỉ nói *việc gì*; *của cơ quan nào* do `shared/db/visibility.py` và `policies.py` của từng khái niệm
quyết định: ngoài tầm nhìn thì 404, thấy mà thiếu quyền thì 403.

"""


def render_table() -> str:
    """The text of `docs/permissions.md` as the code declares it now."""
    roles = "".join(f" {role.label} (`{role}`) |" for role in Role)
    marks = " :-: |" * len(Role)
    parts = [_HEAD]
    for service in SERVICES:
        head = f"| thao tác | quyền |{roles} phạm vi |\n| --- | --- |{marks} --- |\n"
        parts.append(f"## {service}\n\n{head}{''.join(_rows(service))}\n")
    return "".join(parts).rstrip("\n") + "\n"


def _rows(service: str) -> Iterator[str]:
    for path, operations in sorted(load_contract(service)["paths"].items()):
        for method, operation in sorted(operations.items()):
            yield _row(f"{method.upper()} {path}", operation[EXTENSION])


def _row(target: str, permission: dict[str, Any]) -> str:
    held = "".join(" ✓ |" if role in permission["roles"] else " |" for role in Role)
    scope = f"`{permission['scope']}`" if "scope" in permission else "–"  # OpenAPI leaves out what is null
    return f"| `{target}` | `{permission['name']}` |{held} {scope} |\n"


def main() -> None:
    """Write the table."""
    FILE.write_text(render_table())
    typer.echo(f"✓ Đã ghi {FILE}")


if __name__ == "__main__":
    main()
