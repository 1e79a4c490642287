"""Damaged files end in a result or one clear message; benchmarks.damaged_media tries 2,000 each."""

import time

import pytest

from benchmarks.damaged_media import KINDS, damaged_files, outcome

pytestmark = pytest.mark.process  # videos are decoded by other processes


@pytest.mark.parametrize("kind", KINDS)
def test_seeds_are_read(kind: str) -> None:
    assert [outcome(kind, data) for data in KINDS[kind].seeds()] == ["read"] * len(
        KINDS[kind].seeds()
    )


@pytest.mark.parametrize("kind", KINDS)
def test_damaged_files(kind: str) -> None:
    started = time.process_time()
    outcomes = [outcome(kind, data) for data in damaged_files(kind, 20, seed=1)]
    assert set(outcomes) <= {"read", "refused"}
    assert time.process_time() - started < 30
