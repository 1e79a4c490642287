"""Melodies of the network that comes along, and how sections and lengths are laid out."""

from pathlib import Path
from typing import Any

import pytest

from miaobi.models import checkpoint
from miaobi.models.zoo import find_model
from miaobi.music.arrangement import chord_length, lasting, measured, seated, tail_of, use_of
from miaobi.music.constraints import ANY, Bar
from miaobi.music.grammar import follows
from miaobi.music.keys import Key
from miaobi.music.melodies import (
    Wanted,
    sections,
    shortest_notes,
    tokens_of,
    write_melody,
)
from miaobi.music.prompt import MusicPlan
from miaobi.music.score import Part, Score
from miaobi.music.tokens import REST, Control
from tests.music.scores import scale


@pytest.fixture(scope="module")
def network() -> Any:
    return checkpoint.load(Path(find_model("music", "music").place)).float().eval()


@pytest.mark.parametrize("bars", range(1, 70))
def test_sections_fill_the_bars(bars: int) -> None:
    form = sections(bars)
    assert sum(length for _, length in form) == bars
    assert all(4 <= length <= 11 for _, length in form) or bars < 4
    assert form[0][0] == "A" and (len(form) == 1 or form[-1][0] == "a")
    for number, (letter, _) in enumerate(form):  # nothing comes back that was not there
        assert letter.isupper() or letter.upper() in {name for name, _ in form[:number]}


def test_sections_come_back_and_end_at_home(network: Any) -> None:
    control = Control("tune", Key(2), (3, 4), 120, "happy", 1)
    score = write_melody(network, Wanted(control, 16), seed=1)
    bars = [
        [(n.start - 72 * b, n.pitch) for n in score.notes if n.start // 72 == b] for b in range(16)
    ]
    assert bars[:6] == bars[8:14] and bars[6:8] != bars[14:]
    assert bars[-1][0][0] == 0 and bars[-1][0][1] % 12 == 2 and len(bars[-1]) == 1
    assert {n.pitch % 12 for n in score.notes} <= Key(2).scale


def test_a_rhythm_is_followed(network: Any) -> None:
    given = {bar: Bar({0: ANY, 36: ANY, 48: REST, 72: ANY}) for bar in range(3)}
    wanted = Wanted(Control("tune", voices=1), 3, given, ends=False)
    score = write_melody(network, wanted, seed=2)
    starts = [bar * 96 + tick for bar in range(3) for tick in (0, 36, 72)]
    assert [note.start for note in score.notes] == starts
    assert [note.length for note in score.notes][:3] == [36, 12, 24]


def test_tokens_of_bars_keep_the_grammar() -> None:
    bars = {0: Bar({0: REST, 48: 200}), 1: Bar({0: 201})}
    assert follows(tokens_of(Control(voices=1), bars, 2), 2)


def test_fast_pieces_have_longer_notes() -> None:
    assert [shortest_notes((4, 4), tempo, "lively") for tempo in (60, 120, 250)] == [6, 6, 12]
    assert shortest_notes((4, 4), 60, "calm") == 6 and shortest_notes((4, 4), 120, "calm") == 12


def test_lengths() -> None:
    plan = MusicPlan(meter=(3, 4), tempo=90, seconds=30).filled()
    assert measured(plan, True, False) == (14, 90, pytest.approx(28.2))
    bars, tempo, seconds = measured(plan, False, False)
    assert bars * 3 * 60 / tempo == pytest.approx(28.2) == seconds
    assert measured(plan, True, True) == (15, 90, pytest.approx(30))
    assert tail_of(2) == pytest.approx(0.4) and chord_length((3, 4)) == 72
    score = lasting(Score(scale(60, 62, 64, 65), tempo=60), 5)
    assert score.seconds == 5 and score.notes[-1].length == 48
    assert lasting(score, 1.5).seconds == 1.5


def test_seats_and_uses() -> None:
    four = Score(scale(60), (Part("a"), Part("b"), Part("c"), Part("d")))
    for programs, seats in (
        ((48,), [48] * 4),
        ((73, 0), [73, 0, 0, 0]),
        ((1, 2, 3), [1, 2, 2, 3]),
        ((40, 40, 41, 42), [40, 40, 41, 42]),
    ):
        assert [part.program for part in seated(four, programs).parts] == seats
    assert [
        use_of(words, "") for words in ("continue it", "变奏曲", "follow this rhythm", "choir")
    ] == [
        "continue",
        "vary",
        "rhythm",
        "harmonize",
    ]
    assert use_of("continue it", "vary") == "vary"
