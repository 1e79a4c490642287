"""What scenes show as numbers; a perfect judge is always right, a bad one is not."""

from dataclasses import replace

import pytest
import torch
import torch.nn.functional as F

from miaobi.data.judge_targets import FIGURES, SceneTargets, center_of, score_predictions
from miaobi.models.judge import JudgeOutput, presence, relation_holds
from miaobi.scenes.backgrounds import BACKGROUNDS
from miaobi.scenes.pictures import Scene, Scenes, ScenesConfig
from miaobi.scenes.sprites import STYLES, subject_index, subjects

pytestmark = pytest.mark.usefixtures("drawings")


@pytest.fixture
def scenes() -> list[Scene]:
    drawn = Scenes(ScenesConfig(size=32, split="held-out"))
    return [drawn.scene(number) for number in range(48)]


def perfect(scenes: list[Scene]) -> tuple[JudgeOutput, torch.Tensor]:
    """What a judge that is never wrong sees: logits made of the truth."""
    truth = SceneTargets.from_scenes(scenes, (8, 8))
    several = truth.present.sum(1)[:, None, None, None]
    evidence = (truth.positions * several + 1e-9).log() + 3
    own = F.one_hot(torch.arange(len(scenes))).float()
    styles, places = F.one_hot(truth.styles, len(STYLES)), F.one_hot(truth.backgrounds)
    return JudgeOutput(own, evidence, styles.float(), places.float(), own), own


def test_truth_has_one_share_for_each_thing(scenes: list[Scene]) -> None:
    truth = SceneTargets.from_scenes(scenes, (8, 8))
    torch.testing.assert_close(truth.positions.sum((1, 2, 3)), torch.ones(len(scenes)))
    for row, scene in enumerate(scenes):
        names = {subject_index(placed.subject.name) for placed in scene.placed}
        assert set(truth.present[row].nonzero()[:, 0].tolist()) == names
        assert STYLES[int(truth.styles[row])] == scene.style
        assert BACKGROUNDS[int(truth.backgrounds[row])] == scene.background


def test_the_middle_is_that_of_what_is_in_the_picture() -> None:
    assert center_of((10, 20, 30, 60), 100) == (0.2, 0.4)
    assert center_of((-50, 0, 50, 200), 100) == (0.25, 0.5)


def test_a_perfect_judge_is_always_right(scenes: list[Scene]) -> None:
    right = score_predictions(scenes, *perfect(scenes))
    assert set(right) == set(FIGURES)
    assert all(values and min(values) == 1 for values in right.values()), right
    assert len(right["style"]) == len(scenes)
    assert len(right["relation"]) == sum(1 for scene in scenes if scene.relation)
    assert len(right["subject"]) == sum(1 for scene in scenes if len(scene.placed) == 1)


def test_a_judge_that_sees_other_things_is_wrong(scenes: list[Scene]) -> None:
    seen, captions = perfect(scenes)
    wrong = JudgeOutput(
        seen.features,
        seen.evidence.roll(1, dims=1),  # another subject
        seen.styles.roll(1, dims=1),
        seen.backgrounds.roll(1, dims=1),
        seen.embedding.roll(1, dims=0),
    )
    right = score_predictions(scenes, wrong, captions)
    assert {name: max(right[name]) for name in FIGURES if name != "relation"} == {
        name: 0.0 for name in FIGURES if name != "relation"
    }


def test_mirrored_pictures_turn_left_and_right_only(scenes: list[Scene]) -> None:
    seen, captions = perfect(scenes)
    right = score_predictions(scenes, seen._replace(evidence=seen.evidence.flip(3)), captions)
    asked = [scene.relation for scene in scenes if scene.relation]
    assert right["relation"] == [float(name not in ("left of", "right of")) for name in asked]


def test_a_thing_asked_for_that_is_not_there(scenes: list[Scene]) -> None:
    seen, captions = perfect(scenes)
    pairs = [row for row, scene in enumerate(scenes) if scene.relation]
    for row in pairs:
        seen.evidence[row, subject_index(scenes[row].placed[1].subject.name)] = -30
    assert (presence(seen.evidence[pairs]) > 0).sum(1).tolist() == [1] * len(pairs)
    assert max(score_predictions(scenes, seen, captions)["pair"]) == 0


def test_boxes_of_real_scenes_stand_in_their_relation() -> None:
    drawn = Scenes(ScenesConfig(size=32, singles=0, subjects=2, split="held-out"))
    seen = set()
    for number in range(120):
        if drawn.plan(number).relation:
            scene = drawn.scene(number)
            first, second = (torch.tensor([center_of(p.box, 32)]) for p in scene.placed)
            assert relation_holds(scene.relation, first, second).all(), scene.caption
            seen.add(scene.relation)
    assert len(seen) == 6


def test_another_picture_of_a_plan(scenes: list[Scene]) -> None:
    drawn = Scenes(ScenesConfig(size=32))
    first, second = drawn.variant(scenes[0].plan, 0), drawn.variant(scenes[0].plan, 1)
    assert (first == drawn.variant(scenes[0].plan, 0)).all() and (first != second).any()
    other = replace(scenes[0].plan, style=STYLES[STYLES.index(scenes[0].style) - 1])
    assert (drawn.variant(other, 0) != first).any() and len(subjects()) > 200
