"""ABC as it stands on the web: each kind of notation and of file, with the right value."""

import pytest

from miaobi.core.errors import MediaError
from miaobi.music.abc_notation import read
from miaobi.music.keys import Key
from miaobi.music.score import Score

Line = list[tuple[int, int, int]]  # start, pitch, length in ticks
CDEF = [(0, 60, 24), (24, 62, 24), (48, 64, 24), (72, 65, 24)]


def tune(music: str, head: str = "M:4/4\nL:1/4\nK:C") -> Score:
    return read(f"X:1\nT:Test\n{head}\n{music}\n".encode(), "it")


def line(score: Score, part: int = 0) -> Line:
    return [(note.start, note.pitch, note.length) for note in score.notes if note.part == part]


def beats(*notes: tuple[float, int, float]) -> Line:
    return [(round(start * 24), pitch, round(length * 24)) for start, pitch, length in notes]


@pytest.mark.parametrize(
    "music",
    [
        "CDEF",
        "C D|E F",
        "!f!C +mf+D +accent+E !D.C.!F",
        '"Am"C "^up"D "_1"E"@1,2 x"F',
        "C{/g}D {gef}E {g}F",
        "~C.D TE uF",
        "HC LD Mk E PF",
        "C`D``E F",
        "C y D y2 E $F",
        "C * D ; E \\\nF",
        "C D!\nE F !",
        "((C) D) (E F)",
        "C[r:remark]D[P:A]E[N:a b c]F",
        "P:A\nC D\nP:B\nE F",
        "C D\n% A bad cab\nE F % fed",
        "C D\n%%text A bad cab\nE F",
        "C D\n%%begintext\nA bad cab\n%%endtext\nE F",
        "C D\n%%beginps\n1 0 0 setrgbcolor\n%%endps\nE F",
        "C D\nw: la la\n+: a bad cab\nE F\nW: fed",
        "C D\nT:second title\nN:abc\nr:abc\ns: !f! *\nE F",
        "CDEF\n\nA bad cab fed a bee.",
        "C D=20\nE =3DF",
        "C=\n D E F=20",
        "[C][D]EF",
        "CDEF|]",
        "[|C D|E F||",
        "C .| D [|] E F",
    ],
)
def test_what_is_no_note_changes_nothing(music: str) -> None:
    assert line(tune(music)) == CDEF


@pytest.mark.parametrize(
    "bar", ["|", "| ", "||", "|]", "[|", ":|", "::", "|:", ":||:", "|\n", ".|"]
)
def test_a_chord_after_any_bar_line(bar: str) -> None:
    chord = [(96, pitch, 96) for pitch in (60, 64, 67)]
    assert line(tune(f"CDEF{bar}[CEG]4|]")) == [*CDEF, *chord]


@pytest.mark.parametrize("bar", ["|", "| ", "||", ":|", "|\n"])
def test_a_field_after_any_bar_line(bar: str) -> None:
    assert line(tune(f"CDEF{bar}[K:G]F4|]")) == [*CDEF, (96, 66, 96)]
    assert line(tune(f"CDEF{bar}[L:1/8]F4|]")) == [*CDEF, (96, 65, 48)]
    assert line(tune(f"CDEF{bar}[K:clef=bass]F4|]")) == [*CDEF, (96, 65, 96)]
    assert line(tune(f"CDEF{bar}[K:bass]B4|]", "L:1/4\nK:F"))[-1] == (96, 70, 96)
    assert line(tune(f"CDEF{bar}[M:3/4]FGA|]"))[-1] == (144, 69, 24)
    assert line(tune(f"[V:1]CDEF{bar}[V:2]G4|]"), 1) == [(0, 67, 96)]


