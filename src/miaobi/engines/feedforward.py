"""Models that make a picture in one go: GAN, and the VAE whose latent is one vector.

prompt --names of its classes--> labels,  seed --> z --network--> uint8 (H, W, 3)
"""

import json
import re
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from miaobi.core.checks import OTHER, check_able, check_choice
from miaobi.core.errors import ModelFileError, NotFoundError, OptionError
from miaobi.core.events import Event, Output, Progress
from miaobi.core.requests import ImageRequest
from miaobi.data.art import subjects
from miaobi.data.captions import STYLE_WORDS
from miaobi.data.image import to_pictures
from miaobi.models import checkpoint, gan
from miaobi.models.vae import VAE
from miaobi.models.zoo import Model

CLASSES = "classes.json"  # the names of the classes, column by column
TRUNCATION = 1.5  # of z, when nothing is asked for
SHOWN = 8  # classes that an error names


class FeedforwardEngine:
    """A loaded generator; the words of a prompt say which of its classes is meant."""

    def __init__(self, model: Model) -> None:
        folder = Path(model.place)
        self.name = model.name
        self.device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        network: Any = checkpoint.load(folder).float().to(self.device)
        self.network, config = network, network.config
        if isinstance(network, VAE) and config.bottleneck != "vector":
            raise OptionError(
                "{model} is an autoencoder for latent diffusion: it makes no pictures of its own.",
                "Train a generator: miaobi train vae --preset subjects", model=self.name,
            )  # fmt: skip
        self.classes = read_classes(folder) if config.conditions else []
        self.lock = threading.Lock()

    def generate(self, request: ImageRequest) -> Iterator[Event]:
        """Progress, then the Output with n pictures. Raises OptionError or NotFoundError."""
        names = ("negative", "steps", "sampler", "init", "loras", "memory", "precision", "guidance")
        used = {name: bool(getattr(request, name)) for name in names}
        used["style"] = bool(request.style) and len(self.classes) < 2
        check_able(self.name, used | {"reuse": request.reuse > 1}, OTHER)
        self._check_size(request)
        labels = [self._labels(request, request.seed + number) for number in range(request.n)]
        painted = []
        with self.lock:
            for number in range(request.n):
                painted.append(self._one(request, request.seed + number, labels[number]))
                yield Progress("picture", number + 1, request.n)
        yield Output(pictures=tuple(painted))

    def close(self) -> None:
        """Free the network."""
        del self.network

    @torch.inference_mode()
    def _one(self, request: ImageRequest, seed: int, labels: Tensor | None) -> Any:
        """uint8 (H, W, 3), from the seed and the labels."""
        draw = torch.Generator().manual_seed(seed)
        limit = TRUNCATION if request.truncation is None else request.truncation
        z = gan.draw(1, self.network.config, limit, draw).to(self.device)
        make = self.network.decode if isinstance(self.network, VAE) else self.network
        return to_pictures(make(z, labels))[0]

    def _check_size(self, request: ImageRequest) -> None:
        config = self.network.config
        height, width = config.size if isinstance(self.network, VAE) else self.network.size
        if request.size not in (None, (width, height)):
            raise OptionError(
                "{model} draws {width}x{height} and no other size.",
                "Leave size out; --upscale and --format svg make the picture larger.",
                model=self.name, width=width, height=height,
            )  # fmt: skip

    def _labels(self, request: ImageRequest, seed: int) -> Tensor | None:
        """(1, columns) of class numbers, from the words of the prompt and the style."""
        conditions = self.network.config.conditions
        if not conditions:
            return None
        labels = [self._subject(request.prompt)]
        if len(conditions) > 1:
            styles = self.classes[1]
            check_choice("style", request.style, ("", *styles))
            chosen = request.style or style_in(request.prompt, styles)
            # a mean of all styles looks like none: one of them, by the seed
            labels.append(styles.index(chosen) if chosen else seed % len(styles))
        return torch.tensor([labels], device=self.device)

    def _subject(self, prompt: str) -> int:
        names = self.classes[0]
        if len(names) == 1:
            return 0  # there is nothing to choose from
        found = class_in(prompt, names)
        if found is None:
            some = ", ".join(names[:: max(1, len(names) // SHOWN)][:SHOWN])
            raise NotFoundError(
                "{model} knows nothing that is named in {prompt!r}.",
                "It knows {count} subjects: {names} …",
                model=self.name, prompt=prompt[:80], count=len(names), names=some,
            )  # fmt: skip
        return found


def read_classes(folder: Path) -> list[list[str]]:
    """The names of the classes of a model, column by column. Raises ModelFileError."""
    path = folder / CLASSES
    try:
        told: list[list[str]] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ModelFileError(
            "{path} cannot be loaded: {reason}.", "It is truncated, or of another model.",
            path=path, reason=error,
        ) from error  # fmt: skip
    return told


def class_in(prompt: str, names: list[str]) -> int | None:
    """The number of the class whose name is the longest in the prompt, in either language."""
    known = {subject.name: subject for subject in subjects()}
    words = prompt.casefold()
    best, length = None, 0
    for number, name in enumerate(names):
        calls = [name.replace("-", " "), name]
        if (subject := known.get(name)) is not None:
            calls += [subject.english, subject.plural, *subject.synonyms]
            calls += [subject.chinese, *subject.chinese_synonyms]
        for call in calls:
            if len(call) > length and _says(words, call.casefold()):
                best, length = number, len(call)
    return best


def style_in(prompt: str, styles: list[str]) -> str:
    """The style that the prompt names, or ""."""
    words = prompt.casefold()
    for style in styles:
        for call in (style, *(word for told in STYLE_WORDS.get(style, ()) for word in told)):
            if _says(words, f"{call.casefold()} style") or f"{call}风格".casefold() in words:
                return style
    return ""


def _says(words: str, call: str) -> bool:
    """Whole words where there are spaces, anything between other characters."""
    if not call.isascii():
        return call in words
    return re.search(rf"(?<![a-z0-9]){re.escape(call)}(?:e?s)?(?![a-z0-9])", words) is not None
