"""/v1/audio/* and /v1/sounds, asked by OpenAI's own client."""

import io
from pathlib import Path

import httpx
import numpy as np
import openai
import pytest

from miaobi.media.audio import decode, encode
from miaobi.music.formats import FORMATS, read_score
from miaobi.music.score import GRID
from miaobi.provenance.verify import verify_bytes
from tests.server.conftest import Served
from tests.server.test_jobs import ended

MEDIA = Path(__file__).parents[1] / "media" / "cases"
WORDS = "The quick brown fox jumps over the lazy dog. It runs away."


@pytest.mark.parametrize("format", ["mp3", "wav", "flac", "opus"])
def test_speech_is_a_labeled_file(client: openai.OpenAI, format: str) -> None:
    answer = client.audio.speech.create(
        model="hibari",
        voice="alloy",
        input="A fox.",
        response_format=format,  # type: ignore[arg-type]
    )
    assert verify_bytes(answer.content).status == ("intact" if format != "opus" else "changed")
    samples, rate = decode(answer.content)
    assert 0.4 < len(samples) / rate < 3


def test_pcm_comes_as_it_is_spoken(client: openai.OpenAI) -> None:
    with client.audio.speech.with_streaming_response.create(
        model="hibari", voice="alloy", input=WORDS, response_format="pcm"
    ) as answer:
        pieces = list(answer.iter_bytes())
    samples = np.frombuffer(b"".join(pieces), "<i2")
    assert 2 < len(samples) / 24_000 < 8 and np.abs(samples).max() > 3000


def test_speech_as_events(http: httpx.Client) -> None:
    asked = {"input": WORDS, "response_format": "pcm", "stream_format": "sse"}
    answer = http.post("/v1/audio/speech", json=asked)
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert answer.text.count("speech.audio.delta") == 2, "a sentence each"
    assert answer.text.count("speech.audio.done") == 1


