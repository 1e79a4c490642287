"""`miaobi verify`: exit code 0 for an intact file and for no other."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from miaobi.provenance.keys import install_keys
from miaobi.tasks.speech import speech
from miaobi.tasks.text import text

Run = Callable[..., subprocess.CompletedProcess[str]]


def test_intact_changed_unlabeled(miaobi: Run, tmp_path: Path) -> None:
    made = speech("A fox.", seed=1, parents=("first", "second"))
    path = made.save(tmp_path / "a.wav")
    done = miaobi("verify", "a.wav")
    assert (done.returncode, done.stderr) == (0, "")
    first, *lines = done.stdout.splitlines()
    assert first == "a.wav: intact. It declares that an AI model made it."
    facts = dict(line.strip().split(": ", 1) for line in lines)
    assert facts["model"] == "hibari" and facts["seed"] == "1" and facts["id"] == made.id
    assert facts["made from"] == "first, second"
    assert facts["signer"] == "signed on this machine"
    assert facts["GB 45438-2025"] == "label present"
    assert "found" not in facts

    path.write_bytes(made.data[:200] + b"!" + made.data[201:])
    done = miaobi("verify", "a.wav")
    assert done.returncode == 1
    assert done.stdout.startswith("a.wav: changed after it was labeled.\n")
    assert "  found: assertion.dataHash.mismatch" in done.stdout

    path.write_bytes(
        made.data[:200] + made.data[200:].replace(b"c2pa", b"none").replace(b"C2PA", b"none")
    )
    assert miaobi("verify", "a.wav").returncode == 1

    (tmp_path / "plain.txt").write_text("plain words\n")
    done = miaobi("verify", "plain.txt")
    assert done.returncode == 1
    assert done.stdout == "plain.txt: no label found. Its origin is unknown.\n"


def test_as_json(miaobi: Run, tmp_path: Path) -> None:
    made = text("Hi", model="smollm2-135m", max_tokens=4, seed=1)
    made.save(tmp_path / "a.txt")
    verdict = json.loads(miaobi("verify", "a.txt", "--json").stdout)
    assert (verdict["status"], verdict["signer"]) == ("intact", "this machine")
    assert verdict["record"] == made.manifest
    (tmp_path / "a.txt.c2pa").unlink()
    done = miaobi("verify", "a.txt")
    assert done.returncode == 0
    assert "signer: in this machine's index, byte for byte" in done.stdout


def test_a_file_of_another_installation(
    miaobi: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    speech("A fox.", seed=1).save(tmp_path / "a.wav")
    (tmp_path / "theirs.pem").write_text(install_keys().authority)
    monkeypatch.setenv("MIAOBI_HOME", str(tmp_path / "elsewhere"))
    (tmp_path / "elsewhere").mkdir()
    done = miaobi("verify", "a.wav")
    assert done.returncode == 0
    assert "signer: the signer is not independently verified" in done.stdout
    done = miaobi("verify", "a.wav", "--authority", "theirs.pem")
    assert done.returncode == 0
    assert "signer: signed by the authority you trust" in done.stdout


def test_in_chinese(miaobi: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MIAOBI_LANG", "zh")
    (tmp_path / "plain.txt").write_text("words")
    done = miaobi("verify", "plain.txt")
    assert done.returncode == 1
    assert done.stdout.startswith("plain.txt") and "label" not in done.stdout


def test_what_cannot_be_verified(refused: Callable[..., str], miaobi: Run, tmp_path: Path) -> None:
    refused("verify", "none.wav", code=2, says=("There is no file none.wav. Check the name.",))
    refused("verify", ".", code=2, says=("There is no file .",))
    (tmp_path / "a.txt").write_text("words")
    (tmp_path / "wrong.pem").write_bytes(b"\xff\xfe\0")
    refused(
        "verify",
        "a.txt",
        "--authority",
        "wrong.pem",
        code=2,
        says=("wrong.pem cannot be read: no PEM certificate.",),
    )
    done = miaobi("verify", "a.txt", "--authority", "none.pem")
    assert done.returncode == 2 and "none.pem" in done.stderr
