"""What prompts ask of drawings, in both languages."""

import random

import pytest

from miaobi.core.errors import NotFoundError
from miaobi.core.scene import SceneDescription, Setting
from miaobi.scenes.captions import Mention, SceneFacts, describe_scene
from miaobi.scenes.pictures import Scenes, ScenesConfig
from miaobi.scenes.prompt import is_known, parse_scene_prompt, read_scene
from miaobi.scenes.sprites import STYLES, subjects
from miaobi.scenes.vocabulary import MAX_ITEMS
from miaobi.scenes.weather import Conditions


def told(prompt: str) -> tuple[str, ...]:
    """(background, relation, things)."""
    plan = read_scene(prompt).plan
    return plan.background, plan.relation, *(subjects()[i.subject].name for i in plan.items)


@pytest.mark.parametrize(
    ("prompt", "expected"),
    [
        ("a fox in the snow", ("snow", "", "fox")),
        ("A red balloon rises over the sea", ("sea", "", "balloon")),
        ("a paper boat crosses the ocean", ("sea", "", "sailboat")),
        ("a fox under a full moon", ("grass", "below", "fox", "full-moon")),
        ("two owls and a cat", ("plain", "", "owl", "owl", "cat")),
        ("a penguin riding a bicycle in the desert", ("desert", "on", "penguin", "bicycle")),
        ("a wolf in the forest", ("forest", "", "wolf")),
        ("a dog in a garden", ("grass", "", "dog")),
        ("a bus on the street", ("city", "", "bus")),
        ("a whale at sea", ("sea", "", "whale")),
        ("a cat by the window", ("room", "", "cat")),
        ("a fox looks up at the sky in a forest", ("forest", "", "fox")),
        ("a rocket in space", ("night", "", "rocket")),
        ("小镇上来了一只熊猫", ("city", "", "panda")),
        ("树林里的鹿", ("forest", "", "deer")),
        ("a polar bear to the left of an orange car", ("plain", "left of", "polar-bear", "car")),
        ("the sun and a rainbow", ("sky", "", "sun", "rainbow")),
        ("foxes", ("plain", "", "fox")),
        ("in the night sky", ("night", "")),
        ("一只小狐狸在月亮下面", ("grass", "below", "fox", "full-moon")),
        ("满月下的狐狸", ("grass", "below", "fox", "full-moon")),
        ("雪地里有三只企鹅", ("snow", "", "penguin", "penguin", "penguin")),
        ("骑着自行车的熊猫", ("plain", "on", "panda", "bicycle")),
        ("桌上的猫在房间里", ("room", "", "cat")),
        ("一艘纸船漂过大海", ("sea", "", "sailboat")),
        ("猫的左边有一只狗", ("plain", "left of", "dog", "cat")),
    ],
)
def test_things_places_relations(prompt: str, expected: tuple[str, ...]) -> None:
    assert told(prompt) == expected


@pytest.mark.parametrize(
    ("prompt", "background", "dark", "rain"),
    [
        ("a boat on the sea under the stars", "sea", True, False),
        ("a house in the snow at midnight", "snow", True, False),
        ("a balloon in the night sky", "night", False, False),  # dark by itself
        ("a fox looks at the night sky", "grass", True, False),  # it has to stand on something
        ("a cat and the moon", "grass", True, False),
        ("the moon on a sunny afternoon, a cat on the grass", "grass", False, False),
        ("a nightingale and a dog in a field, day and night", "grass", False, False),
        ("夜里，一只猫在房间里", "room", True, False),
        ("星空下的骆驼，沙漠里", "desert", True, False),
        ("月光下的小船，海面上", "sea", True, False),
        ("a frog in the rain", "grass", False, True),
        ("a snail in a city after the rain", "city", False, False),
        ("雨中的一只狗", "grass", False, True),
        ("雨后的彩虹", "sky", False, False),
        ("a cat in a room, rain outside", "room", False, False),
        ("a fox on a blue background at night", "plain", False, False),
    ],
)
def test_night_and_rain(prompt: str, background: str, dark: bool, rain: bool) -> None:
    asked = read_scene(prompt)
    assert (asked.plan.background, asked.conditions.dark, asked.conditions.rain) == (
        background,
        dark,
        rain,
    )


