"""Damaged score files end in a score or one clear message; benchmarks.music_readers tries 2,000."""

import time

import pytest

from benchmarks.fuzzing import SCORE_KINDS, damaged_scores
from miaobi.core.errors import MediaError
from miaobi.music.formats import read_score
from miaobi.music.melody_input import extract_melody

pytestmark = pytest.mark.process  # large inputs take longer than a unit test may


@pytest.mark.parametrize("kind", SCORE_KINDS)
def test_damaged_files(kind: str) -> None:
    started, read = time.process_time(), 0
    for data in damaged_scores(kind, 20, seed=1):
        try:
            score = read_score(data)
        except MediaError as error:
            assert 10 < len(str(error)) < 400
            continue
        read += 1
        assert extract_melody(score, drums=True).notes
        assert all(0 <= note.pitch <= 127 and note.length > 0 for note in score.notes)
    assert read >= 4 and time.process_time() - started < 30


@pytest.mark.parametrize(
    "data",
    [
        b"X:1\nK:C\n" + b"{" * 250_000,
        b"X:1\nK:C\n" + b'"' * 250_001,
        b"X:1\nK:C\n" + b"C > " * 15_000,
        b"X:1\nK:C\nC" + b" >" * 120_000,
        b"X:1\nK:C\n" + b"|1 C :|2 D " * 5_000,
        b"X:1\nK:C\n" + b"".join(b"[L:1/%d]C" % n for n in range(2, 1025)) * 10,
        b"X:1\nK:C\n" + b"Z9999|" * 10_000 + b"C",
        b"X:1\nK:C\n" + b"C&" * 10_000,
        b"MThd\0\0\0\6\0\1\0\1\1\xe0MTrk\0\0\0\0" + b"\0\x90\x3c\x50" * 210_000,
        b"MThd\0\0\0\6\0\1\0\1\1\xe0" + b"MTrk\0\0\0\4\0\xff\x2f\0" * 100_000,
        b"<score-partwise><part>" + b"<a>" * 200_000,
        b"<score-partwise><part><measure>"
        + b"<note><duration>999999999</duration></note>" * 20_000,
    ],
    ids=range(12),
)
def test_hostile_files_take_bounded_time(data: bytes) -> None:
    started = time.process_time()
    try:
        score = read_score(data)
    except MediaError:
        pass
    else:
        assert score.notes
    assert time.process_time() - started < 25