@pytest.mark.parametrize(
    ("music", "notes"),
    [
        ("CDEF|1 G4:|2 A4|]", [*CDEF, (96, 69, 96)]),
        ("CDEF|[1 G4:|[2 A4|]", [*CDEF, (96, 69, 96)]),
        ("CDEF| [1 G4 :| [2 A4 ||", [*CDEF, (96, 69, 96)]),
        ("CDEF|1 G4:| |2 A4|]", [*CDEF, (96, 69, 96)]),
        ("CDEF[1 G4:|[2 A4|]", [*CDEF, (96, 69, 96)]),
        ("CDEF|1 G4:|2 A4:|3 B4|]", [*CDEF, (96, 71, 96)]),
        ("CDEF|1,3 G4:|2,4 A4|]", [*CDEF, (96, 69, 96)]),
        ("CDEF|[1-3 G4:|[4 A4|]", [*CDEF, (96, 69, 96)]),
        ("CDEF|1. G4:|2. A4|]", [*CDEF, (96, 69, 96)]),
        ("CDEF|1 G4|B4:|2 A4|c4|]", [*CDEF, (96, 69, 96), (192, 72, 96)]),
        ("CDEF|1 G4:|A4|]", [*CDEF, (96, 67, 96), (192, 69, 96)]),  # without a second
        ("CDEF|1 G>A B<c:|2 A4|]", [*CDEF, (96, 69, 96)]),
        ("CDEF|1 (3GAB c2:|2 A4|]", [*CDEF, (96, 69, 96)]),
        ("CDEF|1 G4:|2 A4||CDEF|1 B4:|2 c4|]", None),
        ("CDE^F-|1 F4:|2 F2 F2|]", [*CDEF[:3], (72, 66, 72), (144, 65, 48)]),
        ("CDEF|1 G4-:|2 G4|]", [*CDEF, (96, 67, 96)]),
        ("CD|1 E>F:|2 G>A|]", beats((0, 60, 1), (1, 62, 1), (2, 67, 1.5), (3.5, 69, 0.5))),
        ("CDEF:|G4", [*CDEF, (96, 67, 96)]),
        ("G:|C", [(0, 67, 24), (24, 60, 24)]),
        ("CDE\nF:|", CDEF),
    ],
)
def test_endings(music: str, notes: Line | None) -> None:
    twice = [*CDEF, (96, 69, 96), *((n[0] + 192, *n[1:]) for n in CDEF), (288, 72, 96)]
    assert line(tune(music)) == (twice if notes is None else notes)


def test_endings_leave_all_voices_in_step() -> None:
    score = tune("[V:1]C4|1 D4:|2 E4|F4|]\n[V:2]C,4|D,4:|E,4|F,4|]")
    assert line(score) == [(0, 60, 96), (96, 64, 96), (192, 65, 96)]
    assert line(score, 1) == [(0, 48, 96), (96, 52, 96), (192, 53, 96)]


@pytest.mark.parametrize(
    ("music", "notes"),
    [
        ("^F-|F F", [(66, 2), (65, 1)]),
        ("_B-|B", [(70, 2)]),
        ("=F-|F", [(65, 2)]),
        ("^F-F|F", [(66, 2), (65, 1)]),
        ("A2-A>B", [(69, 3.5), (71, 0.5)]),
        ("A>-A", [(69, 2)]),
        ("A-|A-|A", [(69, 3)]),
        ("A2-A/B/", [(69, 2.5), (71, 0.5)]),
        ("A.-A", [(69, 2)]),
        ("A-{c}A", [(69, 2)]),
        ('A-!trill!"x"A', [(69, 2)]),
        ("A-B", [(69, 1), (71, 1)]),
        ("A{c}-A", [(69, 1), (69, 1)]),  # a slur of the grace note
        ("[^CE]-|[CE]", [(61, 2), (64, 2)]),
        ("[^C-E]|[CG]", [(61, 2), (64, 1), (67, 1)]),
        ("C-[CE]", [(60, 2), (64, 1)]),
    ],
)
def test_ties(music: str, notes: list[tuple[int, float]]) -> None:
    assert [(pitch, length / 24) for _, pitch, length in line(tune(music))] == notes