@pytest.mark.parametrize(
    ("prompt", "style", "size", "color", "tint"),
    [
        ("a fox, 3d style", "3d", "", "", "blue"),
        ("a tiny blue cat on a red background, ink style", "ink", "tiny", "blue", "red"),
        ("一只巨大的红色的猫，扁平风格", "flat", "huge", "red", "blue"),
        ("an orange cat", "color", "", "orange", "blue"),
        ("a red apple", "color", "", "", "blue"),  # as it is anyway
        ("绿色背景上的狗", "color", "", "", "green"),
    ],
)
def test_styles_sizes_colors(prompt: str, style: str, size: str, color: str, tint: str) -> None:
    asked = read_scene(prompt)
    item = asked.plan.items[0]
    assert (asked.plan.style, item.size, item.color, asked.plain_tint) == (style, size, color, tint)
    assert read_scene(prompt, "noto").plan.style == "noto"


def test_our_own_captions_are_read_back() -> None:
    scenes = Scenes(ScenesConfig(seed=5, subjects=2))
    read = right = 0
    for number in range(400):
        plan, draw = scenes.plan(number), random.Random(number)
        table = [Mention(subjects()[i.subject], i.size, i.color, plan.count) for i in plan.items]
        tint = "green" if plan.background == "plain" else ""
        facts = SceneFacts(tuple(table), plan.relation, plan.background, tint, plan.style)
        caption = describe_scene(facts, ("en", "zh")[number % 2], draw)
        found = read_scene(caption).plan
        wanted = [i.subject for i in plan.items * plan.count]
        read += 1
        right += sorted(i.subject for i in found.items) == sorted(wanted) and (
            not plan.relation or found.composition.split("|")[2:] == plan.composition.split("|")[2:]
        )
    assert right / read > 0.95, right / read


@pytest.mark.parametrize("style", STYLES)
def test_every_subject_is_known_by_its_names(style: str) -> None:
    for subject in subjects():
        for name in (subject.english, subject.plural, subject.chinese):
            items = read_scene(f"{name}", style).plan.items
            assert [subjects()[i.subject].name for i in items] == [subject.name], name


def test_what_is_not_drawn_is_refused_with_what_is_near() -> None:
    assert not is_known("a lighthouse keeper") and is_known("a fox")
    with pytest.raises(
        NotFoundError, match="There is no drawing of anything in 'a giraff'"
    ) as told:
        read_scene("a giraff")
    assert "giraffe" in str(told.value)
    assert len(read_scene("six foxes, six cats and six dogs").plan.items) == MAX_ITEMS


def test_a_description_replaces_the_words_of_the_prompt() -> None:
    scene = SceneDescription("a fox and a tree", Setting("snow", "night"))
    parsed = read_scene("whatever a person reads", "ink", scene)
    assert (parsed.plan.background, parsed.conditions) == ("snow", Conditions(dark=True))
    assert [subjects()[item.subject].name for item in parsed.plan.items] == ["fox", "tree"]
    with pytest.raises(NotFoundError):
        read_scene("a fox", "", SceneDescription("nothing"))


def test_a_prompt_is_parsed_once() -> None:
    assert parse_scene_prompt("a fox at sea", "ink") is parse_scene_prompt("a fox at sea", "ink")
    assert parse_scene_prompt("a fox and a qwertz").unknown == ("a", "and", "a", "qwertz")


@pytest.mark.parametrize("prompt", ["a ship on the sea", "大海上的一只猫"])
def test_the_sea_is_not_a_size(prompt: str) -> None:
    assert [item.size for item in read_scene(prompt).plan.items] == [""]
