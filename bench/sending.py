"""Senders of files: organizations of a place, and connections that break off where they are told to."""

import asyncio
import socket
import struct
from contextlib import suppress
from datetime import timedelta

from bench.places import Place
from services.operator_cli.database_sessions import session_on
from services.operator_cli.keys import issue_token, load_signing_key
from shared.db.ids import new_id
from shared.db.models import Organization
from shared.domain.principal import Role

LIFE = timedelta(minutes=60)


async def make_sender(place: Place) -> str:
    """A token of somebody who may send files, for an organization of its own."""
    organization_id = new_id()
    async with session_on(place.database_url) as session:
        organization = Organization(
            id=organization_id,
            code=f"U{organization_id.hex[-10:].upper()}",
            name="Phòng Văn hóa - Xã hội",
            kind="department",
            path=f"/{organization_id}/",
            search_text="phong van hoa - xa hoi",
        )
        session.add(organization)
        await session.flush()
        token = await issue_token(session, load_signing_key(place.data_dir), organization, Role.REPORTER, life=LIFE)
        await session.commit()
        return token


async def break_off(port: int, head: bytes, content: bytes, *, politely: bool) -> None:
    """Send a request as far as `content` goes, and hang up: with a good-bye, or with a reset."""
    _reader, writer = await asyncio.open_connection("127.0.0.1", port)
    connection: socket.socket = writer.get_extra_info("socket")
    try:
        with suppress(ConnectionError):
            writer.write(head + content)
            await writer.drain()
        if not politely:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    finally:
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()
