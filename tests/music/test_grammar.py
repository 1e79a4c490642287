"""Whatever is drawn within the grammar decodes to what was asked for."""

import random

import pytest

from miaobi.music.grammar import Grammar, accepts
from miaobi.music.keys import Key
from miaobi.music.score import bar_ticks
from miaobi.music.tokens import END, HEAD_LENGTH, METERS, TOKEN_IDS, Control, decode, encode
from tests.music.scores import chorales


def drawn(control: Control, bars: int, seed: int, grid: int = 0) -> list[int]:
    """A piece of tokens drawn blindly from those allowed."""
    draw, grammar, tokens = random.Random(seed), Grammar(bars, grid), control.tokens()
    for token in tokens:
        assert token in grammar.allowed_tokens()
        grammar.advance(token)
    while not grammar.ended:
        tokens.append(draw.choice(grammar.allowed_tokens()))
        grammar.advance(tokens[-1])
    assert grammar.allowed_tokens() == ()
    return tokens


@pytest.mark.parametrize("meter", METERS, ids=str)
@pytest.mark.parametrize("bars", [1, 7, 70])
def test_meter_and_length_are_exact(meter: tuple[int, int], bars: int) -> None:
    control = Control("waltz", Key(4, "minor"), meter, voices=bars % 4 + 1)
    tokens = drawn(control, bars, seed=bars)
    score = decode(tokens, 90)
    assert score.ticks == bars * bar_ticks(meter)
    assert (score.meter, score.key, len(score.parts)) == (meter, Key(4, "minor"), bars % 4 + 1)
    assert all(note.length > 0 for note in score.notes)
    assert accepts(tokens, bars)


def test_one_note_at_a_time_in_each_part() -> None:
    score = decode(drawn(Control(), 12, seed=3))
    for part in range(4):
        line = [note for note in score.notes if note.part == part]
        assert all(a.end <= b.start for a, b in zip(line, line[1:], strict=False))


def test_nothing_sounds_before_a_pickup() -> None:
    for seed in range(5):
        score = decode(drawn(Control(pickup=True), 3, seed))
        assert min(note.start for note in score.notes) == 0
        assert score.notes[0].part == 0 or score.notes[0].start > 0 or score.pickup == 0


def test_a_free_length_counts_down_to_the_end() -> None:
    tokens = drawn(Control(voices=1), 0, seed=1)
    bars = [n for n in range(64) if TOKEN_IDS[f"bar:{n + 1}"] in tokens]
    assert bars == list(range(len(bars))) and tokens[-1] == END


def test_a_grid_keeps_events_on_it() -> None:
    score = decode(drawn(Control(), 8, seed=5, grid=12))
    assert all(note.start % 12 == 0 for note in score.notes)


def test_what_breaks_the_grammar_is_noticed() -> None:
    tokens = encode(next(s for s in chorales() if len(s.parts) == 4), Control())
    assert accepts(tokens)
    assert not accepts(tokens[:-1])
    assert not accepts(tokens[:HEAD_LENGTH] + tokens[HEAD_LENGTH + 1 :])
    without = tokens.copy()
    without.remove(TOKEN_IDS["part:bass"])
    assert not accepts(without)
    assert not accepts(tokens, bars=3)
