"""A tiny untrained network composes: the grammar alone makes it a piece of music."""

import pytest
import torch

from miaobi.generation.decoder import decoder_of
from miaobi.models.gpt import GPT, preset
from miaobi.music.constraints import DecodingConstraints, melody_constraints
from miaobi.music.grammar import Grammar, accepts
from miaobi.music.keys import Key
from miaobi.music.sampling import SamplingParams, sample_tokens
from miaobi.music.score import Score
from miaobi.music.tokens import FIRST_PITCH, MIN_PITCH, VOCAB_SIZE, Control, decode, encode
from tests.music.scores import chorales


@pytest.fixture(scope="module")
def network() -> GPT:
    torch.manual_seed(0)
    return GPT(preset(VOCAB_SIZE, "tiny", 1024)).eval()


def composed(network: GPT, bars: int, seed: int = 0, voices: int = 2, **keywords) -> list[int]:
    control = Control("waltz", Key(2, "minor"), (3, 4), 90, "calm", voices)
    grammar = Grammar(bars, grid=12)
    return sample_tokens(decoder_of(network, 1024), control.tokens(), grammar, seed, **keywords)


def test_length_meter_and_key_are_those_asked_for(network: GPT) -> None:
    tokens = composed(network, 6)
    score = decode(tokens, 90)
    assert accepts(tokens, 6)
    assert score.seconds == pytest.approx(6 * 3 * 60 / 90)
    assert (score.meter, score.key) == ((3, 4), Key(2, "minor"))


def test_the_seed_decides(network: GPT) -> None:
    assert (
        composed(network, 3, seed=4) == composed(network, 3, seed=4) != composed(network, 3, seed=5)
    )


def test_music_longer_than_the_context(network: GPT) -> None:
    tokens = composed(network, 24, context=128)
    assert len(tokens) > 128 and accepts(tokens, 24)


def test_pitches_outside_the_scale_can_be_kept_out(network: GPT) -> None:
    params = SamplingParams(chromatic_penalty=1e4, scale=frozenset({0, 2, 3, 5, 7, 8, 10, 11}))
    pitches = {t for t in composed(network, 4, params=params) if t >= FIRST_PITCH}
    assert {(MIN_PITCH + t - FIRST_PITCH) % 12 for t in pitches} <= params.scale
    assert len(pitches) > 5


def test_a_given_melody_is_kept_exactly(network: GPT) -> None:
    chorale: Score = next(s for s in chorales() if len(s.parts) == 4)
    tokens = encode(chorale, Control())
    melody = melody_constraints(tokens)
    control = Control.from_tokens(tokens)
    made = sample_tokens(
        decoder_of(network, 1024),
        control.tokens(),
        Grammar(len(melody), grid=12),
        constraints=DecodingConstraints(melody),
    )
    score = decode(made, chorale.tempo)
    lines = [
        [(n.start, n.pitch, n.length) for n in s.notes if n.part == 0] for s in (chorale, score)
    ]
    assert lines[0] == lines[1]
    assert accepts(made, len(melody)) and len(score.notes) > len(lines[0])
