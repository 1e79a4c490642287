"""Pictures without a network: drawings composed as a prompt says, sharp at any size.

prompt --scenes/prompt.py--> plan --scenes/pictures.py--> picture
"""

import random
from collections.abc import Iterator

from miaobi.core.checks import OTHER, check_able, check_choice
from miaobi.core.events import Event, Output, Progress
from miaobi.core.requests import ImageRequest
from miaobi.models.zoo import Model
from miaobi.scenes.prompt import LACKS, read_scene
from miaobi.scenes.rendering import compose
from miaobi.scenes.sprites import STYLES, prepare, subjects

SIZE = (512, 512)  # (width, height) where nothing is asked for


class CollageEngine:
    """Every drawing of scenes/subjects.toml; nothing to load but them."""

    def __init__(self, model: Model) -> None:
        self.name = model.name

    def generate(self, request: ImageRequest) -> Iterator[Event]:
        """Progress, then the Output with n pictures. Raises NotFoundError, OptionError,
        MissingAsset."""
        check_able(self.name, {name: bool(getattr(request, name)) for name in LACKS}, OTHER)
        check_choice("style", request.style, ("", *STYLES))
        asked = read_scene(request.prompt, request.style)
        yield from prepare()  # the drawings, the first time
        pictures = []
        for number in range(request.n):
            yield Progress("picture", number, request.n)
            draw = random.Random(f"collage {request.seed + number}")
            size = request.size or SIZE
            pictures.append(compose(asked.plan, size, draw, asked.tint, asked.air).picture)
        names = [subjects()[item.subject].name for item in asked.plan.items]
        yield Output(pictures=tuple(pictures), usage={name: names.count(name) for name in names})

    def close(self) -> None:
        pass