@pytest.mark.parametrize(
    ("music", "lengths"),
    [
        ("C>D", [1.5, 0.5]),
        ("C<D", [0.5, 1.5]),
        ("C>>D", [1.75, 0.25]),
        ("C<<<D", [0.125, 1.875]),
        ("C > D", [1.5, 0.5]),
        ("C>|D", [1.5, 0.5]),
        ("C|>D", [1.5, 0.5]),
        ("C>{g}D", [1.5, 0.5]),
        ('C>"Am"D', [1.5, 0.5]),
        ("C>!f!D", [1.5, 0.5]),
        ("(C)>.D", [1.5, 0.5]),
        ("[CE]>G", [1.5, 1.5, 0.5]),
        ("z>C", [0.5]),
        ("C2>D2", [3, 1]),
        ("(3C>DE", [1, 1 / 3, 2 / 3]),
        ("(3CD>E", [2 / 3, 1, 1 / 3]),
        ("C>\nD", [1.5, 0.5]),
    ],
)
def test_broken_rhythm(music: str, lengths: list[float]) -> None:
    assert [length / 24 for *_, length in line(tune(music))] == pytest.approx(lengths, abs=0.05)


@pytest.mark.parametrize(
    ("music", "meter", "eighths"),
    [
        ("(2CD", "6/8", 3),
        ("(3CDE", "4/4", 2),
        ("(4CDEF", "6/8", 3),
        ("(5CDEFG", "4/4", 2),
        ("(5CDEFG", "6/8", 3),
        ("(5CDEFG", "9/8", 3),
        ("(5CDEFG", "3/8", 2),
        ("(7CDEFGAB", "12/8", 3),
        ("(7CDEFGAB", "2/4", 2),
        ("(6CDEFGA", "6/8", 2),
        ("(8CDEFGABc", "4/4", 3),
        ("(9CDEFGABcd", "4/4", 2),
        ("(9CDEFGABcd", "9/8", 3),
        ("(3:2CDE", "6/8", 2),
        ("(3::CDE", "4/4", 2),
        ("(3::2CD", "4/4", 4 / 3),
        ("(3:2:4CDEF", "4/4", 8 / 3),
        ("(5:4CDEFG", "4/4", 4),
        ("(1:2:2CD", "4/4", 4),
        ("((3CDE)", "4/4", 2),
        ("(3(CDE)", "4/4", 2),
        ("(3 C {g}D E", "4/4", 2),
        ("(3[CE][DF][EG]", "4/4", 2),
        ("(3CzE", "4/4", 2),
    ],
)
def test_tuplets(music: str, meter: str, eighths: float) -> None:
    score = tune(f"{music} g", f"M:{meter}\nL:1/8\nK:C")
    assert score.notes[-1].start == round(12 * eighths)


def test_overlays() -> None:
    assert line(tune("c4 & E2 G2|d4")) == [(0, 64, 48), (0, 72, 96), (48, 67, 48), (96, 74, 96)]
    assert line(tune("C2 D2 & E4 & G4|A4"))[-1] == (96, 69, 96)
    assert line(tune("C & E4|F")) == [(0, 60, 24), (0, 64, 96), (96, 65, 24)]


@pytest.mark.parametrize(
    ("field", "pitches"),
    [
        ("Am ^G", "69 71 60 62 64 65 68"),
        ("A ^d", "69 71 61 63 64 66 68"),
        ("D =c", "69 71 60 62 64 66 67"),
        ("Dmix=c", "69 71 60 62 64 66 67"),
        ("D exp _b ^f", "69 70 60 62 64 66 67"),
        ("D exp _b_e^f", "69 70 60 62 63 66 67"),
        ("C exp", "69 71 60 62 64 65 67"),
        ("exp ^f", "69 71 60 62 64 66 67"),
        ("^f _B", "69 70 60 62 64 66 67"),
        ("F#m", "69 71 61 62 64 66 68"),
        ("EM", "69 71 60 62 64 66 67"),
        ("g dorian", "69 70 60 62 64 65 67"),
        ("none", "69 71 60 62 64 65 67"),
        ("", "69 71 60 62 64 65 67"),
        ("A♭", "68 70 60 61 63 65 67"),
        ("G clef=bass", "69 71 60 62 64 66 67"),
        ("G treble+8", "81 83 72 74 76 78 79"),
        ("G clef=treble-8", "57 59 48 50 52 54 55"),
        ("G octave=-1 clef=treble", "57 59 48 50 52 54 55"),
        ("C transpose=2", "71 73 62 64 66 67 69"),
        ("C clef=bass middle=d octave=1", "81 83 72 74 76 77 79"),
    ],
)
def test_keys_and_clefs(field: str, pitches: str) -> None:
    score = tune("A|B|C|D|E|F|G|", f"M:1/4\nL:1/4\nK:{field}")
    assert [note.pitch for note in score.notes] == [int(pitch) for pitch in pitches.split()]


