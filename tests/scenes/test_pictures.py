"""Scenes: what they show, that they are the same everywhere, and what is held out."""

import hashlib
import pickle
import random
import subprocess
import sys
from collections.abc import Iterator

import numpy as np
import pytest

from miaobi.core.errors import OptionError
from miaobi.scenes.backgrounds import BACKGROUNDS
from miaobi.scenes.captions import SIZE_WORDS, STYLE_WORDS
from miaobi.scenes.layout import ARRANGEMENTS, Shape, arrange
from miaobi.scenes.pictures import Scene, Scenes, ScenesConfig
from miaobi.scenes.plan import HELD_OUT, SceneItem, ScenePlan
from miaobi.scenes.sprites import STYLES, open_atlas, subject_index, subjects

pytestmark = pytest.mark.usefixtures("drawings")


def digest(scene: Scene) -> str:
    said = repr((scene.caption, scene.style, scene.placed, scene.relation))
    return hashlib.sha256(scene.picture.tobytes() + said.encode()).hexdigest()


def some(count: int, **options: object) -> Iterator[Scene]:
    scenes = Scenes(ScenesConfig(size=32, **options))  # type: ignore[arg-type]
    return (scenes.scene(number) for number in range(count))


class TestSameEverywhere:
    def test_in_any_order_and_after_pickling(self) -> None:
        scenes = Scenes(ScenesConfig(seed=3, size=64))
        first = [digest(scenes.scene(number)) for number in range(12)]
        again = pickle.loads(pickle.dumps(scenes))
        assert [digest(again.scene(number)) for number in reversed(range(12))] == first[::-1]
        assert len(set(first)) == 12

    def test_in_another_process(self) -> None:
        program = (
            "from tests.scenes.test_pictures import *\n"
            "print(*(digest(scene) for scene in some(6, seed=9)))"
        )
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
        assert done.stdout.decode().split() == [digest(scene) for scene in some(6, seed=9)]

    def test_other_seed_other_scenes(self) -> None:
        assert not {digest(s) for s in some(8, seed=1)} & {digest(s) for s in some(8, seed=2)}

    def test_plan_without_drawing(self) -> None:
        scenes = Scenes(ScenesConfig(seed=4, size=16))
        assert [scenes.plan(n) for n in range(20)] == [scenes.scene(n).plan for n in range(20)]


class TestHeldOut:
    @pytest.mark.model  # takes longer than a unit test may
    def test_no_composition_is_on_both_sides(self) -> None:
        """With few subjects to a picture they would soon meet, if a seed or a size mattered."""
        options = [{"seed": seed, "singles": singles} for seed, singles in ((0, 0.9), (1, 1.0))]
        train = {
            Scenes(ScenesConfig(**option)).plan(number).composition  # type: ignore[arg-type]
            for option in options
            for number in range(6000)
        }
        held_out = {
            Scenes(ScenesConfig(split="held-out", **option)).plan(number).composition  # type: ignore[arg-type]
            for option in options
            for number in range(600)
        }
        assert len(train) > 4000 and len(held_out) > 300
        assert not train & held_out

    def test_share(self) -> None:
        plans = [
            ScenePlan(style, background, (SceneItem(subject),))
            for style in STYLES
            for background in BACKGROUNDS
            for subject in range(len(subjects()))
        ]
        share = sum(plan.split == "held-out" for plan in plans) / len(plans)
        assert abs(share - 1 / HELD_OUT) < 0.01

    def test_everything_is_seen_in_training(self) -> None:
        scenes = Scenes(ScenesConfig())
        plans = [scenes.plan(number) for number in range(4000)]
        assert {item.subject for plan in plans for item in plan.items} == set(
            range(len(subjects()))
        )
        assert {(plan.style, plan.background) for plan in plans} == {
            (style, background) for style in STYLES for background in BACKGROUNDS
        }
        assert {plan.relation for plan in plans} == {"", *ARRANGEMENTS}

    @pytest.mark.parametrize(("relation", "mirror"), [("left of", "right of"), ("above", "below")])
    def test_the_same_said_from_the_other_side(self, relation: str, mirror: str) -> None:
        for first in range(0, 60, 3):
            said = ScenePlan("3d", "sky", (SceneItem(first), SceneItem(first + 1)), relation)
            turned = ScenePlan("3d", "sky", (SceneItem(first + 1, "big"), SceneItem(first)), mirror)
            other = ScenePlan("3d", "sky", (SceneItem(first + 1), SceneItem(first)), relation)
            assert said.composition == turned.composition != other.composition

    @pytest.mark.parametrize("split", ["train", "held-out"])
    def test_labelled(self, split: str) -> None:
        scenes = Scenes(ScenesConfig(size=16, split=split, backgrounds=("plain",)))
        for number in range(300):
            picture, subject, style = scenes.labeled(number)
            assert picture.shape == (16, 16, 3) and picture.dtype == np.uint8
            assert ScenePlan(STYLES[style], "plain", (SceneItem(subject),)).split == split

    def test_labelled_ones_are_portraits(self) -> None:
        """What stands out from a plain background is in the very middle, and about as large."""
        scenes = Scenes(ScenesConfig(size=64, styles=("flat",), backgrounds=("plain",)))
        for number in range(40):
            picture = scenes.labeled(number)[0].astype(int)
            rows, columns = np.nonzero(np.abs(picture - picture[0, 0]).max(-1) > 40)
            if len(rows):  # some are as pale as what is behind them
                edges = rows.min(), rows.max(), columns.min(), columns.max()
                assert min(edges[0], edges[2]) >= 5 and max(edges[1], edges[3]) <= 58
        shape = Shape(1, 0.5)
        for number in range(20):
            (box,) = arrange("portrait", [shape], 0.8, random.Random(number))
            assert (box[0] + box[2], box[1] + box[3]) == pytest.approx((1, 1))
            assert 0.74 <= box[3] - box[1] <= 0.8


