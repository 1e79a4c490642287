"""`speech` and `transcribe`."""

import io
import json
from pathlib import Path

import numpy as np
import pytest

from miaobi.core.artifact import Artifact
from miaobi.core.errors import MediaError, NotFoundError, OptionError, PromptError
from miaobi.core.events import Done, Progress
from miaobi.media.audio import FORMATS, decode, encode
from miaobi.provenance.manifest import COMPUTED, GENERATED, TRANSCRIBED
from miaobi.tasks import library
from miaobi.tasks.audio import sound, stream_transcript, transcribe
from miaobi.tasks.speech import speech, stream_speech

WORDS = "The quick brown fox jumps over the lazy dog."


def test_same_seed_same_samples() -> None:
    first, again = (speech(WORDS, seed=5) for _ in range(2))
    np.testing.assert_array_equal(decode(first.data)[0], decode(again.data)[0])
    assert first.id != again.id and first.seed == again.seed == 5


def test_rules_have_nothing_that_steers_a_network() -> None:
    for option in ({"steps": 5}, {"guidance": 2.0}, {"negative": "wind"}):
        with pytest.raises(
            OptionError, match=f"procedural cannot be used with {next(iter(option))}"
        ):
            sound("rain", **option)
    with pytest.raises(OptionError, match="option is 'pitch'. Choose one of: .*seconds"):
        sound("rain", pitch=2)


@pytest.mark.parametrize("format", FORMATS)
def test_formats(format: str) -> None:
    made = speech("A fox.", seed=5, format=format)
    samples, rate = decode(made.data)
    assert made.media_type == FORMATS[format].media_type
    assert 0.4 < len(samples) / rate < 3
    assert made.manifest["source_type"] == GENERATED


@pytest.mark.parametrize(
    ("words", "options", "model"),
    [
        ("Hello.", {}, "hibari"),
        ("Hello.", {"voice": "heart"}, "hibari"),
        ("Hi.", {"voice": "af_heart"}, "kokoro-82m"),
        ("好。", {}, "kokoro-82m"),
    ],
)
def test_the_model_follows_from_voice_and_language(
    words: str, options: dict[str, str], model: str
) -> None:
    *_, done = stream_speech(words, **options)
    assert isinstance(done, Done) and done.artifact.model == model


@pytest.mark.parametrize(
    ("options", "error", "sentence"),
    [
        ({"speed": 0}, OptionError, "speed is 0. It has to lie between 0.5 and 2."),
        ({"speed": float("nan")}, OptionError, "speed is nan."),
        (
            {"format": "aiff"},
            OptionError,
            "no audio format 'aiff'. Choose one of: wav, flac, mp3, ogg.",
        ),
        ({"seed": -1}, OptionError, "seed is -1."),
        ({"model": "nobody"}, NotFoundError, "no speech model 'nobody'. Known: "),
        ({"model": "smollm2-135m"}, NotFoundError, "no speech model 'smollm2-135m'."),
        ({"voice": "nobody"}, NotFoundError, "kokoro-82m has no voice 'nobody'."),
        (
            {"model": "hibari", "voice": "af_heart"},
            NotFoundError,
            "hibari has no voice 'af_heart'.",
        ),
    ],
)
def test_bad_options(options: dict[str, object], error: type[Exception], sentence: str) -> None:
    with pytest.raises(error) as raised:
        speech("Hello.", **options)
    assert sentence in str(raised.value)
    assert library.find() == []


@pytest.mark.parametrize("format", FORMATS)
def test_sounds_are_labeled_as_made_by_an_algorithm(format: str, tmp_path: Path) -> None:
    made = sound("heavy door closing", seconds=1, seed=3, format=format)
    samples, rate = decode(made.data, mono=False)
    assert made.media_type == FORMATS[format].media_type and made.model == "procedural"
    assert len(samples) / rate == pytest.approx(1, abs=0.05) and samples.shape[1] == 2
    assert made.manifest["source_type"] == COMPUTED and made.manifest["seed"] == 3
    assert made.manifest["parameters"] == {"seconds": 1, "loop": False}
    assert list(made.usage) == ["door"]
    verdict = library.verify(made.save(tmp_path / f"door.{format}"))
    assert (verdict.status, verdict.source_type) == ("intact", COMPUTED)
    assert verdict.aigc["ProduceID"] == made.id
    assert [row["id"] for row in library.find()] == [made.id]


def test_same_seed_same_sound() -> None:
    first, again, other = (
        decode(sound("下雨", seconds=0.5, seed=seed).data)[0] for seed in (1, 1, 2)
    )
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)


