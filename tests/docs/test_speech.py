"""The blocks of docs/speech.md run and print what they should."""

import re
import subprocess
import sys
from pathlib import Path

from miaobi.speech.ssml import KINDS, KNOWN
from miaobi.tasks import library
from tests.conftest import PROJECT

PAGE = (PROJECT / "docs" / "speech.md").read_text(encoding="utf-8")
FILES = ("fare.wav", "fare.srt", "scene.wav", "wait.wav", "boat.m4b", "boat.mp3")


def test_every_block_runs(tmp_path: Path) -> None:
    blocks = re.findall(r"^```python\n(.*?)^```$", PAGE, re.S | re.M)
    done = subprocess.run(
        [sys.executable, "-c", "\n".join(blocks)], cwd=tmp_path, capture_output=True
    )
    assert done.returncode == 0, done.stderr.decode()
    lines = done.stdout.decode().splitlines()
    assert lines[3].endswith(" $5.20;")
    assert (
        "Doctor Smith paid one thousand two hundred dollars and fifty cents on March" in lines[-3]
    )
    assert lines[-2] == "今天是二零二四年三月五日，气温零下五摄氏度，苹果十二点五元一斤。"
    assert lines[-1] == "['', 'ANNA', 'ANNA']"
    for name in FILES:
        assert library.verify(tmp_path / name).status == "intact", name


def test_the_tables_name_what_there_is() -> None:
    for tag in set(KNOWN) - {"speak", "mark"}:
        assert f"<{tag}>" in PAGE
    for kind in KINDS:
        assert kind in PAGE
