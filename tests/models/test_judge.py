"""The judge: shapes, what its evidence means, where relations point, its checkpoint."""

from pathlib import Path

import pytest
import torch

from miaobi.models import checkpoint
from miaobi.models.judge import (
    RELATIONS,
    SIZES,
    Judge,
    JudgeConfig,
    centers,
    grid_weights,
    presence,
    relation_holds,
)
from miaobi.models.text_encoder import TextEncoderConfig
from miaobi.scenes.layout import ARRANGEMENTS

TEXT = TextEncoderConfig(vocab=30, context=8, width=32, layers=1, head_width=16)
TINY = JudgeConfig(
    subjects=7, widths=(8, 12, 16), blocks=(1, 1, 1), embedding=10, size=(32, 32), text=TEXT
)


def tiny() -> Judge:
    torch.manual_seed(0)
    return Judge(TINY).eval()


@pytest.mark.parametrize("size", [(32, 32), (64, 48)], ids=str)
def test_shapes_at_any_size(size: tuple[int, int]) -> None:
    h, w = size[0] // 16, size[1] // 16
    ids, mask = torch.arange(12).view(2, 6), torch.ones(2, 6) > 0
    seen, words = tiny()(torch.randn(2, 3, *size), ids, mask)
    assert seen.features.shape == (2, 16) and seen.evidence.shape == (2, 7, h, w)
    assert seen.styles.shape == (2, 5) and seen.backgrounds.shape == (2, 8)
    for embedding in (seen.embedding, words):
        assert embedding.shape == (2, 10)
        torch.testing.assert_close(embedding.norm(dim=1), torch.ones(2))


def test_each_picture_is_judged_on_its_own() -> None:
    model, x = tiny(), torch.randn(3, 3, 32, 32)
    together, alone = model.encode_images(x), model.encode_images(x[1:2])
    for one, of_all in zip(alone, together, strict=True):
        torch.testing.assert_close(one[0], of_all[1], atol=1e-5, rtol=1e-4)


def test_it_begins_by_expecting_one_thing_in_all() -> None:
    expected = presence(tiny().encode_images(torch.zeros(1, 3, 32, 32)).evidence).exp().sum()
    assert 0.2 < expected.item() < 5


def test_evidence_says_if_and_where() -> None:
    evidence = torch.full((1, 3, 4, 4), -20.0)
    evidence[0, 1, 3, 0] = 5.0  # the second subject: below, on the left
    told = presence(evidence)[0]
    assert told[1] > 4 and told[0] < -10 and told[2] < -10
    torch.testing.assert_close(centers(evidence)[0, 1], torch.tensor([0.125, 0.875]))


def test_spread_is_undone_by_the_middle() -> None:
    middle = torch.tensor([[0.3, 0.62], [0.5, 0.5], [0.125, 0.875]])
    shares = grid_weights(middle, 4, 8)
    torch.testing.assert_close(shares.sum((1, 2)), torch.ones(3))
    assert ((shares > 0).sum((1, 2)) <= 4).all()
    torch.testing.assert_close(centers((shares + 1e-30).log()[:, None])[:, 0], middle)
    over = centers((grid_weights(torch.tensor([[-0.2, 1.3]]), 4, 4) + 1e-30).log()[:, None])[0, 0]
    torch.testing.assert_close(over, torch.tensor([0.125, 0.875]))


@pytest.mark.parametrize(
    ("relation", "first", "second"),
    [
        ("left of", (0.2, 0.5), (0.7, 0.5)),
        ("right of", (0.7, 0.5), (0.2, 0.5)),
        ("above", (0.5, 0.2), (0.5, 0.8)),
        ("below", (0.5, 0.8), (0.5, 0.2)),
        ("on", (0.5, 0.3), (0.5, 0.7)),
        ("in front of", (0.6, 0.7), (0.5, 0.5)),
    ],
)
def test_relations_hold_one_way_only(
    relation: str, first: tuple[float, float], second: tuple[float, float]
) -> None:
    a, b = torch.tensor([first]), torch.tensor([second])
    assert relation_holds(relation, a, b).all() and not relation_holds(relation, b, a).any()


def test_every_arrangement_is_judged() -> None:
    assert set(RELATIONS) == set(ARRANGEMENTS)


def test_a_checkpoint_sees_the_same(tmp_path: Path) -> None:
    model, x = tiny(), torch.randn(2, 3, 32, 32)
    checkpoint.save(model, tmp_path)
    again = checkpoint.load(tmp_path)
    assert isinstance(again, Judge) and again.config == TINY
    torch.testing.assert_close(again.encode_images(x).evidence, model.encode_images(x).evidence)


def test_the_one_that_looks_is_small() -> None:
    widths, blocks, _ = SIZES["small"]
    network = Judge(JudgeConfig(widths=widths, blocks=blocks))
    assert sum(p.numel() for p in network.levels.parameters()) < 2e6
