"""Text to clips by puppets: a network says where everything is, another draws what it is.

    prompt --words--> what is asked for --said as captions were--> words, read by a Transformer
    noise (1, C, F, 1, 1) --flow matching, guided--> poses of subject, camera and light
    names --layers, known by heart--> cut-out drawings and a ground --stage--> frames

What is denoised has no pixels: one set of poses is seen in any number of frames, at any size.
"""

import json
import random
import threading
from collections.abc import Generator, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch

from miaobi.core.checks import OTHER, check_able, check_range
from miaobi.core.errors import EngineError, ModelFileError, NotFoundError
from miaobi.core.events import Event, Output, Preview, Progress
from miaobi.core.video import VideoRequest
from miaobi.diffusion.guidance import guided
from miaobi.diffusion.samplers import euler
from miaobi.diffusion.schedules import flow_times
from miaobi.models import checkpoint
from miaobi.models.layers import to_sprites
from miaobi.models.pixels import tensor_to_images
from miaobi.models.tokenizer import caption_ids, load_tokenizer
from miaobi.models.zoo import Model
from miaobi.scenes.backgrounds import ADDED
from miaobi.scenes.clip_captions import describe_clip
from miaobi.scenes.clip_prompt import Understood, understood
from miaobi.scenes.clips import ClipPlan, facts_of, look_of, middle_of
from miaobi.scenes.frames import shares_of
from miaobi.scenes.layers import FILLED, LAYERS, NAMES, Ground, manner_of
from miaobi.scenes.poses import MOVES, STANDS, PosedStage, Poses, Puppet, narrowest, steadied
from miaobi.scenes.sprites import subjects

STEPS, GUIDANCE = 16, 2.0  # where nothing is asked for
SIDES = (32, 512)  # of frames: drawings are of 96 pixels
LIKE_ADDED = "grass"  # where things stand and move as they do in places of ADDED
SHOWN = 8  # subjects that an error names


class PuppetEngine:
    """A loaded network of poses, with the layers that they move."""

    def __init__(self, model: Model) -> None:
        """Raises ModelFileError."""
        folder = Path(model.place)
        self.name = model.name
        self.device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        network: Any = checkpoint.load(folder)
        self.network: Any = network.float().to(self.device)
        layers: Any = checkpoint.load(folder / LAYERS)
        self.layers: Any = layers.float().to(self.device)
        self.tokenizer = load_tokenizer(folder)
        self.cast = Cast(model.name, folder / LAYERS)
        self.lock = threading.Lock()

    def generate(self, request: VideoRequest) -> Iterator[Event]:
        """Progress and Preview events, then the Output with the frames; rate is frames a second.

        Raises NotFoundError where the prompt names nothing it can draw, and OptionError.
        """
        names = ("negative", "init", "to", "memory", "precision")
        check_able(self.name, {name: bool(getattr(request, name)) for name in names}, OTHER)
        config = self.network.config
        own, fps = config.size, request.fps or config.fps
        count, size = request.frames(own[0] / config.fps, config.fps), request.size or own[1:]
        for name, side in zip(("width", "height"), size, strict=True):
            check_range(name, side, *SIDES)
        with self.lock:
            told = understood(request.prompt, request.seed)
            if told.plan is None:
                raise self.cast.unknown(request.prompt)
            poses = yield from self._poses(request, told)
            stage = self._stage(told, told.plan, poses, size, request.seed)
            made: list[Any] = []
            for number, share in enumerate(shares_of(count, told.action, request.loop)):
                made.append(stage.frame(share))
                yield Progress("frames", number + 1, count)
                if request.previews and (number + 1) % request.previews == 0:
                    yield Preview(made[-1])
        yield Output(pictures=tuple(made), rate=fps)

    def close(self) -> None:
        """Free the networks."""
        del self.network, self.layers

    def _poses(self, request: VideoRequest, told: Understood) -> Generator[Event, None, Poses]:
        assert told.plan is not None
        facts = facts_of(told.plan, told.tint)
        if facts.background in ADDED:  # no caption has said these
            facts = replace(facts, background=LIKE_ADDED)
        caption = describe_clip(facts, "en", random.Random(f"caption {request.seed}"))
        steps, guidance = request.steps or STEPS, request.guidance or GUIDANCE
        for number, made in enumerate(self._denoised(caption, request.seed, steps, guidance)):
            x = made
            yield Progress("poses", number + 1, steps)
        poses = self.network.restored(x)[0, :, :, 0, 0].cpu().numpy()
        if not np.isfinite(poses).all():
            raise EngineError("The model made numbers that are no picture.", "Try another seed.")
        return steadied(poses)

    def _denoised(
        self, caption: str, seed: int, steps: int, guidance: float
    ) -> Iterator[torch.Tensor]:
        """What is left after each step: (1, C, F, 1, 1)."""
        network, config = self.network, self.network.config
        shape = (1, config.dit.channels, config.size[0], 1, 1)
        noise = torch.randn(shape, generator=torch.Generator().manual_seed(seed))
        ids, mask = caption_ids(self.tokenizer, [caption], config.text.context)
        with torch.inference_mode():
            denoise = network.denoiser(ids.to(self.device), mask.to(self.device))
            times = flow_times(steps, config.shift)
            for step in euler(guided(denoise, guidance), noise.to(self.device), times):
                yield step.x

    def _stage(
        self, told: Understood, plan: ClipPlan, poses: Poses, size: tuple[int, int], seed: int
    ) -> PosedStage:
        """Drawings and a ground, where the poses say."""
        scene = plan.scene
        sprites = self.drawn([subjects()[item.subject].name for item in scene.items], scene.style)
        actors = tuple(
            Puppet(sprite, look_of(plan, number), (0.0, 0.0), 1 / FILLED, track=poses[rows].T)
            for number, (sprite, rows) in enumerate(zip(sprites, (MOVES, STANDS), strict=False))
        )
        ground = self.painted(scene.background, scene.style, told.tint, seed)
        world = round(max(size) / narrowest(poses))
        return PosedStage(
            middle_of(_resized(ground, world), size),
            actors,
            plan.action,
            size,
            seed,
            float(told.dark),
            poses=poses,
        )

    @torch.inference_mode()
    def drawn(self, names: list[str], style: str) -> list[Any]:
        """Drawings of subjects, uint8 (S, S, 4) each. Raises NotFoundError."""
        known = [self.cast.drawing(name, style) for name in names]
        numbers, labels = (torch.tensor(told).to(self.device) for told in zip(*known, strict=True))
        return [sprite.numpy() for sprite in to_sprites(self.layers.drawings(numbers, labels))]

    @torch.inference_mode()
    def painted(self, place: str, style: str, tint: str, seed: int) -> Any:
        """A ground, uint8 (H, H, 3): one of those that suit. Raises NotFoundError."""
        number, labels = self.cast.ground(place, style, tint, seed)
        told = torch.tensor([number]), torch.tensor([labels])
        return tensor_to_images(self.layers.grounds(*(each.to(self.device) for each in told)))[0]


