"""Illustrations by rule: figures and things in a lit place, from a prompt in English or Chinese.

prompt --illustration/understanding.py--> scene --illustration/rendering.py--> picture (H, W, 3)
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from miaobi.catalog.pictograms import CREDIT, PREFIX
from miaobi.core.checks import TRY_ANOTHER_MODEL, check_choice, check_supported
from miaobi.core.errors import OptionError
from miaobi.core.events import Event, Output, Progress
from miaobi.core.requests import SETTING, ImageRequest
from miaobi.core.scene import UNSPECIFIED, SceneDescription, Setting
from miaobi.illustration.rendering import render_scene
from miaobi.illustration.scene import Scene
from miaobi.illustration.understanding import understand
from miaobi.illustration.vector import scene_svg
from miaobi.looks.looks import LOOKS, apply_look
from miaobi.models.zoo import Model
from miaobi.places.conditions import HOURS, SEASONS, WEATHERS
from miaobi.places.table import PLACES
from miaobi.scenes.prompt import UNSUPPORTED_OPTIONS

SIZE = (1280, 720)  # default (width, height)


class IllustrationEngine:
    """Draws scenes of the catalog; needs no weights, only the drawings."""

    def __init__(self, model: Model) -> None:
        self.name = model.name

    def generate(self, request: ImageRequest) -> Iterator[Event]:
        """Yield Progress, then the Output with n pictures (H, W, 3).

        Where the prompt names nothing that can be drawn, the picture is an empty place and
        `left_out` says so. Raises OptionError and MissingAsset.
        """
        used = {
            name: bool(getattr(request, name)) for name in UNSUPPORTED_OPTIONS if name != "init"
        }
        check_supported(self.name, used, TRY_ANOTHER_MODEL)
        check_choice("style", request.style, ("", *LOOKS))
        setting = setting_of(request)
        if request.init is not None:
            yield from self._redraw(request)
            return
        scene = read(request.prompt, request.scene, request.seed, setting)
        pictures = []
        for number in range(request.n):
            yield Progress("picture", number, request.n)
            seed = request.seed + number
            own = read(request.prompt, request.scene, seed, setting)
            if request.style:
                own = replace(own, look=request.style)
            pictures.append(render_scene(own, request.size or SIZE, seed))
        yield Output(
            pictures=tuple(pictures),
            encoded=self._vectors(request, scene),
            drawn=tuple({"phrase": a, "drawing": b, "match": c} for a, b, c in scene.drawn),
            left_out=scene.left_out,
            credits=_credits(scene),
        )

    def _vectors(self, request: ImageRequest, scene: Scene) -> bytes:
        """Return the SVG of one picture in the vector style, if the request is for that."""
        look = request.style or scene.look
        if request.format != "svg" or request.n > 1 or look != "vector":
            return b""
        return scene_svg(scene, request.size or SIZE, request.seed).encode()

    def _redraw(self, request: ImageRequest) -> Iterator[Event]:
        """Draw a given picture in a style; the rest of the prompt is left out."""
        from miaobi.media.image import decode

        if not request.style:
            check_supported(self.name, {"init": True}, "Name a look with it, such as watercolor.")
        for name in SETTING:
            if getattr(request, name):
                raise OptionError(
                    "{name} cannot be changed in a finished picture.",
                    "Leave it out, or draw a new picture from words.",
                    name=name,
                )
        yield Progress("picture", 0, 1)
        assert request.init is not None
        pixels = np.asarray(decode(request.init))[..., :3]
        looks = (
            apply_look(pixels, request.style, None, request.seed + k) for k in range(request.n)
        )
        yield Output(pictures=tuple(looks))

    def close(self) -> None:
        """Do nothing: no model is loaded."""


def setting_of(request: ImageRequest) -> Setting:
    """Return the setting that a request gives as fields. Raises OptionError for unknown names."""
    choices = {"hour": HOURS, "weather": WEATHERS, "season": SEASONS, "place": tuple(PLACES)}
    for name in SETTING:
        check_choice(name, getattr(request, name), ("", *choices[name]))
    return Setting(request.place, request.hour, request.weather, request.season)


def read(
    prompt: str, scene: SceneDescription | None, seed: int, setting: Setting = UNSPECIFIED
) -> Scene:
    """Return the scene of a prompt, or of the fields that replace it or its setting."""
    if scene is None or setting != UNSPECIFIED:
        return understand(scene.subject if scene else prompt, seed, setting)
    understood = understand(scene.subject, seed)
    setting = scene.setting
    when = understood.when
    if setting.time in ("day", "night", "dawn", "dusk"):
        when = replace(when, hour=setting.time)
    if setting.weather:
        when = replace(when, weather=setting.weather)
    place = FILM_PLACES.get(setting.place, setting.place) or understood.place
    return replace(
        understood, when=when, place=place, place_phrase=understood.place_phrase or place
    )


# backgrounds of scenes/backgrounds.py as places
FILM_PLACES = {
    "grass": "meadow",
    "sand": "desert",
    "sea": "beach",
    "snow": "snow-village",
    "hills": "mountain",
    "city": "city-street",
    "plain": "plain-background",
    "sky": "sky",
    "space": "space",
}


def _credits(scene: Scene) -> tuple[str, ...]:
    """Return the credits that licenses of the drawings ask for."""
    used = [name for _, name, _ in scene.drawn]
    return (CREDIT,) if any(name.startswith(PREFIX) for name in used) else ()


def accepts(prompt: str, options: Mapping[str, Any]) -> bool:
    """Return True unless an option needs a network or a style of another model."""
    style = options.get("style") or ""
    if style and style not in LOOKS:
        return False
    if options.get("init"):
        return bool(style) and not any(
            options.get(name) for name in UNSUPPORTED_OPTIONS if name != "init"
        )
    return not any(map(options.get, UNSUPPORTED_OPTIONS))
