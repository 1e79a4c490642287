"""Scenes that other processes draw are the ones this process draws."""

import pytest
import torch

from miaobi.data.batches import draw_batch
from miaobi.data.image import PictureConfig, SceneSource
from miaobi.data.prefetch import PrefetchingSource

pytestmark = pytest.mark.usefixtures("drawings")


@pytest.mark.parametrize("kind", ["composed", "labelled"])
def test_the_same_batches_in_any_order(kind: str) -> None:
    plain = SceneSource(kind, PictureConfig(size=32))
    ahead = PrefetchingSource(plain, 2)
    try:
        assert (ahead.count, ahead.classes) == (plain.count, plain.classes)
        for step in (0, 1, 2, 7, 1):  # the last two are not what was begun
            mine, theirs = (draw_batch(source, 5, (3, step, 0, 0)) for source in (plain, ahead))
            assert torch.equal(mine.pictures, theirs.pictures)
            assert torch.equal(mine.labels, theirs.labels)
            assert mine.captions == theirs.captions
        assert len(ahead.pending) == 1  # the batch after the last one, and no more
        held = ahead.held_out(3, 0)
        assert torch.equal(held.pictures, plain.held_out(3, 0).pictures)
    finally:
        ahead.pool.shutdown()


def test_what_fails_in_another_process_fails_here(empty_assets: object) -> None:
    source = SceneSource("composed", PictureConfig(size=32))
    source.training = None  # what cannot be drawn
    ahead = PrefetchingSource(source, 2)
    try:
        with pytest.raises(AttributeError):
            ahead.pictures([1, 2, 3])
    finally:
        ahead.pool.shutdown()