class TestWhatIsShown:
    def test_as_many_as_asked(self) -> None:
        assert {len(scene.placed) for scene in some(150, singles=0)} == {2, 3, 4}
        assert {len(scene.placed) for scene in some(80, singles=0, subjects=2)} == {2}
        assert {len(scene.placed) for scene in some(40, subjects=1, singles=0)} == {1}

    def test_options_hold(self) -> None:
        for scene in some(40, styles=("ink", "3d"), backgrounds=("sea",), chinese=1.0):
            assert scene.style in ("ink", "3d") and scene.background == "sea"
            assert scene.language == "zh" and not scene.caption.isascii()
            assert scene.picture.shape == (32, 32, 3) and scene.picture.dtype == np.uint8
        assert all(scene.caption.isascii() for scene in some(40, chinese=0.0))

    def test_one_subject_is_large_and_seen_whole(self) -> None:
        for scene in some(120, singles=1.0, subjects=1):
            (placed,) = scene.placed
            left, top, right, bottom = placed.box
            side = max(right - left, bottom - top) / 32
            if not placed.size:
                assert 0.57 <= side <= 0.83
            if placed.size != "huge":
                assert left >= -1 and top >= -1 and right <= 33 and bottom <= 33

    def test_boxes_are_where_the_subject_is(self) -> None:
        """Ink on a white page: all that is dark lies in the boxes, and something does in each."""
        options = {"size": 64, "styles": ("ink",), "backgrounds": ("plain",), "recolored": 0.0}
        scenes = Scenes(ScenesConfig(**options))  # type: ignore[arg-type]
        for number in range(60):
            scene = scenes.scene(number)
            dark = scene.picture.max(-1) < 70
            outside = dark.copy()
            for placed in scene.placed:
                left, top, right, bottom = (max(0, edge) for edge in placed.box)
                assert dark[top:bottom, left:right].any(), scene.caption
                outside[top:bottom, left:right] = False
            assert not outside.any()

    @pytest.mark.model  # takes longer than a unit test may
    def test_relations_hold(self) -> None:
        seen = set()
        for scene in some(400, singles=0.0):
            if not scene.relation:
                continue
            seen.add(scene.relation)
            (left, top, right, bottom), other = (placed.box for placed in scene.placed)
            assert {
                "left of": right <= other[0],
                "right of": left >= other[2],
                "above": bottom <= other[1] + 1,
                "below": top >= other[3] - 1,
                "on": other[1] - 1 <= bottom <= other[1] + 0.3 * (other[3] - other[1]) + 1,
                "in front of": bottom > other[3] and left < other[2] and right > other[0],
            }[scene.relation], (scene.caption, scene.placed)
        assert seen == set(ARRANGEMENTS)

    def test_recolored(self) -> None:
        scenes = list(some(150, recolored=1.0, singles=1.0, styles=("flat",), chinese=0.0))
        dyed = [scene for scene in scenes if scene.placed[0].recolored]
        assert len(dyed) > 60
        for scene in dyed:
            assert scene.placed[0].color != scene.placed[0].subject.color
            assert scene.placed[0].color in scene.caption
        assert not any(s.placed[0].recolored for s in some(80, recolored=0.0, singles=1.0))

    def test_pictures_show_different_subjects(self) -> None:
        fox, tree = subject_index("fox"), subject_index("tree")
        assert not np.array_equal(open_atlas().sprite(fox, 0), open_atlas().sprite(tree, 0))


class TestCaptions:
    @pytest.mark.model  # takes longer than a unit test may
    def test_say_what_is_there(self) -> None:
        for scene in some(400, chinese=0.4):
            for placed in scene.placed:
                subject, chinese = placed.subject, scene.language == "zh"
                names = (subject.english, subject.plural, *subject.synonyms)
                if chinese:
                    names = (subject.chinese, *subject.chinese_synonyms)
                assert any(name in scene.caption for name in names), scene.caption
                if placed.size:
                    assert any(w in scene.caption for w in SIZE_WORDS[placed.size][chinese])

    def test_name_no_other_style(self) -> None:
        named = 0
        for scene in some(300, chinese=0.3):
            for style, words in STYLE_WORDS.items():
                said = [w for w in (f"{w} style" for w in words[0]) if w in scene.caption]
                said += [w for w in words[1] if f"{w}风格" in scene.caption]
                assert not said or style == scene.style, scene.caption
                named += bool(said)
        assert 120 < named < 240


@pytest.mark.parametrize(
    "options",
    [
        {"subjects": 5},
        {"subjects": 0},
        {"size": 4},
        {"split": "test"},
        {"styles": ("oil",)},
        {"backgrounds": ("moon",)},
        {"chinese": 1.5},
        {"singles": -0.1},
        {"recolored": 2},
    ],
)
def test_options_out_of_range(options: dict[str, object]) -> None:
    with pytest.raises(OptionError):
        ScenesConfig(**options)  # type: ignore[arg-type]
