"""Prompts and JSON schemas of the script writer.

The prompts are tuned for a small chat model: another word changes every script of a seed.
"""

from typing import Any

JsonSchema = dict[str, Any]
Limits = dict[str, tuple[int, int]]  # language -> (minimum, maximum) characters

PLACE_NAMES = ("sky", "night", "sea", "grass", "desert", "room", "snow", "forest", "city")
# allowed characters: a small model otherwise switches to another language
LETTERS = {
    "en": r"[ !',.?A-Za-z0-9:;\-]",
    "zh": "[\u4e00-\u9fff，。！？、：；“”…]",
}
# allowed characters of a phrase: a name, a picture, an answer
PHRASE_LETTERS = {"en": "[ A-Za-z'\\-]", "zh": "[\u4e00-\u9fff]"}
TITLE, HERO, SHOW, ANSWER = (  # (minimum, maximum) characters
    {"en": (4, 34), "zh": (2, 8)},
    {"en": (4, 34), "zh": (2, 10)},
    {"en": (8, 64), "zh": (3, 14)},
    {"en": (2, 34), "zh": (1, 10)},
)
# the prompt of an act
ASK = {
    "en": "{ask}\n\nThe film has {scenes} scenes. {before}Answer as JSON. `title` is two to four "
    "words. `hero` is whom or what it is about, in two to five words. "
    "In each scene, `say` is what the narrator says ({words} words, complete sentences): it goes "
    "on from the scene before and tells something new; `show` is what one sees in that moment, in "
    "three to seven words: who or what, and where; `place` is chosen from a list.{quiz} What "
    "happens:\n{beats}",
    "zh": "{ask}\n\n影片共 {scenes} 个场景。{before}全部用中文回答，写成 JSON。"
    "`title` 是二到八个字的题目。`hero` 是影片所讲的人、动物或东西，用二到八个字。"
    "每个场景里，`say` 是旁白（约 {words} 个字，完整通顺的句子），"
    "承接上一个场景，讲新的内容，不重复；"
    "`show` 是这一刻看得见的东西，四到十二个字；`place` 从列表里选。{quiz}"
    "各场景的内容：\n{beats}",
}
QUIZ = {
    "en": " `quiz` asks about what was told: one right answer, two wrong ones, each of one to four "
    "words.",
    "zh": "`quiz` 就讲过的内容提一个问题：一个正确答案，两个错误答案，每个二到八个字。",
}
BEFORE = {"en": "What was told so far: {told} ", "zh": "前面已经讲了：{told} "}
# the prompt of one line that is written again
NEXT = {
    "en": "{ask}\n\nThis was told so far: {told}\n\nWrite only the next sentence or two as JSON: "
    "{beat}. `say` is what the narrator says ({words} words), something new that was not told yet; "
    "`show` is what one sees in that moment, in three to seven words.",
    "zh": "{ask}\n\n前面已经讲了：{told}\n\n用中文只写接下来的一两句，写成 JSON：{beat}。"
    "`say` 是旁白（约 {words} 个字），讲还没有讲过的新内容；`show` 是看得见的东西，四到十二个字。",
}


def scene_fields(line_length: float, language: str) -> dict[str, JsonSchema]:
    """Return the schemas of the fields of a scene, for a line of about so many characters."""
    return {
        # room to finish a sentence: a model at the limit ends with any letter
        "say": text_field(0.5 * line_length, 2.5 * line_length + 30, language),
        "show": phrase_field(SHOW, language),
        "place": {"enum": list(PLACE_NAMES)},
    }


def quiz_schema(language: str) -> JsonSchema:
    """Return the schema of a question with one right and two wrong answers."""
    question = text_field(*((4, 30) if language == "zh" else (10, 80)), language)
    answers = dict.fromkeys(("right", "wrong", "also_wrong"), phrase_field(ANSWER, language))
    return object_schema({"question": question, **answers})


def phrase_field(limits: Limits, language: str) -> JsonSchema:
    """Return the schema of a few words without punctuation."""
    minimum, maximum = limits[language]
    pattern = f"^{PHRASE_LETTERS[language]}{{{minimum},{maximum}}}$"
    return {"type": "string", "pattern": pattern}


def text_field(minimum: float, maximum: float, language: str) -> JsonSchema:
    """Return the schema of sentences of so many characters."""
    pattern = f"^{LETTERS[language]}{{{minimum:.0f},{maximum:.0f}}}$"
    return {"type": "string", "pattern": pattern}


def object_schema(fields: dict[str, JsonSchema]) -> JsonSchema:
    """Return the schema of an object whose fields are all required."""
    return {"type": "object", "properties": fields, "required": list(fields)}
