"""Every block of docs/server.md is run, in its order, against `miaobi serve` as a program."""

import os
import re
import socket
import subprocess
import sys
import time
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from openai import OpenAI

from miaobi.cli.serve import serve
from miaobi.provenance.verify import verify
from miaobi.server.app import ROUTES
from tests.conftest import PROJECT

PAGE = (PROJECT / "docs" / "server.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(sh|python)\n(.*?)^```$", PAGE, re.S | re.M)
ADDRESS = "http://127.0.0.1:8765"
MADE = ("fox.png", "fox.wav", "waltz.wav", "rain.wav", "balloon.mp4", "balloon.png")


@pytest.fixture
def server(tmp_path: Path, drawings: None) -> Iterator[str]:
    """The program of the first block, at a free port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
    assert BLOCKS[0] == ("sh", "miaobi serve\n")
    words = [sys.executable, "-m", "miaobi.cli.main", "serve", "--port", url.rpartition(":")[2]]
    process = subprocess.Popen(words, stderr=subprocess.DEVNULL)
    try:
        until = time.monotonic() + 60
        while time.monotonic() < until:
            try:
                httpx.get(f"{url}/healthz")
                break
            except httpx.TransportError:
                time.sleep(0.05)
        yield url
    finally:
        process.terminate()
        process.wait()


def test_every_block_runs(server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    known: dict[str, Any] = {}
    environment = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    }
    assert len(BLOCKS) == 14
    for kind, block in BLOCKS[1:]:
        block = block.replace(ADDRESS, server).replace('"steps": 100', '"steps": 2')
        if kind == "python":
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", DeprecationWarning)
                exec(compile(block, "docs/server.md", "exec"), known)
            continue
        for line in block.splitlines():
            line = line.replace("curl -s", "curl -sf")
            done = subprocess.run(
                ["bash", "-ec", line], env=environment, capture_output=True, text=True
            )
            assert done.returncode == 0, (line, done.stdout, done.stderr)
            if "/v1/films" in line:  # a film takes minutes
                id = httpx.Response(200, text=done.stdout).json()["id"]
                httpx.post(f"{server}/v1/jobs/{id}/cancel")
    assert all(verify(tmp_path / name).status == "intact" for name in MADE)
    assert known["job"].status == "succeeded" and "fox" in known["heard"].text.lower()
    assert isinstance(known["client"], OpenAI)
    known["client"].close()
    known["server"].close()


def test_the_page_names_what_there_is() -> None:
    for option in serve.params:
        if getattr(option, "hidden", False):  # a former name
            continue
        assert all(f"`{name}`" in PAGE for name in option.opts), option.opts
    for route in ROUTES:
        if route.scope:
            first = "/".join(route.path.split("/{")[0].split("/")[:3])
            assert first in PAGE or route.path in PAGE, route.path
