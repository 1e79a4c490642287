"""What a step of the judge minimizes: what scenes show, where, in which style, by which words."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from miaobi.core.checks import check_range
from miaobi.data.image import PictureConfig, SceneSource
from miaobi.data.judge_targets import Truth, verdicts
from miaobi.models import checkpoint
from miaobi.models.judge import Seen, presence
from miaobi.models.pixels import images_to_tensor
from miaobi.models.tokenizer import caption_ids
from miaobi.scenes.backgrounds import BACKGROUNDS
from miaobi.scenes.pictures import Scene
from miaobi.scenes.sprites import STYLES, subjects
from miaobi.train.loop import Terms, bare

HELD_OUT, ROWS = 384, 32  # scenes it is tested on, and so many at once
SHOWN = 6  # scenes of a sample


@dataclass(frozen=True)
class JudgingConfig:
    """Weights of the terms of a judge's loss."""

    presence: float = 0.1  # of finding each subject there or not, summed over the subjects
    words: float = 0.5  # of telling a picture's caption from the others of the batch
    worn: float = 0.3  # share of pictures made blurred or noisy

    def __post_init__(self) -> None:
        check_range("presence", self.presence, 0, 100)
        check_range("words", self.words, 0, 100)
        check_range("worn", self.worn, 0, 1)


class Judging:
    """What a scene shows, where, how it is drawn, and which of many captions is its own."""

    about: dict[str, Any]
    fingerprint: str

    def __init__(
        self,
        network: nn.Module,
        source: SceneSource,
        tokenizer: Any,
        data: PictureConfig,
        config: JudgingConfig,
        keep: str = "float32",
    ) -> None:
        self.networks = {"model": network}
        self.source, self.tokenizer = source, tokenizer
        self.data, self.config, self.keep = data, config, keep
        self.known: list[Scene] = []  # the held-out scenes, drawn once

    def losses(self, draw: tuple[int, ...], device: torch.device) -> Iterator[tuple[str, Terms]]:
        numbers = np.random.default_rng(draw).integers(0, self.source.count, self.data.rows)
        scenes = [self.source.training.scene(number) for number in numbers.tolist()]
        x, ids, mask = self._inputs(scenes, device)
        seen, captions = self.networks["model"](worn(x, self.config.worn), ids, mask)
        yield "model", self._terms(scenes, seen, captions)

    def _inputs(self, scenes: list[Scene], device: torch.device) -> tuple[Tensor, Tensor, Tensor]:
        x = images_to_tensor([scene.picture for scene in scenes])
        context = bare(self.networks).config.text.context
        ids, mask = caption_ids(self.tokenizer, [scene.caption for scene in scenes], context)
        return x.to(device), ids.to(device), mask.to(device)

    def _terms(self, scenes: list[Scene], seen: Seen, captions: Tensor) -> Terms:
        _, _, h, w = seen.evidence.shape
        truth = Truth.of(scenes, (h, w))
        device = seen.evidence.device
        sure = seen.evidence.flatten(1).log_softmax(1)  # (B, S h w)
        found = -(truth.where.to(device).flatten(1) * sure).sum(1).mean()
        told = presence(seen.evidence)  # (B, S)
        there = F.binary_cross_entropy_with_logits(told, truth.present.to(device))
        styles = F.cross_entropy(seen.styles, truth.styles.to(device))
        backgrounds = F.cross_entropy(seen.backgrounds, truth.backgrounds.to(device))
        similar = bare(self.networks).factor() * seen.embedding @ captions.T  # (B, B)
        own = torch.arange(len(similar), device=device)
        words = (F.cross_entropy(similar, own) + F.cross_entropy(similar.T, own)) / 2
        loss = (
            found
            + self.config.presence * there * told.shape[1]
            + styles
            + backgrounds
            + self.config.words * words
        )
        return {"loss": loss, "where": found, "there": there, "style": styles, "words": words}

    def validate(self, device: torch.device) -> dict[str, float]:
        """Shares of held-out scenes that are judged right; `caption` is one out of ROWS."""
        right: dict[str, list[float]] = {}
        for scenes, seen, captions in self._looked(device, HELD_OUT):
            for name, values in verdicts(scenes, seen, captions).items():
                right.setdefault(name, []).extend(values)
        return {name: sum(values) / len(values) for name, values in right.items() if values}

    def sample(self) -> str:
        """The first held-out captions, and what was seen in their pictures."""
        device = next(bare(self.networks).parameters()).device
        scenes, seen, _ = next(self._looked(device, HELD_OUT))
        likely = presence(seen.evidence).sigmoid()
        lines = []
        for row, scene in enumerate(scenes[:SHOWN]):
            best = likely[row].topk(3)
            found = ", ".join(
                f"{subjects()[n].english} {p:.2f}"
                for n, p in zip(best.indices.tolist(), best.values.tolist(), strict=True)
            )
            style, place = seen.styles[row].argmax(), seen.backgrounds[row].argmax()
            told = f"{STYLES[int(style)]}, {BACKGROUNDS[int(place)]}"
            lines.append(f"{scene.caption}: {found}; {told}")
        return "\n".join(lines)

    def _looked(
        self, device: torch.device, count: int
    ) -> Iterator[tuple[list[Scene], Seen, Tensor]]:
        self.known = self.known or [self.source.others.scene(number) for number in range(count)]
        for first in range(0, count, ROWS):
            scenes = self.known[first : first + ROWS]
            yield scenes, *bare(self.networks)(*self._inputs(scenes, device))

    def save(self, folder: Path) -> None:
        checkpoint.save(bare(self.networks), folder, self.keep)


def worn(x: Tensor, share: float) -> Tensor:
    """Pictures (B, C, H, W), so many of them blurred or noisy: a generator's are not as clean."""
    rows = torch.rand(len(x), 1, 1, 1)
    blurred = F.avg_pool2d(x, 3, stride=1, padding=1, count_include_pad=False)
    x = torch.where((rows < share / 2).to(x.device), blurred, x)
    noisy = x + 0.08 * torch.randn(x.shape).to(x.device)
    return torch.where(((rows >= share / 4) & (rows < share)).to(x.device), noisy, x)
