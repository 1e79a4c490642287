"""Poses and skeletons: joints keep their lengths, feet stand on the ground and do not slide."""

import math

import pytest

from miaobi.actors.pose import HIP_HEIGHT, POSES, SHIN, STRIDE, THIGH, Pose, blend, walk
from miaobi.actors.skeleton import SOLE, pose_skeleton


@pytest.mark.parametrize("name", sorted(POSES))
def test_limbs_keep_their_lengths_and_the_lower_foot_is_on_the_ground(name: str) -> None:
    pose = POSES[name]
    skeleton = pose_skeleton(pose)
    if pose.posture in ("stand", "lie"):
        for hip, knee, ankle in (skeleton.leg_front, skeleton.leg_back):
            assert math.dist(hip, knee) == pytest.approx(THIGH)
            assert math.dist(knee, ankle) == pytest.approx(SHIN)
        lowest = max(skeleton.leg_front[2][1], skeleton.leg_back[2][1])
        assert lowest == pytest.approx(-SOLE)


def test_a_hand_reaches_its_target() -> None:
    pose = Pose(hand_front=(10.0, -50.0), hand_back=(-30.0, -60.0))
    skeleton = pose_skeleton(pose)
    drop = skeleton.hip[1] + HIP_HEIGHT  # targets move with the hips
    assert skeleton.arm_front[2] == pytest.approx((10.0, -50.0 + drop))
    assert skeleton.arm_back[2] == pytest.approx((-30.0, -60.0 + drop))  # far: the arm stretches


@pytest.mark.parametrize("run", [False, True])
def test_no_foot_slides(run: bool) -> None:
    """The standing foot moves back by what the body moves forward, to 2 % of a stride."""
    steps = 48
    stride = STRIDE * (1.25 if run else 1.0)
    worst = 0.0
    previous = None
    for step in range(steps + 1):
        phase = 2 * math.pi * step / steps
        x = pose_skeleton(walk(phase, run)).leg_front[2][0] + stride * step / steps
        standing = (phase + math.pi / 2) % (2 * math.pi) / math.pi >= 1
        if standing and previous is not None:
            worst = max(worst, abs(x - previous))
        previous = x if standing else None
    assert worst <= 0.02 * stride


def test_blending_ends_at_both_poses() -> None:
    first, second = POSES["stand"], POSES["wave"]
    assert blend(first, second, 0) == first and blend(first, second, 1) == second
    half = blend(first, second, 0.5)
    assert half.arm_front[0] == pytest.approx((first.arm_front[0] + second.arm_front[0]) / 2)
    assert len(POSES) >= 60
