"""Keys and tokens as real issuers make them."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from jose import jwt
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from shared.clock import today
from shared.db.models import Membership, Organization, TokenKey, User
from shared.domain.principal import Principal, Role

ISSUER = "https://issuer.test"
KID = "test-key"


class TokenMaker:
    """An issuer with one ES256 key."""

    def __init__(self) -> None:
        key = ec.generate_private_key(ec.SECP256R1())
        self.private_key = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        ).decode()
        self.public_key = (
            key.public_key()
            .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
            .decode()
        )

    def claims(self, subject: str, **changes: Any) -> dict[str, Any]:
        """Claims that are accepted, unless `changes` spoil them; None removes a claim."""
        now = int(datetime.now(UTC).timestamp())
        claims: dict[str, Any] = {
            "iss": ISSUER,
            "sub": subject,
            "aud": "theodoi",
            "iat": now,
            "exp": now + 600,
            "jti": str(uuid4()),
        }
        return {name: value for name, value in (claims | changes).items() if value is not None}

    def sign(self, claims: Mapping[str, Any], **header: Any) -> str:
        """A token with these claims; `header` overrides `typ`, `alg`, `kid`."""
        headers = {"typ": "JWT", "kid": KID} | header
        return str(jwt.encode(dict(claims), self.private_key, algorithm="ES256", headers=headers))


async def make_caller(
    session: AsyncSession, maker: TokenMaker, organization: Organization, *roles: Role
) -> dict[str, str]:
    """Register a member of `organization` and return the `Authorization` header it sends."""
    if await session.get(TokenKey, (ISSUER, KID)) is None:
        session.add(TokenKey(issuer=ISSUER, kid=KID, algorithm="ES256", public_key=maker.public_key))
    subject = f"person-{uuid4().hex[:8]}"
    for role in roles:
        await make_member(session, subject, organization, role)
    await session.commit()
    return {"Authorization": f"Bearer {maker.sign(maker.claims(subject))}"}


async def make_member(
    session: AsyncSession, subject: str, organization: Organization, role: Role, *, issuer: str = ISSUER, **changes: Any
) -> Membership:
    """A membership of the person that `issuer` calls `subject`, who is made if not yet known."""
    found = await session.scalars(select(User).where(User.issuer == issuer, User.subject == subject))
    user = found.one_or_none() or User(issuer=issuer, subject=subject)
    session.add(user)
    await session.flush()
    values = {"organization_id": organization.id, "role": role, "granted_by": "tests", "starts_on": today()} | changes
    membership = Membership(user_id=user.id, **values)
    session.add(membership)
    await session.flush()
    return membership


def principal_of(organization: Organization, *roles: Role) -> Principal:
    """A principal for calling operations without HTTP."""
    return Principal(
        subject=f"person-{uuid4().hex[:8]}",
        client=ISSUER,
        organization_id=organization.id,
        organization_path=organization.path,
        roles=frozenset(roles),
    )
