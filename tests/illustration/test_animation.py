"""Clips of illustrations: they move, feet stand, eyes blink, the world goes by, the same again."""

import functools
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from miaobi.actors.pose import POSES, STRIDE
from miaobi.actors.skeleton import pose_skeleton
from miaobi.core.errors import OptionError
from miaobi.core.events import Output, Preview, Progress
from miaobi.core.video import VideoRequest
from miaobi.engines.moving_illustration import MovingIllustrationEngine, accepts, read
from miaobi.illustration.animation import Animation, prepare
from miaobi.illustration.motion.idle import blink_at, blink_times
from miaobi.illustration.motion.tracks import RUNNING, WALKING, Track
from miaobi.models.zoo import find_model

SMALL: dict[str, Any] = {"size": (96, 54), "seconds": 0.5, "fps": 8, "seed": 4}


@pytest.fixture(autouse=True)
def known_words(own_home: Path) -> None:
    """Read the tables and draw the heads once, so that no test is charged for it."""
    load_tables()


@functools.cache
def load_tables() -> None:
    for prompt in ("a fox chases a cat", "一个男孩"):
        prepared(prompt).frame(0.0)


def made(prompt: str, **options: Any) -> list[Any]:
    engine = MovingIllustrationEngine(find_model("moving-illustration", "video"))
    request = VideoRequest(**{"model": "moving-illustration", "prompt": prompt, **SMALL, **options})
    return list(engine.generate(request))


def prepared(prompt: str, seconds: float = 4.0, seed: int = 4) -> Animation:
    scene, direction = read(prompt, seed)
    return prepare(scene, direction, (96, 54), seconds, seed)


def actor(animation: Animation) -> Track:
    return next(track for track in animation.tracks if track.item.thing.character)


def test_no_frame_stands_still() -> None:
    *progress, last = made("a fox walks through a forest")
    assert isinstance(last, Output) and last.rate == 8 and len(last.pictures) == 4
    assert all(isinstance(event, Progress) for event in progress)
    for first, second in zip(last.pictures, last.pictures[1:], strict=False):
        assert first.shape == (54, 96, 3) and first.dtype == np.uint8
        assert np.abs(first.astype(int) - second).mean() > 0.5


def test_the_same_seed_makes_the_same_frames() -> None:
    first, second = (made("a fox walks through a forest")[-1].pictures for _ in range(2))
    assert all(np.array_equal(a, b) for a, b in zip(first, second, strict=True))


@pytest.mark.parametrize(
    ("prompt", "stride"),
    [
        ("a fox walks through a forest", WALKING.stride),
        ("a fox runs across a meadow", RUNNING.stride),
        ("一只狐狸在森林里散步", WALKING.stride),
    ],
)
def test_feet_do_not_slide(prompt: str, stride: float) -> None:
    track = actor(prepared(prompt))
    unit = track.item.unit
    slides = []
    for side in ("leg_front", "leg_back"):
        stood: list[float] = []
        for frame in range(96):
            now = track.moment(frame / 48)
            skeleton = pose_skeleton(now.pose)
            here = getattr(skeleton, side)[2]
            other = getattr(skeleton, "leg_back" if side == "leg_front" else "leg_front")[2]
            if here[1] > other[1] + 0.3 and now.pose.lift < 0.05:  # it carries the weight
                stood.append(now.x + now.facing * unit * here[0])
            else:
                slides += [max(stood) - min(stood)] if len(stood) > 2 else []
                stood = []
    assert len(slides) >= 2 and max(slides) <= 0.02 * stride * unit


def test_a_figure_that_meets_another_walks_there_on_its_feet() -> None:
    animation = prepared("a boy gives a flower to a girl")
    track = next(track for track in animation.tracks if track.verb == "give")
    start, end = track.moment(0.0), track.moment(1.4)
    assert abs(end.x - start.x) > STRIDE * track.item.unit
    assert track.moment(1.5).held is not None and track.moment(3.5).held is None
    taker = next(track for track in animation.tracks if track.verb == "take")
    assert taker.moment(1.5).held is None and taker.moment(3.5).held is not None


