"""Targets of the judge: the contents of scenes as tensors, and the scoring of predictions."""

from dataclasses import dataclass

import torch
from torch import Tensor

from miaobi.models.judge import JudgeOutput, centers, grid_weights, presence, relation_holds
from miaobi.scenes.backgrounds import BACKGROUNDS
from miaobi.scenes.pictures import Scene
from miaobi.scenes.sprites import STYLES, subject_index, subjects

FIGURES = ("subject", "pair", "relation", "style", "background", "caption")


@dataclass(frozen=True)
class SceneTargets:
    """Contents of B scenes."""

    present: Tensor  # (B, S), 1 for subjects in the picture
    positions: Tensor  # (B, S, h, w), distribution of all centers over cells; sums to 1 per scene
    styles: Tensor  # (B,)
    backgrounds: Tensor  # (B,)

    @classmethod
    def from_scenes(cls, scenes: list[Scene], cells: tuple[int, int]) -> "SceneTargets":
        """Build targets from the boxes and names of scenes, on a grid of (h, w) cells."""
        positions = torch.zeros(len(scenes), len(subjects()), *cells)
        for row, scene in enumerate(scenes):
            side = len(scene.picture)
            points = torch.tensor([center_of(placed.box, side) for placed in scene.placed])
            names = [subject_index(placed.subject.name) for placed in scene.placed]
            weights = grid_weights(points, *cells) / len(names)
            positions[row].index_add_(0, torch.tensor(names), weights)
        return cls(
            (positions.sum((2, 3)) > 0).float(),
            positions,
            torch.tensor([STYLES.index(scene.style) for scene in scenes]),
            torch.tensor([BACKGROUNDS.index(scene.background) for scene in scenes]),
        )


def center_of(box: tuple[int, int, int, int], side: int) -> tuple[float, float]:
    """Return the center (x, y), in [0, 1], of the visible part of a box in pixels."""
    left, top, right, bottom = (min(max(edge, 0), side) for edge in box)
    return (left + right) / 2 / side, (top + bottom) / 2 / side


def score_predictions(
    scenes: list[Scene], output: JudgeOutput, captions: Tensor
) -> dict[str, list[float]]:
    """Score predictions for B scenes: by name of FIGURES, 1.0 or 0.0 per scene it applies to.

    subject: the most likely one is the only one in the picture. pair: both of two are present.
    relation: they are arranged as in the scene. caption: of `captions` (B, E) its own fits best.
    """
    likely, points = presence(output.evidence), centers(output.evidence)
    matches = (output.embedding @ captions.T).argmax(1)
    scores: dict[str, list[float]] = {name: [] for name in FIGURES}
    for row, scene in enumerate(scenes):
        names = [subject_index(placed.subject.name) for placed in scene.placed]
        if len(names) == 1:
            scores["subject"].append(float(likely[row].argmax() == names[0]))
        if scene.relation:
            scores["pair"].append(float((likely[row, names] > 0).all()))
            first, second = points[row, names[0]][None], points[row, names[1]][None]
            scores["relation"].append(float(relation_holds(scene.relation, first, second).all()))
        scores["style"].append(float(STYLES[int(output.styles[row].argmax())] == scene.style))
        background = BACKGROUNDS[int(output.backgrounds[row].argmax())]
        scores["background"].append(float(background == scene.background))
        scores["caption"].append(float(matches[row] == row))
    return scores
