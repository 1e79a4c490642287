"""Previews: a linear map that tells a decoder's colors roughly, without running it."""

import numpy as np
import torch

from miaobi.hub.latent_preview import LatentPreview
from tests.tiny.pipelines import vae


class Linear:
    """A decoder whose colors really are a linear map: 8 times larger, no more."""

    config = {"scaling_factor": 0.5, "shift_factor": 0.25}
    device, dtype = torch.device("cpu"), torch.float32
    map = torch.tensor([[0.3, -0.2, 0.1], [0.1, 0.4, -0.3], [-0.2, 0.1, 0.2], [0.0, 0.1, 0.3]])

    def decode(self, latents: torch.Tensor, return_dict: bool) -> tuple[torch.Tensor]:
        colors = torch.einsum("bchw,cd->bdhw", latents, self.map) + 0.1
        return (colors.repeat_interleave(8, 2).repeat_interleave(8, 3),)


def test_a_linear_decoder_is_found_exactly() -> None:
    decoder = Linear()
    draw = torch.Generator().manual_seed(3)
    latents = 0.5 * torch.randn(1, 4, 16, 16, generator=draw)
    shown = LatentPreview(decoder).decode(latents)
    assert shown.shape == (128, 128, 3) and shown.dtype == np.uint8
    decoded = decoder.decode(latents / 0.5 + 0.25, False)[0][0].clamp(-1, 1)
    true = ((decoded + 1) * 127.5).permute(1, 2, 0).numpy()
    assert np.abs(shown[4::8, 4::8].astype(float) - true[4::8, 4::8]).mean() < 12
    assert np.abs(shown.mean((0, 1)) - true.mean((0, 1))).max() < 1.5


def test_a_real_decoder_and_a_tall_picture() -> None:
    shown = LatentPreview(vae()).decode(torch.randn(2, 4, 16, 8))
    assert shown.shape == (128, 64, 3) and shown.std() > 0


def test_what_cannot_be_shown() -> None:
    assert LatentPreview(None).decode(torch.randn(1, 4, 8, 8)) is None
    assert LatentPreview(vae()).decode(torch.randn(1, 64, 16)) is None
    assert LatentPreview(vae()).decode(None) is None
