"""The `theodoi` command: its table of contents, and how a refusal is told."""

import typer
from pydantic import ValidationError

from services.operator_cli import (
    alert_commands,
    audit_commands,
    calendar_commands,
    client_commands,
    job_commands,
    member_commands,
    organization_commands,
    plan_commands,
)
from services.operator_cli.contracts import openapi
from services.operator_cli.database_commands import migrate
from services.operator_cli.doctor import doctor
from services.operator_cli.refusals import OperatorError
from services.operator_cli.token_command import token
from services.operator_cli.up import up
from shared.domain.errors import DomainError
from shared.http.wording import field_message
from shared.settings import Settings

app = typer.Typer(
    help="Theo dõi việc thực hiện kế hoạch: từ văn bản đến nhiệm vụ, minh chứng và cảnh báo.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command()(up)
app.command()(migrate)
app.command()(doctor)
app.command()(openapi)
app.command()(token)
app.add_typer(organization_commands.app, name="organizations")
app.add_typer(client_commands.app, name="client")
app.add_typer(member_commands.app, name="member")
app.add_typer(plan_commands.app, name="plan")
app.add_typer(alert_commands.app, name="alerts")
app.add_typer(job_commands.app, name="jobs")
app.add_typer(calendar_commands.app, name="calendar")
app.add_typer(audit_commands.app, name="audit")


def main() -> None:
    """Run the command line; a refusal or an unusable setting is told in Vietnamese on stderr, with exit code 1."""
    try:
        app()
    except (OperatorError, DomainError) as refusal:
        typer.echo(f"✗ {refusal.detail}", err=True)
        if isinstance(refusal, DomainError):
            for error in refusal.errors:
                typer.echo(f"  - {error.place}: {error.message}", err=True)
        raise SystemExit(1) from None
    except ValidationError as wrong:
        if wrong.title != Settings.__name__:
            raise
        for field in wrong.errors():
            variable = f"THEODOI_{'.'.join(map(str, field['loc']))}".upper()
            typer.echo(f"✗ Biến môi trường {variable}: {field_message(field)}.", err=True)
        raise SystemExit(1) from None


if __name__ == "__main__":
    main()
