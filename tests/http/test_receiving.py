"""Bodies that nest too deep, heads that are too large: refused before anything is done for them."""

import json

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.ext.asyncio import AsyncSession

from shared.domain.principal import Role
from shared.http.receiving import DEEPEST, Body, BodyRefused, nests_deeper
from tests.factories.identity import TokenMaker, make_caller
from tests.factories.tracking import make_organization


def depth_of(value: object) -> int:
    if isinstance(value, dict):
        return 1 + max((depth_of(each) for each in value.values()), default=0)
    if isinstance(value, list):
        return 1 + max((depth_of(each) for each in value), default=0)
    return 0


JSON = st.recursive(
    st.text(alphabet='[]{}"\\ả\n', max_size=6) | st.integers() | st.none(),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(alphabet='[{"\\', max_size=3), inner, max_size=3)
    ),
    max_leaves=20,
)


@given(JSON, st.integers(0, 8), st.booleans())
def test_depth_is_that_of_the_value_whatever_stands_in_its_texts(value: object, most: int, ascii_only: bool) -> None:
    content = json.dumps(value, ensure_ascii=ascii_only).encode()
    assert nests_deeper(content, most) is (depth_of(value) > most)


@given(st.binary(max_size=60) | st.text(alphabet='[]{}"\\', max_size=60).map(str.encode), st.integers(0, 3))
def test_anything_at_all_can_be_measured(content: bytes, most: int) -> None:
    assert isinstance(nests_deeper(content, most), bool)


@pytest.mark.parametrize(
    ("content", "deeper"),
    [
        (b"[" * 3, False),
        (b"[" * 4, True),
        (b'{"a":' * 4, True),
        (b"[]" * 1000, False),
        (b'"' + b"[" * 1000 + b'"', False),
        (b'"\\"' + b"[" * 1000, False),
        (b'"\\\\"' + b"[" * 4, True),
        (b"]" * 1000 + b"[" * 1000, False),
        (b'"[' * 500_000, True),
        (b"\\" * 500_000 + b"[[[[", True),
    ],
)
def test_depth_at_its_limit(content: bytes, deeper: bool) -> None:
    assert nests_deeper(content, 3) is deeper


def test_a_body_is_measured_whole_however_it_was_cut() -> None:
    content = b'["' + b"]" * 50 + b'",' + b"[" * DEEPEST + b"]" * DEEPEST + b"]"
    for size in (1, 7, len(content)):
        body = Body(1000, is_json=True)
        pieces = [content[start : start + size] for start in range(0, len(content), size)]
        for piece in pieces[:-1]:
            body.take(piece, more=True)
        assert not body.whole
        with pytest.raises(BodyRefused) as refused:
            body.take(pieces[-1], more=False)
        assert (refused.value.status_code, refused.value.code) == (400, "json-too-deep")


def test_what_is_no_json_may_hold_any_brackets() -> None:
    body = Body(1000, is_json=False)
    body.take(b"[" * 999, more=False)
    assert body.whole


def test_a_body_has_more_time_the_more_of_it_came() -> None:
    body = Body(None, is_json=False)
    assert body.patience(20) == 20
    body.take(b"x" * (1 << 20), more=True)
    assert body.patience(20) == 20 + 64


@pytest.fixture
async def reporter(session: AsyncSession, token_maker: TokenMaker) -> dict[str, str]:
    return await make_caller(session, token_maker, await make_organization(session), Role.REPORTER)


@pytest.mark.parametrize(("levels", "status", "code"), [(32, 400, "json-invalid"), (33, 400, "json-too-deep")])
async def test_json_that_nests_too_deep_is_told_so(
    tasks_api: httpx.AsyncClient, reporter: dict[str, str], levels: int, status: int, code: str
) -> None:
    path = "/v1/assignments/01890a5d-ac96-774b-bcce-b302099a8057/progress"
    for kind in ("application/json", "application/merge-patch+json"):
        headers = reporter | {"Content-Type": kind}
        answer = await tasks_api.post(path, content=b"[" * levels, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (status, code)


@pytest.mark.parametrize(
    ("target", "headers", "status", "code"),
    [
        ("/v1/me?text=" + "x" * 9000, {}, 414, "target-too-long"),
        ("/v1/" + "x" * 9000, {}, 414, "target-too-long"),
        ("/v1/me", {"X-Anything": "x" * 40_000}, 431, "head-too-large"),
        ("/v1/me", {f"X-{number}": "x" for number in range(101)}, 431, "head-too-large"),
    ],
)
async def test_a_head_that_is_too_large_is_refused(
    tasks_api: httpx.AsyncClient, target: str, headers: dict[str, str], status: int, code: str
) -> None:
    answer = await tasks_api.get(target, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
