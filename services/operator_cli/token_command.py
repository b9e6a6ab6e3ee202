"""`theodoi token`: a signed token to try the system with."""

import asyncio
from datetime import timedelta
from typing import Annotated

import typer

from services.operator_cli.database_in_reach import database_in_reach
from services.operator_cli.database_sessions import session_on
from services.operator_cli.keys import ensure_signing_key, issue_token, load_signing_key
from services.operator_cli.output import AsJson, print_json
from services.tasks_api.organizations.queries import get_by_code
from shared.domain.principal import Role
from shared.settings import get_settings


def token(
    organization: Annotated[str, typer.Option(help="Mã cơ quan.")],
    role: Annotated[Role, typer.Option(help="Vai trò trong cơ quan.")],
    *,
    minutes: Annotated[int, typer.Option(min=1, max=60, help="Số phút hiệu lực.")] = 60,
    as_json: AsJson = False,
) -> None:
    """Ký một mã truy cập cho một vai trò của một cơ quan."""
    settings = get_settings()

    async def run(database_url: str) -> str:
        await ensure_signing_key(settings.data_dir, database_url)
        async with session_on(database_url) as session:
            member_of = await get_by_code(session, organization)
            key = load_signing_key(settings.data_dir)
            return await issue_token(session, key, member_of, role, life=timedelta(minutes=minutes))

    with database_in_reach(settings) as database_url:
        signed = asyncio.run(run(database_url))
    if as_json:
        print_json({"token": signed, "expires_in": minutes * 60})
    else:
        typer.echo(signed)
