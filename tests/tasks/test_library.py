"""The index: many writers, one file, and the last word on what this machine made."""

import hashlib
import os
import random
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from miaobi.core.artifact import Artifact
from miaobi.core.errors import MiaobiError, NotFoundError, OutputPathError
from miaobi.core.requests import Message, TextRequest
from miaobi.provenance.keys import install_keys
from miaobi.provenance.manifest import GENERATED, Record
from miaobi.provenance.verify import CHANGED, INTACT, UNLABELED, verify_bytes
from miaobi.tasks import library
from miaobi.tasks.speech import speech
from miaobi.tasks.text import text


def record() -> Record:
    request = TextRequest(model="smollm2-135m", messages=(Message("user", "hello"),), seed=7)
    return Record.of(request, "Apache-2.0", "0.0.1", GENERATED)


ADD = """
import os, sys, time
from pathlib import Path
import filelock, sqlite3
from miaobi.core.requests import Message, TextRequest
from miaobi.provenance.manifest import Record
from miaobi.tasks import library
request = TextRequest(model="m", messages=(Message("user", "hello"),))
print("here", flush=True)
for home in sys.argv[2:]:  # each is a race for an index that is not there yet
    late = time.monotonic() + 60
    while not Path(home).exists() and time.monotonic() < late: time.sleep(0.0005)
    os.environ["MIAOBI_HOME"] = home
    for number in range(int(sys.argv[1])):
        library.add(Record.of(request, "l", "v", "s"), "text/plain", b"x", None, [])
    print("done", flush=True)
"""


def adding(count: int, *homes: Path) -> subprocess.Popen[str]:
    """A process that adds rows to the index of each home as soon as it is there."""
    command = [sys.executable, "-c", ADD, str(count), *map(str, homes)]
    writer = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert writer.stdout is not None and writer.stdout.readline() == "here\n"
    return writer


def test_what_is_added_is_found(tmp_path: Path) -> None:
    first = record()
    time.sleep(0.002)  # ids sort by milliseconds
    second = record()
    library.add(first, "audio/wav", b"sound", tmp_path / "a.wav", ["a-rule"])
    library.add(second, "text/plain", b"words", None, [])
    assert [row["id"] for row in library.find()] == [second.id, first.id]  # newest first
    (row,) = library.find(sha256=hashlib.sha256(b"sound").hexdigest())
    assert row["id"] == first.id
    assert (row["size"], row["path"], row["rules"]) == (5, str(tmp_path / "a.wav"), '["a-rule"]')
    assert (row["made_at"], row["prompt_sha256"]) == (
        first.when,
        hashlib.sha256(b"hello").hexdigest(),
    )
    assert library.find(model="other") == []


def test_forgetting_takes_the_file_too(tmp_path: Path) -> None:
    path, made = tmp_path / "a.wav", record()
    path.write_bytes(b"sound")
    library.add(made, "audio/wav", b"sound", path, [])
    library.forget(made.id)
    assert library.find() == [] and not path.exists()
    library.forget(made.id)  # twice does no harm


def test_eight_processes_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    homes = [tmp_path / f"home{number}" for number in range(6)]
    writers = [adding(5, *homes) for _ in range(8)]
    for home in homes:
        home.mkdir()
        for writer in writers:
            assert writer.stdout is not None
            assert writer.stdout.readline() == "done\n", writer.communicate()[1]
        monkeypatch.setenv("MIAOBI_HOME", str(home))
        assert len({row["id"] for row in library.find()}) == 40
    for writer in writers:
        writer.communicate(timeout=60)


def test_the_index_survives_a_killed_writer(own_home: Path) -> None:
    writer = adding(1_000_000, own_home)
    while len(library.find()) < 5:
        assert writer.poll() is None
        time.sleep(0.01)
    writer.kill()
    writer.communicate(timeout=30)
    before = len(library.find())
    library.add(record(), "text/plain", b"x", None, [])
    assert len(library.find()) == before + 1
    with sqlite3.connect(own_home / "index.db") as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    database.close()


def test_a_damaged_index_says_so(own_home: Path) -> None:
    (own_home / "index.db").write_bytes(b"not a database, certainly not" * 100)
    with pytest.raises(MiaobiError, match=r"index\.db cannot be used: .* move the file away"):
        library.find()


