"""MIDI files: what is written is read back, and what is damaged is refused."""

import io

import mido
import pytest

from miaobi.core.errors import MediaError
from miaobi.music import midi
from miaobi.music.keys import Key
from miaobi.music.score import Note, Part, Score
from tests.music.scores import chorales, plain, scale


def test_real_pieces_come_back() -> None:
    for score in chorales():
        again = midi.read(midi.write(score), "it")
        assert plain(again) == plain(score)
        assert again.meter == score.meter and again.key == score.key
        assert again.tempo == pytest.approx(score.tempo, rel=1e-5)
        assert [p.program for p in again.parts] == [p.program for p in score.parts]


@pytest.mark.parametrize("mode", ["major", "minor"])
@pytest.mark.parametrize("tonic", range(12))
def test_every_key(tonic: int, mode: str) -> None:
    score = Score(scale(60, 62), key=Key(tonic, mode))
    assert midi.read(midi.write(score), "it").key == score.key


def test_repeated_notes_drums_and_the_same_note_in_two_parts() -> None:
    notes = (*scale(60, 60, 60), *scale(36, 38, 36, part=1), Note(0, 2, 60, 72, 100))
    parts = (Part("a", 40), Part("kit", 8, True), Part("b", 41))
    score = Score(tuple(sorted(notes)), parts)
    again = midi.read(midi.write(score), "it")
    assert plain(again) == plain(score) and again.parts == parts
    assert again.notes == score.notes  # how hard they are struck, too


def test_more_parts_than_channels() -> None:
    notes = tuple(Note(0, part, 40 + part, 24) for part in range(20))
    again = midi.read(midi.write(Score(notes, tuple(Part(str(i)) for i in range(20)))), "it")
    assert plain(again) == plain(Score(notes)) and not any(part.drums for part in again.parts)


def test_other_grids_are_rounded_and_the_first_tempo_holds() -> None:
    track = mido.MidiTrack(
        [
            mido.MetaMessage("set_tempo", tempo=400_000),
            mido.MetaMessage("time_signature", numerator=6, denominator=8),
            mido.Message("note_on", note=60, velocity=50, time=3),
            mido.Message("note_on", note=60, velocity=0, time=95),
            mido.MetaMessage("set_tempo", tempo=800_000),
            mido.Message("note_on", note=62, velocity=50, time=0),
            mido.Message("note_off", note=62, time=1),
        ]
    )
    file, buffer = mido.MidiFile(type=0, ticks_per_beat=96), io.BytesIO()
    file.tracks.append(track)
    file.save(file=buffer)
    score = midi.read(buffer.getvalue(), "it")
    assert plain(score) == [(1, 0, 60, 23), (24, 0, 62, 1)]
    assert (score.tempo, score.meter) == (150.0, (6, 8))


GOOD = midi.write(Score(scale(60, 62, 64)))


@pytest.mark.parametrize("data", [b"", b"MThd", GOOD[:13], b"MTrk" + GOOD])
def test_without_a_header(data: bytes) -> None:
    if data.endswith(GOOD):
        assert plain(midi.read(data, "it")) == plain(Score(scale(60, 62, 64)))
        return
    with pytest.raises(MediaError, match="song.mid cannot be read as MIDI: .*export it again"):
        midi.read(data, "song.mid")


def chunk(events: bytes, length: int | None = None, name: bytes = b"MTrk") -> bytes:
    return name + (len(events) if length is None else length).to_bytes(4, "big") + events


def header(kind: int = 0, tracks: int = 1, division: int = 480) -> bytes:
    fields = (kind, tracks, division)
    return b"MThd" + (6).to_bytes(4, "big") + b"".join(n.to_bytes(2, "big") for n in fields)


def note(pitch: int, wait: bytes = b"\0") -> bytes:
    return wait + bytes([0x90, pitch, 80]) + b"\x83\x60" + bytes([0x80, pitch, 0])


FOUR = b"".join(map(note, (60, 62, 64, 65)))
END = b"\0\xff\x2f\0"
FILE = header() + chunk(FOUR + END)
LINE = [(0, 0, 60, 24), (24, 0, 62, 24), (48, 0, 64, 24), (72, 0, 65, 24)]
TWO = sorted([*LINE, *((start, 1, pitch, length) for start, _, pitch, length in LINE)])


@pytest.mark.parametrize(
    "data",
    [
        b"\0" * 128 + FILE + b"\0" * 90,  # MacBinary
        b"RIFF\0\0\0\0RMIDdata\0\0\0\0" + FILE,
        FILE + FILE,  # another file after it
        FILE[:-1],
        FILE[:-4],
        FILE[:-6],  # in the last note-off
        header() + chunk(FOUR + END, 9999),
        header() + chunk(FOUR + END, 10),
        header() + chunk(FOUR + END, 0),
        header() + chunk(FOUR),
        header(1, 7) + chunk(FOUR + END),
        header(1, 1) + chunk(END) + chunk(FOUR + END),
        header() + chunk(b"hello", name=b"XYZ1") + chunk(FOUR + END),
        header() + chunk(b"hello", 9999, b"XYZ1") + chunk(FOUR + END),
        header() + b"\1\2\3\4\5\6\7\x08\x09" + chunk(FOUR + END),
        header() + chunk(b"\0\x3c\x50" + FOUR + END),  # data bytes without a status
        header() + chunk(b"\0\xf0\x7f\1\2\xf7" + FOUR + END),  # a SysEx that is too long
        header() + chunk(b"\0\xf0\2\1\2\0\xf7\2\3\xf7" + FOUR + END),
        header() + chunk(FOUR + b"\0\xff\1\x7fabc" + END),  # a text that is too long
        header() + chunk(b"\0\x90\xbc\x50" + FOUR + END),  # a note above 127
        header() + chunk(b"\0\xb0\7\xff" + FOUR + END),
        header() + chunk(b"\0\xe0\0\x40\0\xd0\1\0\xf8" + FOUR + END),
        header(division=0) + chunk(FOUR + END),
        header(9) + chunk(FOUR + END),
    ],
    ids=range(24),
)
def test_what_is_there_is_read(data: bytes) -> None:
    score = midi.read(data, "it")
    assert plain(score) == LINE and score.tempo == 120


