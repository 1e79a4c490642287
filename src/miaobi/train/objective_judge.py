"""Objective of the judge: subjects, positions, style and background of scenes, and captions."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from miaobi.core.checks import check_range
from miaobi.data.image import PictureConfig, SceneSource
from miaobi.data.judge_targets import SceneTargets, score_predictions
from miaobi.models import checkpoint
from miaobi.models.judge import JudgeOutput, presence
from miaobi.models.pixels import images_to_tensor
from miaobi.models.tokenizer import caption_ids
from miaobi.scenes.backgrounds import BACKGROUNDS
from miaobi.scenes.pictures import Scene
from miaobi.scenes.sprites import STYLES, subjects
from miaobi.train.loop import LossTerms, unwrap
from miaobi.train.throughput import BatchSize

if TYPE_CHECKING:
    from tokenizers import Tokenizer

HELD_OUT, ROWS = 384, 32  # scenes of a validation, and per batch of it
SHOWN = 6  # scenes of a sample
NOISE = 0.08  # standard deviation of degraded pictures in [-1, 1]


@dataclass(frozen=True)
class JudgeLossConfig:
    """Weights of the terms of a judge's loss. Raises OptionError."""

    presence: float = 0.1  # of the presence of each subject, summed over the subjects
    words: float = 0.5  # of matching pictures with captions of the batch
    worn: float = 0.3  # fraction of pictures that are blurred or noisy

    def __post_init__(self) -> None:
        check_range("presence", self.presence, 0, 100)
        check_range("words", self.words, 0, 100)
        check_range("worn", self.worn, 0, 1)


class JudgeObjective:
    """Classification losses of scenes and a contrastive loss of their captions."""

    about: dict[str, Any]
    fingerprint: str

    def __init__(
        self,
        network: nn.Module,
        source: SceneSource,
        tokenizer: "Tokenizer",
        data: PictureConfig,
        config: JudgeLossConfig,
        save_dtype: str = "float32",
    ) -> None:
        self.networks = {"model": network}
        self.source, self.tokenizer = source, tokenizer
        self.data, self.config, self.save_dtype = data, config, save_dtype
        self.batch_size = BatchSize(data.rows)
        self.held_out: list[Scene] = []  # rendered once

    def losses(
        self, seed_path: tuple[int, ...], device: torch.device
    ) -> Iterator[tuple[str, LossTerms]]:
        indices = np.random.default_rng(seed_path).integers(0, self.source.count, self.data.rows)
        scenes = [self.source.training.scene(index) for index in indices.tolist()]
        x, ids, mask = self._inputs(scenes, device)
        output, captions = self.networks["model"](degrade(x, self.config.worn), ids, mask)
        yield "model", self._terms(scenes, output, captions)

    def _inputs(self, scenes: list[Scene], device: torch.device) -> tuple[Tensor, Tensor, Tensor]:
        """Collate B scenes: pictures (B, 3, H, W), caption ids and mask (B, N)."""
        x = images_to_tensor([scene.picture for scene in scenes])
        context = unwrap(self.networks).config.text.context
        ids, mask = caption_ids(self.tokenizer, [scene.caption for scene in scenes], context)
        return x.to(device), ids.to(device), mask.to(device)

    def _terms(self, scenes: list[Scene], output: JudgeOutput, captions: Tensor) -> LossTerms:
        """Compute the terms of B scenes with embedded captions (B, E)."""
        _, _, h, w = output.evidence.shape
        targets, device = SceneTargets.from_scenes(scenes, (h, w)), output.evidence.device
        logs = output.evidence.flatten(1).log_softmax(1)  # (B, S*h*w)
        position = -(targets.positions.to(device).flatten(1) * logs).sum(1).mean()
        logits = presence(output.evidence)  # (B, S)
        present = F.binary_cross_entropy_with_logits(logits, targets.present.to(device))
        style = F.cross_entropy(output.styles, targets.styles.to(device))
        background = F.cross_entropy(output.backgrounds, targets.backgrounds.to(device))
        similarity = unwrap(self.networks).logit_scale() * output.embedding @ captions.T  # (B, B)
        own = torch.arange(len(similarity), device=device)
        contrastive = (F.cross_entropy(similarity, own) + F.cross_entropy(similarity.T, own)) / 2
        loss = (
            position
            + self.config.presence * present * logits.shape[1]
            + style
            + background
            + self.config.words * contrastive
        )
        return {
            "loss": loss,
            "where": position,
            "there": present,
            "style": style,
            "words": contrastive,
        }

    def validate(self, device: torch.device) -> dict[str, float]:
        """Compute the accuracy on held-out scenes; `caption` is one out of ROWS."""
        scores: dict[str, list[float]] = {}
        for scenes, output, captions in self._predictions(device, HELD_OUT):
            for name, values in score_predictions(scenes, output, captions).items():
                scores.setdefault(name, []).extend(values)
        return {name: sum(values) / len(values) for name, values in scores.items() if values}

    def sample(self) -> str:
        """Show the first held-out captions with the predictions for their pictures."""
        device = next(unwrap(self.networks).parameters()).device
        scenes, output, _ = next(self._predictions(device, HELD_OUT))
        probabilities = presence(output.evidence).sigmoid()
        lines = []
        for row, scene in enumerate(scenes[:SHOWN]):
            best = probabilities[row].topk(3)
            likely = ", ".join(
                f"{subjects()[n].english} {p:.2f}"
                for n, p in zip(best.indices.tolist(), best.values.tolist(), strict=True)
            )
            style = STYLES[int(output.styles[row].argmax())]
            background = BACKGROUNDS[int(output.backgrounds[row].argmax())]
            lines.append(f"{scene.caption}: {likely}; {style}, {background}")
        return "\n".join(lines)

    def _predictions(
        self, device: torch.device, count: int
    ) -> Iterator[tuple[list[Scene], JudgeOutput, Tensor]]:
        held_out = self.source.held_out_scenes
        self.held_out = self.held_out or [held_out.scene(index) for index in range(count)]
        for first in range(0, count, ROWS):
            scenes = self.held_out[first : first + ROWS]
            yield scenes, *unwrap(self.networks)(*self._inputs(scenes, device))

    def save(self, folder: Path) -> None:
        checkpoint.save(unwrap(self.networks), folder, self.save_dtype)


def degrade(x: Tensor, fraction: float) -> Tensor:
    """Blur or add noise to a fraction of pictures (B, C, H, W), as generated ones are less clean.

    Some get both.
    """
    u = torch.rand(len(x), 1, 1, 1)
    blurred = F.avg_pool2d(x, 3, stride=1, padding=1, count_include_pad=False)
    x = torch.where((u < fraction / 2).to(x.device), blurred, x)
    noisy = x + NOISE * torch.randn(x.shape).to(x.device)
    return torch.where(((u >= fraction / 4) & (u < fraction)).to(x.device), noisy, x)
