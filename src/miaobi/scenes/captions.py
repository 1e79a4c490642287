"""Captions of composed pictures, in varied English or Simplified Chinese."""

import random
from dataclasses import dataclass

from miaobi.scenes.sprites import Subject

STYLE_WORDS = {  # style -> (English, Chinese)
    "3d": (("3d", "3D"), ("3D", "三维")),
    "color": (("color", "colorful"), ("彩色", "渐变")),
    "flat": (("flat", "flat design"), ("扁平", "扁平化")),
    "ink": (("ink", "line art"), ("墨线", "线描")),
    "noto": (("cartoon", "noto"), ("卡通", "Noto")),
}
PLACE_WORDS = {  # background -> (English, Chinese)
    "sky": (("in the sky", "in a blue sky", "among the clouds"), ("天空中", "蓝天下", "云朵间")),
    "night": (("at night", "in the night sky", "under the stars"), ("夜空下", "夜晚", "星空下")),
    "sea": (("on the sea", "at sea", "on the ocean"), ("海面上", "大海上", "海上")),
    "grass": (
        ("on the grass", "in a green meadow", "in a field"),
        ("草地上", "绿草地上", "田野里"),
    ),
    "desert": (("in the desert", "on the sand", "among the dunes"), ("沙漠里", "沙漠中", "沙地上")),
    "room": (("in a room", "indoors", "inside a room"), ("房间里", "屋子里", "室内")),
    "snow": (("in the snow", "on the snow", "in a snowy field"), ("雪地里", "雪地上", "雪中")),
    "plain": (
        ("on {0} {1} background", "on a plain {1} background", "against {0} {1} background"),
        ("{}背景",),
    ),
}
RELATION_WORDS = {
    "left of": (("to the left of", "left of", "on the left of"), ("的左边", "左边", "的左侧")),
    "right of": (("to the right of", "right of", "on the right of"), ("的右边", "右边", "的右侧")),
    "above": (("above", "over"), ("的上方", "上方")),
    "below": (("below", "under", "beneath"), ("的下方", "下方")),
    "on": (("on", "on top of"), ("上面", "的上面")),
    "in front of": (("in front of",), ("前面", "的前面")),
}
SIZE_WORDS = {
    "tiny": (("tiny", "very small"), ("极小的", "很小很小的")),
    "small": (("small", "little"), ("小小的", "较小的")),
    "big": (("big", "large"), ("大大的", "很大的")),
    "huge": (("huge", "giant"), ("巨大的", "超大的")),
}
COLOR_WORDS = {
    "red": "红色",
    "orange": "橙色",
    "yellow": "黄色",
    "green": "绿色",
    "blue": "蓝色",
    "purple": "紫色",
    "pink": "粉色",
    "brown": "棕色",
    "gray": "灰色",
    "white": "白色",
}
COUNT_WORDS = {2: ("two", "两"), 3: ("three", "三"), 4: ("four", "四")}
ENGLISH_TEMPLATES = ("a picture of {}", "an image of {}", "a drawing of {}", "{}", "{}", "{}")
CHINESE_TEMPLATES = ("一张图片：{}", "画面上有{}", "图中有{}", "{}", "{}", "{}")
SYNONYM_RATE = 0.2  # fraction of names that are synonyms
PLACE_RATE, STYLE_RATE = 0.75, 0.6  # fractions of captions that name them


@dataclass(frozen=True)
class Mention:
    """One subject in a caption; `color` and `size` are "" where it names none."""

    subject: Subject
    size: str = ""
    color: str = ""
    count: int = 1


@dataclass(frozen=True)
class SceneFacts:
    """Content of a picture for its caption."""

    mentions: tuple[Mention, ...]
    relation: str  # of the first mention to the second, or ""
    background: str
    tint: str  # color of a plain background, or ""
    style: str


def describe_scene(facts: SceneFacts, language: str, rng: random.Random) -> str:
    """Write a caption in "en" or "zh"; it sometimes omits the place, the style or both."""
    place, style = rng.random() < PLACE_RATE, rng.random() < STYLE_RATE
    return (_english if language == "en" else _chinese)(facts, place, style, rng)