def flip(data: bytes, at: int) -> bytes:
    return data[:at] + bytes([data[at] ^ 1 << (at % 8)]) + data[at + 1 :]


def made(kind: str) -> Artifact:
    if kind == "txt":
        return text("Tell me about foxes.", model="smollm2-135m", max_tokens=24, seed=1)
    return speech("A fox.", format=kind, seed=1)


@pytest.mark.parametrize(("kind", "name"), [("wav", "a.flac"), ("flac", "a.WAV"), ("txt", "a.mp3")])
def test_a_file_is_what_its_name_says(kind: str, name: str, tmp_path: Path) -> None:
    artifact = made(kind)
    with pytest.raises(OutputPathError, match=f"Name it a.{kind}, or request another format"):
        artifact.save(tmp_path / name)
    assert not list(tmp_path.glob("*.*"))
    for good in (f"a.{kind}", f"b.{kind.upper()}", "a", "a.bin"):
        assert library.verify(artifact.save(tmp_path / good)).status == INTACT


@pytest.mark.parametrize("kind", ["wav", "ogg", "txt"])
def test_no_single_flipped_byte_is_intact_on_the_machine_that_made_it(
    kind: str, tmp_path: Path
) -> None:
    artifact = made(kind)
    path = artifact.save(tmp_path / f"a.{kind}")
    assert library.verify(path).status == INTACT
    size, rng = len(artifact.data), random.Random(1)
    places = {
        *range(min(16, size)),
        *range(max(0, size - 16), size),
        *rng.sample(range(size), min(size, 60)),
    }
    if kind == "wav":  # the manifest with its padding is the last 4 KB
        places |= set(rng.sample(range(size - 4200, size), 70))
    assert len(places) > (50 if kind == "txt" else 90)
    for at in sorted(places):
        path.write_bytes(flip(artifact.data, at))
        assert library.verify(path).status != INTACT, f"byte {at} of {size}"
    path.write_bytes(artifact.data)
    assert library.verify(path).status == INTACT


def test_padding_inside_the_signature_is_covered_by_the_index(tmp_path: Path) -> None:
    """Some bytes mean nothing and are signed by nobody: only the index tells that they changed."""
    artifact = made("wav")
    size = len(artifact.data)
    loose = next(
        at
        for at in range(size - 1, 0, -1)
        if verify_bytes(flip(artifact.data, at)).status == INTACT
    )
    path = tmp_path / "a.wav"
    path.write_bytes(flip(artifact.data, loose))
    verdict = library.verify(path)
    assert verdict.status == CHANGED
    assert verdict.problems == ("differs from the file that this machine made",)


def test_bytes_without_a_label_are_known_by_the_index(tmp_path: Path) -> None:
    artifact = made("txt")
    path = tmp_path / "copied.txt"
    path.write_bytes(artifact.data)  # the sidecar is lost
    verdict = library.verify(path)
    assert (verdict.status, verdict.signer) == (INTACT, "this machine's index")
    assert verdict.record["id"] == artifact.id
    assert verdict.record["parameters"]["max_tokens"] == 24
    path.write_bytes(artifact.data + b"\n")
    assert library.verify(path).status == UNLABELED


def test_another_machine_has_only_the_labels(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    artifact, theirs = made("wav"), install_keys().authority
    path = artifact.save(tmp_path / "a.wav")
    bare = tmp_path / "bare.txt"
    bare.write_bytes(made("txt").data)
    monkeypatch.setenv("MIAOBI_HOME", str(tmp_path / "elsewhere"))
    os.mkdir(tmp_path / "elsewhere")
    assert (library.verify(path).status, library.verify(path).signer) == (INTACT, "not verified")
    assert library.verify(path, theirs).signer == "a known authority"
    assert library.verify(bare).status == UNLABELED


def test_no_such_file(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match=r"There is no file .*nothing\.wav"):
        library.verify(tmp_path / "nothing.wav")


def test_forgetting_takes_the_manifest_beside_it(own_home: Path) -> None:
    from miaobi.tasks.speech import speech

    made = speech("A short sentence.", model="hibari", format="ogg")
    assert len(list((own_home / "library").iterdir())) == 2
    library.forget(made.id)
    assert list((own_home / "library").iterdir()) == []