def test_a_clef_alone_keeps_the_key() -> None:
    assert line(tune("F[K:clef=bass]F[K:alto]F", "L:1/4\nK:D"))[2] == (48, 66, 24)
    assert tune("F", "K:none").key != tune("F", "K:D").key


def test_accidentals_hold_in_all_octaves_unless_told() -> None:
    assert [pitch for _, pitch, _ in line(tune("^c C|c C"))] == [73, 61, 72, 60]
    octave = "%%propagate-accidentals octave\nL:1/4\nK:C"
    assert [pitch for _, pitch, _ in line(tune("^c c C", octave))] == [73, 73, 60]
    never = "I:propagate-accidentals not\nL:1/4\nK:C"
    assert [pitch for _, pitch, _ in line(tune("^c c", never))] == [73, 72]
    assert [pitch for _, pitch, _ in line(tune("{^c}d c"))] == [74, 73]
    assert [pitch for _, pitch, _ in line(tune("^^C __D ^/E"))] == [62, 60, 64]


@pytest.mark.parametrize(
    ("field", "tempo"),
    [
        ("1/4=120", 120),
        ("1/2=60", 120),
        ("3/8=60", 90),
        ("1/8 3/8 1/4=40", 120),
        ('"Andante, op. 12" 1/4=76', 76),
        ('1/4=76 "no. 3"', 76),
        ("1/4 = 88", 88),
        ("1/4=ca. 100.5", 100.5),
        ("C=120", 60),
        ("C3=40", 60),
        ("90", 90),
        ("Allegro 1/4=132", 132),
        ('"Allegro"', 100),
        ("Allegro no. 3", 100),
        ("1/0=60", 100),
        ("1/4=0", 100),
        ("", 100),
    ],
)
def test_tempo(field: str, tempo: float) -> None:
    assert tune("C", f"Q:{field}\nM:4/4\nL:1/8\nK:C").tempo == tempo


@pytest.mark.parametrize(
    ("field", "meter"),
    [
        ("C", (4, 4)),
        ("C|", (2, 2)),
        ("6/8", (6, 8)),
        ("2+3/8", (5, 8)),
        ("(2+2+3)/8", (7, 8)),
        ("2/4+3/8", (7, 8)),
        ("9/8 % or 6/8", (9, 8)),
        ("none", (4, 4)),
        ("4/0", (4, 4)),
        ("4/3", (4, 4)),
    ],
)
def test_meter(field: str, meter: tuple[int, int]) -> None:
    assert tune("C", f"M:{field}\nK:C").meter == meter


@pytest.mark.parametrize(
    ("head", "ticks"),
    [
        ("L:1\nK:C", 96),
        ("L: 1 / 8\nK:C", 12),
        ("M:3/4\nK:C", 12),
        ("M:6/8\nK:C", 12),
        ("M:2/4\nK:C", 6),
        ("M:none\nK:C", 12),
        ("K:C", 12),
        ("K:C\nL:1/4", 24),
        ("K:C\nM:2/4", 6),  # as if the field stood above the key
        ("M:4/4\nK:C\nM:2/4", 12),  # a change of meter leaves the unit
        ("L:1/0\nM:4/4\nK:C", 12),
    ],
)
def test_unit_length(head: str, ticks: int) -> None:
    assert line(tune("C", head)) == [(0, 60, ticks)]