class Cast:
    """Which drawing and which ground has which number, by name."""

    def __init__(self, model: str, folder: Path) -> None:
        """Raises ModelFileError."""
        path = folder / NAMES
        try:
            told = json.loads(path.read_text(encoding="utf-8"))
            self.subjects, self.styles = list(told["subjects"]), list(told["styles"])
            self.grounds = [Ground(*names) for names in told["grounds"]]
        except (OSError, ValueError, LookupError, TypeError) as error:
            raise ModelFileError(
                "{path} cannot be loaded: {reason}.",
                "It is truncated, or of another model.",
                path=path,
                reason=error,
            ) from error
        self.model = model
        self.places = list(dict.fromkeys(ground.place for ground in self.grounds))
        self.manners = list(dict.fromkeys(ground.manner for ground in self.grounds))

    def drawing(self, subject: str, style: str) -> tuple[int, tuple[int, int]]:
        """Number and labels of a drawing. Raises NotFoundError."""
        if subject not in self.subjects or style not in self.styles:
            raise self.unknown(subject)
        labels = self.subjects.index(subject), self.styles.index(style)
        return labels[0] * len(self.styles) + labels[1], labels

    def ground(self, place: str, style: str, tint: str, seed: int) -> tuple[int, tuple[int, int]]:
        """Number and labels of one of the grounds that suit, by the seed. Raises NotFoundError."""
        wanted = place, manner_of(style)
        suit = [
            number
            for number, ground in enumerate(self.grounds)
            if (ground.place, ground.manner) == wanted and (not tint or ground.look == tint)
        ]
        if not suit:
            raise self.unknown(place)
        number = suit[seed % len(suit)]
        return number, (self.places.index(place), self.manners.index(wanted[1]))

    def unknown(self, words: str) -> NotFoundError:
        """The error for words that name nothing it can draw."""
        names = self.subjects
        return NotFoundError(
            "{model} knows nothing that is named in {prompt!r}.",
            "It knows {count} subjects: {names} …",
            model=self.model,
            prompt=words[:80],
            count=len(names),
            names=", ".join(names[:: max(1, len(names) // SHOWN)][:SHOWN]),
        )


def _resized(ground: Any, side: int) -> Any:
    from PIL import Image

    image = Image.fromarray(ground).resize((side, side), Image.Resampling.BICUBIC)
    return np.asarray(image)
