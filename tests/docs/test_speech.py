"""The blocks of docs/speech.md run and print what they should."""

from pathlib import Path

import pytest

from miaobi.speech.ssml import ELEMENTS, INTERPRET_AS
from miaobi.tasks import library
from tests.docs.page import blocks, page, run_python

PAGE = page("speech.md")
FILES = ("fare.wav", "fare.srt", "scene.wav", "wait.wav", "boat.m4b", "boat.mp3")


def test_every_block_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    lines = run_python("\n".join(code for _, code in blocks(PAGE, "python")), "speech.md")
    assert lines[3].endswith(" $5.20;")
    assert (
        "Doctor Smith paid one thousand two hundred dollars and fifty cents on March" in lines[-3]
    )
    assert lines[-2] == "今天是二零二四年三月五日，气温零下五摄氏度，苹果十二点五元一斤。"
    assert lines[-1] == "['', 'ANNA', 'ANNA']"
    for name in FILES:
        assert library.verify(tmp_path / name).status == "intact", name


def test_the_tables_name_what_there_is() -> None:
    for tag in set(ELEMENTS) - {"speak", "mark"}:
        assert f"<{tag}>" in PAGE
    for kind in INTERPRET_AS:
        assert kind in PAGE
