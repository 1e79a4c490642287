"""MusicXML as programs write it: each kind of score and of file, with the right value."""

import io
import zipfile

import pytest

from miaobi.core.errors import MediaError
from miaobi.music.formats import read_score
from miaobi.music.keys import Key
from miaobi.music.score import Score

ATTRIBUTES = (
    "<attributes><divisions>4</divisions><key><fifths>0</fifths><mode>major</mode></key>"
    "<time><beats>4</beats><beat-type>4</beat-type></time></attributes>"
)
PART = "<score-part id='P1'><part-name>Flöte</part-name></score-part>"
BACKUP = "<backup><duration>16</duration></backup>"
Line = list[tuple[int, int, int]]  # start, pitch, length in ticks
CDEF = [(0, 60, 24), (24, 62, 24), (48, 64, 24), (72, 65, 24)]


def note(step: str, duration: object = 4, octave: int = 4, more: str = "", voice: int = 1) -> str:
    """A note; `more` stands where a tie does."""
    first = "<cue/>" if more == "cue" else "<chord/>" if more == "chord" else ""
    alter = f"<alter>{1 if step[1:] else 0}</alter>"
    return (
        f"<note>{first}<pitch><step>{step[0]}</step>{alter}<octave>{octave}</octave></pitch>"
        f"<duration>{duration}</duration>{'' if first else more}<voice>{voice}</voice></note>"
    )


FOUR = "".join(map(note, "CDEF"))


def part(*measures: str, attributes: str = ATTRIBUTES, id: str = "P1") -> str:
    inner = "".join(
        f"<measure>{measure}</measure>" for measure in (attributes + measures[0], *measures[1:])
    )
    return f"<part id='{id}'>{inner}</part>"


def document(*parts: str, listed: str = PART) -> str:
    inner = "".join(parts)
    return f"<?xml version='1.0' encoding='UTF-8'?><score-partwise><part-list>{listed}</part-list>{inner}</score-partwise>"


def score(*measures: str, attributes: str = ATTRIBUTES) -> Score:
    return read_score(document(part(*measures, attributes=attributes)).encode())


def line(score: Score, number: int = 0) -> Line:
    return [(n.start, n.pitch, n.length) for n in score.notes if n.part == number]


def metronome(*inner: tuple[str, str]) -> str:
    tags = "".join(f"<{name}>{text}</{name}>" if text else f"<{name}/>" for name, text in inner)
    return f"<direction><direction-type><metronome>{tags}</metronome></direction-type></direction>"


def barline(side: str, inner: str) -> str:
    return f"<barline location='{side}'>{inner}</barline>"


def ending(numbers: str, *measures: str, last: str = "stop", repeat: bool = False) -> list[str]:
    """Measures under a bracket."""
    first = barline("left", f"<ending number='{numbers}' type='start'/>")
    back = "<repeat direction='backward'/>" if repeat else ""
    end = barline("right", f"<ending number='{numbers}' type='{last}'/>{back}")
    marked = list(measures)
    marked[0] = first + marked[0]
    marked[-1] += end
    return marked


def test_tempo_marks() -> None:
    quarter, dot = ("beat-unit", "quarter"), ("beat-unit-dot", "")
    for inner, tempo in (
        ([quarter, ("per-minute", "72")], 72),
        ([quarter, dot, ("per-minute", "60")], 90),
        ([quarter, dot, dot, ("per-minute", "60")], 105),
        ([("beat-unit", "half"), ("per-minute", "ca. 50")], 100),
        ([("beat-unit", "eighth"), ("per-minute", "120-130")], 60),
        ([quarter, ("beat-unit", "eighth")], 100),  # a metric modulation states no tempo
    ):
        assert score(metronome(*inner) + FOUR).tempo == tempo
    mark = metronome(quarter, ("per-minute", "72"))
    assert score("<sound tempo='66.5'/>" + FOUR).tempo == 66.5
    assert score(mark + "<direction><sound tempo='90'/></direction>" + FOUR).tempo == 90
    later = score(mark + FOUR, "<sound tempo='120'/>" + FOUR)
    assert later.tempo == 72 and later.warnings == ("Only the first tempo is kept.",)
    second = document(part(FOUR), part(mark + FOUR, id="P2"))
    assert read_score(second.encode()).tempo == 72


