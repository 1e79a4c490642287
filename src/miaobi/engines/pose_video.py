"""Text to video with posed sprites: one network places everything, another draws it.

    prompt --scenes/clip_prompt.py--> content --describe_clip--> caption --text encoder--> context
    noise (1, C, F, 1, 1) --flow matching, guided--> poses of subjects, camera and light
    names --layers by index--> sprites and a background --PosedComposition--> frames (H, W, 3)

The denoised latents are poses, not pixels: one set of poses renders at any frame rate and size.
"""

import json
import random
import threading
from collections.abc import Generator, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from miaobi.core.arrays import Pixels
from miaobi.core.checks import TRY_ANOTHER_MODEL, check_range, check_supported
from miaobi.core.errors import EngineError, ModelFileError, NotFoundError
from miaobi.core.events import Event, Output, Preview, Progress
from miaobi.core.video import VideoRequest
from miaobi.diffusion.guidance import guided
from miaobi.diffusion.samplers import euler
from miaobi.diffusion.schedules import flow_times
from miaobi.engines.networks import best_device, load_network
from miaobi.models.layers import to_sprites
from miaobi.models.pixels import tensor_to_images
from miaobi.models.tokenizer import caption_ids, load_tokenizer
from miaobi.models.zoo import Model
from miaobi.scenes.backgrounds import UNLEARNED
from miaobi.scenes.clip_captions import describe_clip
from miaobi.scenes.clip_prompt import ClipPrompt, parse_clip_prompt
from miaobi.scenes.clips import ClipPlan, clip_facts, crop_center, sprite_style
from miaobi.scenes.frames import frame_times
from miaobi.scenes.layers import CANVAS_FILL, LAYERS, NAMES, BackgroundVariant, rendering_of_style
from miaobi.scenes.poses import (
    MOVING,
    STANDING,
    PosedComposition,
    PosedSprite,
    Poses,
    clean_poses,
    min_window_size,
)
from miaobi.scenes.sprites import subjects

STEPS, GUIDANCE = 16, 2.0  # defaults
SIDES = (32, 512)  # smallest and largest side of a frame: sprites have 96 pixels
SUBSTITUTE = "grass"  # replaces the backgrounds of UNLEARNED in captions
MAX_SUGGESTIONS = 8  # subjects named in an error


class PoseVideoEngine:
    """A loaded network of poses and its layers."""

    def __init__(self, model: Model) -> None:
        """Load the networks. Raises ModelFileError."""
        folder = Path(model.place)
        self.name = model.name
        self.device = best_device()
        self.network = load_network(folder)
        self.layers = load_network(folder / LAYERS)
        self.tokenizer = load_tokenizer(folder)
        self.vocabulary = SpriteVocabulary(model.name, folder / LAYERS)
        self.lock = threading.Lock()

    def generate(self, request: VideoRequest) -> Iterator[Event]:
        """Yield Progress and Preview events, then the Output with frames (H, W, 3) and their rate.

        Raises NotFoundError where the prompt names no known subject, and OptionError.
        """
        names = ("negative", "init", "to", "memory", "precision")
        used = {name: bool(getattr(request, name)) for name in names}
        check_supported(self.name, used, TRY_ANOTHER_MODEL)
        config = self.network.config
        (length, *own_size), fps = config.size, request.fps or config.fps
        count, size = request.frames(length / config.fps, config.fps), request.size or own_size
        for name, side in zip(("width", "height"), size, strict=True):
            check_range(name, side, *SIDES)
        with self.lock:
            prompt = parse_clip_prompt(request.prompt, request.seed)
            if prompt.plan is None:
                raise self.vocabulary.unknown_error(request.prompt)
            poses = yield from self._poses(request, prompt, prompt.plan)
            composition = self._compose(
                prompt, prompt.plan, poses, (size[0], size[1]), request.seed
            )
            frames: list[Pixels] = []
            for t in frame_times(count, prompt.action, request.loop):
                frames.append(composition.frame(t))
                yield Progress("frames", len(frames), count)
                if request.previews and len(frames) % request.previews == 0:
                    yield Preview(frames[-1])
        yield Output(pictures=tuple(frames), rate=fps)

    def close(self) -> None:
        """Free the networks."""
        del self.network, self.layers

    def _poses(
        self, request: VideoRequest, prompt: ClipPrompt, plan: ClipPlan
    ) -> Generator[Event, None, Poses]:
        """Sample the poses (CHANNELS, F) of a plan. Raises EngineError for invalid numbers."""
        facts = clip_facts(plan, prompt.tint)
        if facts.background in UNLEARNED:
            facts = replace(facts, background=SUBSTITUTE)
        caption = describe_clip(facts, "en", random.Random(f"caption {request.seed}"))
        steps, guidance = request.steps or STEPS, request.guidance or GUIDANCE
        for number, latent in enumerate(self._denoise(caption, request.seed, steps, guidance)):
            x = latent
            yield Progress("poses", number + 1, steps)
        poses = self.network.denormalize_latent(x)[0, :, :, 0, 0].cpu().numpy()
        if not np.isfinite(poses).all():
            raise EngineError(
                "The model's output is not a valid image (NaN or infinity).", "Try another seed."
            )
        return clean_poses(poses)

    def _denoise(self, caption: str, seed: int, steps: int, guidance: float) -> Iterator[Tensor]:
        """Yield the latent (1, C, F, 1, 1) after each step."""
        network, config = self.network, self.network.config
        shape = (1, config.dit.channels, config.size[0], 1, 1)
        noise = torch.randn(shape, generator=torch.Generator().manual_seed(seed))
        ids, mask = caption_ids(self.tokenizer, [caption], config.text.context)
        with torch.inference_mode():
            denoise = network.denoiser(ids.to(self.device), mask.to(self.device))
            times = flow_times(steps, config.shift)
            for step in euler(guided(denoise, guidance), noise.to(self.device), times):
                yield step.x

    def _compose(
        self, prompt: ClipPrompt, plan: ClipPlan, poses: Poses, size: tuple[int, int], seed: int
    ) -> PosedComposition:
        """Compose generated sprites and a background along the poses."""
        scene = plan.scene
        sprites = self.generate_sprites(
            [subjects()[item.subject].name for item in scene.items], scene.style
        )
        tracks = tuple(
            PosedSprite(
                sprite,
                sprite_style(plan, number),
                (0.0, 0.0),
                1 / CANVAS_FILL,
                trajectory=poses[rows].T,
            )
            for number, (sprite, rows) in enumerate(zip(sprites, (MOVING, STANDING), strict=False))
        )
        background = self.generate_background(scene.background, scene.style, prompt.tint, seed)
        world = _resize(background, round(max(size) / min_window_size(poses)))
        dark = float(prompt.dark)
        return PosedComposition(
            crop_center(world, size), tracks, plan.action, size, seed, dark, poses=poses
        )

    @torch.inference_mode()
    def generate_sprites(self, names: list[str], style: str) -> list[Pixels]:
        """Generate sprites of subjects, uint8 (S, S, 4) each. Raises NotFoundError."""
        rows = [self.vocabulary.sprite(name, style) for name in names]
        indices, labels = (
            torch.tensor(column).to(self.device) for column in zip(*rows, strict=True)
        )
        return [sprite.numpy() for sprite in to_sprites(self.layers.drawings(indices, labels))]

    @torch.inference_mode()
    def generate_background(self, place: str, style: str, tint: str, seed: int) -> Pixels:
        """Generate a background, uint8 (H, H, 3). Raises NotFoundError."""
        index, labels = self.vocabulary.background(place, style, tint, seed)
        inputs = torch.tensor([index]), torch.tensor([labels])
        return tensor_to_images(self.layers.grounds(*(x.to(self.device) for x in inputs)))[0]


