"""What a composed picture shows, in varied English or Simplified Chinese."""

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
NUMBERS = {2: ("two", "两"), 3: ("three", "三"), 4: ("four", "四")}
ENGLISH_FRAMES = ("a picture of {}", "an image of {}", "a drawing of {}", "{}", "{}", "{}")
CHINESE_FRAMES = ("一张图片：{}", "画面上有{}", "图中有{}", "{}", "{}", "{}")
SYNONYM = 0.2  # share of names that are not the usual one
WITH_PLACE, WITH_STYLE = 0.75, 0.6


@dataclass(frozen=True)
class Mention:
    """One thing as a caption speaks of it; `color` and `size` are "" where nothing is said."""

    subject: Subject
    size: str = ""
    color: str = ""
    count: int = 1


@dataclass(frozen=True)
class Facts:
    """What there is to say about a picture."""

    mentions: tuple[Mention, ...]
    relation: str  # between the first and the second, or ""
    background: str
    tint: str  # color of a plain background, or ""
    style: str


def describe(facts: Facts, language: str, draw: random.Random) -> str:
    """A caption in "en" or "zh". Sometimes it leaves out the place, the style or both."""
    place, style = draw.random() < WITH_PLACE, draw.random() < WITH_STYLE
    return (_english if language == "en" else _chinese)(facts, place, style, draw)


def _english(facts: Facts, place: bool, style: bool, draw: random.Random) -> str:
    leads = False  # the place comes first
    names = [english_name(mention, draw) for mention in facts.mentions]
    if facts.relation:
        between = draw.choice(RELATION_WORDS[facts.relation][0])
        text = f"{names[0]} {between} {names[1]}"
    else:
        text = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
    if place:
        tint = (article_of(facts.tint), facts.tint) if facts.tint else ()
        where = draw.choice(PLACE_WORDS[facts.background][0]).format(*tint)
        comma = "," if facts.relation else ""
        leads = draw.random() < 0.25
        text = f"{where}, {text}" if leads else f"{text}{comma} {where}"
    if not style:
        return text if leads else draw.choice(ENGLISH_FRAMES).format(text)
    word = draw.choice(STYLE_WORDS[facts.style][0])
    kind = draw.random()
    if kind < 0.6 or (leads and kind >= 0.8):
        return f"{text}, {word} style"
    if kind < 0.8:
        return f"{word} style, {text}"
    return f"{article_of(word)} {word} style picture of {text}"


def english_name(mention: Mention, draw: random.Random) -> str:
    """Such as: a big red fox, three foxes; sometimes by another name."""
    subject, name, article = mention.subject, mention.subject.english, True
    if mention.count > 1:
        name = subject.plural
    elif subject.synonyms and not mention.color and draw.random() < SYNONYM:
        name = draw.choice(subject.synonyms)
        article = " of " in name or " of " not in subject.english  # "cheese", "noodles"
    size = draw.choice(SIZE_WORDS[mention.size][0]) if mention.size else ""
    words = " ".join(word for word in (size, mention.color, name) if word)
    if mention.count > 1:
        return f"{NUMBERS[mention.count][0]} {words}"
    return f"{article_of(words)} {words}" if article else words


def article_of(words: str) -> str:
    """The article before these words: a or an."""
    starts_with_you = words.startswith(("unicorn", "ufo"))
    return "an" if words[0] in "aeiou" + "AEIOU" and not starts_with_you else "a"


def _chinese(facts: Facts, place: bool, style: bool, draw: random.Random) -> str:
    names = [chinese_name(mention, draw) for mention in facts.mentions]
    if facts.relation:
        text = _chinese_relation(names, draw.choice(RELATION_WORDS[facts.relation][1]), draw)
    else:
        text = names[0] if len(names) == 1 else f"{'、'.join(names[:-1])}和{names[-1]}"
    if place:
        text = _chinese_place(text, facts, draw)
    elif not style:
        frame = draw.choice(CHINESE_FRAMES)
        return text if facts.relation and "有" in frame else frame.format(text)
    if not style:
        return text
    word = draw.choice(STYLE_WORDS[facts.style][1]) + "风格"
    return f"{text}，{word}" if draw.random() < 0.7 else f"{word}，{text}"


def _chinese_relation(names: list[str], side: str, draw: random.Random) -> str:
    first, second = names
    if draw.random() < 0.5:
        return f"{first}在{second}{side}"
    return f"{second}{side}有{first}"


def _chinese_place(text: str, facts: Facts, draw: random.Random) -> str:
    where = draw.choice(PLACE_WORDS[facts.background][1]).format(COLOR_WORDS.get(facts.tint, ""))
    kind = draw.random()
    if facts.background == "plain":
        if facts.relation or kind < 0.5:
            return f"{text}，{where}" if kind < 0.5 else f"{where}，{text}"
        return f"{where}上的{text}" if kind < 0.75 else f"{where}前有{text}"
    if facts.relation or kind < 0.3:
        return f"{where}，{text}"
    return f"{where}有{text}" if kind < 0.7 else f"{where}的{text}"


def chinese_name(mention: Mention, draw: random.Random) -> str:
    """Such as: 一只很大的红色狐狸; sometimes by another name."""
    subject, name = mention.subject, mention.subject.chinese
    # not beside a color: 绿色的红苹果
    if subject.chinese_synonyms and not mention.color and draw.random() < SYNONYM:
        name = draw.choice(subject.chinese_synonyms)
    size = draw.choice(SIZE_WORDS[mention.size][1]) if mention.size else ""
    color = COLOR_WORDS[mention.color] if mention.color else ""
    if color and (draw.random() < 0.5 or len(name) == 1):
        color += "的"
    number = "一" if mention.count == 1 else NUMBERS[mention.count][1]
    return f"{number}{subject.measure}{size}{color}{name}"
