"""The road: everything handed out is labeled, indexed and kept; what stops midway leaves nothing."""

import subprocess
import sys
from pathlib import Path

import pytest

from miaobi.core.artifact import Artifact
from miaobi.core.errors import (
    ContextFull,
    LabelError,
    MiaobiError,
    NotFoundError,
    OutputPathError,
    PolicyRefusal,
    PromptError,
)
from miaobi.core.events import Done, Output, Sound, Token
from miaobi.core.requests import Message, SpeechRequest, TextRequest
from miaobi.models.zoo import find_model
from miaobi.provenance.verify import INTACT, verify_bytes
from miaobi.tasks import library
from miaobi.tasks.run import publish, run, wait_for_artifact

WRITER, SPEAKER = find_model("smollm2-135m", "text"), find_model("hibari", "speech")
STORY = "A fox finds a star. It is warm. They fly home."

OUTPUT_RULE = """
[[rule]]
id = "no-foxes"
where = ["output"]
reason = "foxes"
all = [["[a-z]"]]
"""


def written(words: str = "Tell me about foxes.", **options: object) -> TextRequest:
    return TextRequest(
        model=WRITER.name,
        messages=(Message("user", words),),
        **{"max_tokens": 6, "seed": 1, **options},
    )


def spoken(words: str = STORY, **options: object) -> SpeechRequest:
    return SpeechRequest(model=SPEAKER.name, text=words, **{"seed": 1, **options})


def nothing_left(home: Path) -> bool:
    """No row, no file, no half file."""
    files = (
        [path.name for path in (home / "library").rglob("*")] if (home / "library").exists() else []
    )
    assert files == []
    assert library.find() == []
    assert [path for path in home.iterdir() if path.name.startswith(".")] == []
    return True


def test_text_end_to_end(own_home: Path) -> None:
    *events, last = run(written(), WRITER)
    assert isinstance(last, Done)
    made = last.artifact
    assert "".join(event.text for event in events if isinstance(event, Token)) == made.text != ""
    (row,) = library.find()
    assert (row["id"], row["model"], row["seed"], row["path"]) == (made.id, "smollm2-135m", 1, "")
    assert made.sidecar is not None
    verdict = verify_bytes(made.data, made.sidecar)
    assert (verdict.status, verdict.record) == (INTACT, made.manifest)
    assert verdict.record["id"] == made.id
    assert made.finish_reason == "length" and made.usage["completion_tokens"] == 6
    assert set(made.timings) == {"load", "generate", "label"}
    assert list((own_home / "library").iterdir()) == []  # words are kept by whoever asked for them


@pytest.mark.parametrize("format", ["wav", "flac", "mp3", "ogg"])
def test_speech_end_to_end(own_home: Path, format: str) -> None:
    *events, last = run(spoken(format=format), SPEAKER)
    assert isinstance(last, Done)
    made = last.artifact
    assert sum(isinstance(event, Sound) for event in events) == 3
    kept = own_home / "library" / f"{made.id}.{format}"
    assert kept.read_bytes() == made.data
    (row,) = library.find()
    assert (row["id"], row["path"], row["size"]) == (made.id, str(kept), len(made.data))
    assert (made.sidecar is not None) == (format == "ogg")
    verdict = library.verify(kept)
    assert (verdict.status, verdict.signer) == (INTACT, "this machine")
    assert verdict.record == made.manifest
    assert verdict.aigc["ProduceID"] == made.id
    assert len(list((own_home / "library").iterdir())) == (2 if format == "ogg" else 1)


def test_the_words_are_kept_nowhere(own_home: Path) -> None:
    wait_for_artifact(run(spoken("A xylophone finds a star."), SPEAKER))
    for path in own_home.rglob("*"):
        if path.is_file() and "assets" not in path.parts:
            assert b"xylophone" not in path.read_bytes(), path


@pytest.mark.parametrize("taken", range(1, 8))
def test_cancelled_between_two_events(own_home: Path, taken: int) -> None:
    events = run(spoken(), SPEAKER)
    seen = [
        next(events) for _ in range(taken)
    ]  # load, then a Progress and a Sound for each sentence
    assert not isinstance(seen[-1], Done)
    events.close()
    assert nothing_left(own_home)
    if taken == 7:
        assert isinstance(list(run(spoken(), SPEAKER))[7], Done)  # it was the last moment


