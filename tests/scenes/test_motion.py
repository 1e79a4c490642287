"""Motions: words find them, and their rules do what the words say."""

import pytest

from miaobi.scenes.motion import (
    CAMERAS,
    LIGHTS,
    MOTIONS,
    camera_window,
    match_keyword,
    night_level,
    strip_keywords,
)


@pytest.mark.parametrize("table", [MOTIONS, CAMERAS, LIGHTS], ids=["subject", "camera", "light"])
def test_every_row_is_heard_in_its_own_words(table: dict) -> None:
    for name, row in table.items():
        said = [word for pair in row.verbs for word in pair if word]
        for verb in said:
            camera = "the camera " if table is CAMERAS else "a fox "
            unclear = table is CAMERAS and verb.startswith("mov") and "closer" not in verb
            assert unclear or match_keyword(camera + verb, table) == name, verb
        for verb in row.chinese:
            words = "镜头" + verb if table is CAMERAS else "一只狐狸" + verb
            assert match_keyword(words, table) == name or name == "zoom out", verb


@pytest.mark.parametrize(
    ("prompt", "motion"),
    [
        ("a red balloon rises over the sea", "rise"),
        ("a boat sails across the ocean", "slide right"),
        ("a cat to the left of a dog", ""),
        ("一片叶子慢慢飘落", "fall"),
        ("一只蝴蝶绕着花飞", "orbit"),
        ("a quiet house", ""),
    ],
)
def test_prompts(prompt: str, motion: str) -> None:
    assert match_keyword(prompt, MOTIONS) == motion


def test_words_of_the_camera_are_taken_out() -> None:
    assert (
        strip_keywords("a fox in the snow, the camera zooms in", (CAMERAS,)) == "a fox in the snow"
    )


def test_rules_go_the_way_they_say() -> None:
    ends = {name: (row.pose(0, 0.4), row.pose(1, 0.4)) for name, row in MOTIONS.items()}  # type: ignore[misc]
    assert ends["rise"][0].y > ends["rise"][1].y
    assert ends["fall"][0].y < ends["fall"][1].y
    assert ends["slide left"][0].x > 0 > ends["slide left"][1].x
    assert ends["grow"][1].scale > 2 * ends["grow"][0].scale
    for name, row in MOTIONS.items():
        begin, end = ends[name]
        if row.cyclic:
            assert (begin.x, begin.y, begin.angle % 360) == pytest.approx(
                (end.x, end.y, end.angle % 360), abs=1e-9
            )


@pytest.mark.parametrize("camera", ["", *CAMERAS])
def test_a_window_stays_inside_and_is_square(camera: str) -> None:
    for number in range(11):
        left, top, right, bottom = camera_window(camera, number / 10, 7)
        assert min(left, top) >= -1e-9 and max(right, bottom) <= 1 + 1e-9
        assert right - left == pytest.approx(bottom - top)


def test_darkness() -> None:
    assert night_level("day to night", 0) == 0 and night_level("day to night", 1) == 1
    assert night_level("night to day", 0) == 1 and night_level("", 0.5) == 0
