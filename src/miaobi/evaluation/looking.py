"""What a judge says of pictures that were asked for: figures of a group of them."""

from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from miaobi.core.errors import NotFoundError
from miaobi.data.judge_targets import verdicts
from miaobi.models import checkpoint
from miaobi.models.judge import Judge, Seen
from miaobi.models.pixels import images_to_tensor
from miaobi.models.tokenizer import caption_ids, load_tokenizer
from miaobi.models.zoo import architecture_of
from miaobi.scenes.captions import PLACE_WORDS, STYLE_WORDS
from miaobi.scenes.pictures import Scene


class Examiner:
    """A loaded judge with its tokenizer."""

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
    def see(self, pictures: list[Any], rows: int = 64) -> Seen:
        """What is seen in uint8 pictures (H, W, 3), resized to the size the judge knows."""
        size = self.network.config.size
        parts = []
        for first in range(0, len(pictures), rows):
            some = pictures[first : first + rows]
            x = images_to_tensor(some).to(self.device)
            if x.shape[2:] != size:
                x = F.interpolate(x, size, mode="bicubic", antialias=True)
            parts.append(self.network.see(x))
        return Seen(*(torch.cat(column).cpu() for column in zip(*parts, strict=True)))

    @torch.inference_mode()
    def read(self, captions: list[str]) -> Tensor:
        """Embeddings of captions (B, E)."""
        ids, mask = caption_ids(self.tokenizer, captions, self.network.config.text.context)
        return self.network.read(ids.to(self.device), mask.to(self.device)).cpu()


def figures_of(
    scenes: list[Scene], seen: Seen, captions: Tensor
) -> tuple[dict[str, float], dict[str, int]]:
    """(figure -> its mean, figure -> of how many), of pictures asked for by the scenes' captions.

    Style and background count where the caption says them. `prompt` is the mean similarity to the
    picture's own caption (B, E), `other prompt` to that of the next picture, and `preferred` how
    often the former is higher.
    """
    right = verdicts(scenes, seen, captions)
    del right["caption"]  # the more captions the harder: that says little
    own = (seen.embedding * captions).sum(1)
    other = (seen.embedding * captions.roll(1, 0)).sum(1)
    for name, told in (("style", says_style), ("background", says_background)):
        kept = [told(scene) for scene in scenes]
        right[name] = [value for value, keep in zip(right[name], kept, strict=True) if keep]
    right["preferred"] = (own > other).float().tolist()
    right |= {"prompt": own.tolist(), "other prompt": other.tolist()}
    figures = {name: sum(told) / len(told) for name, told in right.items() if told}
    return figures, {name: len(right[name]) for name in figures}


def says_style(scene: Scene) -> bool:
    """True where the caption names the style."""
    english, chinese = STYLE_WORDS[scene.style]
    said = [f"{word} style" for word in english] + [f"{word}风格" for word in chinese]
    return any(words in scene.caption for words in said)


def says_background(scene: Scene) -> bool:
    """True where the caption says where it is."""
    if scene.background == "plain":
        return scene.caption.endswith(" background") or any(
            word in scene.caption for word in (" background,", "背景")
        )
    english, chinese = PLACE_WORDS[scene.background]
    return any(words in scene.caption for words in (*english, *chinese))