@pytest.mark.parametrize(
    ("measures", "pitches"),
    [
        ([*ending("1", note("G", 16), repeat=True), *ending("2", note("A", 16))], [69]),
        (
            [*ending("1", note("G", 16), note("G", 16)), *ending("2", note("A", 16)), FOUR],
            [69, 60, 62, 64, 65],
        ),
        ([*ending("1, 2", note("G", 16)), *ending("3", note("A", 16), last="discontinue")], [69]),
        (
            [*ending("1", note("G", 16)), *ending("2", note("A", 16)), *ending("3", note("B", 16))],
            [71],
        ),
        ([*ending("1", note("G", 16)), note("A", 16)], [67, 69]),  # without a second
    ],
)
def test_endings(measures: list[str], pitches: list[int]) -> None:
    read = score(FOUR, *measures)
    assert [n.pitch for n in read.notes] == [60, 62, 64, 65, *pitches]
    assert [n.start for n in read.notes][4] == 96


def test_endings_that_one_part_has_hold_for_all() -> None:
    first = part(FOUR, *ending("1", note("G", 16)), *ending("2", note("A", 16)))
    read = read_score(document(first, part(*(note(s, 16) for s in "CDE"), id="P2")).encode())
    assert line(read)[4:] == [(96, 69, 96)]
    assert line(read, 1) == [(0, 60, 96), (96, 64, 96)]


def tie(*kinds: str) -> str:
    return "".join(f"<tie type='{kind}'/>" for kind in kinds)


def tied(*kinds: str) -> str:
    return f"<notations>{''.join(f'<tied type={kind!r}/>' for kind in kinds)}</notations>"


@pytest.mark.parametrize(
    ("measures", "notes"),
    [
        ([note("C", 16, more=tie("start")), note("C", 16, more=tie("stop"))], [(0, 60, 192)]),
        ([note("C", 16, more=tied("start")), note("C", 16, more=tied("stop"))], [(0, 60, 192)]),
        (
            [
                note("C", 16, more=tied("start")),
                note("C", 16, more=tied("stop", "start")),
                note("C", 8, more=tied("stop")) + note("D", 8),
            ],
            [(0, 60, 240), (240, 62, 48)],
        ),
        ([note("C", 16, more=tie("start")), note("C", 16)], [(0, 60, 192)]),
        ([note("C", 16), note("C", 16, more=tie("stop"))], [(0, 60, 96), (96, 60, 96)]),
        ([note("C", 16, more=tied("let-ring")), note("C", 16)], [(0, 60, 96), (96, 60, 96)]),
        (
            [note("C", 16, more=tie("start")), note("D", 4) + note("C", 12)],
            [(0, 60, 96), (96, 62, 24), (120, 60, 72)],
        ),
        (
            [
                note("G", 16, more=tie("start"))
                + BACKUP
                + note("G", 8, voice=2)
                + note("G", 8, voice=2, more=tie("start")),
                note("G", 16, more=tie("stop"))
                + BACKUP
                + note("G", 4, voice=2, more=tie("stop"))
                + note("A", 12, voice=2),
            ],
            [(0, 67, 48), (0, 67, 192), (48, 67, 72), (120, 69, 72)],
        ),
        (
            [note("G", 16, more=tie("start")), note("G", 16, voice=2, more=tie("stop"))],
            [(0, 67, 192)],
        ),
        (
            [
                note("D", 16, more=tie("start")),
                *ending("1", note("D", 16, more=tie("stop"))),
                *ending("2", note("D", 8, more=tie("stop")) + note("E", 8)),
            ],
            [(0, 62, 144), (144, 64, 48)],
        ),
    ],
)
def test_ties(measures: list[str], notes: Line) -> None:
    assert line(score(*measures)) == notes


