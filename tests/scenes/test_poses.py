"""Poses: by rule they say what the stage shows, and a stage that follows them shows the same."""

import random

import numpy as np
import pytest

from miaobi.scenes.clips import ClipPlan, Clips, ClipsConfig, compose_clip, sprite_tracks
from miaobi.scenes.frames import WHOLE, Action, ClipComposition, frame_times, world_size
from miaobi.scenes.plan import SceneItem, ScenePlan
from miaobi.scenes.poses import (
    CAMERA,
    CHANNELS,
    MOVING,
    NIGHT,
    STANDING,
    PosedClips,
    PosedComposition,
    PosedSprite,
    Poses,
    clean_poses,
    interpolate_row,
    min_window_size,
    poses_from_plan,
)

pytestmark = pytest.mark.usefixtures("drawings")
FRAMES = 16


def plan_of(action: Action, background: str = "grass", items: int = 1) -> ClipPlan:
    return ClipPlan(
        ScenePlan("color", background, tuple(SceneItem(7 * n) for n in range(items))), action
    )


def followed(plan: ClipPlan, poses: Poses, size: int = 96) -> PosedComposition:
    """A stage of real drawings that follow poses."""
    stage, _ = compose_clip(plan, random.Random(1), (size, size))
    real = sprite_tracks(plan, random.Random(1))
    actors = tuple(
        PosedSprite(actor.sprite, actor.style, (0.0, 0.0), 1.0, trajectory=poses[rows].T)
        for actor, rows in zip(real, (MOVING, STANDING), strict=False)
    )
    return PosedComposition(stage.background, actors, plan.action, (size, size), 9, poses=poses)


@pytest.mark.parametrize(
    ("action", "items"),
    [
        (Action("rise"), 1),
        (Action("spin"), 1),
        (Action("orbit"), 2),
        (Action("bounce"), 1),
        (Action("grow"), 1),
        (Action(camera="zoom in"), 1),
        (Action(camera="pan left"), 1),
        (Action(camera="shake"), 1),
        (Action(light="day to night"), 1),
    ],
    ids=str,
)
def test_what_follows_poses_by_rule_is_seen_as_by_rule(action: Action, items: int) -> None:
    plan = plan_of(action, items=items)
    draw = random.Random(3)
    actors, wobble = sprite_tracks(plan, draw), draw.randrange(2**31)
    stage = followed(plan, clean_poses(poses_from_plan(plan, random.Random(3), FRAMES)))
    rule = ClipComposition(stage.background, actors, action, stage.size, wobble)
    for share in frame_times(FRAMES, action):
        apart = np.abs(stage.frame(share).astype(int) - rule.frame(share))
        assert apart.mean() < (1 if action.light else 0.3)  # the stars stand elsewhere


def test_two_in_a_circle() -> None:
    poses = poses_from_plan(plan_of(Action("orbit"), items=2), random.Random(3), FRAMES)
    still = poses[STANDING]
    assert (np.ptp(still, axis=1) < 1e-6).all() and still[2, 0] < 0
    assert np.ptp(poses[MOVING][:2], axis=1).min() > 0.2
    assert len(followed(plan_of(Action("orbit"), items=2), poses).tracks) == 2


def test_poses_of_a_number_stay_the_same() -> None:
    clips = PosedClips(Clips(ClipsConfig(frames=FRAMES)))
    poses, caption = clips.clip(5)
    assert poses.shape == (CHANNELS, FRAMES) and caption
    again, said = clips.clip(5)
    assert (again == poses).all() and said == caption
    assert clips.clip(6)[1] != caption


def test_what_hardly_moves_is_at_rest() -> None:
    draw = np.random.default_rng(0)
    poses = poses_from_plan(plan_of(Action("slide left")), random.Random(3), FRAMES)
    shaken = poses + draw.normal(0, 0.002, poses.shape).astype(np.float32)
    still = clean_poses(shaken)
    assert np.ptp(still[0]) > 0.3  # what is meant stays
    assert np.ptp(still[1]) == 0 and np.ptp(still[2]) == 0 and (still[3] == 0).all()
    assert (still[CAMERA][2] == 0).all() and (still[NIGHT] == 0).all()
    stage = followed(plan_of(Action("slide left")), still)
    assert (
        stage.window_at(0.3) == WHOLE
        and stage.night_level_at(0.3) == 0
        and min_window_size(still) == 1
    )


def test_poses_of_a_network_that_knows_nothing_can_be_seen() -> None:
    wild = np.random.default_rng(0).normal(0, 50, (CHANNELS, FRAMES)).astype(np.float32)
    poses = clean_poses(wild)
    assert min_window_size(poses) >= 0.25
    assert followed(plan_of(Action("spin")), poses, 32).frame(0.4).shape == (32, 32, 3)


def test_a_window_stays_inside_the_world() -> None:
    poses = poses_from_plan(plan_of(Action(camera="pan right")), random.Random(3), FRAMES)
    poses[CAMERA][0] += 0.3
    stage = followed(plan_of(Action(camera="pan right")), poses)
    for share in (0.0, 0.5, 1.0):
        left, top, right, bottom = stage.window_at(share)
        assert 0 <= left < right <= 1 and 0 <= top < bottom <= 1
    assert abs(96 / min_window_size(poses) - world_size(96, "pan right")) < 1


def test_between_two_moments() -> None:
    trajectory = np.array([[0.0, 1.0], [1.0, 3.0], [2.0, 3.0]])
    assert (
        interpolate_row(trajectory, 0.25) == [0.5, 2.0]
        and interpolate_row(trajectory, 1.0) == [2.0, 3.0]
        and interpolate_row(trajectory, 2) == interpolate_row(trajectory, 1)
    )