@pytest.fixture(scope="module")
def recording(served: Served, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """WORDS as a file."""
    spoken = httpx.post(
        f"{served.url}/v1/audio/speech", json={"input": WORDS, "response_format": "wav"}, timeout=60
    )
    path = tmp_path_factory.mktemp("recording") / "fox.wav"
    path.write_bytes(spoken.content)
    return path


def test_transcripts(client: openai.OpenAI, recording: Path) -> None:
    with recording.open("rb") as file:
        plain = client.audio.transcriptions.create(model="whisper-base", file=file)
    assert "quick brown fox" in plain.text
    full = client.audio.transcriptions.create(
        model="whisper-base",
        file=recording,
        language="en",
        response_format="verbose_json",
        timestamp_granularities=["word", "segment"],
    )
    assert full.language == "en" and full.duration > 2
    assert [word.word for word in full.words or []][:3] == ["The", "quick", "brown"]
    lines = client.audio.transcriptions.create(
        model="whisper-base", file=recording, response_format="srt"
    )
    assert str(lines).startswith("1\n00:00:0")


def test_transcripts_as_events_and_translations(client: openai.OpenAI, recording: Path) -> None:
    stream = client.audio.transcriptions.create(model="whisper-base", file=recording, stream=True)
    events = list(stream)
    assert events[-1].type == "transcript.text.done" and "lazy dog" in events[-1].text
    told = "".join(event.delta for event in events if event.type == "transcript.text.delta")
    assert told.strip() == events[-1].text.strip()
    english = client.audio.translations.create(model="whisper-base", file=recording)
    assert "fox" in english.text


def test_sounds(http: httpx.Client) -> None:
    answer = http.post("/v1/sounds", json={"prompt": "rain", "seconds": 0.5, "seed": 1})
    assert answer.status_code == 200 and answer.headers["x-miaobi-seed"] == "1"
    assert verify_bytes(answer.content).status == "intact"


def test_music(http: httpx.Client) -> None:
    asked = {"prompt": "a calm waltz", "seconds": 4, "seed": 1, "tempo": 120, "key": "D minor"}
    answer = http.post("/v1/music", json=asked)
    assert answer.status_code == 200 and answer.headers["content-type"] == "audio/wav", answer.text
    assert verify_bytes(answer.content).status == "intact"
    samples, rate = decode(answer.content)
    assert 2 < len(samples) / rate < 9
    notes = http.post("/v1/music", json={**asked, "response_format": "mid"})
    assert notes.content.startswith(b"MThd") and notes.headers["content-type"] == "audio/midi"
    bad: list[dict[str, object]] = [{"seconds": 1}, {"key": "H"}, {"tempo": "fast"}, {"prompt": ""}]
    for change in bad:
        assert http.post("/v1/music", json={**asked, **change}).status_code == 400, change


ODE = b"X:1\nM:4/4\nL:1/4\nQ:1/4=120\nK:D\nFFGA|AGFE|DDEF|F>EE2|\n"
UPPER = [66, 66, 67, 69, 69, 67, 66, 64, 62, 62, 64, 66, 66, 64, 64]


def melodies() -> dict[str, bytes]:
    """The same tune as ABC, MIDI, MusicXML, and hummed."""
    score = read_score(ODE)
    hummed = []
    for note in score.notes:
        time = np.arange(int(note.length / GRID * 0.5 * 16_000)) / 16_000
        tone = np.sin(2 * np.pi * 440 * 2 ** ((note.pitch - 81) / 12) * time)
        hummed.append(tone * np.minimum(1, np.minimum(time, time[-1] - time) / 0.03) * 0.5)
    wave = encode(np.concatenate(hummed).astype(np.float32), 16_000, "wav")
    written = {name: write(score) for name, (_, write) in FORMATS.items()}
    return {"abc": ODE, "wav": wave, **written}


@pytest.mark.parametrize("kind", ["abc", "mid", "musicxml", "wav"])
def test_music_around_a_melody(http: httpx.Client, kind: str) -> None:
    asked = {"prompt": "choir", "response_format": "mid", "seed": "1"}
    sent = {"melody": (f"ode.{kind}", melodies()[kind])}
    answer = http.post("/v1/music", data=asked, files=sent)
    assert answer.status_code == 200 and answer.headers["x-miaobi-seed"] == "1", answer.text
    parts = read_score(answer.content)
    heard = [n.pitch for n in parts.notes if n.part == 0]
    assert len({n.part for n in parts.notes}) == 4
    if kind == "wav":  # what was hummed is heard, notes of one pitch perhaps as one
        assert {pitch % 12 for pitch in UPPER} <= {pitch % 12 for pitch in heard}
    else:
        assert np.diff(heard).tolist() == np.diff(UPPER).tolist(), "the tune is on top"


def test_music_around_a_melody_in_the_background(http: httpx.Client, served: Served) -> None:
    asked = {"response_format": "mid", "use": "vary", "seed": "1"}
    answer = http.post("/v1/music?background=true", data=asked, files={"melody": ODE})
    assert answer.status_code == 202, answer.text
    job = ended(http, answer.json()["id"])
    assert job["status"] == "done" and len(job["artifacts"]) == 1, job
    again = ended(http, http.post(f"/v1/jobs/{job['id']}/retry").json()["id"])
    assert again["status"] == "done"
    assert http.get("/v1/files").json()["data"] == [], "what a job works on is not listed"
    assert list((served.home / "cache" / "uploads").iterdir()) == []


def test_what_is_no_melody(http: httpx.Client) -> None:
    for bad, status in ((b"", 415), (b"just words", 415), (b"MThd rubbish", 415)):
        assert http.post("/v1/music", files={"melody": bad}).status_code == status, bad
    assert http.post("/v1/music", json={"prompt": "a", "use": "vary"}).status_code == 400
    told = http.post("/v1/music", files={"melody": ODE}, data={"use": "sing"})
    assert told.status_code == 400 and "use" in told.json()["error"]["message"]


def test_a_recording_is_written_down_in_the_background(http: httpx.Client, recording: Path) -> None:
    with recording.open("rb") as file:
        answer = http.post(
            "/v1/audio/transcriptions?background=true",
            files={"file": file},
            data={"response_format": "srt"},
        )
    assert answer.status_code == 202, answer.text
    job = ended(http, answer.json()["id"])
    assert job["status"] == "done" and len(job["artifacts"]) == 1, job
    assert job["result"]["text"].startswith("1\n00:00:0") and "lazy dog" in job["result"]["text"]
    again = ended(http, http.post(f"/v1/jobs/{job['id']}/retry").json()["id"])
    assert again["status"] == "done"
    assert http.get("/v1/files").json()["data"] == [], "what a job works on is not listed"


@pytest.mark.parametrize(
    ("path", "asked", "sentence"),
    [
        ("speech", {"input": ""}, "The text is empty."),
        ("speech", {"input": "a", "response_format": "aac"}, "response_format is 'aac'."),
        ("speech", {"input": "a", "speed": 9}, "speed is 9"),
        ("speech", {"voice": "alloy"}, "input is missing."),
    ],
)
def test_bad_speech(http: httpx.Client, path: str, asked: dict[str, object], sentence: str) -> None:
    answer = http.post(f"/v1/audio/{path}", json=asked)
    assert answer.status_code == 400 and sentence in answer.json()["error"]["message"]


@pytest.mark.parametrize(
    ("file", "status", "sentence"),
    [
        (b"", 415, "is empty"),
        (b"just words", 415, "x.wav is not a sound file that can be read. Recordings and videos"),
        (b"RIFF\0\0\0\0WAVErubbish", 415, "x.wav holds no sound"),
        ((MEDIA / "silent.mp4").read_bytes(), 415, "x.wav has no sound track"),
        (b"#EXTM3U\nfile:///etc/passwd\n", 415, "x.wav is not a sound file"),
        (encode(np.zeros(32_000, np.float32), 16_000, "flac")[:60], 415, ""),
    ],
)
def test_bad_recordings(http: httpx.Client, file: bytes, status: int, sentence: str) -> None:
    files = {"file": ("../x.wav", io.BytesIO(file))}
    answer = http.post("/v1/audio/transcriptions", files=files, data={"model": "whisper-base"})
    assert answer.status_code == status and sentence in answer.json()["error"]["message"]


@pytest.mark.parametrize("ending", ["m4a", "webm", "mp4", "aiff", "aac", "amr", "wma"])
@pytest.mark.parametrize("task", ["transcriptions", "translations"])
def test_a_tone_in_any_container_has_no_words(http: httpx.Client, ending: str, task: str) -> None:
    files = {"file": ("recording", (MEDIA / f"tone.{ending}").read_bytes())}
    answer = http.post(f"/v1/audio/{task}", files=files, data={"model": "whisper-base"})
    assert answer.status_code == 200, answer.text
    assert answer.json()["text"] == ""


@pytest.mark.parametrize(
    ("format", "text"), [("text", ""), ("srt", ""), ("vtt", "WEBVTT\n\n"), ("verbose_json", None)]
)
def test_silence_in_any_format(http: httpx.Client, format: str, text: str | None) -> None:
    files = {"file": ("silence.wav", encode(np.zeros(32_000, np.float32), 16_000, "wav"))}
    data = {"model": "whisper-base", "response_format": format}
    answer = http.post("/v1/audio/transcriptions", files=files, data=data)
    assert answer.status_code == 200, answer.text
    if text is not None:
        assert answer.text == text
    else:
        assert (answer.json()["text"], answer.json()["segments"]) == ("", [])


def test_recordings_are_stored_by_their_type(http: httpx.Client) -> None:
    for ending in ("amr", "mkv", "caf", "wma"):
        file = (MEDIA / f"tone.{ending}").read_bytes()
        answer = http.post("/v1/files", files={"file": ("x", file)}, data={"purpose": "user_data"})
        assert answer.status_code in (200, 201), answer.text