@pytest.mark.parametrize(
    ("prompt", "options", "error", "sentence"),
    [
        ("", {}, PromptError, "The prompt is empty."),
        ("a\0b", {}, PromptError, "holds binary bytes"),
        ("rain" * 100_000, {}, PromptError, "the limit is 200,000"),
        ("a string quartet", {}, NotFoundError, "There is no sound for 'a string quartet'."),
        ("小提琴", {}, NotFoundError, "List all 121 with: miaobi sound --list"),
        ("rain", {"seconds": 0}, OptionError, "seconds is 0. It has to lie between 0.1 and 300."),
        ("rain", {"seconds": 36_000}, OptionError, "seconds is 36000."),
        ("rain", {"seconds": float("nan")}, OptionError, "seconds is nan."),
        ("rain", {"seconds": "long"}, OptionError, "seconds is long."),
        ("rain", {"seed": -1}, OptionError, "seed is -1."),
        ("rain", {"format": "aiff"}, OptionError, "no audio format 'aiff'"),
    ],
)
def test_bad_sounds(
    prompt: str, options: dict[str, object], error: type[Exception], sentence: str, own_home: Path
) -> None:
    with pytest.raises(error) as raised:
        sound(prompt, **options)  # type: ignore[arg-type]
    assert sentence in str(raised.value)
    assert library.find() == [] and not list((own_home / "library").glob("*"))


@pytest.mark.parametrize("words", ["", "  ", "a\0b", "a" * 200_001])
def test_bad_words(words: str) -> None:
    with pytest.raises(PromptError, match="The text "):
        speech(words)


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A recording of WORDS with its label taken off."""
    from miaobi.core.requests import SpeechRequest
    from miaobi.engines.registry import engine_for
    from miaobi.models.zoo import find_model

    model = find_model("hibari", "speech")
    *_, output = engine_for(model).generate(SpeechRequest(model="hibari", text=WORDS, seed=1))
    path = tmp_path_factory.mktemp("recording") / "fox.wav"
    path.write_bytes(encode(output.samples, output.rate, "wav"))  # type: ignore[union-attr]
    return path


def test_a_transcript_is_labeled_as_made_from_a_recording(
    recording: Path, own_home: Path, tmp_path: Path
) -> None:
    *progress, done = stream_transcript(recording)
    assert isinstance(done, Done) and all(isinstance(event, Progress) for event in progress)
    made: Artifact = done.artifact
    assert made.text.strip().rstrip(".") == WORDS.rstrip(".")
    assert made.manifest["source_type"] == TRANSCRIBED
    path = made.save(tmp_path / "fox.txt")
    assert library.verify(path).status == "intact"
    assert list((own_home / "library").iterdir()) == []  # words are kept by whoever asked for them


@pytest.mark.parametrize("format", ["srt", "json"])
def test_transcript_formats(recording: Path, format: str, tmp_path: Path) -> None:
    made = transcribe(recording, format=format, language="en")
    assert "fox" in made.text
    if format == "json":
        words = [
            word["word"]
            for segment in json.loads(made.text)["segments"]
            for word in segment["words"]
        ]
        assert words[:3] == ["The", "quick", "brown"]
    else:
        assert made.text.startswith("1\n00:00:0") and " --> " in made.text
    assert library.verify(made.save(tmp_path / f"fox.{format}")).status == "intact"


@pytest.mark.parametrize(
    ("options", "error", "sentence"),
    [
        (
            {"format": "docx"},
            OptionError,
            "no transcript format 'docx'. Choose one of: txt, srt, vtt, json.",
        ),
        ({"language": "xx"}, OptionError, "language is 'xx'."),
        (
            {"model": "hibari"},
            NotFoundError,
            "no transcript model 'hibari'. Known: whisper-",
        ),
    ],
)
def test_bad_transcript_options(
    recording: Path, options: dict[str, str], error: type[Exception], sentence: str
) -> None:
    with pytest.raises(error) as raised:
        transcribe(recording, **options)
    assert sentence in str(raised.value)


def test_recordings_that_are_none(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match=r"There is no file .*nothing\.wav"):
        transcribe(tmp_path / "nothing.wav")
    with pytest.raises(NotFoundError):
        transcribe(tmp_path)
    path = tmp_path / "words.txt"
    path.write_text("just words")
    with pytest.raises(MediaError, match="is not a sound file"):
        transcribe(path)
    buffer = io.BytesIO(encode(np.zeros(32_000, np.float32), 16_000, "wav"))
    path.write_bytes(buffer.getvalue())
    assert library.find() == []
    for format, text in (("txt", ""), ("srt", ""), ("vtt", "WEBVTT\n\n")):
        assert transcribe(path, format=format).text == text
