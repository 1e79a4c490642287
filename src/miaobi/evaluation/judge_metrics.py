"""Metrics of a group of pictures, predicted by the judge."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from miaobi.core.arrays import Pixels
from miaobi.core.errors import NotFoundError
from miaobi.data.judge_targets import score_predictions
from miaobi.models import checkpoint
from miaobi.models.judge import Judge, JudgeOutput
from miaobi.models.pixels import images_to_tensor
from miaobi.models.tokenizer import caption_ids, load_tokenizer
from miaobi.models.zoo import architecture_of
from miaobi.scenes.captions import PLACE_WORDS, STYLE_WORDS
from miaobi.scenes.pictures import Scene


class JudgeScorer:
    """A loaded judge with its tokenizer. Raises NotFoundError for a folder without a judge."""

    def __init__(self, folder: Path, device: torch.device) -> None:
        if architecture_of(folder) != "judge":
            raise NotFoundError(
                "There is no judge of pictures in {path}.",
                "Train one, which takes half an hour, and name its folder: "
                "miaobi train judge --preset scenes",
                path=folder,
            )
        network: Any = checkpoint.load(folder)
        self.network: Judge = network.float().to(device)
        self.tokenizer, self.device = load_tokenizer(folder), device

    @torch.inference_mode()
    def predict(self, pictures: Sequence[Pixels], batch_size: int = 64) -> JudgeOutput:
        """Predict subjects, styles and backgrounds of uint8 pictures (H, W, 3) of any size."""
        size = self.network.config.size
        parts = []
        for first in range(0, len(pictures), batch_size):
            x = images_to_tensor(pictures[first : first + batch_size]).to(self.device)
            if x.shape[2:] != size:
                x = F.interpolate(x, size, mode="bicubic", antialias=True)
            parts.append(self.network.encode_images(x))
        return JudgeOutput(*(torch.cat(column).cpu() for column in zip(*parts, strict=True)))

    @torch.inference_mode()
    def encode_captions(self, captions: list[str]) -> Tensor:
        """Encode B captions as unit vectors (B, E)."""
        ids, mask = caption_ids(self.tokenizer, captions, self.network.config.text.context)
        return self.network.encode_captions(ids.to(self.device), mask.to(self.device)).cpu()


def image_metrics(
    scenes: list[Scene], predictions: JudgeOutput, captions: Tensor
) -> tuple[dict[str, float], dict[str, int]]:
    """Compute metric -> mean and metric -> sample count of B pictures of the scenes' captions.

    `captions` (B, E) are the embeddings. Style and background are scored where the caption names
    them. `prompt` is the mean similarity to the picture's own caption, `other prompt` to that of
    the next picture, and `preferred` the fraction in which the former is higher.
    """
    scores = score_predictions(scenes, predictions, captions)
    del scores["caption"]  # depends on the number of captions
    own = (predictions.embedding * captions).sum(1)
    other = (predictions.embedding * captions.roll(1, 0)).sum(1)
    for name, is_named in (("style", names_style), ("background", names_background)):
        pairs = zip(scores[name], scenes, strict=True)
        scores[name] = [value for value, scene in pairs if is_named(scene)]
    scores["preferred"] = (own > other).float().tolist()
    scores |= {"prompt": own.tolist(), "other prompt": other.tolist()}
    means = {name: sum(values) / len(values) for name, values in scores.items() if values}
    return means, {name: len(scores[name]) for name in means}


def names_style(scene: Scene) -> bool:
    """Return True if the caption names the style."""
    english, chinese = STYLE_WORDS[scene.style]
    phrases = [f"{word} style" for word in english] + [f"{word}风格" for word in chinese]
    return any(phrase in scene.caption for phrase in phrases)


def names_background(scene: Scene) -> bool:
    """Return True if the caption names the background."""
    if scene.background == "plain":
        return scene.caption.endswith(" background") or any(
            word in scene.caption for word in (" background,", "背景")
        )
    english, chinese = PLACE_WORDS[scene.background]
    return any(phrase in scene.caption for phrase in (*english, *chinese))
