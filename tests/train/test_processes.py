"""Two processes train one model: `accelerate launch` around the same command."""

import json
import subprocess
import sys
from pathlib import Path

from miaobi.models import checkpoint
from tests.train.conftest import small


def test_two_processes_make_one_model(words: Path, tmp_path: Path) -> None:
    folder = tmp_path / "pair"
    options = [f"--{key}={value}" for key, value in small("gpt", **{"train.accumulate": 2}).items()]
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "accelerate.commands.launch",
            "--cpu",
            "--num_processes",
            "2",
            "--num_machines",
            "1",
            "--mixed_precision",
            "no",
            "--dynamo_backend",
            "no",
            "--main_process_port",
            "0",
            "-m",
            "miaobi.cli.main",
            "train",
            "gpt",
            "-d",
            str(words),
            "-o",
            str(folder),
            *options,
        ],
        cwd=tmp_path,
        capture_output=True,
        timeout=200,
    )
    told = done.stderr.decode()
    assert done.returncode == 0, told
    assert told.count("characters") == 1  # only one of them talks
    run = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    assert run["finished"] and not (folder / "state.safetensors").exists()
    first, last = run["history"][0]["loss"], run["history"][-1]["validation"]["loss"]
    assert last < first
    assert checkpoint.load(folder).config.vocab <= 300
