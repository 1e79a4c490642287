"""Scripts: written by a model, checked and repaired, or given by the user."""

import json

import pytest

from miaobi.core.errors import DataError
from miaobi.core.events import Progress
from miaobi.core.film import FilmPlan
from miaobi.core.scene import SceneDescription, Setting
from miaobi.film.script import read_script, script_from_text
from miaobi.film.shots import narrator, picture_request
from miaobi.film.storyboard import read_storyboard, storyboard_from_script
from miaobi.film.templates import templates
from miaobi.film.writer import parse_draft, write_script
from miaobi.film.writer_prompts import PLACE_NAMES
from miaobi.scenes.prompt import setting_of

SCENE = {"say": "A boat.", "show": "a boat", "place": "sea", "sound": ""}


def test_a_small_model_writes_a_script() -> None:
    """Sense is not to be had of it; the plan is filled in all the same."""
    plan = FilmPlan("a boat", scenes=1, seconds=6, text_model="smollm2-135m", seed=1)
    writing, stages = write_script(plan), []
    try:
        while True:
            stages.append(next(writing))
    except StopIteration as done:
        script, answer = done.value
    assert script["language"] == "en"
    assert len(script["scenes"]) == 1
    assert script["scenes"][0]["say"].endswith((".", "!", "?"))
    assert script["scenes"][0]["place"] in PLACE_NAMES
    assert answer.model == "smollm2-135m"
    assert any(isinstance(event, Progress) and event.stage == "script" for event in stages)


@pytest.mark.parametrize("name", sorted(templates()))
@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("scenes", [1, 2, 5, 50])
def test_every_template_has_a_beat_for_every_scene(name: str, language: str, scenes: int) -> None:
    beats = templates()[name].words[language].beats(scenes)
    assert len(beats) == scenes
    assert all(beats)


def answer(*said: str, **more: object) -> str:
    rows = {f"scene_{n}": {**SCENE, "say": words} for n, words in enumerate(said, 1)}
    return json.dumps({"title": "T", "hero": "a boat", **rows, **more}, ensure_ascii=False)


def test_what_breaks_off_is_repaired_and_counted() -> None:
    quality_penalty, script = parse_draft(
        answer("A boat sails. It wants to", "Home"), "en", None, 200
    )
    assert [scene["say"] for scene in script["scenes"]] == ["A boat sails.", "Home."]
    assert quality_penalty == 2
    assert parse_draft("{broken", "en", None, 200) == (0, None)


def test_what_is_repeated_or_in_another_language_is_a_fault() -> None:
    assert parse_draft(answer("A boat.", "A boat!"), "en", None, 200)[0] >= 3
    assert parse_draft(answer("船 is here."), "en", None, 200)[0] == 1
    assert parse_draft(answer("这是 boat。"), "zh", None, 200)[0] == 1


def test_what_is_far_too_long_loses_its_last_sentences() -> None:
    _, script = parse_draft(answer("One two three. Four five six. Seven."), "en", None, 30)
    assert script["scenes"][0]["say"] == "One two three. Four five six."


def test_an_article_is_shared_out() -> None:
    text = "---\na: b\n---\n# 大海\n\n海很大。鱼很多。\n\n- **船**在海上。\n\n```\ncode\n```\n\n夜里很静。"
    script = script_from_text(text, 2)
    assert script["title"] == "大海"
    assert script["language"] == "zh"
    assert [scene["say"] for scene in script["scenes"]] == [
        "海很大。鱼很多。",
        "船在海上。夜里很静。",
    ]
    with pytest.raises(DataError, match="empty"):
        script_from_text("# Only a title", 3)


def test_quiz_needs_its_answer_among_the_choices() -> None:
    with pytest.raises(DataError, match="quiz"):
        read_script(
            {"scenes": [SCENE], "quiz": {"question": "?", "choices": ["a", "b"], "answer": "c"}},
            "s",
        )


def test_a_board_follows_from_its_script() -> None:
    script = read_script(
        {
            "hero": "a red fox",
            "scenes": [
                {"say": "The rain falls.", "show": "a star", "place": "night"},
                {
                    "say": "The fox sleeps.",
                    "show": "a fox in a bed",
                    "place": "room",
                    "sound": "none",
                },
            ],
        },
        "s",
    )
    board = storyboard_from_script(script, FilmPlan("a fox"))
    first, second = board.shots
    # the hero is in every picture, and the night goes on
    assert first.picture == "a red fox, a star, at night, in the rain"
    assert second.picture == "a fox in a bed, in a room, at night"
    assert (first.sound, second.sound) == ("rain", "")
    assert first.motion != second.motion
    assert read_storyboard(json.loads(json.dumps(board.as_dict())), "b") == board


