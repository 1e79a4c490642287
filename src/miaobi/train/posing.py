"""Clips whose latent is where everything is: poses to learn from, and what they look like.

The network is the one of text-to-video (models/text_to_image.py, with an axis of time and a single
place a frame); what an autoencoder is elsewhere is here a network that knows layers by heart.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch

from miaobi.core.events import Progress
from miaobi.core.paths import atomic_write
from miaobi.data.latents import Latents
from miaobi.data.layers import LAYERS, NAMES
from miaobi.data.poses import CHANNELS, PosedClips
from miaobi.data.tokenizer import caption_ids
from miaobi.diffusion.guidance import guided
from miaobi.diffusion.samplers import euler, last
from miaobi.diffusion.schedules import flow_times
from miaobi.train.clips import ClipMatching
from miaobi.train.loop import bare

KEPT = ("README.md", "config.json", NAMES, "model.safetensors")  # the last one says: whole
SHOWN = 6  # clips of a sample
COLORS = ((200, 60, 60), (60, 120, 200), (60, 160, 80), (200, 150, 40))  # x, y, size, turns
WIDTH, HEIGHT = 160, 96  # pixels of the curves of a clip


def posed(clips: PosedClips, count: int) -> Iterator[Progress | Latents]:
    """The poses of the first `count` clips as latents (N, C, F, 1, 1), after Progress."""
    values = np.empty((count, CHANNELS, clips.clips.config.frames, 1, 1), np.float16)
    captions = []
    for number in range(count):
        poses, caption = clips.clip(number)
        values[number, :, :, 0, 0] = poses
        captions.append(caption)
        if number % 256 == 0:
            yield Progress("posing clips", number, count)
    yield Latents(values, captions)


def keep_layers(place: Path, folder: Path) -> None:
    """Copy the layers to where the network is: its poses are nothing without them."""
    kept = folder / LAYERS
    if place == kept:
        return
    kept.mkdir(exist_ok=True)
    for name in KEPT:
        if (place / name).is_file():
            atomic_write(kept / name, (place / name).read_bytes())


class PoseMatching(ClipMatching):
    """Flow matching of poses: a sample of them is drawn as curves."""

    def sample(self) -> Any:
        """Curves of held-out clips, and below each what its caption becomes."""
        network = bare(self.networks)
        device = next(network.parameters()).device
        known = torch.from_numpy(self.others.values[:SHOWN]).float().to(device)
        captions = self.others.captions[:SHOWN]
        ids, mask = caption_ids(self.tokenizer, captions, network.config.text.context)
        denoise = network.denoiser(ids.to(device), mask.to(device))
        noise = torch.randn(known.shape, generator=torch.Generator().manual_seed(0)).to(device)
        times = flow_times(20, self.config.shift)
        made = network.restored(last(euler(guided(denoise, self.config.guidance), noise, times)))
        rows = [
            [_curves(clip[:4, :, 0, 0]) for clip in some.cpu().numpy()] for some in (known, made)
        ]
        return np.concatenate([np.concatenate(row, axis=1) for row in rows])


def _curves(poses: Any) -> Any:
    """x, y, size and turns (4, F) over time, uint8 (HEIGHT, WIDTH, 3)."""
    canvas = np.full((HEIGHT, WIDTH, 3), 255, np.uint8)
    canvas[-1], canvas[:, -1] = 200, 200
    places = np.linspace(0, poses.shape[1] - 1, WIDTH - 1)
    lows, highs = (0, 0, -3, -0.2), (1, 1, 0, 1.2)
    for line, color, low, high in zip(poses, COLORS, lows, highs, strict=True):
        values = np.interp(places, np.arange(len(line)), line)
        heights = ((high - values) / (high - low) * (HEIGHT - 2)).round().clip(0, HEIGHT - 2)
        canvas[heights.astype(int), np.arange(WIDTH - 1)] = color
    return canvas
