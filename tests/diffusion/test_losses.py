"""Flow matching is zero for the true velocity; its times have the stated distribution."""

import pytest
import torch

from miaobi.diffusion.losses import flow_matching, logit_normal


def test_zero_for_the_truth_and_the_distance_otherwise() -> None:
    clean, noise, t = torch.randn(4, 2, 3, 3), torch.randn(4, 2, 3, 3), torch.rand(4)
    seen: list[torch.Tensor] = []

    def truth(x: torch.Tensor, t: torch.Tensor) -> torch.Tensor:
        seen.append(x)
        return noise - clean

    assert flow_matching(truth, clean, noise, t).tolist() == [0, 0, 0, 0]
    torch.testing.assert_close(seen[0][1], (1 - t[1]) * clean[1] + t[1] * noise[1])
    off = flow_matching(lambda x, t: noise - clean + t.view(-1, 1, 1, 1), clean, noise, t)
    torch.testing.assert_close(off, t.square())


def test_times_are_logit_normal_spread_and_seeded() -> None:
    draws = logit_normal(4000, torch.Generator().manual_seed(1), mean=0.3, std=1.2)
    assert torch.equal(draws, logit_normal(4000, torch.Generator().manual_seed(1), 0.3, 1.2))
    logits = draws.logit()
    assert logits.mean().item() == pytest.approx(0.3, abs=0.01)
    assert logits.std().item() == pytest.approx(1.2, abs=0.02)
    assert abs((draws[:2000] < 0.5).float().mean() - (draws[2000:] < 0.5).float().mean()) < 0.05
    small = logit_normal(2, torch.Generator().manual_seed(5))
    assert small.min() < 0.5 < small.max()  # a half each
    later = logit_normal(4000, torch.Generator().manual_seed(1), 0.3, 1.2, shift=3.0)
    assert (later > draws).all()
