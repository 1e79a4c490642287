"""Melodies of the network that comes along, and how sections and lengths are laid out."""

from pathlib import Path
from typing import Any

import pytest

from miaobi.models import checkpoint
from miaobi.models.zoo import find_model
from miaobi.music.arrangement import (
    assign_instruments,
    fit_bars,
    harmonic_rhythm,
    set_duration,
    tail_seconds,
)
from miaobi.music.constraints import ANY_PITCH, BarConstraint
from miaobi.music.grammar import accepts
from miaobi.music.keys import Key
from miaobi.music.melody_generation import (
    MelodySpec,
    encode_bars,
    generate_melody,
    onset_grid,
    plan_form,
)
from miaobi.music.prompt import MusicPlan, parse_use
from miaobi.music.score import Part, Score
from miaobi.music.tokens import REST, Control
from tests.music.scores import scale


@pytest.fixture(scope="module")
def network() -> Any:
    return checkpoint.load(Path(find_model("music", "music").place)).float().eval()


@pytest.mark.parametrize("bars", range(1, 70))
def test_sections_fill_the_bars(bars: int) -> None:
    form = plan_form(bars)
    assert sum(length for _, length in form) == bars
    assert all(4 <= length <= 11 for _, length in form) or bars < 4
    assert form[0][0] == "A" and (len(form) == 1 or form[-1][0] == "a")
    for number, (letter, _) in enumerate(form):  # nothing comes back that was not there
        assert letter.isupper() or letter.upper() in {name for name, _ in form[:number]}


def test_sections_come_back_and_end_at_home(network: Any) -> None:
    control = Control("tune", Key(2), (3, 4), 120, "happy", 1)
    score = generate_melody(network, MelodySpec(control, 16), seed=1)
    bars = [
        [(n.start - 72 * b, n.pitch) for n in score.notes if n.start // 72 == b] for b in range(16)
    ]
    assert bars[:6] == bars[8:14] and bars[6:8] != bars[14:]
    assert bars[-1][0][0] == 0 and bars[-1][0][1] % 12 == 2 and len(bars[-1]) == 1
    assert {n.pitch % 12 for n in score.notes} <= Key(2).scale


def test_a_rhythm_is_followed(network: Any) -> None:
    given = {
        bar: BarConstraint({0: ANY_PITCH, 36: ANY_PITCH, 48: REST, 72: ANY_PITCH})
        for bar in range(3)
    }
    wanted = MelodySpec(Control("tune", voices=1), 3, given, final_tonic=False)
    score = generate_melody(network, wanted, seed=2)
    starts = [bar * 96 + tick for bar in range(3) for tick in (0, 36, 72)]
    assert [note.start for note in score.notes] == starts
    assert [note.length for note in score.notes][:3] == [36, 12, 24]


def test_tokens_of_bars_keep_the_grammar() -> None:
    bars = {0: BarConstraint({0: REST, 48: 200}), 1: BarConstraint({0: 201})}
    assert accepts(encode_bars(Control(voices=1), bars, 2), 2)


def test_fast_pieces_have_longer_notes() -> None:
    assert [onset_grid((4, 4), tempo, "lively") for tempo in (60, 120, 250)] == [6, 6, 12]
    assert onset_grid((4, 4), 60, "calm") == 6 and onset_grid((4, 4), 120, "calm") == 12


def test_lengths() -> None:
    plan = MusicPlan(meter=(3, 4), tempo=90, seconds=30).with_defaults()
    assert fit_bars(plan, True, False) == (14, 90, pytest.approx(28.2))
    bars, tempo, seconds = fit_bars(plan, False, False)
    assert bars * 3 * 60 / tempo == pytest.approx(28.2) == seconds
    assert fit_bars(plan, True, True) == (15, 90, pytest.approx(30))
    assert tail_seconds(2) == pytest.approx(0.4) and harmonic_rhythm((3, 4)) == 72
    score = set_duration(Score(scale(60, 62, 64, 65), tempo=60), 5)
    assert score.seconds == 5 and score.notes[-1].length == 48
    assert set_duration(score, 1.5).seconds == 1.5


def test_seats_and_uses() -> None:
    four = Score(scale(60), (Part("a"), Part("b"), Part("c"), Part("d")))
    for programs, seats in (
        ((48,), [48] * 4),
        ((73, 0), [73, 0, 0, 0]),
        ((1, 2, 3), [1, 2, 2, 3]),
        ((40, 40, 41, 42), [40, 40, 41, 42]),
    ):
        assert [part.program for part in assign_instruments(four, programs).parts] == seats
    assert [
        parse_use(words, "") for words in ("continue it", "变奏曲", "follow this rhythm", "choir")
    ] == [
        "continue",
        "vary",
        "rhythm",
        "harmonize",
    ]
    assert parse_use("continue it", "vary") == "vary"
