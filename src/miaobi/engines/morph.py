"""Morphs between two images: interpolated latents and label embeddings, frame by frame.

               vector VAE              GAN                 grid VAE         text to image
    prompt     labels and z            labels and z        -                context and noise
    image      z of its best labels    -                   its latent       -
    class      towards its embedding   towards its own     -                -
    attribute  a direction of z        -                   one of latents   -

`run_morph` drives one Morph per kind of network; that of text to image is in engines/diffusion.py.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol, TypeVar

import torch
from torch import Tensor

from miaobi.core.arrays import Pixels
from miaobi.core.checks import TRY_ANOTHER_MODEL, check_supported
from miaobi.core.errors import OptionError
from miaobi.core.events import Event, Output, Progress
from miaobi.core.morph import MorphRequest
from miaobi.media import image
from miaobi.models.gan import Generator, sample_latents
from miaobi.models.pixels import images_to_tensor, tensor_to_images
from miaobi.models.vae import VAE
from miaobi.scenes.attributes import attribute_pairs
from miaobi.scenes.labels import Classes

TRUNCATION = 1.5  # default, of z
PAIRS = 64  # of scenes, whose mean difference is the direction of an attribute
BATCH_SIZE = 32  # images
DEFAULT_SIDE = 128  # pixels, of a network without a size of its own

E = TypeVar("E")


@dataclass(frozen=True)
class MorphEnd:
    """Start or end of a morph in latent space."""

    z: Tensor  # (1, Z) or (1, Z, h, w)
    embedding: Tensor | None = None  # (1, D) of the labels
    labels: Tensor | None = None  # (1, columns)
    source: Pixels | None = None  # the input image (H, W, 3)


class Morph(Protocol[E]):
    """Latent space of one kind of network; E is a point in it."""

    def locate(self, source: str | Path, seed: int) -> E:
        """Return the point of a prompt with a seed, or of an image. Raises OptionError."""
        ...

    def add_attribute(self, start: E, word: str, scale: float) -> E:
        """Return the point with an attribute added. Raises OptionError."""
        ...

    def render(self, start: E, end: E, t: float) -> Pixels:
        """Render the image (H, W, 3) at t in [0, 1] between two points."""
        ...


def run_morph(morph: Morph[E], request: MorphRequest) -> Iterator[Event]:
    """Yield Progress, then the Output with frames, or with an image and its reconstruction."""
    start_seed, end_seed = request.seeds()
    start = morph.locate(request.start, start_seed)
    if request.reconstructs:
        assert isinstance(start, MorphEnd) and start.source is not None
        yield Output(pictures=(start.source, morph.render(start, start, 0)))
        return
    if request.more:
        end = morph.add_attribute(start, request.more, request.by)
    else:
        assert request.end is not None
        end = morph.locate(request.end, end_seed)
    frames = []
    for number in range(request.frames):
        frames.append(morph.render(start, end, number / (request.frames - 1)))
        yield Progress("picture", number + 1, request.frames)
    yield Output(pictures=tuple(frames))


def slerp(start: Tensor, end: Tensor, t: float) -> Tensor:
    """Interpolate spherically, which keeps the norm of noise; tensors of any shape.

    Shoemake, 1985.
    """
    a, b = start.flatten().double(), end.flatten().double()
    cosine = float(a @ b / (a.norm() * b.norm()).clamp(min=1e-12))
    angle = math.acos(max(-1.0, min(1.0, cosine)))
    if math.sin(angle) < 1e-4 or t in (0, 1):
        return torch.lerp(start, end, t)
    return (math.sin((1 - t) * angle) * start + math.sin(t * angle) * end) / math.sin(angle)


class GeneratorMorph:
    """Morph of a GAN or vector VAE: labels and z of a prompt; a VAE encodes images as well."""

    def __init__(
        self, network: VAE | Generator, classes: Classes | None, request: MorphRequest
    ) -> None:
        self.can_encode = isinstance(network, VAE)
        used = {name: getattr(request, name) is not None for name in ("steps", "guidance")}
        used["space"] = self.can_encode and bool(request.space)
        check_supported(request.model, used, TRY_ANOTHER_MODEL)
        self.network, self.classes, self.request = network, classes, request
        self.device = next(network.parameters()).device

    @torch.inference_mode()
    def locate(self, source: str | Path, seed: int) -> MorphEnd:
        """Return the point of a prompt or image.

        Raises OptionError for the image of a GAN, NotFoundError for an unknown subject, MediaError
        for an unreadable image.
        """
        if isinstance(source, Path):
            return self._encode_file(source)
        labels = None
        if self.classes is not None:
            labels = self.classes.labels(source, "", seed).to(self.device)
        limit = TRUNCATION if self.request.truncation is None else self.request.truncation
        config: Any = self.network.config
        z = sample_latents(1, config, limit, torch.Generator().manual_seed(seed))
        return MorphEnd(z.to(self.device), self.network.embed_labels(labels, 1), labels)

    @torch.inference_mode()
    def add_attribute(self, start: MorphEnd, word: str, scale: float) -> MorphEnd:
        """Move towards the class of a word or, with a VAE, along a direction of scenes.

        Raises OptionError or NotFoundError for a word that is neither.
        """
        labels = None
        if self.classes is not None and start.labels is not None:
            labels = self.classes.with_class(start.labels, word)
        if labels is not None:
            target = self.network.embed_labels(labels, 1)
            return replace(start, embedding=_lerp(start.embedding, target, scale))
        if not self.can_encode and self.classes is not None:
            raise self.classes.unknown_error(word)
        check_supported(self.request.model, {"more": not self.can_encode}, TRY_ANOTHER_MODEL)
        network: Any = self.network

        def encode(x: Tensor) -> Tensor:
            """Encode images (B, 3, H, W) as z (B, Z)."""
            rows = None if start.embedding is None else start.embedding.expand(len(x), -1)
            return network.encode(x, context=rows).mode()

        z = attribute_direction(encode, word, network.config.size, self.device)
        return replace(start, z=start.z + scale * z)

    @torch.inference_mode()
    def render(self, start: MorphEnd, end: MorphEnd, t: float) -> Pixels:
        """Render the image at t in [0, 1]: uint8 (H, W, 3)."""
        if isinstance(self.network, VAE):
            embedding = _lerp(start.embedding, end.embedding, t)
            x = self.network.decode(slerp(start.z, end.z, t), context=embedding)
        elif self.request.space == "z":
            embedding = _lerp(start.embedding, end.embedding, t)
            w = self.network.map_latents(slerp(start.z, end.z, t), embedding)
            x = self.network.synthesize(w)
        else:
            first, last = (self.network.map_latents(p.z, p.embedding) for p in (start, end))
            x = self.network.synthesize(torch.lerp(first, last, t))
        return tensor_to_images(x)[0]

    def _encode_file(self, path: Path) -> MorphEnd:
        if not isinstance(self.network, VAE):
            raise OptionError(
                "{model} is a GAN: it draws from words and cannot read a picture.",
                "Give words for both ends, or use a VAE.",
                model=self.request.model,
            )
        pixels, x = load_image(path, self.network.config.size, self.device)
        labels = best_labels(self.network, x) if self.classes is not None else None
        embedding = self.network.embed_labels(labels, 1)
        z = self.network.encode(x, context=embedding).mode()
        return MorphEnd(z, embedding, labels, pixels)


class GridMorph:
    """Morph of an autoencoder: latents of images only."""

    def __init__(self, network: VAE, request: MorphRequest) -> None:
        names = ("steps", "guidance", "space", "truncation")
        used = {name: bool(getattr(request, name)) for name in names}
        check_supported(request.model, used, TRY_ANOTHER_MODEL)
        self.network, self.request = network, request
        self.size = network.config.size or (DEFAULT_SIDE, DEFAULT_SIDE)
        self.device = next(network.parameters()).device

    @torch.inference_mode()
    def locate(self, source: str | Path, seed: int) -> MorphEnd:
        """Encode an image. Raises OptionError for a prompt, MediaError for an unreadable image."""
        if isinstance(source, str):
            raise OptionError(
                "{model} is an autoencoder: it reads pictures, not words.",
                "Give picture files, or use another model for words.",
                model=self.request.model,
            )
        pixels, x = load_image(source, self.size, self.device)
        return MorphEnd(self.network.encode(x).mode(), source=pixels)

    @torch.inference_mode()
    def add_attribute(self, start: MorphEnd, word: str, scale: float) -> MorphEnd:
        """Move along the direction of an attribute of scenes. Raises OptionError."""

        def encode(x: Tensor) -> Tensor:
            """Encode images (B, 3, H, W) as latents (B, Z, h, w)."""
            return self.network.encode(x).mode()

        direction = attribute_direction(encode, word, self.size, self.device)
        return replace(start, z=start.z + scale * direction)

    @torch.inference_mode()
    def render(self, start: MorphEnd, end: MorphEnd, t: float) -> Pixels:
        """Render the image at t in [0, 1]: uint8 (H, W, 3)."""
        return tensor_to_images(self.network.decode(torch.lerp(start.z, end.z, t)))[0]


def load_image(path: Path, size: tuple[int, ...], device: torch.device) -> tuple[Pixels, Tensor]:
    """Load the center of an image at (height, width): uint8 (H, W, 3), and (1, 3, H, W) in [-1, 1].

    Raises MediaError.
    """
    pixels = image.fit(image.flatten_alpha(image.decode(path)), (size[1], size[0]))
    return pixels, images_to_tensor([pixels]).to(device)


def best_labels(network: VAE, x: Tensor) -> Tensor:
    """Return the labels (1, columns) with which a VAE reconstructs x (1, 3, H, W) best.

    Coordinate descent: one column after the other, the shortest first, all but the last twice. A
    column that is not chosen yet counts as the mean of its classes.
    """
    columns = sorted(range(len(network.labels)), key=lambda i: network.config.conditions[i])
    weights: list[Any] = [table.weight for table in network.labels]
    tables: list[Tensor] = [weight[:-1] for weight in weights]  # without "no label"
    embeddings: list[Tensor] = [table.mean(0) for table in tables]  # (D,) each
    chosen = torch.zeros(1, len(tables), dtype=torch.int64, device=x.device)
    for column in (*columns, *columns[:-1]):
        others = sum(embeddings[1:], embeddings[0]) - embeddings[column]
        errors = [
            _reconstruction_error(network, x, rows + others)
            for rows in torch.split(tables[column], BATCH_SIZE)
        ]
        chosen[0, column] = torch.cat(errors).argmin()
        embeddings[column] = tables[column][chosen[0, column]]
    return chosen


def attribute_direction(
    encode: Callable[[Tensor], Tensor], word: str, size: tuple[int, ...], device: torch.device
) -> Tensor:
    """Return the mean latent difference (1, Z) or (1, Z, h, w) of scenes with and without a word.

    `encode` maps images (B, 3, H, W) in [-1, 1] to latents. Raises OptionError for an unknown
    attribute, MissingAsset without the sprites.
    """
    total: Tensor | float = 0.0
    pairs = list(attribute_pairs(word, size[0], PAIRS))
    for sign, side in ((1, 0), (-1, 1)):
        for first in range(0, PAIRS, BATCH_SIZE):
            scenes = [pair[side] for pair in pairs[first : first + BATCH_SIZE]]
            x = images_to_tensor(scenes).to(device)
            total = total + sign * encode(x).sum(0, keepdim=True)
    assert isinstance(total, Tensor)
    return total / PAIRS


def _reconstruction_error(network: VAE, x: Tensor, context: Tensor) -> Tensor:
    """Return the mean squared error (B,) of reconstructing x (1, 3, H, W) with contexts (B, D)."""
    rows = x.expand(len(context), -1, -1, -1)
    y = network.decode(network.encode(rows, context=context).mode(), context=context)
    return (y - rows).square().mean((1, 2, 3))


def _lerp(start: Tensor | None, end: Tensor | None, t: float) -> Tensor | None:
    """Interpolate linearly; None without embeddings."""
    return None if start is None or end is None else torch.lerp(start, end, t)
