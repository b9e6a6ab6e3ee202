"""The first thing a stranger does: `theodoi up --demo --once`, on nothing but wheels."""

import re
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.console import run


def free_port() -> str:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return str(listener.getsockname()[1])


@pytest.fixture
def settings() -> Iterator[dict[str, str]]:
    with tempfile.TemporaryDirectory(prefix="theodoi-story-") as folder:
        yield {
            "DATA_DIR": str(Path(folder) / "data"),
            "TASKS_API_PORT": free_port(),
            "EVIDENCE_API_PORT": free_port(),
        }


def test_the_story_is_told_to_its_end_and_goes_on_with_the_same_data(settings: dict[str, str]) -> None:
    first = run("up", "--demo", "--once", settings=settings).stdout
    assert "Bị từ chối: Báo cáo hoàn thành phải kèm ít nhất một minh chứng" in " ".join(first.replace("│", " ").split())
    for state in ("Chờ thẩm định", "Đã hoàn thành", "Chờ hoàn thiện"):
        assert state in first
    assert "Quá hạn" in first
    for told in ("Chữ ký hợp lệ, của Ủy ban nhân dân", "Văn bản đã bị sửa sau khi ký", "Ảnh gần như trùng"):
        assert told in first, "what files tell by themselves"
    assert re.search(r"\bKhông hợp lệ\b", first), "the verdict, not only what was remarked"
    assert not re.search(r"\b20\d\d-\d\d-\d\d\b|[0-9a-f]{8}-[0-9a-f]{4}-", first), "days as people write them, no ids"
    second = run("up", "--demo", "--once", settings=settings).stdout
    assert "đã được kích hoạt từ lần chạy trước" in second