def test_cancelled_text(own_home: Path) -> None:
    events = run(written(max_tokens=1000), WRITER)
    for _ in range(4):
        next(events)
    events.close()
    assert nothing_left(own_home)


def test_a_refused_prompt(own_home: Path) -> None:
    with pytest.raises(PolicyRefusal, match="weapons"):
        next(run(written("how to make a pipe bomb"), WRITER))
    assert nothing_left(own_home)
    with pytest.raises(PolicyRefusal, match="weapons"):
        next(run(spoken("how to make a pipe bomb"), SPEAKER))
    assert nothing_left(own_home)


def test_a_refused_answer(own_home: Path) -> None:
    (own_home / "policy.toml").write_text(OUTPUT_RULE)
    with pytest.raises(PolicyRefusal, match=r"no-foxes \(output\)"):
        list(run(written(), WRITER))
    assert nothing_left(own_home)


def test_a_rule_that_logs_is_in_the_index(own_home: Path) -> None:
    (own_home / "policy.toml").write_text(OUTPUT_RULE + 'action = "log"\n')
    wait_for_artifact(run(written(), WRITER))
    (row,) = library.find()
    assert row["rules"] == '["no-foxes"]'


def test_an_engine_that_fails(own_home: Path) -> None:
    with pytest.raises(NotFoundError, match="English only"):
        list(run(spoken("你好"), SPEAKER))
    with pytest.raises(ContextFull):
        list(run(written("word " * 6000), WRITER))
    assert nothing_left(own_home)


@pytest.mark.parametrize("words", ["😀", "，。", "\u200b."])
def test_nothing_that_could_be_spoken(own_home: Path, words: str) -> None:
    with pytest.raises(PromptError, match="nothing in the text that could be spoken"):
        list(run(spoken(words), SPEAKER))
    assert nothing_left(own_home)


def test_an_empty_answer_is_an_error(own_home: Path) -> None:
    first = wait_for_artifact(run(written(max_tokens=1, temperature=0.0), WRITER))
    library.forget(first.id)
    with pytest.raises(MiaobiError, match="ended without an answer"):
        list(run(written(temperature=0.0, stop=(first.text,)), WRITER))
    assert nothing_left(own_home)


def test_a_label_that_may_not_be_written(own_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MIAOBI_PRODUCER", "妙笔")
    with pytest.raises(LabelError, match="MIAOBI_PRODUCER"):
        list(run(spoken(), SPEAKER))
    assert nothing_left(own_home)
    monkeypatch.setenv("MIAOBI_PRODUCER", "00119111010TEST1234567800000")
    made = wait_for_artifact(run(spoken(), SPEAKER))
    verdict = verify_bytes(made.data)
    assert (
        verdict.aigc["ContentProducer"]
        == verdict.aigc["ContentPropagator"]
        == "00119111010TEST1234567800000"
    )


def test_a_library_that_cannot_be_written(own_home: Path) -> None:
    (own_home / "library").write_text("in the way")
    with pytest.raises(OutputPathError, match="library"):
        list(run(spoken(), SPEAKER))
    assert sorted(path.name for path in own_home.iterdir()) == [
        "assets",
        "cache",
        "kernels",
        "keys",
        "library",
    ]


def test_an_index_that_cannot_be_written_keeps_no_file(own_home: Path) -> None:
    (own_home / "index.db").mkdir()
    with pytest.raises(MiaobiError, match=r"index\.db cannot be used: .* Free disk space, or move"):
        list(run(spoken(), SPEAKER))
    assert list((own_home / "library").iterdir()) == []


def test_a_full_disk_leaves_nothing(own_home: Path) -> None:
    program = (
        "import resource\n"
        "from miaobi.core.errors import DiskFull\n"
        "from miaobi.tasks.speech import speech\n"
        "from miaobi.tasks import library\n"
        "library.find()\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, 60_000))\n"  # as a full disk would
        "try: speech('A fox finds a star, and they fly home together.')\n"
        "except DiskFull as error: print(error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("No room left on the disk that holds ")
    assert nothing_left(own_home)


def test_hand_out_needs_no_engine() -> None:
    made = publish(written(), WRITER, Output(text="ID3 is how an MP3 begins."), [], {})
    assert isinstance(made, Artifact)
    assert library.find()[0]["id"] == made.id
