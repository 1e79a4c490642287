"""Requests as people write them, in both languages."""

import pytest

from miaobi.core.errors import OptionError
from miaobi.music.instruments import PROGRAMS, find_programs, instrument_names
from miaobi.music.keys import Key
from miaobi.music.prompt import MusicPlan, parse_key, parse_meter, parse_prompt, plan_music
from miaobi.music.tokens import METERS, MOODS, STYLES
from miaobi.music.words import table


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (
            "calm waltz in D minor, 90 bpm, strings",
            MusicPlan(2, "minor", (3, 4), 90, "calm", "waltz", (48,)),
        ),
        (
            "欢快的C大调进行曲，钢琴，120拍",
            MusicPlan(0, "major", (4, 4), 120, "lively", "march", (0,)),
        ),
        (
            "a sad piece for cello and piano in F# minor",
            MusicPlan(6, "minor", mood="sad", instruments=(42, 0)),
        ),
        (
            "降B大调小快板，四三拍，弦乐四重奏，半分钟",
            MusicPlan(10, "major", (3, 4), 112, instruments=(40, 40, 41, 42), seconds=30),
        ),
        (
            "a lively jig, fiddle, 45 seconds",
            MusicPlan(None, "", (6, 8), None, "lively", "jig", (110,), 45),
        ),
        (
            "Allegro in Bb, flute and harp, 1 min 30 s",
            MusicPlan(10, "", None, 132, instruments=(73, 46), seconds=90),
        ),
        (
            "忧伤的a小调慢板，大提琴，八六拍，20秒",
            MusicPlan(9, "minor", (6, 8), 66, "sad", "", (42,), 20),
        ),
        ("something in a minor key", MusicPlan(None, "minor")),
        ("a major work for organ", MusicPlan(None, "major", instruments=(19,))),
        ("hymn in E-flat major", MusicPlan(3, "major", (4, 4), style="chorale")),
        ("升C小调圆舞曲", MusicPlan(1, "minor", (3, 4), style="waltz")),
        ("very slow, dark, church organ, Cm", MusicPlan(0, "minor", None, 50, "dark", "", (19,))),
        ("12/8, electric guitar, 72.5 BPM", MusicPlan(None, "", (12, 8), 72.5, instruments=(27,))),
        ("每分钟100拍的波尔卡，手风琴", MusicPlan(None, "", (2, 4), 100, "", "tune", (21,))),
        ("music for a cat", MusicPlan()),
        ("", MusicPlan()),
    ],
)
def test_words(words: str, told: MusicPlan) -> None:
    assert parse_prompt(words) == told


def test_options_win_over_words() -> None:
    told = plan_music(
        "calm waltz in D minor, 90 bpm, strings, 20 seconds",
        key="Eb major",
        meter="4/4",
        tempo=140,
        mood="lively",
        instruments=["flute", "大提琴"],
        seconds=12,
    )
    assert told == MusicPlan(3, "major", (4, 4), 140, "lively", "waltz", (73, 42), 12)
    assert plan_music("in D minor", key="E").key == Key(4, "minor")
    assert plan_music("", instruments="钢琴和小提琴, cello").instruments == (0, 40, 42)


def test_what_is_not_told_follows_the_mood() -> None:
    assert parse_prompt("sad").key == Key(2, "minor")
    assert parse_prompt("happy").key == Key(7, "major")
    for mood in MOODS:
        plan = plan_music("", mood=mood).with_defaults()
        assert (
            plan.tempo and plan.meter == (4, 4) and plan.seconds == 30 and plan.instruments == (0,)
        )
        assert plan.with_defaults() == plan


@pytest.mark.parametrize(
    "name", [*"CDEFGAB", "F#", "Bb", "f# minor", "Ebm", "降E小调", "G major", "b-flat minor"]
)
def test_names_of_keys(name: str) -> None:
    tonic, mode = parse_key(name)
    assert 0 <= tonic < 12 and mode in ("", "major", "minor")


@pytest.mark.parametrize(
    ("words", "options", "told"),
    [
        ("", {"key": "H minor"}, "no key 'H minor'. Write keys such as"),
        ("waltz in H minor", {}, "no key 'H minor'"),
        ("", {"key": "Z"}, "no key 'Z'"),
        ("in 13/8", {}, "no meter '13/8'. Choose one of: 2/4, 3/4"),
        ("", {"meter": "waltz"}, "no meter 'waltz'"),
        ("四九拍", {}, "no meter '四九拍'"),
        (
            "",
            {"instruments": "vuvuzela"},
            "no instrument 'vuvuzela'. Use an instrument of General MIDI",
        ),
        ("", {"instruments": ["piano", "violine x"]}, "such as .*violin"),
        ("", {"tempo": 5}, "tempo is 5"),
        ("5000 bpm", {}, "tempo is 5000"),
        ("", {"seconds": 0}, "seconds is 0"),
        ("", {"seconds": 36_000}, "seconds is 36000"),
        ("", {"mood": "angry"}, "mood is 'angry'"),
    ],
)
def test_what_there_is_not(words: str, options: dict, told: str) -> None:
    with pytest.raises(OptionError, match=told):
        plan_music(words, **options)


def test_all_instruments_of_general_midi_have_their_number() -> None:
    assert len(PROGRAMS) == len(set(PROGRAMS)) == 128
    assert [PROGRAMS[n] for n in (0, 40, 56, 73, 110, 127)] == [
        "acoustic grand piano",
        "violin",
        "trumpet",
        "flute",
        "fiddle",
        "gunshot",
    ]
    assert all(0 <= number < 128 for programs in instrument_names().values() for number in programs)
    assert find_programs(" Violins ") == find_programs("小提琴") == (40,)


def test_every_meter_can_be_asked_for() -> None:
    for top, bottom in METERS:
        assert parse_prompt(f"a piece in {top}/{bottom}").meter == (top, bottom)


def test_rows_of_words_are_whole() -> None:
    for section in ("form", "tempo", "mood", "instrument"):
        words = [word for row in table(section).values() for word in (*row["en"], *row["zh"])]
        assert len(words) == len(set(words)) and all(word == word.lower() for word in words)
    assert set(table("mood")) == set(MOODS) and set(table("style")) <= set(STYLES)
    for row in table("form").values():
        assert row["style"] in STYLES and parse_meter(row["meter"]) in METERS
    assert all(row["mode"] in ("major", "minor") for row in table("mood").values())
    assert all(0 <= n < 128 for row in table("instrument").values() for n in row["programs"])