def test_a_chinese_board() -> None:
    script = read_script(
        {"hero": "小狐狸", "scenes": [{"say": "雷声响了。", "show": "一颗星星", "place": "night"}]},
        "s",
    )
    board = storyboard_from_script(script, FilmPlan("小狐狸", music="none"))
    assert board.shots[0].picture == "夜空下，小狐狸，一颗星星"
    assert board.shots[0].sound == "雷"
    assert board.music == ""


def pictures(idea: str, *scenes: tuple[str, str, str]) -> list[str]:
    rows = [{"say": say, "show": show, "place": place} for say, show, place in scenes]
    script = read_script(
        {"title": "T", "hero": "狐狸" if "狐" in idea else "a fox", "scenes": rows}, "s"
    )
    return [shot.picture for shot in storyboard_from_script(script, FilmPlan(idea)).shots]


def test_night_reaches_the_pictures_and_lasts_until_the_day() -> None:
    assert pictures(
        "a fox",
        ("It is noon.", "a fox and a tree", "grass"),
        ("Night falls.", "a fox looks up", "grass"),
        ("It listens.", "a fox in the snow", "grass"),
        ("Morning comes.", "a fox wakes up", "forest"),
    ) == [
        "a fox and a tree, on the grass",
        "a fox looks up, on the grass, at night",
        "a fox in the snow, at night",
        "a fox wakes up, in a forest",
    ]
    assert pictures(
        "狐狸半夜出门", ("它走了。", "狐狸在走", "snow"), ("天亮了。", "狐狸回家", "grass")
    ) == [
        "雪地里，夜里，狐狸在走",
        "草地上，狐狸回家",
    ]


@pytest.mark.parametrize(
    ("hero", "show", "place", "expected", "sound"),
    [
        ("a whale", "The whale swims into the harbor", "city", "sea", "sea"),
        ("a whale", "People on the beach see the whale", "desert", "sea", "sea"),
        ("一只纸船", "纸船停在街边", "city", "sea", "海"),
        ("a fox", "A fox on the beach", "desert", "desert", "wind"),
        ("a whale", "A whale near the shore", "night", "sea", "sea"),
        ("a whale", "A whale in the room", "room", "room", "clock"),
    ],
)
def test_what_swims_is_not_seen_on_land(
    hero: str, show: str, place: str, expected: str, sound: str
) -> None:
    language = "en" if hero.isascii() else "zh"
    scene = {"say": "x", "show": show, "place": place, "sound": ""}
    script = {"language": language, "title": "x", "hero": hero, "scenes": [scene]}
    [shot] = storyboard_from_script(script, FilmPlan(idea="x", scenes=1)).shots
    assert shot.description.setting.place == expected
    assert sound in shot.sound or expected == "room"


def test_what_cannot_be_drawn_is_somewhere() -> None:
    script = read_script({"hero": "wheat", "scenes": [{"say": "It is.", "show": "wheat"}]}, "s")
    [shot] = storyboard_from_script(script, FilmPlan("wheat")).shots
    assert shot.description.setting.place == setting_of(shot.picture).place == "grass"


def test_rain_that_is_told_is_seen() -> None:
    assert pictures(
        "a fox", ("The rain falls.", "a fox runs", "city"), ("Rain.", "a fox", "room")
    ) == [
        "a fox runs, in a city, in the rain",
        "a fox, in a room",
    ]


@pytest.mark.parametrize(
    ("hero", "show", "expected"),
    [
        ("a fox named Max", "Max sat by the tree", "a fox sat by the tree"),
        ("Max the fox", "Max and a star", "a fox and a star"),
        ("a fox named Max", "the fox sleeps", "the fox sleeps"),
        ("a fox named Max", "a star", "a fox, a star"),
        ("叫小白的兔子", "小白在看书", "兔子在看书"),
        ("一只纸船", "石头旁的小船", "石头旁的小船"),
        ("一只兔子", "孩子在看书", "一只兔子, 孩子在看书"),
    ],
)
def test_pictures_show_the_hero_and_not_a_name(hero: str, show: str, expected: str) -> None:
    script = read_script({"hero": hero, "scenes": [{"say": "It is.", "show": show}]}, "s")
    assert storyboard_from_script(script, FilmPlan("a fox")).shots[0].picture == expected


STORM = {
    "hero": "a fox",
    "scenes": [
        {"say": "Rain falls all night.", "show": "a fox and a tree", "place": "forest"},
        {"say": "The moon comes out.", "show": "a fox", "place": "city"},
    ],
}


