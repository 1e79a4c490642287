"""`miaobi serve` as a program of its own."""

import signal
import socket
import subprocess
import sys
import time

import httpx

COMMAND = [sys.executable, "-m", "miaobi.cli.main", "serve"]
PATIENCE = 120  # seconds


def test_a_model_named_is_loaded_before_anything_is_answered() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    ends = time.monotonic() + PATIENCE
    command = [*COMMAND, "--port", str(port), "--preload", "smollm2-135m"]
    with subprocess.Popen(command) as process:
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


def test_a_model_there_is_not_is_named() -> None:
    done = subprocess.run(
        [*COMMAND, "--port", "0", "--preload", "smolm2"],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode != 0 and "smolm2" in done.stderr and "Traceback" not in done.stderr
