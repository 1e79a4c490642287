"""`miaobi verify`: exit code 0 for an intact file and for no other."""

import importlib
import json
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from miaobi.core.requests import Message, TextRequest
from miaobi.provenance import manifest
from miaobi.provenance import verify as labels
from miaobi.provenance.keys import install_keys
from miaobi.provenance.sign import sign_detached
from miaobi.tasks.audio import sound
from miaobi.tasks.speech import speech
from miaobi.tasks.text import text

verify_command = importlib.import_module("miaobi.cli.verify")
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


PARTS = (
    {"kind": "image", "model": "collage", "source_type": manifest.COMPUTED, "count": 5},
    {"kind": "speech", "model": "hibari", "source_type": manifest.GENERATED, "count": 1},
)
FILM = "pictures × 5: collage (by an algorithm); speech × 1: hibari (by an AI model)"
ZH_FILM = "画面 × 5: collage (由算法生成); 语音 × 1: hibari (由 AI 模型生成)"


@pytest.mark.parametrize(
    ("origin", "made_of", "says", "chinese"),
    [
        (manifest.GENERATED, (), "an AI model made it.", "由 AI 模型生成"),
        (manifest.COMPUTED, (), "an algorithm made it.", "由算法生成"),
        (manifest.COMPOSED, PARTS, "an algorithm composed it of parts.", "由算法用多个部分合成"),
        (manifest.TRANSCRIBED, (), "an AI model made it from a given file.", "根据给定的文件生成"),
        (
            manifest.IPTC + "digitalCapture",
            (),
            "declares another origin: digitalCapture.",
            "来源是",
        ),
        ("", (), "It declares no origin.", "没有声明来源"),
    ],
)
def test_what_made_it(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    origin: str,
    made_of: tuple[dict[str, Any], ...],
    says: str,
    chinese: str,
) -> None:
    made = TextRequest(model="m", messages=(Message("user", "x"),), seed=1)
    record = manifest.Record.of(made, "MIT", "1", origin or manifest.GENERATED, made_of)
    definition = manifest.c2pa_manifest(record, "a.txt")
    path = tmp_path / "a.txt"
    path.write_bytes(b"words")
    (tmp_path / "a.txt.c2pa").write_bytes(sign_detached(b"words", definition, install_keys()))
    verdict = labels.verify(path)
    assert (verdict.status, verdict.source_type) == ("intact", origin or manifest.GENERATED)
    verdict = replace(verdict, source_type=origin)  # programs of others may declare nothing
    verify_command._print(path, verdict)
    first, *lines = capsys.readouterr().out.splitlines()
    assert first.endswith(says) and "intact." in first
    assert [line.strip() for line in lines if "made of" in line] == [f"made of: {FILM}"] * bool(
        made_of
    )
    monkeypatch.setenv("MIAOBI_LANG", "zh")
    verify_command._print(path, verdict)
    told = capsys.readouterr().out
    assert chinese in told.splitlines()[0] and (not made_of or ZH_FILM in told)


def test_parts_of_this_machine_are_named_in_the_label() -> None:
    bell = sound("a bell rings", seconds=0.2, seed=1)
    assert "made_of" not in bell.manifest
    parents = (bell.id, bell.id, "unknown")
    spoken = speech("A fox.", seed=1, parents=parents)
    expected = {"kind": "sound", "model": "procedural", "source_type": manifest.COMPUTED}
    assert spoken.manifest["made_of"] == [{**expected, "count": 2}]
    assert labels.verify_bytes(spoken.data).record == spoken.manifest


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
    assert done.stdout.startswith("a.txt: intact. It declares that an AI model made it.")


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