def test_eyes_blink_every_few_seconds_and_only_shortly() -> None:
    times = blink_times(20.0, "7")
    assert all(2.0 <= b - a <= 4.0 for a, b in zip(times, times[1:], strict=False))
    assert blink_at(times[2], times) == 1.0 and blink_at(times[2] + 0.13, times) == 0.0
    track = actor(prepared("a fox waves", 8.0))
    closed = [track.moment(frame / 24).pose.blink > 0.9 for frame in range(192)]
    assert 2 <= sum(closed) <= 40


def test_the_world_goes_by_under_a_chase() -> None:
    animation = prepared("a cat chases a fox in a village street")
    cat, fox = (track for track in animation.tracks if track.item.thing.character)
    assert cat.item.facing == fox.item.facing
    start, end = animation.camera(0.0), animation.camera(3.0)
    assert abs(end.x - start.x) > 600
    for t in (0.0, 1.5, 3.0):
        for track in (cat, fox):
            x, _, _ = animation.lens.to_frame(animation.camera(t), track.moment(t).x, 0)
            assert 0 < x < 96
    assert not np.array_equal(animation.frame(0.5)[:20], animation.frame(2.5)[:20])


@pytest.mark.parametrize(
    ("words", "zoom", "side"),
    [
        ("the camera zooms in", 1, 0),
        ("the camera zooms out", -1, 0),
        ("the camera pans left", 0, -1),
        ("the camera pans right", 0, 1),
        ("static camera", 0, 0),
        ("固定镜头", 0, 0),
    ],
)
def test_the_camera_does_as_the_words_say(words: str, zoom: int, side: int) -> None:
    animation = prepared(f"a cat sits in the grass, {words}")
    first, last = animation.camera(0.0), animation.camera(4.0)
    assert round((last.zoom - first.zoom) * 2) == zoom
    assert np.sign(round(last.x - first.x, -2)) == side or zoom


def test_day_turns_to_night() -> None:
    animation = prepared("a fox stands in a meadow, day turns to night")
    day, night = animation.frame(0.0), animation.frame(4.0)
    assert night.mean() < 0.6 * day.mean()


@pytest.mark.parametrize(
    ("prompt", "light"),
    [
        ("a fox on the beach at sunset", ""),
        ("日落时的海边，一只狐狸", ""),
        ("a fox on the beach, night falls", "day to night"),
        ("天渐渐亮了，一只狐狸醒来", "night to day"),
    ],
)
def test_an_hour_is_no_change_of_light(prompt: str, light: str) -> None:
    scene, direction = read(prompt, 1)
    assert direction.light == light and bool(light) == (scene.when.hour != "dusk")


def test_a_narrow_frame_keeps_who_walks() -> None:
    scene, direction = read("a fox walks through a forest", 4)
    animation = prepare(scene, direction, (54, 96), 4.0, 4)
    for t in (0.0, 1.0, 3.0, 4.0):
        x, _, _ = animation.lens.to_frame(animation.camera(t), actor(animation).moment(t).x, 0)
        assert 9 < x < 45


def test_a_mouth_moves_that_talks_and_a_book_is_read() -> None:
    teacher = actor(prepared("a teacher talks"))
    apertures = {round(teacher.moment(frame / 24).pose.aperture, 1) for frame in range(48)}
    assert len(apertures) > 5
    reader = actor(prepared("a girl reads a book"))
    looks = [reader.moment(frame / 24).pose.gaze[0] for frame in range(36)]
    assert max(looks) > 0.5 and min(looks) < -0.5 and reader.item.pose == POSES["read"]


def test_what_is_not_drawn_is_named() -> None:
    *_, last = made("a fox and a quuxplatz walk")
    assert any("quuxplatz" in words for words in last.left_out)
    assert any(row["drawing"] == "fox" for row in last.drawn)


def test_the_end_of_a_loop_leads_to_its_beginning() -> None:
    pictures = made("a fox dances", loop=True, seconds=1.0)[-1].pictures
    plain = made("a fox dances", seconds=1.0)[-1].pictures
    gap = np.abs(pictures[-1].astype(int) - pictures[0]).mean()
    assert gap < np.abs(plain[-1].astype(int) - plain[0]).mean()


def test_previews_and_options() -> None:
    assert sum(isinstance(event, Preview) for event in made("a fox jumps", previews=2)) == 2
    with pytest.raises(OptionError):
        made("a fox jumps", steps=5)
    assert accepts("a fox", {}) and not accepts("a fox", {"init": "a.png"})
    assert not accepts("", {})
