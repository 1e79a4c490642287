"""Objectives of flow matching (Lipman et al., 2022): text to images, to clips, and to poses."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import Tensor, nn

from miaobi.core.arrays import FloatArray, Pixels
from miaobi.core.checks import check_range
from miaobi.data.image import PictureConfig
from miaobi.data.latents import Latents
from miaobi.data.video import ClipConfig
from miaobi.diffusion.guidance import guided
from miaobi.diffusion.losses import flow_matching, logit_normal
from miaobi.diffusion.samplers import euler, run_sampler
from miaobi.diffusion.schedules import flow_times
from miaobi.models import checkpoint
from miaobi.models.pixels import decode_frames, tensor_to_clips
from miaobi.models.text_to_image import TextToImage
from miaobi.models.tokenizer import caption_ids
from miaobi.train.loop import LossTerms, unwrap
from miaobi.train.objective_autoencoder import SHOWN, picture_grid
from miaobi.train.throughput import BatchSize

if TYPE_CHECKING:
    from tokenizers import Tokenizer

SAMPLE_STEPS = 20
SHOWN_CLIPS, SHOWN_FRAMES = 4, 8  # clips of a sample, frames of each
SHOWN_POSES = 6  # clips of a sample
CURVE_COLORS = ((200, 60, 60), (60, 120, 200), (60, 160, 80), (200, 150, 40))
CURVE_BOUNDS = ((0, 1), (0, 1), (-3, 0), (-0.2, 1.2))  # of x, y, size, rotation
CURVE_WIDTH, CURVE_HEIGHT = 160, 96  # pixels of the curves of a clip


@dataclass(frozen=True)
class FlowLossConfig:
    """Options of text-to-image training. Raises OptionError."""

    unread: float = 0.1  # fraction of captions that are dropped, for classifier-free guidance
    shift: float = 1.0  # of the times: above 1, more noisy ones
    guidance: float = 4.0  # scale of the samples shown during training

    def __post_init__(self) -> None:
        check_range("unread", self.unread, 0, 1)
        check_range("shift", self.shift, 0.1, 10)
        check_range("guidance", self.guidance, 1, 30)


@dataclass(frozen=True)
class ClipFlowLossConfig(FlowLossConfig):
    """Options of text-to-video training. Raises OptionError."""

    given: float = 0.3  # fraction of clips whose first frame, or first and last, are given

    def __post_init__(self) -> None:
        super().__post_init__()
        check_range("given", self.given, 0, 1)


class FlowMatchingObjective:
    """Mean squared error of the velocity of noisy latents, given their captions."""

    about: dict[str, Any]
    fingerprint: str

    def __init__(
        self,
        network: TextToImage,
        decoder: nn.Module,
        tokenizer: "Tokenizer",
        latents: tuple[Latents, Latents],
        data: PictureConfig | ClipConfig,
        config: FlowLossConfig,
        save_dtype: str = "float32",
    ) -> None:
        self.networks: dict[str, nn.Module] = {"model": network}
        self.decoder, self.tokenizer = decoder, tokenizer  # decoder: a VAE, or sprites for poses
        self.latents, self.held_out = latents
        self.data, self.config, self.save_dtype = data, config, save_dtype
        self.batch_size = BatchSize(data.rows)

    def losses(
        self, seed_path: tuple[int, ...], device: torch.device
    ) -> Iterator[tuple[str, LossTerms]]:
        rng = np.random.default_rng(seed_path)
        indices = rng.integers(0, len(self.latents.captions), self.data.rows)
        captions = [
            "" if rng.random() < self.config.unread else self.latents.captions[index]
            for index in indices
        ]
        latents = torch.from_numpy(self.latents.values[indices]).float()
        t = logit_normal(len(latents), shift=self.config.shift)
        yield "model", {"loss": self._loss(latents, captions, t, device)}

    def _loss(
        self, latents: Tensor, captions: list[str], t: Tensor, device: torch.device
    ) -> Tensor:
        """Compute the scalar loss of latents (B, C, *S) at times t (B,)."""
        network = self.networks["model"]
        ids, mask = self._encode(captions, device)
        clean = unwrap(self.networks).normalize_latent(latents.to(device))
        noise = torch.randn(clean.shape).to(device)

        def denoise(z: Tensor, times: Tensor) -> Tensor:
            """Predict the velocity (B, C, *S)."""
            velocity: Tensor = network(z, times, ids, mask)
            return velocity

        return flow_matching(denoise, clean, noise, t.to(device)).mean()

    def _encode(self, captions: list[str], device: torch.device) -> tuple[Tensor, Tensor]:
        context = unwrap(self.networks).config.text.context
        ids, mask = caption_ids(self.tokenizer, captions, context)
        return ids.to(device), mask.to(device)

    def validate(self, device: torch.device) -> dict[str, float]:
        """Compute the loss on held-out latents, at evenly spaced times and with fixed noise."""
        total, rows = 0.0, self.data.rows
        latents = torch.from_numpy(self.held_out.values).float()
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(0)
            for first in range(0, len(latents), rows):
                part = latents[first : first + rows]
                t = (torch.arange(len(part)) + 0.5) / len(part)
                captions = self.held_out.captions[first : first + rows]
                total += self._loss(part, captions, t, device).item() * len(part)
        return {"loss": total / len(latents)}

    def sample(self) -> Pixels:
        """Show held-out pictures above those generated from their captions."""
        decode: Any = self.decoder.decode
        return picture_grid([decode(latents) for latents in self.held_out_and_generated(SHOWN)])

    def held_out_and_generated(self, count: int) -> tuple[Tensor, Tensor]:
        """Return held-out latents, and latents generated from their captions: (B, C, *S) each."""
        network = unwrap(self.networks)
        device = next(network.parameters()).device
        held_out = torch.from_numpy(self.held_out.values[:count]).float().to(device)
        denoise = network.denoiser(*self._encode(self.held_out.captions[:count], device))
        rng = torch.Generator().manual_seed(0)
        noise = torch.randn(held_out.shape, generator=rng).to(device)
        times = flow_times(SAMPLE_STEPS, self.config.shift)
        z = run_sampler(euler(guided(denoise, self.config.guidance), noise, times))
        return held_out, network.denormalize_latent(z)

    def save(self, folder: Path) -> None:
        checkpoint.save(unwrap(self.networks), folder, self.save_dtype)


class ClipFlowObjective(FlowMatchingObjective):
    """Flow matching of clips.

    In some clips the first frame, or the first and the last, is clean and not part of the loss, so
    that one network generates clips from text, from a picture, and between two pictures.
    """

    config: ClipFlowLossConfig

    def _loss(
        self, latents: Tensor, captions: list[str], t: Tensor, device: torch.device
    ) -> Tensor:
        """Compute the scalar loss of latents (B, C, F, H, W) at times t (B,)."""
        network = self.networks["model"]
        ids, mask = self._encode(captions, device)
        clean = unwrap(self.networks).normalize_latent(latents.to(device))
        noise = torch.randn(clean.shape).to(device)
        given = given_frames(len(clean), clean.shape[2], self.config.given).to(device)
        noise = torch.where(given, clean, noise)  # given frames have no noise at any time

        def denoise(z: Tensor, times: Tensor) -> Tensor:
            """Predict the velocity (B, C, F, H, W)."""
            velocity: Tensor = network(z, times, ids, mask)
            return velocity.masked_fill(given, 0)  # their velocity is 0, without any error

        fraction = 1 - given.float().mean((1, 2, 3, 4))  # of frames that are predicted
        return (flow_matching(denoise, clean, noise, t.to(device)) / fraction).mean()

    def sample(self) -> Pixels:
        """Show frames of held-out clips, each above a clip generated from its caption."""
        both = self.held_out_and_generated(SHOWN_CLIPS)
        step = max(1, both[0].shape[2] // SHOWN_FRAMES)
        rows: list[Pixels] = []
        for pair in zip(*(torch.split(x[:, :, ::step], 1) for x in both), strict=True):
            for latents in pair:
                frames = tensor_to_clips(decode_frames(self.decoder, latents))[0]  # type: ignore[arg-type]
                rows.append(np.concatenate(list(frames), axis=1))
        return np.concatenate(rows)


class PoseFlowObjective(ClipFlowObjective):
    """Flow matching of poses (B, C, F, 1, 1), shown as curves."""

    def sample(self) -> Pixels:
        """Show curves of held-out clips above those generated from their captions."""
        both = self.held_out_and_generated(SHOWN_POSES)
        rows = [[_curves(clip) for clip in x[:, :4, :, 0, 0].cpu().numpy()] for x in both]
        return np.concatenate([np.concatenate(row, axis=1) for row in rows])


def given_frames(rows: int, frames: int, fraction: float) -> Tensor:
    """Choose frames that are given: bool (B, 1, F, 1, 1) for B = `rows` clips.

    A `fraction` of clips has the first frame, and half of those also the last one.
    """
    u = torch.rand(rows)
    given = torch.zeros(rows, 1, frames, 1, 1, dtype=torch.bool)
    given[u < fraction, :, 0] = True
    given[u < fraction / 2, :, -1] = True
    return given


def _curves(poses: FloatArray) -> Pixels:
    """Plot x, y, size and rotation (4, F) over time, uint8 (CURVE_HEIGHT, CURVE_WIDTH, 3)."""
    canvas = np.full((CURVE_HEIGHT, CURVE_WIDTH, 3), 255, np.uint8)
    canvas[-1], canvas[:, -1] = 200, 200
    times = np.linspace(0, poses.shape[1] - 1, CURVE_WIDTH - 1)
    for line, color, (low, high) in zip(poses, CURVE_COLORS, CURVE_BOUNDS, strict=True):
        values = np.interp(times, np.arange(len(line)), line)
        heights = (high - values) / (high - low) * (CURVE_HEIGHT - 2)
        rows = heights.round().clip(0, CURVE_HEIGHT - 2).astype(int)
        canvas[rows, np.arange(CURVE_WIDTH - 1)] = color
    return canvas