def test_voices() -> None:
    head = 'M:4/4\nL:1/4\nV:1 name="Melody" clef=treble\nV:2 nm="Bass" clef=bass octave=-1\nK:C'
    score = tune("%%MIDI program 40\n[V:1]cdef|\n[V:2]C4|\n[V:1]g4|\n[V:2]G,4|", head)
    assert [part.name for part in score.parts] == ["Melody", "Bass"]
    assert line(score)[-1] == (96, 79, 96) and line(score, 1) == [(0, 48, 96), (96, 43, 96)]
    score = tune("V:Soprano\nCDEF|\nV:Bass octave=-2\n[K:G]F4|\nV:Soprano\nF4|")
    assert [part.name for part in score.parts] == ["Soprano", "Bass"]
    assert line(score)[-1] == (96, 65, 96) and line(score, 1) == [(0, 42, 96)]
    drums = tune("%%MIDI channel 10\n%%MIDI transpose -2\nC")
    assert drums.parts[0].drums and line(drums) == [(0, 58, 24)]


TEXT = "X:1\nT:Chüechli\nM:4/4\nL:1/4\nK:C\nCDEF|\n"


@pytest.mark.parametrize(
    "data",
    [
        TEXT.encode(),
        TEXT.encode("utf-8-sig"),
        TEXT.encode("utf-16"),
        TEXT.encode("utf-16-le"),
        TEXT.encode("utf-16-be"),
        TEXT.encode("latin_1"),
        TEXT.replace("\n", "\r").encode(),
        TEXT.replace("\n", "\r\n").encode(),
        TEXT.replace("\n", "\r\r\n").encode(),
        TEXT.replace("ü", '\\"u').encode(),
        TEXT.replace("ü", "\\u00fc").encode(),
        TEXT.replace("ü", "&uuml;").encode(),
        ("%abc-2.1\n%%abc-charset iso-8859-1\n" + TEXT).encode("latin_1"),
        ("Words before a tune.\n\n" + TEXT + "\n\nWords after it.\n\nX:2\nK:D\nA").encode(),
        ("M:3/4\nL:1/4\n\n" + TEXT.replace("L:1/4\n", "")).encode(),
        TEXT.replace("X:1", "  X: 1").replace("T:", " T: ").replace("K:", "K: ").encode(),
        TEXT.replace("T:", "\nT:").replace("K:C\n", "K:C\n\n").encode(),
    ],
    ids=range(17),
)
def test_files(data: bytes) -> None:
    score = read(data, "it")
    assert line(score) == CDEF and score.title == "Chüechli" and score.meter == (4, 4)


def test_titles_of_other_encodings() -> None:
    """The notes are read, and the title by the likeliest encoding, with a warning."""
    data = TEXT.replace("Chüechli", "茉莉花").encode("gbk")
    score = read(data, "it")
    assert (line(score), score.title) == (CDEF, "茉莉花")
    assert score.warnings == ("The encoding of the file is not certain: its words may be wrong.",)


def test_music_below_a_blank_line_is_named() -> None:
    score = tune("CDEF|\n\nGABc|")
    assert line(score) == CDEF
    assert score.warnings == ("Text below the blank line that ends the tune is left out.",)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"X:1\nK:C\n" + b"C" * 310_000, "it is too long for one tune"),
        (b"X:1\nT:x\nCDEF|", "needs a line K:|needs a field K:"),
        (b"X:1\nK:C\nz|", "has no notes"),
    ],
)
def test_what_cannot_be_read(data: bytes, message: str) -> None:
    with pytest.raises(MediaError, match=message):
        read(data, "it")


def test_key_and_mode_of_the_score() -> None:
    assert tune("A", "K:Ador").key == Key(9, "minor")
    assert tune("A", "K:AMix").key == Key(9, "major")
