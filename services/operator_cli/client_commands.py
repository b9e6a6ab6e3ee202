"""`theodoi client …`: the systems that are trusted, by whoever holds the console."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import typer
from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncSession

from services.operator_cli.database_in_reach import database_in_reach
from services.operator_cli.database_sessions import session_on
from services.operator_cli.output import AsJson, print_json, print_table
from services.operator_cli.refusals import OperatorError
from services.tasks_api.clients import operations, queries
from services.tasks_api.clients.schemas import ClientRegistration
from services.tasks_api.organizations.queries import get_by_code
from shared.clock import now, today
from shared.db.models import Client, Organization
from shared.domain.errors import NotFound
from shared.domain.permissions import Scope
from shared.domain.principal import Principal, Role
from shared.settings import get_settings

app = typer.Typer(help="Hệ thống kết nối (LGSP, phần mềm của xã, phường).", no_args_is_help=True)


@app.command()
def register(
    organization: Annotated[str, typer.Option(help="Mã cơ quan mà hệ thống làm thay.")],
    name: Annotated[str, typer.Option(help="Tên hệ thống.")],
    scope: Annotated[list[Scope], typer.Option(help="Phạm vi; lặp lại cho nhiều phạm vi.")],
    key: Annotated[Path, typer.Option(exists=True, dir_okay=False, help="Tệp khóa công khai, PEM hoặc JWK.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Đăng ký một hệ thống bằng khóa công khai của nó."""
    wanted = _registration(name, organization, scope, _read_key_file(key))

    async def run(session: AsyncSession) -> dict[str, Any]:
        operator = _operator(await get_by_code(session, organization))
        client = await operations.register_client(session, operator, wanted, on=today())
        return await _describe(session, client)

    told = _run(run)
    if as_json:
        print_json(told)
    else:
        typer.echo(f"✓ Đã đăng ký “{told['name']}” ({told['id']}). Hệ thống ký mã truy cập, mỗi mã dùng một lần, với:")
        typer.echo(f"  iss = sub = {told['issuer']}\n  aud = {told['audience']}\n  kid = {told['keys'][0]['kid']}")


@app.command("list")
def list_clients(
    organization: Annotated[str, typer.Option(help="Mã cơ quan; kể cả các cơ quan bên dưới.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Liệt kê các hệ thống đã đăng ký, mới nhất trước."""

    async def run(session: AsyncSession) -> list[dict[str, Any]]:
        operator = _operator(await get_by_code(session, organization))
        found: list[Client] = []
        while page := await queries.list_clients(
            session, operator, after=[str(found[-1].id)] if found else [], limit=PAGE
        ):
            found.extend(page)
        return [await _describe(session, client) for client in found]

    told = _run(run)
    if as_json:
        print_json({"items": told})
        return
    print_table(
        f"{len(told)} hệ thống kết nối",
        ("Mã", "Tên", "iss", "Phạm vi", "Khóa", "Thu hồi lúc"),
        [
            (
                each["id"],
                each["name"],
                each["issuer"],
                ", ".join(each["scopes"]),
                ", ".join(key["kid"] for key in each["keys"] if key["revoked_at"] is None),
                each["revoked_at"],
            )
            for each in told
        ],
    )


@app.command("revoke-key")
def revoke_key(client_id: UUID, kid: str, *, as_json: AsJson = False) -> None:
    """Thu hồi một khóa: có hiệu lực ở mọi nơi trong 5 giây."""

    async def run(session: AsyncSession) -> dict[str, Any]:
        client = await session.get(Client, client_id)
        if client is None:
            raise NotFound("client-not-found", "Không tìm thấy hệ thống kết nối này.")
        operator = _operator(await session.get_one(Organization, client.organization_id))
        await operations.revoke_client_key(
            session, operator, client_id, kid, expected_version=client.version, now=now()
        )
        return await _describe(session, client)

    told = _run(run)
    if as_json:
        print_json(told)
    else:
        typer.echo(f"✓ Đã thu hồi khóa {kid} của “{told['name']}”.")


PAGE = 200


def _run(work: Callable[[AsyncSession], Awaitable[Any]]) -> Any:
    async def run(database_url: str) -> Any:
        async with session_on(database_url) as session:
            return await work(session)

    with database_in_reach(get_settings()) as database_url:
        return asyncio.run(run(database_url))


def _registration(name: str, organization: str, scopes: list[Scope], key: Any) -> ClientRegistration:
    try:
        return ClientRegistration(name=name, organization=organization, scopes=scopes, public_key=key)
    except ValidationError as error:
        places = ", ".join(str(item["loc"][0]) for item in error.errors())
        raise OperatorError("registration-invalid", f"Nội dung đăng ký chưa đúng ở: {places}.") from error


def _read_key_file(file: Path) -> Any:
    """A JWK when the file holds a JSON object, else taken for PEM."""
    try:
        text = file.read_text()
    except UnicodeDecodeError as error:
        raise OperatorError("key-unreadable", f"Tệp {file} không phải văn bản: cần khóa dạng PEM hoặc JWK.") from error
    try:
        return json.loads(text) if text.lstrip().startswith("{") else text
    except ValueError as error:
        raise OperatorError(
            "key-unreadable", f"Tệp {file} không phải JSON đúng: cần khóa dạng PEM hoặc JWK."
        ) from error


async def _describe(session: AsyncSession, client: Client) -> dict[str, Any]:
    return {
        "id": client.id,
        "issuer": client.issuer,
        "audience": get_settings().token_audience,
        "name": client.name,
        "scopes": client.scopes,
        "revoked_at": client.revoked_at,
        "keys": [
            {
                "kid": key.kid,
                "algorithm": key.algorithm,
                "retires_at": key.retires_at,
                "revoked_at": key.revoked_at,
            }
            for key in (await queries.list_keys(session, client))[client.id]
        ],
    }


def _operator(organization: Organization) -> Principal:
    """Whoever holds the console acts as the organization's own administrator."""
    return Principal(
        subject="theodoi",
        client="console",
        organization_id=organization.id,
        organization_path=organization.path,
        roles=frozenset({Role.ORG_ADMIN}),
    )
