"""A process that is thrown away: what it is given, what it cannot do, and what is told when it breaks."""

import asyncio
import os
from pathlib import Path
from typing import Any

import pytest

from shared import throwaway
from shared.domain import errors
from shared.throwaway import Busy, Exceeded, Failed, Limits, Patience
from tests.throwaway.turns import a_turn_taken, all_turns_taken

HERE = "tests.throwaway.misbehaving"


async def run(name: str, content: bytes = b"", argument: errors.Json = None, **limits: Any) -> Any:
    return await throwaway.run(f"{HERE}:{name}", content, argument, limits=Limits(**limits))


async def test_bytes_go_in_and_json_comes_out_whatever_is_printed() -> None:
    content = "Kế hoạch".encode() + bytes(3 << 20)
    assert await run("tell", content, {"tên": "tệp"}) == {
        "size": len(content),
        "argument": {"tên": "tệp"},
        "text": content[:20].decode(),
    }


async def test_the_process_has_limits_and_nothing_of_the_service(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("THEODOI_DATABASE_URL", "postgresql://secret")
    monkeypatch.setenv("PGPASSWORD", "secret")
    async with a_turn_taken(tmp_path):
        told = await run("tell_surroundings")
    assert set(told.pop("environment")) <= {"PATH", "LD_LIBRARY_PATH", "TESSDATA_PREFIX", "LC_CTYPE"}
    assert told == {
        "session": True,
        "files": 64,
        "written": 0,
        "core": 0,
        "processor": 20,
        "isolated": 1,
        "folder": "/",
        "descriptors": [0, 1, 2, 3],
    }


async def test_a_refusal_arrives_as_it_was_raised() -> None:
    with pytest.raises(errors.TooLarge) as refusal:
        await run("refuse")
    told = refusal.value
    assert (told.code, told.detail, told.facts) == ("table-too-large", "Bảng quá lớn.", {"rows": 3})
    assert told.errors == (errors.FieldError("bảng 1", "too-large", "Quá lớn."),)


@pytest.mark.parametrize("name", ["break_down", "crash", "leave", "answer_what_is_no_json", "no_such_function"])
async def test_a_process_that_breaks_has_failed(name: str) -> None:
    with pytest.raises(Failed) as failure:
        await run(name, "bí mật".encode())
    assert "bí mật" not in str(failure.value)


async def test_a_file_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(Failed):
        await run("write_a_file", b"x", str(tmp_path / "tệp"))


@pytest.mark.parametrize(
    ("name", "limits"),
    [
        ("take_memory", {}),
        ("go_deep", {}),
        ("spin", {"cpu": 1}),
        ("spin", {"wall": 1}),
        ("talk_on", {"output": 1 << 20}),
    ],
    ids=["memory", "depth", "processor time", "wall time", "output"],
)
async def test_more_than_is_allowed_is_not_given(name: str, limits: dict[str, Any]) -> None:
    with pytest.raises(Exceeded):
        await run(name, **limits)


@pytest.mark.skipif(os.getuid() == 0, reason="the system lets root start as many processes as it likes")
async def test_other_programs_are_started_only_where_that_is_allowed() -> None:
    assert await run("start_another") == "refused"


async def test_other_programs_are_started_where_that_is_allowed() -> None:
    assert await run("start_another", may_start_programs=True) == "started"


async def test_too_many_at_once_are_told_to_come_again(tmp_path: Path) -> None:
    """All turns are taken and as many callers wait: the next is refused at once, unless it would wait behind any."""
    async with all_turns_taken(tmp_path):
        waiting = [asyncio.create_task(run("tell")) for _ in range(throwaway.AT_ONCE)]
        await asyncio.sleep(0)
        with pytest.raises(Busy):
            await run("tell")
        patient = throwaway.run(f"{HERE}:tell", b"", patience=Patience(600))
        waiting.append(asyncio.create_task(patient))
        await asyncio.sleep(0)
    assert [answer["size"] for answer in await asyncio.gather(*waiting)] == [0] * (throwaway.AT_ONCE + 1)


async def test_patience_ends(tmp_path: Path) -> None:
    without = Patience(0)
    async with all_turns_taken(tmp_path):
        with pytest.raises(Busy):
            await throwaway.run(f"{HERE}:tell", b"", patience=without)
    assert await throwaway.run(f"{HERE}:tell", b"", patience=without)