@pytest.mark.parametrize("lengths", [(None, None), (9999, None), (10, None), (0, 0)])
def test_two_tracks_of_any_stated_length(lengths: tuple[int | None, int | None]) -> None:
    first, second = lengths
    data = header(1, 2) + chunk(FOUR + END, first) + chunk(FOUR + END, second)
    assert plain(midi.read(data, "it")) == TWO
    assert plain(midi.read(header(1, 2) + chunk(FOUR) + chunk(FOUR + END), "it")) == TWO


def meta(kind: int, data: bytes, wait: bytes = b"\0") -> bytes:
    return wait + bytes([0xFF, kind, len(data)]) + data


@pytest.mark.parametrize(
    "event",
    [
        *(meta(0x59, key) for key in (b"", b"\0", b"\x80\0", b"\x08\0", b"\0\2", b"\0\xff")),
        *(meta(0x58, meter) for meter in (b"", b"\4", b"\0\2\x18\x08", b"\4\x40\0\0")),
        *(meta(0x51, tempo) for tempo in (b"", b"\7\xa1", b"\0\0\0")),
        *(meta(kind, b"") for kind in (0, 3, 0x20, 0x54, 0x7F)),
    ],
)
def test_bad_meta_events_are_passed_over(event: bytes) -> None:
    score = midi.read(header() + chunk(event + FOUR + END), "it")
    assert plain(score) == LINE and (score.meter, score.tempo) == ((4, 4), 120)
    assert score.key == Key(5)  # estimated


def test_notes_that_never_end() -> None:
    on = b"\0\x90\x3c\x50"
    wait = b"\x83\x60\xff\x2f\0"
    assert plain(midi.read(header() + chunk(on + wait), "it")) == [(0, 0, 60, 24)]
    again = on + b"\x83\x60" + on[1:] + wait
    assert plain(midi.read(header() + chunk(again), "it")) == [(0, 0, 60, 24), (24, 0, 60, 24)]
    last = midi.read(header() + chunk(FOUR + b"\0\x90\x43\x50"), "it")
    assert plain(last) == [*LINE, (96, 0, 67, 24)]


def test_running_status_also_after_a_meta_event_and_padded_delta_times() -> None:
    events = b"\0\x90\x3c\x50\x83\x60\x3c\0\0\xff\1\2hi\0\x3e\x50\x83\x60\x3e\0"
    assert plain(midi.read(header() + chunk(events + END), "it")) == LINE[:2]
    padded = b"\x80\x80\x80\x80\0" + FOUR[1:]
    assert plain(midi.read(header() + chunk(padded + END), "it")) == LINE


@pytest.mark.parametrize(
    ("division", "ticks"), [(0xE728, 500), (0xE804, 48), (0xE250, 1200), (0xE350, 1199)]
)
def test_time_in_frames(division: int, ticks: int) -> None:
    """Half a second is a quarter note, whatever the tempo event says."""
    wait = bytes([0x80 | ticks >> 7, ticks & 0x7F])
    events = meta(0x51, b"\3\xd0\x90") + b"\0\x90\x3c\x50" + wait + b"\x80\x3c\0"
    score = midi.read(header(division=division) + chunk(events + END), "it")
    assert plain(score) == [(0, 0, 60, 24)] and score.tempo == 120


def test_the_earliest_tempo_of_any_track() -> None:
    late = meta(0x51, b"\x0f\x42\x40", b"\x83\x60")
    data = header(1, 2) + chunk(late + END) + chunk(meta(0x51, b"\6\x1a\x80") + FOUR + END)
    score = midi.read(data, "it")
    assert score.tempo == 150 and score.warnings == ("Only the first tempo is kept.",)


@pytest.mark.parametrize(
    ("names", "encoding"),
    [
        (("伴奏", "旋律"), "utf-8"),
        (("钢琴", "主旋律"), "gbk"),
        (("伴奏", "旋律"), "big5"),
        (("ピアノ", "メロディー"), "shift_jis"),
        (("Flöte", "Bläser"), "latin_1"),
        (("Flute", "Melody"), "utf-16-le"),
    ],
)
def test_names_of_tracks(names: tuple[str, str], encoding: str) -> None:
    tracks = b"".join(chunk(meta(3, name.encode(encoding)) + FOUR + END) for name in names)
    assert tuple(part.name for part in midi.read(header(1, 2) + tracks, "it").parts) == names


def test_names_are_written_in_utf_8() -> None:
    score = Score(scale(60, 62), (Part("旋律"),), title="茉莉花")
    data = midi.write(score)
    assert "茉莉花".encode() in data and midi.read(data, "it").parts == score.parts


def test_no_notes() -> None:
    file, buffer = mido.MidiFile(), io.BytesIO()
    file.tracks.append(mido.MidiTrack())
    file.save(file=buffer)
    with pytest.raises(MediaError, match="has no notes"):
        midi.read(buffer.getvalue(), "it")