@pytest.mark.parametrize(
    ("transpose", "semitones"),
    [
        ("<chromatic>-2</chromatic>", -2),
        ("<diatonic>-8</diatonic><chromatic>-14</chromatic>", -14),
        ("<chromatic>-2</chromatic><octave-change>-1</octave-change>", -14),
        ("<chromatic>0</chromatic><octave-change>-1</octave-change>", -12),
        ("<chromatic>0</chromatic><octave-change>1</octave-change>", 12),
        ("<chromatic>-7</chromatic>", -7),
    ],
)
def test_transposing_instruments(transpose: str, semitones: int) -> None:
    """The key sounds lower, too."""
    changed = ATTRIBUTES.replace(
        "</attributes>", f"<transpose>{transpose}</transpose></attributes>"
    )
    read = score(
        FOUR,
        "<attributes><transpose><chromatic>0</chromatic></transpose></attributes>" + FOUR,
        attributes=changed,
    )
    assert line(read)[:4] == [(s, pitch + semitones, d) for s, pitch, d in CDEF]
    assert [pitch for _, pitch, _ in line(read)[4:]] == [60, 62, 64, 65]
    assert read.key == Key(semitones % 12)


def test_an_octave_clef_changes_no_pitch() -> None:
    clef = "<clef><sign>G</sign><line>2</line><clef-octave-change>-1</clef-octave-change></clef>"
    assert (
        line(score(FOUR, attributes=ATTRIBUTES.replace("</attributes>", clef + "</attributes>")))
        == CDEF
    )


def test_what_does_not_sound() -> None:
    grace = "<note><grace/><pitch><step>B</step><octave>3</octave></pitch></note>"
    assert line(score(grace + grace.replace("<grace/>", "<grace/><chord/>") + FOUR)) == CDEF
    assert line(score(FOUR + BACKUP + note("G", 16, 5, "cue", 2))) == CDEF
    assert line(score("".join(note(step, more="cue") for step in "GABC"), FOUR))[0] == (96, 60, 24)
    assert line(score(FOUR.replace("<voice>", "<lyric><text>la</text></lyric><voice>"))) == CDEF


def test_times() -> None:
    assert line(score(FOUR.replace("<voice>1</voice>", ""))) == CDEF
    assert line(score(FOUR.replace(">4</duration>", ">4.0</duration>"))) == CDEF
    assert line(score(note("C", 8) + note("E", 8, more="chord") + note("D", 8))) == [
        (0, 60, 48),
        (0, 64, 48),
        (48, 62, 48),
    ]
    assert line(score(note("C") + "<forward><duration>8</duration></forward>" + note("D")))[1] == (
        72,
        62,
        24,
    )
    assert line(score(FOUR + "<backup><duration>99</duration></backup>" + note("G", 16, 3)))[0] == (
        0,
        55,
        96,
    )
    assert line(score(FOUR, "<attributes><divisions>8</divisions></attributes>" + note("G", 32)))[
        -1
    ] == (96, 67, 96)
    typed = "<type>half</type><dot/><voice>1</voice>"
    without = FOUR.replace("<duration>4</duration><voice>1</voice>", typed, 1)
    assert line(score(without))[0] == (0, 60, 72)


def test_measures_of_all_parts_begin_together() -> None:
    rest = "<note><rest measure='yes'/><duration>99</duration></note>"
    second = part(rest, note("E", 4, 3), note("G", 16, 3), id="P2")
    read = read_score(document(part(FOUR, FOUR, FOUR), second).encode())
    assert line(read, 1) == [(96, 52, 24), (192, 55, 96)] and line(read)[4][0] == 96


def test_instruments_and_drums() -> None:
    listed = (
        "<score-part id='B'><part-name>旋律</part-name></score-part><score-part id='A'>"
        "<part-name>Drums</part-name><midi-instrument id='I1'><midi-channel>10</midi-channel>"
        "<midi-unpitched>39</midi-unpitched></midi-instrument></score-part>"
    )
    stroke = (
        "<note><unpitched><display-step>E</display-step><display-octave>4</display-octave>"
        "</unpitched><duration>16</duration><instrument id='I1'/></note>"
    )
    read = read_score(document(part(stroke, id="A"), part(FOUR, id="B"), listed=listed).encode())
    assert [p.name for p in read.parts] == ["Drums", "旋律"] and read.parts[0].drums
    assert line(read) == [(0, 38, 96)] and line(read, 1) == CDEF
    assert "Unpitched notes" in score(stroke + FOUR).warnings[0]


