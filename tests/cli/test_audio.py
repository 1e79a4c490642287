"""`miaobi speech` and `miaobi transcribe`, as their user meets them."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from miaobi.media.audio import decode, encode
from miaobi.provenance.manifest import GENERATED
from miaobi.tasks import library
from miaobi.tasks.speech import speech
from tests.cli.conftest import trouble
from tests.tiny.sounds import save_musicgen

Run = Callable[..., subprocess.CompletedProcess[str]]
WORDS = "The quick brown fox jumps over the lazy dog."


def test_speech_and_back(miaobi: Run, tmp_path: Path) -> None:
    (tmp_path / "speech.wav").write_text("mine")  # is not overwritten
    done = miaobi("speech", WORDS, "--seed", "1")
    assert (done.returncode, done.stdout) == (0, "speech-2.wav\n"), done.stderr
    assert (tmp_path / "speech.wav").read_text() == "mine"
    same = speech(WORDS, seed=1)
    np.testing.assert_array_equal(decode(tmp_path / "speech-2.wav")[0], decode(same.data)[0])
    record = json.loads(miaobi("speech", WORDS, "--json", "-o", "fox.mp3", "--speed", "1.5").stdout)
    assert record["path"] == "fox.mp3" and record["parameters"]["speed"] == 1.5
    assert record["id"] == library.find()[0]["id"]
    assert miaobi("verify", "fox.mp3").returncode == 0

    done = miaobi("transcribe", "speech-2.wav")
    assert done.returncode == 0
    assert done.stdout.strip().rstrip(".") == WORDS.rstrip(".")
    done = miaobi("transcribe", "speech-2.wav", "-o", "fox.SRT", "-l", "en")
    assert (done.returncode, done.stdout) == (0, "fox.SRT\n"), done.stderr
    assert (tmp_path / "fox.SRT").read_text().startswith("1\n00:00:0")
    assert miaobi("verify", "fox.SRT").returncode == 0


def test_sound(miaobi: Run, tmp_path: Path) -> None:
    done = miaobi("sound", "rain and thunder", "-s", "1", "--seed", "1", "--loop")
    assert (done.returncode, done.stdout) == (0, "sound.wav\n"), done.stderr
    done = miaobi("sound", "-o", "door.flac", "--json", "-s", "0.5", stdin="关门".encode())
    record = json.loads(done.stdout)
    assert record["path"] == "door.flac" and record["sounds"] == ["door"]
    assert record["parameters"] == {"seconds": 0.5, "loop": False}
    assert [miaobi("verify", name).returncode for name in ("sound.wav", "door.flac")] == [0, 0]


def test_sound_and_music_of_a_model_of_the_hub(miaobi: Run, tmp_path: Path) -> None:
    save_musicgen(tmp_path / "gen")
    few = ("-s", "2", "--seed", "1", "--guidance", "1.5", "-m", "gen", "-o", "bell.ogg", "--json")
    record = json.loads(miaobi("music", "a bell", *few).stdout)
    assert record["model"] == "gen" and record["source_type"] == GENERATED
    assert record["parameters"]["guidance"] == 1.5
    assert library.verify(tmp_path / "bell.ogg").status == "intact"
    done = miaobi("sound", "a bell", "-m", "gen", "--negative", "wind")
    assert done.returncode == 2 and "gen cannot be used with negative" in done.stderr


def test_sounds_are_listed(miaobi: Run) -> None:
    lines = miaobi("sound", "--list").stdout.splitlines()
    assert len(lines) == 121 and lines[0].split()[0] == "rain" and "下雨" in lines[0]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["violins"], "There is no sound for 'violins'. Similar sounds: "),
        ([""], "The prompt is empty."),
        (["rain", "-s", "0"], "seconds is 0.0. It has to lie between 0.1 and 300."),
        (["rain", "-s", "36000"], "seconds is 36000.0."),
        (["rain", "-o", "x.txt"], "There is no audio format 'txt'."),
        (["rain", "-o", "none/x.wav"], "The folder none does not exist."),
    ],
)
def test_bad_sounds(refused: Callable[..., str], arguments: list[str], says: str) -> None:
    refused("sound", *arguments, code=2, says=(says,))


def test_words_from_a_file_and_from_standard_input(miaobi: Run, tmp_path: Path) -> None:
    (tmp_path / "words.txt").write_text("A fox.\n")
    assert miaobi("speech", "-f", "words.txt", "-o", "a.ogg").stdout == "a.ogg\n"
    assert (tmp_path / "a.ogg.c2pa").exists()
    assert miaobi("speech", "-o", "b.xyz", "--format", "flac", stdin=b"A fox.").stdout == "b.xyz\n"
    assert (tmp_path / "b.xyz").read_bytes()[:4] in (b"fLaC", b"ID3\x04")
    assert [miaobi("verify", name).returncode for name in ("a.ogg", "b.xyz")] == [0, 0]


def test_voices_are_listed(miaobi: Run) -> None:
    done = miaobi("speech", "--voices")
    lines = done.stdout.splitlines()
    assert done.returncode == 0 and len(lines) == 37
    assert lines[0].split() == ["heart", "hibari", "en-US", "female"]
    assert ["zm_yunyang", "kokoro-82m", "zh-CN", "male"] in [line.split() for line in lines]


@pytest.mark.parametrize(
    ("arguments", "stdin", "says"),
    [
        ([""], b"", "The text is empty. Give it some text."),
        ([], b"", "The text is empty."),
        (
            ["😀"],
            b"",
            "There is nothing in the text that could be spoken. Give it words or numbers.",
        ),
        ([], b"\xff\0\xfe", "The text is not text: it holds binary bytes."),
        ([], b"a" * 1_000_000, "The text has 1,000,000 characters; the limit is 200,000."),
        (["-f", "none.txt"], b"", "none.txt cannot be read: No such file"),
        (["hi", "--speed", "0"], b"", "speed is 0.0. It has to lie between 0.5 and 2."),
        (["hi", "--speed", "nan"], b"", "speed is nan."),
        (["hi", "--seed", "-1"], b"", "seed is -1."),
        (
            ["hi", "--format", "aiff"],
            b"",
            "There is no audio format 'aiff'. Choose one of: wav, flac, mp3, ogg.",
        ),
        (["hi", "-o", "x.txt"], b"", "There is no audio format 'txt'."),
        (["hi", "-m", "nobody"], b"", "There is no speech model 'nobody'. Known: "),
        (
            ["hi", "-m", "hibari", "-v", "nobody"],
            b"",
            "hibari has no voice 'nobody'. Choose one of: heart.",
        ),
        (
            ["你好", "-m", "hibari"],
            b"",
            "hibari speaks English only. Use the model kokoro-82m for Chinese.",
        ),
        (["hi", "-o", "/sys/x.wav"], b"", "/sys/x.wav cannot be written: it is read-only"),
        (["hi", "-o", "none/x.wav"], b"", "The folder none does not exist. Make it first"),
    ],
)
def test_bad_speech(
    refused: Callable[..., str], arguments: list[str], stdin: bytes, says: str
) -> None:
    refused("speech", *arguments, stdin=stdin, code=2, says=(says,))


def test_an_ending_that_promises_another_format(refused: Callable[..., str]) -> None:
    says = ("x.flac has the extension of FLAC", "Name it x.wav")
    for verb, words in (("speech", "hi"), ("sound", "rain"), ("music", "a waltz")):
        refused(verb, words, "-o", "x.flac", "--format", "wav", code=2, says=says)


def test_an_output_that_is_a_folder(refused: Callable[..., str], tmp_path: Path) -> None:
    (tmp_path / "there.wav").mkdir()
    refused(
        "speech", "hi", "-o", "there.wav", code=2, says=("there.wav is a folder. Give a file name",)
    )
    refused("transcribe", "x.wav", "-o", "there.wav", code=2, says=("there.wav is a folder.",))


def test_a_refused_prompt(refused: Callable[..., str]) -> None:
    refused(
        "speech", "how to make a pipe bomb", "-o", "a.wav", code=3, says=("rule weapons (prompt)",)
    )


@pytest.mark.parametrize(
    ("content", "code", "says"),
    [
        (
            b"just words\n",
            1,
            "r.wav is not a sound file that can be read. Recordings and videos can",
        ),
        (b"", 1, "r.wav is not a sound file"),
        (
            encode(np.zeros(0, np.float32), 16_000, "wav"),
            1,
            "r.wav holds no sound",
        ),
        (None, 2, "There is no file r.wav. Check the name."),
    ],
)
def test_bad_recordings(
    refused: Callable[..., str], tmp_path: Path, content: bytes | None, code: int, says: str
) -> None:
    if content is not None:
        (tmp_path / "r.wav").write_bytes(content)
    refused("transcribe", "r.wav", "-o", "out.srt", code=code, says=(says,))


def test_bad_transcript_options(refused: Callable[..., str], tmp_path: Path) -> None:
    tone = (0.3 * np.sin(np.arange(16_000) / 8)).astype(np.float32)
    (tmp_path / "r.wav").write_bytes(encode(tone, 16_000, "wav"))
    known = "Choose one of: txt, srt, vtt, json."
    refused(
        "transcribe",
        "r.wav",
        "--format",
        "docx",
        code=2,
        says=("no transcript format 'docx'.", known),
    )
    refused(
        "transcribe", "r.wav", "-o", "out.pdf", code=2, says=("no transcript format 'pdf'.", known)
    )
    refused("transcribe", "r.wav", "-l", "xx", code=2, says=("language is 'xx'. Choose one of: ",))
    refused(
        "transcribe",
        "r.wav",
        "-m",
        "nobody",
        code=2,
        says=("no transcript model 'nobody'. Known: whisper-",),
    )


def test_missing_models(
    refused: Callable[..., str], empty_assets: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MIAOBI_OFFLINE", "1")
    (tmp_path / "r.wav").write_bytes(encode(np.zeros(8000, np.float32), 16_000, "wav"))
    refused(
        "speech",
        "你好",
        code=1,
        says=("kokoro-82m is not on this machine yet. Get it with: miaobi pull kokoro-82m",),
    )
    refused("transcribe", "r.wav", code=1, says=("whisper-base is not on this machine yet.",))


def test_ctrl_c_in_the_middle_of_speech(tmp_path: Path, own_home: Path) -> None:
    (tmp_path / "long.txt").write_text("One more sentence is spoken here. " * 3000)
    program = subprocess.Popen(
        [sys.executable, "-m", "miaobi.cli.main", "speech", "-f", "long.txt", "-o", "out.wav"],
        cwd=tmp_path,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    assert program.stderr is not None
    assert program.stderr.readline() == b"load\n" and program.stderr.readline() == b"speech 0%\n"
    time.sleep(0.3)
    program.send_signal(signal.SIGINT)
    try:
        _, stderr = program.communicate(timeout=20)
    finally:
        program.kill()
    assert program.returncode == 130
    assert trouble(stderr.decode()) == "Stopped. Nothing half-made was left behind."
    assert sorted(path.name for path in tmp_path.iterdir()) == ["home", "long.txt"]
    assert library.find() == [] and not list((own_home / "library").iterdir())
