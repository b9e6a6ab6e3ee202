"""Everybody the forged tokens speak of: three kinds of issuer, with good keys and keys that must never be used."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from jose import jwk
from sqlalchemy.ext.asyncio import AsyncSession

from shared.db.ids import new_id
from shared.db.models import Client, TokenKey, UsedToken
from shared.domain.permissions import Scope
from shared.domain.principal import Role
from shared.http.tokens import KeyLookup
from shared.public_keys import read_public_key
from tests.factories.identity import make_member
from tests.factories.tracking import make_organization
from tests.http.forging import Pair, Signer

RSA = Pair.of_rsa()
"""Made once: such a key takes its time."""
ANOTHER_RSA = Pair.of_rsa()
HMAC_SECRET = "a secret somebody registered as if it were a public key"


class Issuers:
    """`local` and `oidc` vouch for people, `system` and `revoked_system` for themselves. All their keys are ES256, and
    each has a second one, RS256.
    """

    RSA_KID = "rsa"
    HMAC_KID = "hmac"
    RS512_KID = "rs512"
    BROKEN_KID = "broken"
    REVOKED_KID = "revoked"
    RETIRED_KID = "retired"
    USED_JTI = "used before"

    def __init__(self, *, oidc_issuer: str) -> None:
        self.local = Signer("https://issuer.test", "local-key", Pair.of_ec(), f"person-{uuid4().hex[:8]}")
        self.oidc = Signer(oidc_issuer, "oidc-key", Pair.of_ec(), f"person-{uuid4().hex[:8]}")
        self.system = self._system("system-key")
        self.revoked_system = self._system("key-of-revoked-system")

    @staticmethod
    def _system(kid: str) -> Signer:
        issuer = f"client:phan-mem-{uuid4().hex[:8]}"
        return Signer(issuer, kid, Pair.of_ec(), issuer)

    def jwks(self) -> dict[str, Any]:
        """What the OIDC issuer publishes: its keys, and some that nobody may use."""
        ec, rsa = _jwk(self.oidc.pair, self.oidc.kid), _jwk(RSA, self.RSA_KID)
        return {
            "keys": [
                ec,
                rsa,
                {"kty": "oct", "kid": self.HMAC_KID, "k": "c2VjcmV0", "alg": "HS256"},
                rsa | {"kid": self.RS512_KID, "alg": "RS512"},
                ec | {"kid": "for-encryption", "use": "enc"},
                ec | {"kid": "twice"},
                rsa | {"kid": "twice"},
                ec | {"kid": "private", "d": ec["x"]},
            ]
        }

    async def register(self, session: AsyncSession) -> None:
        """Write down all but the OIDC issuer's keys: viewers, systems, keys, and a token that was used."""
        organization = await make_organization(session)
        await make_member(session, self.local.subject, organization, Role.VIEWER, issuer=self.local.issuer)
        await make_member(session, self.oidc.subject, organization, Role.VIEWER, issuer=self.oidc.issuer)
        at = datetime.now(UTC)
        self._add_keys(session, self.local, None, at)
        for signer in (self.system, self.revoked_system):
            client = Client(
                id=new_id(),
                issuer=signer.issuer,
                name="Phần mềm của phường",
                organization_id=organization.id,
                scopes=[Scope.PLANS_READ],
                registered_by="tests",
                revoked_at=at if signer is self.revoked_system else None,
            )
            session.add(client)
            await session.flush()
            self._add_keys(session, signer, client, at)
        # A key of the local issuer stands under the OIDC issuer's name too: its keys are those it publishes, no others.
        session.add(_row(self.oidc, "in our table", "ES256", self.local.pair.public))
        session.add(UsedToken(issuer=self.system.issuer, jti=self.USED_JTI, expires_at=at + timedelta(hours=1)))
        await session.commit()

    def _add_keys(self, session: AsyncSession, signer: Signer, client: Client | None, at: datetime) -> None:
        own = signer.pair.public
        owner = client.id if client else None
        session.add_all(
            [
                _row(signer, signer.kid, "ES256", own, client_id=owner),
                _row(signer, self.RSA_KID, "RS256", RSA.public, client_id=owner),
                _row(signer, self.HMAC_KID, "HS256", HMAC_SECRET, client_id=owner),
                _row(signer, self.RS512_KID, "RS512", RSA.public, client_id=owner),
                _row(signer, self.BROKEN_KID, "ES256", "-----BEGIN PUBLIC KEY-----", client_id=owner),
                _row(signer, self.REVOKED_KID, "ES256", own, client_id=owner, revoked_at=at),
                _row(signer, self.RETIRED_KID, "ES256", own, client_id=owner, retires_at=at),
            ]
        )

    def lookup(self, verifier: Any) -> KeyLookup:
        """Keys without a database, for the verifier alone (a module like `shared.http.tokens`).

        It hands out whatever a careless one might, and fails as a database does when asked for what it cannot hold.
        """
        local, oidc, system = self.local, self.oidc, self.system
        kinds = {local: "OF_PEOPLE", oidc: "OF_PEOPLE", system: "SYSTEM"}
        found = {
            (signer.issuer, kid): verifier.VerifyingKey(
                algorithm, jwk.construct(public, algorithm), verifier.IssuerKind[kind], "theodoi"
            )
            for signer, kind in kinds.items()
            for kid, algorithm, public in (
                (signer.kid, "ES256", signer.pair.public),
                (self.RSA_KID, "RS256", RSA.public),
                (self.RS512_KID, "RS512", RSA.public),
                (self.HMAC_KID, "HS256", HMAC_SECRET),
            )
        }

        async def find_key(issuer: str, kid: str) -> Any:
            for value in (issuer, kid):
                if not isinstance(value, str) or not value.isprintable() or not 0 < len(value) <= 255:
                    raise LookupError("the database cannot be asked for this")
            if (issuer, kid) not in found:
                raise verifier.refusal()
            return found[issuer, kid]

        return find_key


def _row(signer: Signer, kid: str, algorithm: str, public: str, **values: Any) -> TokenKey:
    return TokenKey(issuer=signer.issuer, kid=kid, algorithm=algorithm, public_key=public, **values)


def _jwk(pair: Pair, kid: str) -> dict[str, Any]:
    algorithm = read_public_key(pair.public).algorithm
    shape = {name: _text(value) for name, value in jwk.construct(pair.public, algorithm).to_dict().items()}
    return shape | {"kid": kid, "use": "sig"}


def _text(value: str | bytes) -> str:
    return value.decode() if isinstance(value, bytes) else value
