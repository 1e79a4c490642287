"""What lies between two pictures: their latents and what is told of them, mixed frame by frame.

                     vector VAE             GAN                 grid VAE         text to image
    words            labels and z           labels and z        -                words and noise
    a picture        z of its best labels   -                   its latent       -
    more of a class  towards its label      towards its label   -                -
    more in a scene  a direction of z       -                   one of latents   -

Read downwards: the walk, then a class for each kind of network that makes pictures in one go. Text
to image is in engines/diffusion.py.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

import torch
from torch import Tensor

from miaobi.core.checks import OTHER, check_able
from miaobi.core.errors import OptionError
from miaobi.core.events import Event, Output, Progress
from miaobi.core.morph import MorphRequest
from miaobi.media import image
from miaobi.models import gan
from miaobi.models.pixels import images_to_tensor, tensor_to_images
from miaobi.models.vae import VAE
from miaobi.scenes.attributes import attribute_pairs
from miaobi.scenes.labels import Classes

TRUNCATION = 1.5  # of z, when nothing is asked for
PAIRS = 64  # of scenes, whose mean difference is a direction
TOGETHER = 32  # pictures that go through a network at once
SIDE = 128  # of what a network reads that was not told a size


@dataclass(frozen=True)
class End:
    """Where a morph starts or ends."""

    z: Tensor  # (1, Z), or (1, Z, h, w)
    told: Tensor | None = None  # (1, D), what labels became
    labels: Tensor | None = None  # (1, columns)
    given: Any = None  # the picture itself, uint8 (H, W, 3)


class Morph(Protocol):
    """What a kind of network can do about ends."""

    def end(self, given: str | Path, seed: int) -> Any:
        """Where words with a seed, or a picture, lie. Raises OptionError for what it cannot."""
        ...

    def more(self, start: Any, word: str, by: float) -> Any:
        """Where there is so much more of something. Raises OptionError."""
        ...

    def paint(self, start: Any, end: Any, share: float) -> Any:
        """The picture, uint8 (H, W, 3), at a share of 0 to 1 of the way."""
        ...


def walk(morph: Morph, request: MorphRequest) -> Iterator[Event]:
    """Progress, then the Output with the frames; of a reconstruction the picture and its return."""
    first, last = request.seeds()
    start = morph.end(request.start, first)
    if request.reconstructs:
        yield Output(pictures=(start.given, morph.paint(start, start, 0)))
        return
    if request.more:
        end = morph.more(start, request.more, request.by)
    else:
        assert request.end is not None
        end = morph.end(request.end, last)
    painted = []
    for number in range(request.frames):
        painted.append(morph.paint(start, end, number / (request.frames - 1)))
        yield Progress("picture", number + 1, request.frames)
    yield Output(pictures=tuple(painted))


def along(one: Tensor, other: Tensor, share: float) -> Tensor:
    """From one to the other on a circle, so that noise keeps its length (Shoemake, 1985)."""
    a, b = one.flatten().double(), other.flatten().double()
    cosine = float(a @ b / (a.norm() * b.norm()).clamp(min=1e-12))
    angle = math.acos(max(-1.0, min(1.0, cosine)))
    if math.sin(angle) < 1e-4 or share in (0, 1):
        return torch.lerp(one, other, share)
    return (math.sin((1 - share) * angle) * one + math.sin(share * angle) * other) / math.sin(angle)


class GeneratorMorph:
    """GAN and vector VAE: labels and z, from words and a seed; the VAE reads pictures too."""

    def __init__(self, network: Any, classes: Classes | None, request: MorphRequest) -> None:
        reads = isinstance(network, VAE)
        used = {name: getattr(request, name) is not None for name in ("steps", "guidance")}
        check_able(request.model, used | {"space": reads and bool(request.space)}, OTHER)
        self.network, self.classes, self.request, self.reads = network, classes, request, reads
        self.device = next(network.parameters()).device

    @torch.inference_mode()
    def end(self, given: str | Path, seed: int) -> End:
        """Raises OptionError for a picture that a GAN is to read, NotFoundError for words that name
        no subject, MediaError for what is no picture.
        """
        if isinstance(given, Path):
            return self._read(given)
        labels = None
        if self.classes is not None:
            labels = self.classes.labels(given, "", seed).to(self.device)
        limit = TRUNCATION if self.request.truncation is None else self.request.truncation
        z = gan.draw(1, self.network.config, limit, torch.Generator().manual_seed(seed))
        return End(z.to(self.device), self._said(labels), labels)

    @torch.inference_mode()
    def more(self, start: End, word: str, by: float) -> End:
        """Towards a class that the word names; else, with a VAE, along a direction of scenes.

        Raises OptionError or NotFoundError for a word that is neither.
        """
        other = None
        if self.classes is not None and start.labels is not None:
            other = self.classes.changed(start.labels, word)
        if other is not None:
            return replace(start, told=_lerp(start.told, self._said(other), by))
        if not self.reads and self.classes is not None:
            raise self.classes.unknown(word)
        check_able(self.request.model, {"more": not self.reads}, OTHER)

        def encode(x: Tensor) -> Tensor:
            told = None if start.told is None else start.told.expand(len(x), -1)
            return self.network.encode(x, context=told).mode()

        z = direction(encode, word, self.network.config.size, self.device)
        return replace(start, z=start.z + by * z)

    @torch.inference_mode()
    def paint(self, start: End, end: End, share: float) -> Any:
        """uint8 (H, W, 3)."""
        if self.reads:
            told = _lerp(start.told, end.told, share)
            x = self.network.decode(along(start.z, end.z, share), context=told)
        elif self.request.space == "z":
            told = _lerp(start.told, end.told, share)
            x = self.network.paint(self.network.mapped(along(start.z, end.z, share), told))
        else:
            one, other = (self.network.mapped(place.z, place.told) for place in (start, end))
            x = self.network.paint(torch.lerp(one, other, share))
        return tensor_to_images(x)[0]

    def _said(self, labels: Tensor | None) -> Tensor | None:
        """What labels (1, columns) become: (1, D)."""
        return self.network.context_of(labels, 1) if self.reads else self.network.told(labels, 1)

    def _read(self, path: Path) -> End:
        if not self.reads:
            raise OptionError(
                "{model} is a GAN: it draws from words and cannot read a picture.",
                "Give words for both ends, or use a VAE.",
                model=self.request.model,
            )
        pixels, x = read_picture(path, self.network.config.size, self.device)
        labels = best_labels(self.network, x) if self.classes is not None else None
        told = self._said(labels)
        return End(self.network.encode(x, context=told).mode(), told, labels, pixels)


class GridMorph:
    """An autoencoder: pictures alone, by their latents."""

    def __init__(self, network: Any, request: MorphRequest) -> None:
        names = ("steps", "guidance", "space", "truncation")
        check_able(request.model, {name: bool(getattr(request, name)) for name in names}, OTHER)
        self.network, self.request = network, request
        self.size = network.config.size or (SIDE, SIDE)
        self.device = next(network.parameters()).device

    @torch.inference_mode()
    def end(self, given: str | Path, seed: int) -> End:
        """Raises OptionError for words, MediaError for what is no picture."""
        if isinstance(given, str):
            raise OptionError(
                "{model} is an autoencoder: it reads pictures, not words.",
                "Give picture files, or use another model for words.",
                model=self.request.model,
            )
        pixels, x = read_picture(given, self.size, self.device)
        return End(self.network.encode(x).mode(), given=pixels)

    @torch.inference_mode()
    def more(self, start: End, word: str, by: float) -> End:
        """Raises OptionError for what scenes cannot differ in."""

        def encode(x: Tensor) -> Tensor:
            return self.network.encode(x).mode()

        return replace(start, z=start.z + by * direction(encode, word, self.size, self.device))

    @torch.inference_mode()
    def paint(self, start: End, end: End, share: float) -> Any:
        """uint8 (H, W, 3)."""
        return tensor_to_images(self.network.decode(torch.lerp(start.z, end.z, share)))[0]


def read_picture(path: Path, size: tuple[int, ...], device: torch.device) -> tuple[Any, Tensor]:
    """The middle of a picture at (height, width): uint8 (H, W, 3), and (1, 3, H, W) in [-1, 1].

    Raises MediaError.
    """
    pixels = image.fit(image.opaque(image.decode(path)), (size[1], size[0]))
    return pixels, images_to_tensor([pixels]).to(device)


def best_labels(network: Any, x: Tensor) -> Tensor:
    """The labels (1, columns) with which a VAE gives a picture (1, 3, H, W) back best.

    A column after the other, the shortest first and once more at the end; a column that has not
    been decided yet says the mean of its classes.
    """
    columns = sorted(range(len(network.labels)), key=lambda i: network.config.conditions[i])
    tables = [table.weight[:-1] for table in network.labels]  # without "not told"
    said = [table.mean(0) for table in tables]  # (D,) each
    chosen = torch.zeros(1, len(tables), dtype=torch.int64, device=x.device)
    for column in (*columns, *columns[:-1]):
        rest = sum(said) - said[column]
        apart = [_return_error(network, x, part + rest) for part in tables[column].split(TOGETHER)]
        chosen[0, column] = torch.cat(apart).argmin()
        said[column] = tables[column][chosen[0, column]]
    return chosen


def direction(
    encode: Callable[[Tensor], Tensor], word: str, size: tuple[int, ...], device: torch.device
) -> Tensor:
    """What latents (1, …) of scenes with an attribute have more of than without: their mean.

    Raises OptionError for an attribute there is not, MissingAsset without the drawings.
    """
    total: Any = 0
    pairs = list(attribute_pairs(word, size[0], PAIRS))
    for sign, side in ((1, 0), (-1, 1)):
        for first in range(0, PAIRS, TOGETHER):
            some = [pair[side] for pair in pairs[first : first + TOGETHER]]
            x = images_to_tensor(some).to(device)
            total = total + sign * encode(x).sum(0, keepdim=True)
    return total / PAIRS


def _return_error(network: Any, x: Tensor, context: Tensor) -> Tensor:
    """How far (1, 3, H, W) is from its return under contexts (B, D): (B,)."""
    rows = x.expand(len(context), -1, -1, -1)
    y = network.decode(network.encode(rows, context=context).mode(), context=context)
    return (y - rows).square().mean((1, 2, 3))


def _lerp(one: Tensor | None, other: Tensor | None, share: float) -> Tensor | None:
    """Straight from one to the other; None where nothing is told."""
    return None if one is None or other is None else torch.lerp(one, other, share)
