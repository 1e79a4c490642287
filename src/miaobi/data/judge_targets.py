"""What scenes show, as numbers to learn from, and whether what was seen in them is right."""

from dataclasses import dataclass

import torch
from torch import Tensor

from miaobi.models.judge import Seen, holds, middles, presence, spread
from miaobi.scenes.backgrounds import BACKGROUNDS
from miaobi.scenes.pictures import Scene
from miaobi.scenes.sprites import STYLES, subject_index, subjects

FIGURES = ("subject", "pair", "relation", "style", "background", "caption")


@dataclass(frozen=True)
class Truth:
    """What B scenes show."""

    present: Tensor  # (B, S), 1 where a subject is there
    where: Tensor  # (B, S, h, w), shares that sum to 1 in each picture
    styles: Tensor  # (B,)
    backgrounds: Tensor  # (B,)

    @classmethod
    def of(cls, scenes: list[Scene], places: tuple[int, int]) -> "Truth":
        """From the boxes and names of the scenes."""
        where = torch.zeros(len(scenes), len(subjects()), *places)
        for row, scene in enumerate(scenes):
            side = len(scene.picture)
            middle = torch.tensor([middle_of(placed.box, side) for placed in scene.placed])
            names = [subject_index(placed.subject.name) for placed in scene.placed]
            where[row].index_add_(0, torch.tensor(names), spread(middle, *places) / len(names))
        return cls(
            (where.sum((2, 3)) > 0).float(),
            where,
            torch.tensor([STYLES.index(scene.style) for scene in scenes]),
            torch.tensor([BACKGROUNDS.index(scene.background) for scene in scenes]),
        )


def middle_of(box: tuple[int, int, int, int], side: int) -> tuple[float, float]:
    """The middle (x, y) of what of a box lies in the picture, as shares of its side."""
    left, top, right, bottom = (min(max(edge, 0), side) for edge in box)
    return (left + right) / 2 / side, (top + bottom) / 2 / side


def verdicts(scenes: list[Scene], seen: Seen, captions: Tensor) -> dict[str, list[float]]:
    """For each of FIGURES 1.0 or 0.0 for every scene that it can be told of, in their order.

    subject: the likeliest of all is the only one there is. pair: both of two are there. relation:
    they stand as they should. caption: of those in `captions` (B, E) its own fits best.
    """
    told, middle = presence(seen.evidence), middles(seen.evidence)
    likely = (seen.embedding @ captions.T).argmax(1)
    right: dict[str, list[float]] = {name: [] for name in FIGURES}
    for row, scene in enumerate(scenes):
        names = [subject_index(placed.subject.name) for placed in scene.placed]
        if len(names) == 1:
            right["subject"].append(float(told[row].argmax() == names[0]))
        if scene.relation:
            right["pair"].append(float((told[row, names] > 0).all()))
            first, second = middle[row, names[0]][None], middle[row, names[1]][None]
            right["relation"].append(float(holds(scene.relation, first, second).all()))
        right["style"].append(float(STYLES[int(seen.styles[row].argmax())] == scene.style))
        place = BACKGROUNDS[int(seen.backgrounds[row].argmax())]
        right["background"].append(float(place == scene.background))
        right["caption"].append(float(likely[row] == row))
    return right
