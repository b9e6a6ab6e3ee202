"""The `theodoi` command: its table of contents, and how a refusal is told."""

import sys
from importlib import import_module

import typer
from pydantic import ValidationError

from services.operator_cli.refusals import OperatorError
from shared.domain.errors import DomainError
from shared.settings import Settings

SINGLE = {
    "up": "up",
    "migrate": "database_commands",
    "doctor": "doctor",
    "openapi": "contracts",
    "token": "token_command",
}
GROUPS = {
    "organizations": "organization_commands",
    "client": "client_commands",
    "member": "member_commands",
    "plan": "plan_commands",
    "alerts": "alert_commands",
    "jobs": "job_commands",
    "calendar": "calendar_commands",
    "audit": "audit_commands",
}
"""Commands and groups of commands, each with its module: only the one asked for is loaded, which halves the start."""


def build(words: list[str]) -> typer.Typer:
    """The command line for these words: the command they begin with, or all of them where they name none."""
    app = typer.Typer(
        help="Theo dõi việc thực hiện kế hoạch: từ văn bản đến nhiệm vụ, minh chứng và cảnh báo.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
    )

    @app.callback()
    def theodoi() -> None:
        """Keeps the name of a command before its words also where it is the only one."""

    asked = words[0] if words and words[0] in {*SINGLE, *GROUPS} else None
    for name, module in SINGLE.items():
        if asked in {None, name}:
            app.command(name)(getattr(import_module(f"services.operator_cli.{module}"), name))
    for name, module in GROUPS.items():
        if asked in {None, name}:
            app.add_typer(import_module(f"services.operator_cli.{module}").app, name=name)
    return app


def main() -> None:
    """Run the command line; a refusal or an unusable setting is told in Vietnamese on stderr, with exit code 1."""
    try:
        build(sys.argv[1:])()
    except (OperatorError, DomainError) as refusal:
        typer.echo(f"✗ {refusal.detail}", err=True)
        if isinstance(refusal, DomainError):
            for error in refusal.errors:
                typer.echo(f"  - {error.place}: {error.message}", err=True)
        raise SystemExit(1) from None
    except ValidationError as wrong:
        if wrong.title != Settings.__name__:
            raise
        from shared.http.wording import field_message  # noqa: PLC0415 # loads FastAPI, and is seldom needed

        for field in wrong.errors():
            variable = f"THEODOI_{'.'.join(map(str, field['loc']))}".upper()
            typer.echo(f"✗ Biến môi trường {variable}: {field_message(field)}.", err=True)
        raise SystemExit(1) from None


if __name__ == "__main__":
    main()
