"""Pairs of scenes that differ in one attribute, such as night, style or size."""

from collections.abc import Iterator
from dataclasses import replace

from miaobi.core.arrays import Pixels
from miaobi.core.checks import check_choice
from miaobi.scenes.backgrounds import BACKGROUNDS
from miaobi.scenes.captions import SIZE_WORDS
from miaobi.scenes.pictures import Scenes, ScenesConfig
from miaobi.scenes.plan import ScenePlan
from miaobi.scenes.sprites import STYLES

ATTRIBUTES: tuple[str, ...] = (*BACKGROUNDS, *STYLES, *SIZE_WORDS)


def attribute_pairs(name: str, size: int, count: int) -> Iterator[tuple[Pixels, Pixels]]:
    """Yield `count` pairs (with, without) of scenes of one subject, `size` pixels a side.

    Raises OptionError for an unknown attribute, MissingAsset without the drawings.
    """
    check_choice("more", name, ATTRIBUTES)
    scenes = Scenes(ScenesConfig(size=size, subjects=1, singles=1.0, recolored=0.0))
    index, pairs = 0, 0
    while pairs < count:
        plain = scenes.plan(index)
        if (changed := _with(plain, name)) != plain:
            yield scenes.variant(changed, index), scenes.variant(plain, index)
            pairs += 1
        index += 1


def _with(plan: ScenePlan, name: str) -> ScenePlan:
    """Return the plan with the attribute added."""
    if name in BACKGROUNDS:
        return replace(plan, background=name)
    if name in STYLES:
        return replace(plan, style=name)
    return replace(plan, items=(replace(plan.items[0], size=name),))
