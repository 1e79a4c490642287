"""Nothing that clients send makes the server fail, and nothing of it stays."""

import os
import tempfile
from collections import Counter
from pathlib import Path

import httpx
import pytest

from benchmarks import fuzzing
from tests.server.conftest import Served


def test_broken_uploads(served: Served) -> None:
    before = set(Path(tempfile.gettempdir()).iterdir())
    told = list(fuzzing.uploads(served.url, 200))
    assert [one for one in told if one[1] >= 500] == []
    assert {413, 415, 400} & {status for _, status in told}, Counter(told)
    assert list((served.home / "cache" / "uploads").iterdir()) == []
    mine = [
        path
        for path in set(Path(tempfile.gettempdir()).iterdir()) - before
        if path.name.startswith("tmp") and path.stat().st_uid == os.getuid()
    ]
    assert [path for path in mine if "miaobi" in path.name] == []
    assert httpx.get(f"{served.url}/healthz").status_code == 200


def test_cases_drawn_from_the_document(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MIAOBI_OFFLINE", "1")
    told = list(fuzzing.drawn(served.url, 2))
    assert len(told) > 80
    assert [one for one in told if one[1] >= 500] == []
    assert {200, 400, 404} <= {status for _, status, _ in told}
