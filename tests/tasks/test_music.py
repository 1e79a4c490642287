"""`music`, with the model that comes along: what was asked for is what the notes and files hold."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from miaobi.core.errors import MediaError, MiaobiError, NotFoundError, OptionError, PromptError
from miaobi.core.events import Done, Progress
from miaobi.core.music import MUSIC_FORMATS
from miaobi.media import image
from miaobi.media.audio import decode, encode
from miaobi.media.loudness import loudness
from miaobi.models.zoo import WEIGHTS
from miaobi.music import midi, musicxml
from miaobi.music.formats import read_score
from miaobi.music.keys import Key, key_correlations
from miaobi.music.score import GRID, Score, beat_ticks
from miaobi.provenance.manifest import GENERATED, REPAINTED
from miaobi.tasks import library
from miaobi.tasks.music import music, stream_music
from tests.music.scores import scale
from tests.music.test_pitch_tracking import hummed

TUNE = Score(
    scale(67, 67, 69, 71, 72, 71, 69, 67, 74, 72, 71, 69, 67, 66, 67, 67), key=Key(7), tempo=90
)


def composed(prompt: str = "", **options: object) -> Score:
    return midi.read(music(prompt, format="mid", **options).data, "music")


def line(score: Score) -> list[tuple[int, int, int]]:
    return [(note.start, note.pitch, note.length) for note in score.notes if note.part == 0]


@pytest.fixture
def tune(tmp_path: Path) -> Path:
    path = tmp_path / "tune.mid"
    path.write_bytes(midi.write(TUNE))
    return path


@pytest.mark.parametrize(
    ("words", "key", "meter", "tempo", "seconds", "programs"),
    [
        ("calm waltz in D minor, 90 bpm, strings, 20 s", Key(2, "minor"), (3, 4), 90, 20, {48}),
        ("欢快的降B大调进行曲，120拍，长笛和钢琴，15秒", Key(10), (4, 4), 120, 15, {73, 0}),
        ("lively jig in A, 110 bpm, 12 seconds", Key(9), (6, 8), 110, 12, {0}),
        ("hymn in F minor, 72 bpm, organ, 16 s", Key(5, "minor"), (4, 4), 72, 16, {19}),
    ],
)
def test_words(
    words: str, key: Key, meter: tuple[int, int], tempo: float, seconds: float, programs: set[int]
) -> None:
    score = composed(words, seed=1)
    assert (score.meter, score.key) == (meter, key)
    assert score.tempo * GRID / beat_ticks(meter) == pytest.approx(tempo, abs=0.01)
    assert score.seconds == pytest.approx(seconds - min(1.8, seconds / 5), abs=0.3)
    assert {part.program for part in score.parts} == programs
    fits = key_correlations((note.pitch, note.length) for note in score.notes)
    assert fits[key] > 0.6
    assert score.notes[-1].pitch % 12 in {(key.tonic + step) % 12 for step in (0, 3, 4, 7)}


def test_options_win_and_the_seed_decides() -> None:
    options = {"key": "E minor", "meter": "4/4", "tempo": 100, "instruments": "cello", "seconds": 8}
    score = composed("waltz in C, 60 bpm, flute", seed=1, **options)
    assert (score.key, score.meter, round(score.tempo)) == (Key(4, "minor"), (4, 4), 100)
    assert {part.program for part in score.parts} == {42}
    assert line(score) == line(composed("waltz in C, 60 bpm, flute", seed=1, **options))
    assert line(score) != line(composed("waltz in C, 60 bpm, flute", seed=2, **options))


@pytest.mark.parametrize("format", MUSIC_FORMATS)
def test_every_format_is_labeled(format: str, tmp_path: Path) -> None:
    made = music("march in G", seconds=4, seed=1, format=format)
    path = made.save(tmp_path / f"music.{format}")
    assert library.verify(path).status == "intact"
    assert (made.sidecar is not None) == (format in ("mid", "musicxml", "ogg"))
    assert made.manifest["source_type"] == GENERATED and made.model == "music"
    if format == "png":
        assert image.decode(made.data).std() > 10
    elif format in ("mid", "musicxml"):
        assert read_score(path).meter == (4, 4) and read_score(path).key == Key(7)
    else:
        samples, rate = decode(made.data, mono=False)
        assert len(samples) / rate == pytest.approx(4, abs=0.1) and samples.shape[1] == 2
        assert -20 < loudness(samples, rate) < -14 and np.abs(samples).max() <= 1
        assert np.abs(samples[-200:]).max() < 0.01  # a clean ending


def test_a_folder_that_was_trained_here_composes(tmp_path: Path) -> None:
    place = shutil.copytree(WEIGHTS / "music", tmp_path / "mine")
    made = music("a jig in G major", model=str(place), seconds=6, seed=3, format="mid")
    same = music("a jig in G major", seconds=6, seed=3, format="mid")
    assert read_score(made.data) == read_score(same.data)
    assert made.manifest["model"] == str(place)


def test_a_loop_has_whole_bars_and_no_seam() -> None:
    samples, rate = decode(music("waltz, 120 bpm, harp", seconds=6, loop=True, seed=1).data)
    assert len(samples) / rate == pytest.approx(6, abs=0.01)  # four bars of 1.5 s
    steps = np.abs(np.diff(samples))
    assert abs(samples[0] - samples[-1]) <= steps.max()
    quiet = np.sqrt(np.mean(samples[-rate // 2 :] ** 2))
    assert quiet > 0.1 * np.sqrt(np.mean(samples**2))  # it does not die away


def test_harmonized_note_for_note(tune: Path) -> None:
    score = composed(melody=tune, seed=1)
    assert len(score.parts) == 4 and line(score) == line(TUNE)
    assert score.tempo == pytest.approx(90, abs=0.01)
    waltz = composed("reel, guitar", melody=tune, seed=1)
    assert len(waltz.parts) == 3 and line(waltz) == line(TUNE)


def test_chords_are_those_asked_for(tune: Path) -> None:
    score = composed("strings", seconds=12, chords="Am F C G", seed=1, tempo=120, key="A minor")
    bass = {note.start: note.pitch % 12 for note in score.notes if note.part == 2}
    assert [bass[bar * 96] for bar in range(3)] == [9, 5, 0]


def test_continued(tune: Path) -> None:
    score = composed("continue this", melody=tune, seed=1)
    assert line(score)[: len(TUNE.notes)] == line(TUNE)
    assert len({note.start // 96 for note in score.notes if note.part == 0}) >= 10
    longer = composed(melody=tune, use="continue", seconds=40, seed=1)
    assert longer.seconds == pytest.approx(38.2, abs=0.3)


def test_varied(tune: Path) -> None:
    score = composed(melody=tune, use="vary", seed=1)
    told, theme = {note[:2] for note in line(score)}, line(TUNE)
    assert {note[:2] for note in theme if note[0] % 48 == 0} <= told  # strong beats stay
    assert line(score) != theme and score.ticks == TUNE.ticks


def test_in_the_rhythm_of_another(tune: Path) -> None:
    score = composed("happy, in D", melody=tune, use="rhythm", seed=1)
    assert [note[::2] for note in line(score)] == [note[::2] for note in line(TUNE)]
    assert [note[1] for note in line(score)] != [note[1] for note in line(TUNE)]
    assert score.key == Key(2)


def test_hummed(tmp_path: Path) -> None:
    (tmp_path / "hum.wav").write_bytes(encode(hummed(), 44_100, "wav"))
    made = music("organ", melody=tmp_path / "hum.wav", tempo=100, format="musicxml", seed=1)
    score = musicxml.read(made.data, "hummed")
    assert [note.pitch for note in score.notes if note.part == 0] == [
        60,
        62,
        64,
        65,
        67,
        69,
        67,
        62,
        60,
    ]
    assert len(score.parts) == 4 and made.manifest["source_type"] == REPAINTED


def test_what_was_made_here_is_a_parent(tmp_path: Path) -> None:
    first = music("march in G", seconds=4, seed=1, format="mid")
    made = music(melody=first.save(tmp_path / "first.mid"), format="mid", seed=1)
    assert made.manifest["parents"] == [first.id]


def test_events_and_cancelling(own_home: Path) -> None:
    events = stream_music("air in F", seconds=6, seed=1, format="mid")
    kinds = [type(event) for event in events]
    assert kinds[-1] is Done and kinds.count(Progress) >= 2
    events = stream_music("air in F", seconds=6, seed=1, format="mid")
    assert [next(events), next(events)][1] == Progress("melody", 1, 5)
    events.close()
    assert len(list((own_home / "library").glob("*.mid"))) == 1


@pytest.mark.parametrize(
    ("prompt", "options", "error", "sentence"),
    [
        ("", {}, PromptError, "The prompt is empty."),
        ("song", {"seconds": 0}, OptionError, "seconds is 0. It has to lie between 2 and 600."),
        ("song", {"seconds": 36_000}, OptionError, "seconds is 36000."),
        ("a 10 minute waltz of 700 seconds", {}, OptionError, "seconds is"),
        ("song", {"key": "H minor"}, OptionError, "There is no key 'H minor'."),
        ("song", {"meter": "7/13"}, OptionError, "There is no meter '7/13'."),
        ("song", {"instruments": "theremin"}, OptionError, "There is no instrument 'theremin'."),
        ("song", {"chords": "Dm Xm"}, OptionError, "There is no chord 'Xm'."),
        ("song", {"mood": "purple"}, OptionError, "mood is 'purple'."),
        ("song", {"tempo": 5}, OptionError, "tempo is 5."),
        ("song", {"format": "aiff"}, OptionError, "format is 'aiff'."),
        ("song", {"use": "vary"}, OptionError, "use=vary needs a melody."),
        ("song", {"melody": "nowhere.mid"}, NotFoundError, "There is no file nowhere.mid."),
        ("song", {"melodies": 1}, OptionError, "option is 'melodies'."),
    ],
)
def test_refused(
    prompt: str, options: dict, error: type[MiaobiError], sentence: str, own_home: Path
) -> None:
    with pytest.raises(error) as caught:
        music(prompt, **options)
    assert sentence in str(caught.value)
    assert not (own_home / "library").exists()


@pytest.mark.parametrize(
    "data", [b"", b"MThd\0\0\0\6", b"\0\1\2", b"<score-partwise", b"RIFF    WAVE"]
)
def test_melodies_that_cannot_be_read(data: bytes, tmp_path: Path, own_home: Path) -> None:
    (tmp_path / "bad").write_bytes(data)
    with pytest.raises(MediaError, match="bad"):
        music(melody=tmp_path / "bad")
    with pytest.raises(OptionError, match="as long as its melody"):
        music(melody=tmp_path / "bad", use="harmonize", seconds=20)
    assert not (own_home / "library").exists()


def test_a_meter_nobody_taught(tmp_path: Path) -> None:
    (tmp_path / "five.mid").write_bytes(midi.write(Score(scale(60, 62, 64), meter=(5, 4))))
    with pytest.raises(MediaError, match="Music in 5/4"):
        music(melody=tmp_path / "five.mid")


def test_the_record_names_options_and_no_words(tune: Path) -> None:
    made = music("secret words, calm", melody=tune, key="G major", format="mid", seed=1)
    told = json.dumps(made.manifest)
    assert made.manifest["parameters"]["key"] == "G major" and "secret" not in told
