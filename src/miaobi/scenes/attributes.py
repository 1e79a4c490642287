"""Pairs of scenes that differ in one thing: at night or not, flat or not, big or not."""

from collections.abc import Iterator
from dataclasses import replace

from miaobi.core.checks import check_choice
from miaobi.scenes.backgrounds import BACKGROUNDS
from miaobi.scenes.captions import SIZE_WORDS
from miaobi.scenes.pictures import Scenes, ScenesConfig
from miaobi.scenes.plan import Plan
from miaobi.scenes.rendering import Picture
from miaobi.scenes.sprites import STYLES

# what the two of a pair may differ in
ATTRIBUTES: tuple[str, ...] = (*BACKGROUNDS, *STYLES, *SIZE_WORDS)


def attribute_pairs(name: str, size: int, count: int) -> Iterator[tuple[Picture, Picture]]:
    """`count` pairs (with, without) of scenes of one subject, `size` pixels a side.

    Raises OptionError for an attribute there is not, MissingAsset without the drawings.
    """
    check_choice("more", name, ATTRIBUTES)
    scenes = Scenes(ScenesConfig(size=size, subjects=1, singles=1.0, recolored=0.0))
    number, found = 0, 0
    while found < count:
        without = scenes.plan(number)
        if (with_it := _with(without, name)) != without:
            yield scenes.again(with_it, number), scenes.again(without, number)
            found += 1
        number += 1


def _with(plan: Plan, name: str) -> Plan:
    """The same plan, but with the attribute."""
    if name in BACKGROUNDS:
        return replace(plan, background=name)
    if name in STYLES:
        return replace(plan, style=name)
    return replace(plan, items=(replace(plan.items[0], size=name),))
