"""How tests start the OIDC provider and tell its realms what to do."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx

from shared.settings import OidcIssuer, Settings

ROOT = Path(__file__).parents[2]


@contextmanager
def oidc_provider() -> Iterator[str]:
    """The address of a provider that runs until the block ends."""
    command = [sys.executable, "-m", "tests.http.oidc_server"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield f"http://127.0.0.1:{int(process.stdout.readline())}"
        finally:
            process.kill()


@dataclass(frozen=True, slots=True)
class OidcRealm:
    """One issuer of a running provider."""

    issuer: str

    @classmethod
    def on(cls, provider: str) -> "OidcRealm":
        """A realm that nobody has used yet."""
        return cls(f"{provider}/realm-{uuid4().hex[:8]}")

    async def tell(self, command: str, **given: Any) -> dict[str, Any]:
        async with httpx.AsyncClient(timeout=60) as client:
            answer = await client.post(f"{self.issuer}/test/{command}", json=given)
        answered: dict[str, Any] = answer.raise_for_status().json()
        return answered

    async def rotate(self, *, keep: bool = False, algorithm: str = "ES256") -> None:
        """Sign with a new key from now on; publish the former ones too if `keep`."""
        await self.tell("rotate", keep=keep, algorithm=algorithm)

    async def behave(self, **behaviour: Any) -> None:
        """Do something else than what is right, or what is right again; whoever was held is let go."""
        await self.tell("behave", **behaviour)

    async def count_fetches(self) -> int:
        """How often the keys were asked for; discovery always goes before."""
        asked: dict[str, int] = (await self.tell("tell"))["asked"]
        return max(asked["discovery"], asked["jwks"])

    async def await_fetches(self, count: int) -> None:
        """Return when the keys have been asked for so often, answered or not."""
        await self.tell("await", fetches=count)

    async def sign(self, subject: str, *, header: dict[str, Any] | None = None, **changes: Any) -> str:
        """A token of the realm for `subject`."""
        now = int(datetime.now(UTC).timestamp())
        claims = {
            "iss": self.issuer,
            "sub": subject,
            "aud": "theodoi",
            "iat": now,
            "exp": now + 600,
            "jti": uuid4().hex,
        }
        token: str = (await self.tell("sign", claims=claims | changes, header=header or {}))["token"]
        return token

    def settings(self, *, audience: str | None = None, **changes: Any) -> Settings:
        """Those of a service that believes this realm."""
        return Settings(oidc_issuers=(OidcIssuer(issuer=self.issuer, audience=audience),), **changes)
