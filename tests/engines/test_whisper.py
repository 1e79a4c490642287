"""Whisper on recordings that hibari and Kokoro speak here."""

import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from miaobi.core.errors import MediaError, OptionError
from miaobi.core.events import Output, Progress
from miaobi.core.requests import SpeechRequest, TranscriptRequest
from miaobi.engines import whisper
from miaobi.engines.registry import engine_for
from miaobi.media.audio import decode, encode, resample
from miaobi.media.subtitles import write
from miaobi.models.zoo import find_model

MODEL = find_model("whisper-base", "transcript")
ENGLISH = "The quick brown fox jumps over the lazy dog. Then it sleeps under a tree."
CHINESE = "今天天气很好，我们去公园学习汉语。"


def spoken(model: str, text: str) -> tuple[np.ndarray, int]:
    *_, output = engine_for(find_model(model, "speech")).generate(
        SpeechRequest(model=model, text=text, seed=1)
    )
    assert isinstance(output, Output)
    return output.samples, output.rate


@pytest.fixture(scope="module")
def english(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sound") / "english.wav"
    path.write_bytes(encode(*spoken("hibari", ENGLISH), "wav"))
    return path


@pytest.fixture(scope="module")
def heard(english: Path) -> tuple[list[Progress], Output]:
    return hear(english)


def hear(path: Path, language: str = "") -> tuple[list[Progress], Output]:
    *progress, output = engine_for(MODEL).generate(
        TranscriptRequest(model=MODEL.name, audio=path, language=language)
    )
    assert isinstance(output, Output) and output.segments
    assert all(isinstance(event, Progress) for event in progress)
    return progress, output


def bare(text: str) -> str:
    return "".join(char for char in text.lower() if char.isalnum())


def test_words_are_heard_right(heard: tuple[list[Progress], Output]) -> None:
    output = heard[1]
    assert output.language == "en"
    assert bare("".join(segment.text for segment in output.segments or ())) == bare(ENGLISH)


def test_word_times_increase_within_their_segments(
    heard: tuple[list[Progress], Output], english: Path
) -> None:
    import soundfile

    segments = heard[1].segments or ()
    words = [word for segment in segments for word in segment.words]
    assert [bare(word.text) for word in words] == [bare(word) for word in ENGLISH.split()]
    assert all(word.start <= word.end for word in words)
    assert all(one.end <= other.start + 0.05 for one, other in pairwise(words))
    assert words[0].start >= 0 and words[-1].end <= soundfile.info(english).duration + 0.1
    for segment in segments:
        assert (
            segment.start <= segment.words[0].start and segment.words[-1].end <= segment.end + 0.05
        )


def test_progress_is_in_seconds_of_sound(heard: tuple[list[Progress], Output]) -> None:
    progress, _ = heard
    assert progress and all(0 < event.done <= event.total for event in progress)
    assert progress[-1].total == pytest.approx(4.5, abs=2)


def test_subtitles_of_real_speech(heard: tuple[list[Progress], Output]) -> None:
    segments = heard[1].segments or ()
    _, srt = write(segments, "en", "srt")
    blocks = srt.strip().split("\n\n")
    assert len(blocks) == len(segments)
    number, times, words = blocks[0].split("\n")
    assert number == "1"
    start, end = times.split(" --> ")
    assert start < end and start.startswith("00:00:0") and "," in start
    assert "fox" in words


def test_chinese_comes_out_simplified(tmp_path: Path) -> None:
    path = tmp_path / "chinese.flac"
    path.write_bytes(encode(*spoken("kokoro-82m", CHINESE), "flac"))
    _, output = hear(path)
    assert output.language == "zh"  # heard, not told
    text = "".join(segment.text for segment in output.segments or ())
    assert "们" in text and "学习" in text and "汉语" in text
    assert not set(text) & set("們學習漢語氣園")


def test_compressed_recordings(english: Path, tmp_path: Path) -> None:
    path = tmp_path / "english.mp3"
    path.write_bytes(encode(*decode(english), "mp3"))
    text = "".join(segment.text for segment in hear(path, "en")[1].segments or ())
    assert "fox" in text and "sleeps" in text


def without_speech(kind: str) -> np.ndarray:
    time = np.arange(16_000 * 3, dtype="f4") / 16_000
    noise = np.random.default_rng(1).standard_normal(len(time)).astype("f4")
    return {
        "silence": 0 * time,
        "short": 0 * time[:800],
        "noise": 0.1 * noise,
        "tone": 0.3 * np.sin(2 * np.pi * 440 * time),
        "hum": 0.2 * np.sign(np.sin(2 * np.pi * 50 * time)),
    }[kind]


@pytest.mark.parametrize("kind", ["silence", "short", "noise", "tone", "hum"])
def test_no_speech_is_an_empty_transcript(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "sound.wav"
    path.write_bytes(encode(without_speech(kind), 16_000, "wav"))
    request = TranscriptRequest(model=MODEL.name, audio=path)
    assert list(engine_for(MODEL).generate(request)) == [Output(segments=(), language="")]


def test_a_file_without_samples(tmp_path: Path) -> None:
    path = tmp_path / "empty.wav"
    path.write_bytes(encode(np.zeros(0, np.float32), 16_000, "wav"))
    with pytest.raises(MediaError, match=r"empty\.wav holds no sound"):
        hear(path)


def test_long_recordings_are_cut_where_it_is_quiet(
    english: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    samples = resample(*decode(english), 16_000)
    silence = np.zeros(16_000, np.float32)
    path = tmp_path / "long.wav"
    path.write_bytes(encode(np.concatenate([samples, silence] * 3), 16_000, "wav"))
    monkeypatch.setattr(whisper, "WINDOW", 6)
    monkeypatch.setattr(whisper, "SEARCH", 2)
    progress, output = hear(path, "en")
    assert bare("".join(segment.text for segment in output.segments or ())) == 3 * bare(ENGLISH)
    words = [word for segment in output.segments or () for word in segment.words]
    assert all(one.start <= other.start for one, other in pairwise(words))
    foxes = [word.start for word in words if bare(word.text) == "fox"]
    period = len(samples) / 16_000 + 1
    assert np.diff(foxes) == pytest.approx([period, period], abs=0.3)
    assert progress[-1].total == pytest.approx(3 * period, abs=0.1)


@pytest.mark.parametrize("content", [b"", b"just words", b"\x89PNG\r\n\x1a\n" + bytes(50)])
def test_what_is_not_sound(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "wrong.wav"
    path.write_bytes(content)
    with pytest.raises(MediaError, match=r"wrong\.wav is not a sound file"):
        hear(path)


def test_unknown_languages_name_the_known_ones(english: Path) -> None:
    with pytest.raises(OptionError, match=r"language is 'xx'. Choose one of: .*zh"):
        hear(english, "xx")


@pytest.mark.process
def test_no_library_under_the_gpl_is_loaded(english: Path) -> None:
    """faster_whisper imports PyAV, whose wheel bundles x264: it is kept out of the process."""
    code = (
        "import sys, miaobi as mb\n"
        f"print(mb.transcribe({str(english)!r}))\n"
        "assert 'av' not in sys.modules\n"
        "from pathlib import Path\n"
        "maps = Path('/proc/self/maps')\n"
        "loaded = maps.read_text() if maps.exists() else ''\n"
        "assert not any(name in loaded for name in ('x264', 'x265', 'libavcodec'))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert bare(done.stdout) == bare(ENGLISH)