def test_timewise() -> None:
    first, second = FOUR, note("G", 16)
    text = (
        f"<score-timewise><part-list>{PART}</part-list><measure><part id='P1'>{ATTRIBUTES}{first}</part>"
        f"<part id='P2'>{ATTRIBUTES}{second}</part></measure><measure><part id='P1'>{second}</part>"
        f"<part id='P2'>{first}</part></measure></score-timewise>"
    )
    read = read_score(text.encode())
    assert line(read) == [*CDEF, (96, 67, 96)]
    assert line(read, 1) == [(0, 67, 96), *((s + 96, p, d) for s, p, d in CDEF)]


@pytest.mark.parametrize(
    ("mode", "key"),
    [
        ("major", Key(0)),
        ("minor", Key(9, "minor")),
        ("dorian", Key(2, "minor")),
        ("mixolydian", Key(7)),
        ("none", Key(5)),  # estimated
    ],
)
def test_modes(mode: str, key: Key) -> None:
    assert score(FOUR, attributes=ATTRIBUTES.replace("major", mode)).key == key


TEXT = document(part(FOUR))
UTF_16 = TEXT.replace("UTF-8", "UTF-16")
LATIN_1 = TEXT.replace("UTF-8", "ISO-8859-1")


@pytest.mark.parametrize(
    "data",
    [
        TEXT.encode("utf-8-sig"),
        UTF_16.encode("utf-16"),
        UTF_16.encode("utf-16-le"),
        UTF_16.encode("utf-16-be"),
        UTF_16.encode(),  # declared wrongly
        LATIN_1.encode("latin_1"),
        LATIN_1.encode(),  # declared wrongly
        TEXT.encode("latin_1"),  # declared wrongly
        TEXT.replace("UTF-8", "x-unknown").encode(),
        b"\r\n   " + TEXT.encode(),
        TEXT.encode() + b"\0\0\0",
        TEXT.encode() + b"\nwords",
        TEXT.replace("Flöte", "Fl\x0böte").encode(),
        TEXT.replace("Flöte", "Fl&#11;&ouml;te").encode(),
        TEXT.replace("<score-partwise>", "<score-partwise xmlns='http://example.org/'>").encode(),
        TEXT.replace(
            "<score-partwise>", "<!DOCTYPE score-partwise [<!ENTITY a 'b'>]><score-partwise>"
        ).encode(),
        TEXT.replace("<score-partwise>", "<!-- x --><score-partwise>").encode(),
        TEXT.encode()[:-16],
    ],
    ids=range(18),
)
def test_documents(data: bytes) -> None:
    read = read_score(data)
    assert line(read) == CDEF and read.parts[0].name == "Flöte"


def test_entities_are_not_expanded() -> None:
    doctype = "<!DOCTYPE x [<!ENTITY a 'aaaa'><!ENTITY f SYSTEM 'file:///etc/passwd'>]>"
    text = TEXT.replace("<score-partwise>", doctype + "<score-partwise>").replace(
        "Flöte", "&a;&f; & b"
    )
    assert read_score(text.encode()).parts[0].name == "&a;&f; & b"


def packed(*members: tuple[str, str]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in members:
            archive.writestr(name, content)
    return buffer.getvalue()


def container(path: str) -> tuple[str, str]:
    text = f"<container xmlns='urn:x'><rootfiles><rootfile full-path='{path}'/></rootfiles></container>"
    return "META-INF/container.xml", text


@pytest.mark.parametrize(
    "members",
    [
        [container("a.xml"), ("b.xml", "<x/>"), ("a.xml", TEXT)],
        [("__MACOSX/._a.xml", "junk"), ("folder/", ""), ("folder/a.musicxml", TEXT)],
        [container("none.xml"), ("a.xml", TEXT)],
        [container("x\\A.xml"), ("x/a.xml", TEXT)],
        [container("./a.xml"), ("a.xml", TEXT)],
        [("META-INF/container.xml", "<cont"), ("a.xml", TEXT)],
        [("a.pdf", "%PDF"), ("style.xml", "<style/>"), ("score.xml", TEXT)],
        [(".xml", TEXT)],
        [("music", TEXT)],
    ],
    ids=range(9),
)
def test_archives(members: list[tuple[str, str]]) -> None:
    assert line(read_score(packed(*members))) == CDEF


@pytest.mark.parametrize("data", [packed(), packed(("a.txt", "x")), packed(("a.xml", TEXT))[:-30]])
def test_archives_without_a_score(data: bytes) -> None:
    with pytest.raises(MediaError, match="cannot be read as MusicXML"):
        read_score(data)
