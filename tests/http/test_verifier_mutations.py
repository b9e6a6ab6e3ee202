"""Take any single check out of the verifier, and a forged token is no longer refused."""

import ast
import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime
from difflib import SequenceMatcher

import pytest

from shared.domain.errors import NotAuthenticated
from shared.http import tokens
from tests.http.forged_tokens import FORGED
from tests.http.issuers import Issuers
from tests.http.mutants import SOURCE, list_mutants, loaded

MUTANTS = list_mutants()
BEYOND_THE_VERIFIER = {"a system's token that was used before"}
"""Good in themselves: that they come again is seen by who remembers them."""


async def is_refused(verifier: object, issuers: Issuers, token: str, at: datetime) -> bool:
    """Whether the token is refused as tokens are; anything else that happens is a hole too."""
    try:
        await getattr(verifier, "verify")(token, issuers.lookup(verifier), now=at)  # noqa: B009 -- any module like it
    except NotAuthenticated:
        return True
    except Exception:  # noqa: BLE001 -- answered with 500 where 401 is due
        return False
    return False


@pytest.fixture(scope="module")
def issuers() -> Issuers:
    return Issuers(oidc_issuer="https://login.test")


@pytest.fixture(scope="module")
def forged(issuers: Issuers) -> tuple[Mapping[str, str], datetime]:
    """Every forged token, and the instant it was made for."""
    return {name: make(issuers) for name, make in FORGED.items()}, datetime.now(UTC)


async def test_the_whole_verifier_refuses_every_forged_token(
    issuers: Issuers, forged: tuple[Mapping[str, str], datetime]
) -> None:
    made, at = forged

    believed = {name for name, token in made.items() if not await is_refused(tokens, issuers, token, at)}

    assert believed == BEYOND_THE_VERIFIER


async def test_the_whole_verifier_believes_good_tokens(issuers: Issuers) -> None:
    for signer in (issuers.local, issuers.oidc, issuers.system):
        claims = await tokens.verify(signer.seal(), issuers.lookup(tokens), now=datetime.now(UTC))
        assert (claims.issuer, claims.subject) == (signer.issuer, signer.subject)


def test_every_mutant_differs_from_the_verifier_in_one_place() -> None:
    whole = ast.unparse(ast.parse(SOURCE)).splitlines()
    for name, mutant in MUTANTS.items():
        steps = SequenceMatcher(None, whole, ast.unparse(mutant).splitlines(), autojunk=False).get_opcodes()
        assert len([step for step in steps if step[0] != "equal"]) == 1, name
    assert len(MUTANTS) > 40


@pytest.mark.parametrize("mutant", MUTANTS.values(), ids=MUTANTS.keys())
def test_no_check_is_for_nothing(
    mutant: ast.Module, issuers: Issuers, forged: tuple[Mapping[str, str], datetime]
) -> None:
    made, at = forged
    with loaded(mutant) as weakened:
        for name, token in made.items():
            if name not in BEYOND_THE_VERIFIER and not asyncio.run(is_refused(weakened, issuers, token, at)):
                return
    pytest.fail("every forged token is still refused: the check says what another says already")
