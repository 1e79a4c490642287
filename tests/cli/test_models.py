"""`miaobi models` and `miaobi pull`, without the network."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from miaobi.assets.table import ASSETS, find_asset
from miaobi.models.zoo import MODELS

Run = Callable[..., subprocess.CompletedProcess[str]]


def pretend(assets: Path, name: str) -> None:
    """Files of the right names and sizes, holes all through."""
    for file in find_asset(name).files:
        path = assets / name / file.name
        path.parent.mkdir(exist_ok=True)
        with path.open("wb") as hole:
            hole.truncate(file.size)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_table(
    miaobi: Run, empty_assets: Path, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    monkeypatch.setenv("MIAOBI_LANG", language)
    pretend(empty_assets, "smollm2-135m")
    done = miaobi("models")
    assert (done.returncode, done.stderr) == (0, "")
    lines = {line.split()[0]: line for line in done.stdout.splitlines() if line and line[0] != " "}
    assert {model.name for model in MODELS} < set(lines)
    if language == "en":
        assert " yes " in lines["smollm2-135m"] and " 98 MB " in lines["smollm2-135m"]
        assert " no " in lines["kokoro-82m"] and "built in" in lines["hibari"]
        assert all(model.license in lines[model.name] for model in MODELS)


def test_as_json(miaobi: Run, empty_assets: Path) -> None:
    pretend(empty_assets, "smollm2-135m")
    done = miaobi("models", "--json")
    rows = {row["name"]: row for row in json.loads(done.stdout)}
    assert list(rows) == [model.name for model in MODELS]
    inside = {model.name for model in MODELS if model.asset is None}  # with the package
    assert {name for name, row in rows.items() if row["here"]} == {"smollm2-135m"} | inside
    assert {"hibari", "tang-gpt", "drawings-vae", "procedural"} <= inside
    assert rows["kokoro-82m"]["bytes"] == find_asset("kokoro-82m").size
    assert rows["whisper-base"]["license"] == "MIT"


def test_removing(miaobi: Run, empty_assets: Path) -> None:
    pretend(empty_assets, "smollm2-135m")
    pretend(empty_assets, "kokoro-82m")
    done = miaobi("models", "rm", "smollm2-135m")
    assert (done.returncode, done.stderr) == (0, "smollm2-135m: 98 MB freed.\n")
    assert not (empty_assets / "smollm2-135m").exists() and (empty_assets / "kokoro-82m").exists()
    assert miaobi("models", "rm", "smollm2-135m").stderr == "smollm2-135m: 0 MB freed.\n"


def test_unknown_names(refused: Callable[..., str], empty_assets: Path) -> None:
    for command in (("pull",), ("models", "rm")):
        refused(
            *command,
            "nobody",
            code=2,
            says=("There is no asset called 'nobody'. `miaobi models` lists what there is.",),
        )


def test_what_is_here_is_not_pulled_again(
    miaobi: Run, empty_assets: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MIAOBI_OFFLINE", "1")
    for asset in ASSETS:
        pretend(empty_assets, asset.name)
        done = miaobi("pull", asset.name)
        assert (done.returncode, done.stderr) == (0, f"{asset.name} is already installed.\n")


def test_pulling_offline(miaobi: Run, empty_assets: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MIAOBI_OFFLINE", "1")
    done = miaobi("pull", "smollm2-135m")
    assert done.returncode == 1 and "Traceback" not in done.stderr
    announced, *_, sentence = done.stderr.splitlines()
    assert announced.startswith(
        "smollm2-135m: SmolLM2-135M-Instruct, 4-bit GGUF, 98 MB, Apache-2.0, by Hugging Face."
    )
    assert (
        sentence.startswith("miaobi: ")
        and "network is switched off" in sentence
        and "--from" in sentence
    )


def test_pulling_from_a_folder(
    miaobi: Run, empty_assets: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MIAOBI_OFFLINE", "1")
    pretend(tmp_path, "smollm2-135m")  # the sizes are right and the bytes are not
    done = miaobi("pull", "smollm2-135m", "--from", ".")
    assert done.returncode == 1 and "Traceback" not in done.stderr
    assert "wrong SHA-256" in done.stderr
    assert not (empty_assets / "smollm2-135m" / "model.gguf").exists()
