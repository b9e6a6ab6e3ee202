"""The local issuer: a key pair made on the first start, whose public half the database knows."""

import os
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from uuid import NAMESPACE_URL, UUID, uuid5

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from jose import jwt
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.operator_cli.database_sessions import session_on
from services.tasks_api.memberships.operations import ensure_member
from shared import audit
from shared.clock import now, today
from shared.db.ids import new_id
from shared.db.models import Organization, TokenKey
from shared.domain.principal import Role
from shared.settings import get_settings

ALGORITHM = "ES256"
ACTOR = audit.System("token")


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A private key in PEM, its public half, and the `kid` derived from it."""

    kid: str
    private_pem: str
    public_pem: str


@dataclass(slots=True)
class _KeyTarget:
    """A key in the trail: the table has no identifier of its own."""

    id: UUID
    __tablename__: str = TokenKey.__tablename__


def load_signing_key(data_dir: Path) -> SigningKey:
    """The key of this installation, `<data_dir>/keys/signing.pem`, made when there is none yet."""
    path = data_dir / "keys" / "signing.pem"
    if not path.exists():
        _create(path)
    key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    public = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    return SigningKey(sha256(public).hexdigest()[:16], path.read_text(), public.decode())


def _create(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    pem = ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(pem)


async def ensure_signing_key(data_dir: Path, database_url: str) -> None:
    """Make sure the database believes tokens that this installation signs."""
    key = load_signing_key(data_dir)
    async with session_on(database_url) as session:
        values = {
            "issuer": get_settings().token_issuer,
            "kid": key.kid,
            "algorithm": ALGORITHM,
            "public_key": key.public_pem,
        }
        statement = insert(TokenKey).values(**values).on_conflict_do_nothing().returning(TokenKey.kid)
        if await session.scalar(statement):
            _record_key(session, values["issuer"], key)


def _record_key(session: AsyncSession, issuer: str, key: SigningKey) -> None:
    """The trail of a key that tokens may be signed with from now on; it is found by the same identifier again."""
    target = _KeyTarget(uuid5(NAMESPACE_URL, f"{issuer}#{key.kid}"))
    after: dict[str, object] = {"issuer": issuer, "kid": key.kid, "algorithm": ALGORITHM}
    audit.record(session, ACTOR, "token_key.registered", target, after=after)


async def issue_token(
    session: AsyncSession, key: SigningKey, organization: Organization, role: Role, *, life: timedelta
) -> str:
    """A token for a member of `organization` with one role; the membership is recorded first.

    The account behind it counts as in use from today: a console may always ask again, unless a person deactivated it.
    """
    settings = get_settings()
    subject = f"cli:{organization.code}:{role}"
    account = await ensure_member(
        session, ACTOR, organization, role, issuer=settings.token_issuer, subject=subject, on=today()
    )
    issued_at = int(now().timestamp())
    claims = {
        "iss": settings.token_issuer,
        "sub": subject,
        "aud": settings.token_audience,
        # Whatever else the account may have been granted, the token acts for the organization it was asked for.
        "organization": organization.code,
        "iat": issued_at,
        "exp": issued_at + int(life.total_seconds()),
        "jti": str(new_id()),
    }
    issued = {name: claims[name] for name in ("iss", "sub", "jti", "iat", "exp")}
    audit.record(session, ACTOR, "token.issued", account, after={**issued, "role": role})
    headers = {"kid": key.kid, "typ": "JWT"}
    return str(jwt.encode(claims, key.private_pem, algorithm=ALGORITHM, headers=headers))