def test_subject_setting_and_style_reach_the_drawing_as_fields() -> None:
    plan = FilmPlan("a fox", style="flat")
    board = storyboard_from_script(read_script(STORM, "s"), plan)
    prompt, options = picture_request(board.shots[0], board, plan)
    assert (
        prompt == board.shots[0].picture == "a fox and a tree, in a forest, at night, in the rain"
    )
    assert options["scene"] == SceneDescription(
        "a fox and a tree", Setting("forest", "night", "rain")
    )
    assert (options["model"], options["style"], options["size"]) == ("collage", "flat", (1600, 900))
    network = FilmPlan("a fox", style="flat", image_model="drawings")
    prompt, options = picture_request(board.shots[0], board, network)
    assert (prompt, options["style"]) == ("a fox and a tree at night", "flat")
    assert options["scene"] is None


def test_only_edited_words_are_parsed() -> None:
    board = storyboard_from_script(read_script(STORM, "s"), FilmPlan("a fox"))
    document = json.loads(json.dumps(board.as_dict()))
    assert read_storyboard(document, "b", board) == board
    document["shots"][0]["picture"] = "a cat in the snow"
    document["shots"][1] |= {"setting": {"place": "sea"}, "style": "ink"}
    first, second = read_storyboard(document, "b", board).shots
    assert first.description == SceneDescription("a cat in the snow", Setting("snow"))
    assert second.description == SceneDescription("a fox", Setting("sea")) and second.style == "ink"
    earlier = {"shots": [{"picture": "a fox on the sea at night"}]}  # a file without the fields
    [shot] = read_storyboard(earlier, "b", board).shots
    assert shot.description.setting == Setting("sea", "night")


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"setting": {"place": "moon"}}, r"setting.place is 'moon'"),
        ({"setting": {"time": "noon"}}, r"setting.time is 'noon', not one of: day, night"),
        ({"setting": 3}, r"setting has to be an object"),
        ({"subject": 3}, r"subject has to be text"),
    ],
)
def test_fields_of_a_shot_are_checked(row: dict[str, object], words: str) -> None:
    with pytest.raises(DataError, match=words):
        read_storyboard({"shots": [{"picture": "a fox", **row}]}, "b")


BOM = "\ufeff"


@pytest.mark.parametrize(
    ("text", "title", "says"),
    [
        (f"{BOM}# The Boat\n\nA paper boat sails.\n", "The Boat", ["A paper boat sails."]),
        (
            "# The Boat\r\n\r\nA paper boat sails.\r\n\r\nIt comes home.\r\n",
            "The Boat",
            ["A paper boat sails.", "It comes home."],
        ),
        (
            f"{BOM}---\ntitle: The Boat\ntags: [a, b]\n---\n\n## Part\n\nA boat ![x](a.png) [sails]"
            "(https://e.com/x?y=1).\n\n```python\nprint('hi')\n```\n\n| a | b |\n|---|---|\n| 1 | 2 |"
            "\n\nIt comes home[^1].\n\n[^1]: note\n",
            "The Boat",
            ["A boat sails.", "It comes home."],
        ),
        (
            "Dawn\n====\n\n- [x] It *sails*.\n\n***\n\nIt \\*stops\\*.",
            "Dawn",
            ["It sails.", "It *stops*."],
        ),
        ("It sails. 它叫“小船”。 It stops.", "It sails", ["It sails.", "它叫“小船”。 It stops."]),
        (
            "用 Visual Studio\nCode 写，真好。",
            "用 Visual Stu",
            ["用 Visual Studio Code 写，真好。"],
        ),
    ],
)
def test_scripts_in_markdown(text: str, title: str, says: list[str]) -> None:
    script = script_from_text(text, 2)
    assert script["title"] == title
    assert [scene["say"] for scene in script["scenes"]] == says


def test_byte_order_marks_of_a_json_script_are_passed_over() -> None:
    scenes = [{"say": f"{BOM}It sails.", "show": f"{BOM}a boat", "place": None}]
    script = read_script({"title": f"{BOM}The Boat", "scenes": scenes}, "s")
    assert script["title"] == "The Boat"
    assert script["scenes"] == [{"say": "It sails.", "show": "a boat", "place": "", "sound": ""}]


@pytest.mark.parametrize(
    ("text", "voice", "language", "expected"),
    [
        ("A boat sails.", "", "en", "af_heart"),
        ("A boat sails.", "am_adam", "en", "am_adam"),
        ("它叫“小船”。", "", "en", "zf_xiaoyi"),
        ("它叫“小船”。", "am_adam", "en", "zm_yunxi"),
        ("它叫“小船”。", "heart", "en", "zf_xiaoyi"),
        ("A boat sails.", "zm_yunxi", "zh", "am_michael"),
        ("它叫“小船”。", "af_heart", "zh", "af_heart"),  # the user's voice for the film's language
        ("12.", "", "zh", "zf_xiaoyi"),
    ],
)
def test_a_shot_is_spoken_by_a_voice_of_its_language(
    text: str, voice: str, language: str, expected: str
) -> None:
    assert narrator(text, voice, language) == expected
