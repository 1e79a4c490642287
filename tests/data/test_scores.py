"""Pieces to learn from: what they are called, how they are split, how batches are drawn."""

import json
from pathlib import Path

import pytest

from miaobi.core.errors import DataError, MissingAsset, OptionError
from miaobi.core.events import Progress
from miaobi.data import score_corpus, scores
from miaobi.data.score_corpus import read_pieces
from miaobi.data.scores import ScoreConfig, ScoreData, TokenizedPiece, report_pieces, split_pieces
from miaobi.music.grammar import accepts
from miaobi.music.keys import Key
from miaobi.music.tokens import (
    FIRST_PITCH,
    HEAD_LENGTH,
    MIN_PITCH,
    TOKEN_NAMES,
    VOCAB_SIZE,
    Control,
    decode,
)
from tests.data.draining import drain
from tests.music.scores import chorale_files, tune_texts


@pytest.fixture(scope="module")
def pieces() -> list[TokenizedPiece]:
    """Some forty chorales and tunes, read as the whole asset is."""
    found = [score_corpus._chorale(data) for data in chorale_files()[::18]]
    found += [score_corpus._tune(text) for text in tune_texts()]
    return [piece for piece in found if piece]


@pytest.mark.model
def test_most_pieces_are_taken_and_keep_the_grammar(pieces: list[TokenizedPiece]) -> None:
    kinds = [piece.kind for piece in pieces]
    assert kinds.count("chorales") >= 18 and kinds.count("tunes") >= 30
    for piece in pieces:
        assert accepts(piece.tokens)
        control = Control.from_tokens(piece.tokens)
        assert control.voices == (4 if piece.kind == "chorales" else 1)


def test_a_small_asset_is_read_once(own_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (own_home / "assets").unlink()
    place = own_home / "assets" / "scores"
    place.mkdir(parents=True)
    (place / "chorales.mxls").write_bytes(b"".join(chorale_files()[:3]))
    (place / "tunes.abc").write_text("\n".join(tune_texts()[:4]), encoding="latin-1")
    monkeypatch.setattr(score_corpus, "asset_folder", lambda name: place)
    events, first = drain(read_pieces())
    assert [event.total for event in events if isinstance(event, Progress)] == [7] * 7
    assert len(first) >= 4
    events, again = drain(read_pieces())  # from the cache, without progress
    assert again == first and events == []
    assert json.loads((own_home / "cache" / f"scores-{score_corpus.LAYOUT}.json").read_text())


def test_without_the_asset_the_way_to_it_is_told(empty_assets: Path) -> None:
    with pytest.raises(MissingAsset, match="miaobi pull scores"):
        list(read_pieces())


@pytest.mark.parametrize(
    ("head", "style"),
    [
        ("T:Miss Mac's\nR:reel", "reel"),
        ("T:The Swallowtail Jig", "jig"),
        ("R:clog", "hornpipe"),
        ("T:25th Regt. Quick Step", "march"),
        ("T:Fairy Queen", "tune"),
        ("T:The Air Ship", "air"),
    ],
)
def test_styles(head: str, style: str) -> None:
    assert score_corpus._style(f"X:1\n{head}\nK:G\nGABc|\n") == style


def test_moods() -> None:
    major, minor = Key(), Key(0, "minor")
    told = [score_corpus.mood_of(key, pace) for key in (major, minor) for pace in (1, 3, 6)]
    assert told == ["calm", "happy", "lively", "sad", "dark", "lively"]


@pytest.mark.model
def test_the_same_melody_is_on_one_side_only(pieces: list[TokenizedPiece]) -> None:
    twice = pieces + pieces
    training, held_out = split_pieces(twice, 0.2, seed=1)
    assert len(training) + len(held_out) == len(twice)
    assert not {p.origin for p in training} & {p.origin for p in held_out}
    assert {p.kind for p in held_out} == {"chorales", "tunes"}
    assert (
        split_pieces(twice, 0.2, seed=1) == (training, held_out) != split_pieces(twice, 0.2, seed=2)
    )


def test_moved_voices_stay_where_they_can_be_sung(pieces: list[TokenizedPiece]) -> None:
    from miaobi.music.tokens import transpose_tokens

    for piece in pieces[:12]:
        steps = scores.transpositions(piece.tokens, 6)
        assert 0 in steps or len(steps) == 1
        for step in steps:
            if len(steps) > 1:
                score = decode(transpose_tokens(piece.tokens, step))
                tops = [n.pitch for n in score.notes if n.part == 0]
                assert min(tops) >= scores.MIN_MELODY and max(tops) <= scores.MAX_MELODY
    assert scores.transpositions(pieces[0].tokens, 0) == [0]


@pytest.mark.parametrize("voices", [1, 2, 3])
def test_fewer_voices(pieces: list[TokenizedPiece], voices: int) -> None:
    full = pieces[0].tokens
    tokens = scores.keep_voices(full, voices)
    assert accepts(tokens) and len(decode(tokens).parts) == voices
    tops = [[n.pitch for n in decode(told).notes if n.part == 0] for told in (full, tokens)]
    assert tops[0] == tops[1]


def test_batches(pieces: list[TokenizedPiece]) -> None:
    config = ScoreConfig(length=300, rows=6)
    data = ScoreData.from_pieces(pieces, config)
    batch = data.batch((0, 7))
    assert batch.shape == (6, 301) and batch.min() >= 0 and batch.max() < VOCAB_SIZE
    assert (batch == data.batch((0, 7))).all() and (batch != data.batch((0, 8))).any()
    for row in batch.tolist():
        assert TOKEN_NAMES[row[0]] == "<piece>" and TOKEN_NAMES[row[HEAD_LENGTH]].startswith("bar:")
    starts = {row[HEAD_LENGTH] for step in range(4) for row in data.batch((0, step)).tolist()}
    assert len(starts) > 6  # from bars inside of pieces too
    keys = {row[3] for step in range(4) for row in data.batch((0, step)).tolist()}
    assert len(keys) >= 10


def test_validation_has_the_held_out_pieces_as_they_are(pieces: list[TokenizedPiece]) -> None:
    data = ScoreData.from_pieces(pieces, ScoreConfig(length=100, rows=4, held_out=0.3))
    (first, *_) = data.validation("chorales", 2)
    held = next(p for p in data.held_out if p.kind == "chorales")
    assert first[0].tolist() == held.tokens[:101]


def test_too_little() -> None:
    with pytest.raises(DataError, match="only 0 pieces"):
        ScoreData.from_pieces([], ScoreConfig())
    with pytest.raises(OptionError, match="keys is 7"):
        ScoreConfig(keys=7)


def test_report(pieces: list[TokenizedPiece]) -> None:
    told = report_pieces(pieces, "", "scores")
    assert told.pieces == len(pieces) == sum(told.kinds.values())
    assert told.tokens == sum(len(p.tokens) for p in pieces) and told.license == "not stated"
    assert told.bars > 300 and FIRST_PITCH > MIN_PITCH
