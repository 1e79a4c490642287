"""Clips whose latent is where everything is: poses to learn from, and what they look like.

The network is the one of text-to-video (models/text_to_image.py, with an axis of time and a single
place a frame); what an autoencoder is elsewhere is here a network that knows layers by heart.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np

from miaobi.core.events import Progress
from miaobi.data.latents import Latents
from miaobi.scenes.poses import CHANNELS, PosedClips
from miaobi.train.clips import ClipMatching

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


class PoseMatching(ClipMatching):
    """Flow matching of poses: a sample of them is drawn as curves."""

    def sample(self) -> Any:
        """Curves of held-out clips, and below each what its caption becomes."""
        both = (some[:, :4, :, 0, 0].cpu().numpy() for some in self.known_and_made(SHOWN))
        rows = [[_curves(clip) for clip in clips] for clips in both]
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
