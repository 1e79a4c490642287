"""`miaobi serve` as a program of its own."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx

from tests.conftest import REAL_ASSETS

COMMAND = [sys.executable, "-m", "miaobi.cli.main", "serve"]
PATIENCE = 120  # seconds


def test_a_model_named_is_loaded_before_anything_is_answered(tmp_path: Path) -> None:
    (tmp_path / "assets").symlink_to(REAL_ASSETS)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    ends = time.monotonic() + PATIENCE
    with subprocess.Popen(
        [*COMMAND, "--port", str(port), "--load", "smollm2-135m"],
        env=os.environ | {"MIAOBI_HOME": str(tmp_path)},
    ) as process:
        try:
            while True:
                assert process.poll() is None and time.monotonic() < ends
                try:
                    told = httpx.get(f"http://127.0.0.1:{port}/metrics").text
                    break
                except httpx.ConnectError:
                    time.sleep(0.1)
        finally:
            process.send_signal(signal.SIGTERM)
    assert 'model="smollm2-135m"' in told
    assert process.returncode in (0, -signal.SIGTERM)


def test_a_model_there_is_not_is_named(tmp_path: Path) -> None:
    done = subprocess.run(
        [*COMMAND, "--port", "0", "--load", "smolm2"], capture_output=True, text=True,
        env=os.environ | {"MIAOBI_HOME": str(tmp_path)}, timeout=PATIENCE, check=False,
    )  # fmt: skip
    assert done.returncode != 0 and "smolm2" in done.stderr and "Traceback" not in done.stderr
