"""Figures: every head, pose, hat and garment is drawn; the same sheet gives the same pixels."""

from random import Random

import numpy as np
import pytest

from miaobi.actors.character import HAIRS, Character, Garment, Human
from miaobi.actors.clothes import CLOTHES
from miaobi.actors.figure import Held, draw_figure
from miaobi.actors.hats import HATS
from miaobi.actors.heads import head_anchors, heads
from miaobi.actors.people import SKINS
from miaobi.actors.pose import POSES, Pose
from miaobi.core.arrays import Pixels
from miaobi.drawing.canvas import Canvas
from miaobi.drawing.raster import rasterize
from miaobi.illustration.casting import character_of

SKIN = SKINS[1]
PERSON = Character(
    "", SKIN, SKIN, (60.0, 40.0, 40.0), human=Human(SKIN, "short", (90.0, 60.0, 40.0))
)


def draw(character: Character, pose: Pose = POSES["stand"], **options: object) -> Pixels:
    canvas = Canvas()
    with canvas.transformed(100, 150):
        draw_figure(canvas, character, pose, **options)  # type: ignore[arg-type]
    return rasterize(canvas, 200, 170)


@pytest.mark.parametrize("name", sorted(POSES))
def test_every_pose_is_drawn_inside_its_picture(name: str) -> None:
    alpha = draw(PERSON, POSES[name])[..., 3]
    assert (alpha > 0).mean() > 0.04
    assert not alpha[0].any() and not alpha[:, 0].any() and not alpha[:, -1].any()


@pytest.mark.parametrize("name", sorted(heads()))
def test_every_head_has_eyes_where_the_table_says(name: str) -> None:
    character = character_of(name, Random(1))
    head = heads()[name]
    assert character is not None and character.head == name
    (lx, ly), (rx, ry) = head.eyes
    assert 0.05 < rx - lx < 0.6 and abs(ly - ry) < 0.05
    assert head.box[1] < ly < head.mouth[1] <= head.box[3]
    anchors = head_anchors(head, POSES["stand"])
    open_eyes = draw(character, POSES["stand"].but(blush=0.0))
    closed = draw(character, POSES["stand"].but(eyes="closed", blush=0.0))
    changed = np.argwhere((open_eyes != closed).any(2))
    if not character.machine:
        assert len(changed)
        y = 150 - 50.3 + anchors.left[1]
        assert abs(changed[:, 0].mean() - y) < 6


@pytest.mark.parametrize("kind", sorted(HATS))
def test_a_hat_covers_the_top_of_the_head(kind: str) -> None:
    from dataclasses import replace

    bare, hatted = draw(PERSON), draw(replace(PERSON, hat=Garment(kind, (200.0, 40.0, 60.0))))
    rows = np.flatnonzero((bare != hatted).any((1, 2)))
    assert len(rows) >= 4 and rows.min() < 70


@pytest.mark.parametrize("kind", sorted(set(CLOTHES) - {"shirt"}))
def test_clothes_change_the_body(kind: str) -> None:
    from dataclasses import replace

    dressed = replace(
        PERSON, clothes=(Garment("shirt", (20.0, 60.0, 200.0)), Garment(kind, (220.0, 60.0, 80.0)))
    )
    plain = replace(PERSON, clothes=(Garment("shirt", (20.0, 60.0, 200.0)),))
    assert (draw(dressed) != draw(plain)).any()


@pytest.mark.parametrize("hair", HAIRS)
def test_every_hair_style(hair: str) -> None:
    from dataclasses import replace

    assert PERSON.human
    bald = replace(PERSON, human=replace(PERSON.human, hair="bald"))
    styled = replace(PERSON, human=replace(PERSON.human, hair=hair))
    assert (draw(bald) == draw(styled)).all() == (hair == "bald")


def test_facing_mirrors_and_a_held_thing_is_drawn() -> None:
    fox = character_of("fox", Random(1))
    assert fox is not None
    right, left = draw(fox, POSES["walk"]), draw(fox, POSES["walk"], facing=-1)
    assert np.abs(right[:, ::-1].astype(int) - left).mean() < 3 and (right != left).any()
    book = np.full((20, 20, 4), (0, 200, 0, 255), np.uint8)
    held = draw(fox, POSES["read"], held=Held(book, 24, True))
    green = (held[..., 1] > 150) & (held[..., 0] < 60)
    assert green.sum() > 150


def test_the_same_sheet_is_the_same_figure() -> None:
    assert (draw(PERSON) == draw(PERSON)).all()
    people = [character_of("woman", Random(seed)) for seed in range(30)]
    assert (
        len(
            {(person.human.skin, person.human.hair) for person in people if person and person.human}
        )
        > 8
    )
