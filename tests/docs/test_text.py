"""Every block of docs/text.md is run, in its order, as a newcomer would; with fewer steps."""

import os
import re
import subprocess
import sys
from pathlib import Path

from tests.conftest import PROJECT, REAL_ASSETS

PAGE = (PROJECT / "docs" / "text.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", PAGE, re.S | re.M)
FEWER = " --train.steps=12 --train.validate_every=12 --data.rows=4 --data.length=64"
CUT = 150_000  # characters of Shakespeare that are enough here


def test_every_block_runs(tmp_path: Path) -> None:
    home = tmp_path / "home of a newcomer"
    (home / ".miaobi").mkdir(parents=True)
    (home / ".miaobi" / "assets").symlink_to(REAL_ASSETS)
    environment = {
        **os.environ,
        "HOME": str(home),
        "MIAOBI_HOME": "",
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    }
    assert {kind for kind, _ in BLOCKS} == {"sh", "python"} and len(BLOCKS) >= 7
    for kind, block in BLOCKS:
        if kind == "sh":
            block = re.sub(r"^(miaobi (train|tune) .*)$", rf"\1{FEWER}", block, flags=re.M)
        program = ["bash", "-ec", block] if kind == "sh" else [sys.executable, "-c", block]
        done = subprocess.run(program, cwd=tmp_path, env=environment, capture_output=True)
        assert done.returncode == 0, f"{block}\n{done.stderr.decode()}"
        if "miaobi text" in block or kind == "python":
            assert done.stdout.strip(), block
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
