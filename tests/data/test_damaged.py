"""Damaged training files: a few of those that benchmarks/training_data.py reads."""

import pytest

from benchmarks.training_data import measure


@pytest.mark.parametrize("kind", ["rows", "texts"])
def test_damaged_files_are_read_whole_or_refused(kind: str) -> None:
    results = measure(kind, 20)
    assert {name for name, count in results.items() if count} <= {
        "slowest_seconds",
        "read",
        "refused",
    }
    assert results["read"] > 2 and results["refused"] > 2