class SpriteVocabulary:
    """Indices of sprites and backgrounds by name."""

    def __init__(self, model: str, folder: Path) -> None:
        """Read the names. Raises ModelFileError."""
        path = folder / NAMES
        try:
            names = json.loads(path.read_text(encoding="utf-8"))
            self.subjects, self.styles = list(names["subjects"]), list(names["styles"])
            self.variants = [BackgroundVariant(*row) for row in names["grounds"]]
        except (OSError, ValueError, LookupError, TypeError) as error:
            raise ModelFileError(
                "{path} cannot be loaded: {reason}.",
                "It is truncated, or of another model.",
                path=path,
                reason=error,
            ) from error
        self.model = model
        self.places = list(dict.fromkeys(variant.background for variant in self.variants))
        self.renderings = list(dict.fromkeys(variant.rendering for variant in self.variants))

    def sprite(self, subject: str, style: str) -> tuple[int, tuple[int, int]]:
        """Return the index and the labels (subject, style) of a sprite. Raises NotFoundError."""
        if subject not in self.subjects or style not in self.styles:
            raise self.unknown_error(subject)
        labels = self.subjects.index(subject), self.styles.index(style)
        return labels[0] * len(self.styles) + labels[1], labels

    def background(
        self, place: str, style: str, tint: str, seed: int
    ) -> tuple[int, tuple[int, int]]:
        """Return the index and the labels (place, rendering) of a background.

        The seed chooses among its variants. Raises NotFoundError.
        """
        rendering = rendering_of_style(style)
        matches = [
            index
            for index, row in enumerate(self.variants)
            if (row.background, row.rendering) == (place, rendering)
            and (not tint or row.variant == tint)
        ]
        if not matches:
            raise self.unknown_error(place)
        index = matches[seed % len(matches)]
        return index, (self.places.index(place), self.renderings.index(rendering))

    def unknown_error(self, words: str) -> NotFoundError:
        """Build the error for words that name no known subject."""
        names = self.subjects
        return NotFoundError(
            "{model} knows nothing that is named in {prompt!r}.",
            "It knows {count} subjects: {names} …",
            model=self.model,
            prompt=words[:80],
            count=len(names),
            names=", ".join(names[:: max(1, len(names) // MAX_SUGGESTIONS)][:MAX_SUGGESTIONS]),
        )


def _resize(pixels: Pixels, side: int) -> Pixels:
    from PIL import Image

    return np.asarray(Image.fromarray(pixels).resize((side, side), Image.Resampling.BICUBIC))
