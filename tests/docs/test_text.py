"""Every block of docs/text.md is run, in its order, as a newcomer would; with fewer steps."""

import re
from pathlib import Path

import pytest

from tests.conftest import REAL_ASSETS
from tests.docs.page import blocks, page, run_python, run_shell

BLOCKS = blocks(page("text.md"))
FEWER = " --train.steps=3 --train.validate_every=3 --data.rows=2 --data.length=32"
CUT = 60_000  # characters of Shakespeare that are enough here


def shorter(line: str) -> str:
    return re.sub(r"^(miaobi (train|tune) .*)$", rf"\1{FEWER}", line)


def test_every_block_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".miaobi").mkdir()
    (tmp_path / ".miaobi" / "assets").symlink_to(REAL_ASSETS)
    monkeypatch.setenv("HOME", str(tmp_path))  # a block copies from ~/.miaobi
    monkeypatch.chdir(tmp_path)
    assert {kind for kind, _ in BLOCKS} == {"sh", "python"} and len(BLOCKS) >= 7
    for kind, block in BLOCKS:
        if kind == "python":
            assert run_python(block, "text.md"), block
        for line, printed in zip(
            block.splitlines() if kind == "sh" else [],
            run_shell(block, shorter) if kind == "sh" else [],
            strict=True,
        ):
            assert printed.strip() or "miaobi text" not in line, line
        works = tmp_path / "my-texts" / "works.txt"
        if works.is_file():
            works.write_text(works.read_text(encoding="utf-8")[:CUT], encoding="utf-8")
    same_logits(tmp_path / "my-model", tmp_path / "for-transformers")


def same_logits(ours: Path, theirs: Path) -> None:
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    from miaobi.models import checkpoint
    from miaobi.models.tokenizer import load_tokenizer

    words = "Shall I compare thee to a summer's day? — 你好"
    tokens = load_tokenizer(ours).encode(words).ids
    foreign = AutoTokenizer.from_pretrained(theirs)
    assert foreign(words)["input_ids"] == tokens and foreign.decode(tokens) == words
    with torch.no_grad():
        expected = checkpoint.load(ours)(torch.tensor([tokens]))
        logits = AutoModelForCausalLM.from_pretrained(theirs)(torch.tensor([tokens])).logits
    assert (logits - expected).abs().max() <= 1e-4