def _english(facts: SceneFacts, place: bool, style: bool, rng: random.Random) -> str:
    place_first = False  # the place comes first
    names = [english_name(mention, rng) for mention in facts.mentions]
    if facts.relation:
        between = rng.choice(RELATION_WORDS[facts.relation][0])
        text = f"{names[0]} {between} {names[1]}"
    else:
        text = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
    if place:
        tint = (article_for(facts.tint), facts.tint) if facts.tint else ()
        where = rng.choice(PLACE_WORDS[facts.background][0]).format(*tint)
        comma = "," if facts.relation else ""
        place_first = rng.random() < 0.25
        text = f"{where}, {text}" if place_first else f"{text}{comma} {where}"
    if not style:
        return text if place_first else rng.choice(ENGLISH_TEMPLATES).format(text)
    word = rng.choice(STYLE_WORDS[facts.style][0])
    kind = rng.random()
    if kind < 0.6 or (place_first and kind >= 0.8):
        return f"{text}, {word} style"
    if kind < 0.8:
        return f"{word} style, {text}"
    return f"{article_for(word)} {word} style picture of {text}"


def english_name(mention: Mention, rng: random.Random) -> str:
    """Return a noun phrase such as "a big red fox" or "three foxes", sometimes with a synonym."""
    subject, name, article = mention.subject, mention.subject.english, True
    if mention.count > 1:
        name = subject.plural
    elif subject.synonyms and not mention.color and rng.random() < SYNONYM_RATE:
        name = rng.choice(subject.synonyms)
        article = " of " in name or " of " not in subject.english  # "cheese", "noodles"
    size = rng.choice(SIZE_WORDS[mention.size][0]) if mention.size else ""
    words = " ".join(word for word in (size, mention.color, name) if word)
    if mention.count > 1:
        return f"{COUNT_WORDS[mention.count][0]} {words}"
    return f"{article_for(words)} {words}" if article else words


def article_for(words: str) -> str:
    """Return the indefinite article of a noun phrase: "a" or "an"."""
    starts_with_you = words.startswith(("unicorn", "ufo"))
    return "an" if words[0] in "aeiou" + "AEIOU" and not starts_with_you else "a"


def _chinese(facts: SceneFacts, place: bool, style: bool, rng: random.Random) -> str:
    names = [chinese_name(mention, rng) for mention in facts.mentions]
    if facts.relation:
        text = _chinese_relation(names, rng.choice(RELATION_WORDS[facts.relation][1]), rng)
    else:
        text = names[0] if len(names) == 1 else f"{'、'.join(names[:-1])}和{names[-1]}"
    if place:
        text = _chinese_place(text, facts, rng)
    elif not style:
        frame = rng.choice(CHINESE_TEMPLATES)
        return text if facts.relation and "有" in frame else frame.format(text)
    if not style:
        return text
    word = rng.choice(STYLE_WORDS[facts.style][1]) + "风格"
    return f"{text}，{word}" if rng.random() < 0.7 else f"{word}，{text}"


def _chinese_relation(names: list[str], side: str, rng: random.Random) -> str:
    first, second = names
    if rng.random() < 0.5:
        return f"{first}在{second}{side}"
    return f"{second}{side}有{first}"


def _chinese_place(text: str, facts: SceneFacts, rng: random.Random) -> str:
    where = rng.choice(PLACE_WORDS[facts.background][1]).format(COLOR_WORDS.get(facts.tint, ""))
    kind = rng.random()
    if facts.background == "plain":
        if facts.relation or kind < 0.5:
            return f"{text}，{where}" if kind < 0.5 else f"{where}，{text}"
        return f"{where}上的{text}" if kind < 0.75 else f"{where}前有{text}"
    if facts.relation or kind < 0.3:
        return f"{where}，{text}"
    return f"{where}有{text}" if kind < 0.7 else f"{where}的{text}"


def chinese_name(mention: Mention, rng: random.Random) -> str:
    """Return a noun phrase such as 一只很大的红色狐狸, sometimes with a synonym."""
    subject, name = mention.subject, mention.subject.chinese
    # no synonym with a color: it may contain another one, as in 绿色的红苹果
    if subject.chinese_synonyms and not mention.color and rng.random() < SYNONYM_RATE:
        name = rng.choice(subject.chinese_synonyms)
    size = rng.choice(SIZE_WORDS[mention.size][1]) if mention.size else ""
    color = COLOR_WORDS[mention.color] if mention.color else ""
    if color and (rng.random() < 0.5 or len(name) == 1):
        color += "的"
    number = "一" if mention.count == 1 else COUNT_WORDS[mention.count][1]
    return f"{number}{subject.measure}{size}{color}{name}"
