"""Images by rule: sprites composed as a prompt describes, sharp at any size.

prompt or scene --scenes/prompt.py--> plan --scenes/rendering.py--> picture (H, W, 3)
"""

import random
from collections.abc import Iterator, Mapping

from miaobi.core.checks import TRY_ANOTHER_MODEL, check_choice, check_supported
from miaobi.core.events import Event, Output, Progress
from miaobi.core.requests import ImageRequest
from miaobi.core.scene import SceneDescription, Setting
from miaobi.models.zoo import Model
from miaobi.scenes.prompt import UNSUPPORTED_OPTIONS, is_known, read_scene
from miaobi.scenes.rendering import compose
from miaobi.scenes.sprites import STYLES, prepare, subjects

SIZE = (512, 512)  # default (width, height)


class CollageEngine:
    """Composes the sprites of scenes/subjects.toml; needs no weights, only the sprite cache."""

    def __init__(self, model: Model) -> None:
        self.name = model.name

    def generate(self, request: ImageRequest) -> Iterator[Event]:
        """Yield Progress, then the Output with n pictures (H, W, 3).

        Raises NotFoundError where nothing is known, OptionError and MissingAsset.
        """
        used = {name: bool(getattr(request, name)) for name in UNSUPPORTED_OPTIONS}
        check_supported(self.name, used, TRY_ANOTHER_MODEL)
        check_choice("style", request.style, ("", *STYLES))
        scene = read_scene(request.prompt, request.style, request.scene)
        yield from prepare()  # renders the sprites on first use
        plan, tint, size = scene.plan, scene.plain_tint, request.size or SIZE
        pictures = []
        for number in range(request.n):
            yield Progress("picture", number, request.n)
            rng = random.Random(f"collage {request.seed + number}")
            pictures.append(compose(plan, size, rng, tint, scene.conditions).picture)
        names = [subjects()[item.subject].name for item in plan.items]
        yield Output(pictures=tuple(pictures), usage={name: names.count(name) for name in names})

    def close(self) -> None:
        """Do nothing: no model is loaded."""


def accepts(prompt: str, options: Mapping[str, object]) -> bool:
    """Return True if the subjects can be composed and no option needs a network.

    A prompt has to name a subject; a scene of fields may also be a setting alone.
    """
    if any(map(options.get, UNSUPPORTED_OPTIONS)):
        return False
    scene = options.get("scene")
    if isinstance(scene, SceneDescription):
        return is_known(scene.subject) or scene.setting != Setting()
    return is_known(prompt)
