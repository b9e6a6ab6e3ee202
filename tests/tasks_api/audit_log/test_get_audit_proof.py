"""A proof holds outside: with the note's signature, the leaf's text and the standard's hashing, and nothing of ours."""

from base64 import b64decode
from hashlib import sha256
from uuid import UUID, uuid4

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.alerts_worker.audit_chain.operations import chain_batch
from shared import clock
from shared.db.models import AuditEntry
from tests.tasks_api.audit_log.conftest import Scene, do

URL = "/v1/audit-proofs"


async def chain(session: AsyncSession, key: Ed25519PrivateKey, limit: int = 5_000) -> None:
    await chain_batch(session, key, now=clock.now(), limit=limit)
    await session.commit()


async def entry_of(session: AsyncSession, target: UUID) -> AuditEntry:
    return (await session.scalars(select(AuditEntry).where(AuditEntry.target_id == target))).one()


@pytest.mark.parametrize("size", [1, 2, 7, 8, 13])
async def test_a_proof_can_be_checked_by_anybody(
    tasks_api: httpx.AsyncClient, session: AsyncSession, scene: Scene, size: int
) -> None:
    key = Ed25519PrivateKey.generate()
    written = [await do(session, scene.ward) for _ in range(size)]
    await chain(session, key, limit=5)
    await chain(session, key)
    await chain(session, key)
    for target in written:
        entry = await entry_of(session, target)
        proof = (await tasks_api.get(URL, params={"entry_id": str(entry.id)}, headers=scene.ward_auditor)).json()
        assert str(target) in proof["leaf"]

        climbed = sha256(b"\x00" + proof["leaf"].encode()).digest()
        assert climbed == b64decode(proof["leaf_hash"])
        index, last = proof["leaf_index"], proof["tree_size"] - 1
        for each in proof["inclusion_path"]:  # RFC 9162, section 2.1.3.2
            beside = b64decode(each)
            if index & 1 or index == last:
                climbed = sha256(b"\x01" + beside + climbed).digest()
                while index and not index & 1:
                    index, last = index >> 1, last >> 1
            else:
                climbed = sha256(b"\x01" + climbed + beside).digest()
            index, last = index >> 1, last >> 1
        assert last == 0

        text, _, signature = proof["checkpoint"].partition("\n\n")
        origin, tree_size, root, _ = text.split("\n")
        assert (int(tree_size), b64decode(root)) == (proof["tree_size"], climbed)
        name, key_id, public = proof["verifier"].split("+", 2)
        assert (name, key_id) == (origin, proof["key_id"])
        raw = b64decode(signature.strip().removeprefix(f"— {origin} "))
        assert raw[:4].hex() == key_id
        Ed25519PublicKey.from_public_bytes(b64decode(public)[1:]).verify(raw[4:], f"{text}\n".encode())
        assert b64decode(public)[1:] == key.public_key().public_bytes_raw()


async def test_a_listed_entry_says_where_it_is(
    tasks_api: httpx.AsyncClient, session: AsyncSession, scene: Scene
) -> None:
    await do(session, scene.ward)
    await chain(session, Ed25519PrivateKey.generate())
    (item,) = (await tasks_api.get("/v1/audit-entries", headers=scene.ward_auditor)).json()["items"]
    assert item["position"] == 0


async def test_an_entry_that_is_not_chained_yet_has_no_proof(
    tasks_api: httpx.AsyncClient, session: AsyncSession, scene: Scene
) -> None:
    entry = await entry_of(session, await do(session, scene.ward))
    response = await tasks_api.get(URL, params={"entry_id": str(entry.id)}, headers=scene.ward_auditor)
    assert (response.status_code, response.json()["code"]) == (409, "audit-entry-not-covered")


async def test_outsiders_do_not_learn_of_an_entry(
    tasks_api: httpx.AsyncClient, session: AsyncSession, scene: Scene
) -> None:
    entry = await entry_of(session, await do(session, scene.ward))
    system = await entry_of(session, await do(session, None))
    await chain(session, Ed25519PrivateKey.generate())
    for caller, entry_id in (
        (scene.neighbour_auditor, entry.id),
        (scene.province_auditor, system.id),
        (scene.province_auditor, uuid4()),
    ):
        response = await tasks_api.get(URL, params={"entry_id": str(entry_id)}, headers=caller)
        assert (response.status_code, response.json()["code"]) == (404, "audit-entry-not-found")
    insider = await tasks_api.get(URL, params={"entry_id": str(entry.id)}, headers=scene.ward_reporter)
    assert (insider.status_code, insider.json()["code"]) == (403, "role-required")
