"""Quality of the lines of a script: penalties for flaws a viewer would notice, and repairs."""

import re

from miaobi.core.sentences import HAN, sentences

POOR = 2  # a line with this penalty is worth writing again
SAME, SIMILAR = 0.8, 0.66  # word overlap of two sentences with the same or a similar meaning
END_MARKS = {"en": '.!?…"”', "zh": "。！？…”"}
OPENING = re.compile(r"^(once upon a time|long ago)\b|^(从前|很久以前)", re.IGNORECASE)
# words of the instructions, which a small model copies
INSTRUCTIONS = re.compile(
    r"\b(the (main )?(hero|character|narrator|protagonist|viewer|scene|story|film|product's? name)"
    r"( is| was| sets| tries|'s|:)|in this (scene|film|video|story)|scene \d"
    r"|the (player|viewers?|audience|readers?))\b"
    r"|主角|旁白|这个?场景|本片|画面",
    re.IGNORECASE,
)
# generic lines
EMPTY = re.compile(
    r"^(and )?(so )?(the story|the adventure|the journey|this is the story) (goes on|begins|ends"
    r"|continues)\.?$|^(the end|to be continued)\.?$|^(故事|旅程)(就?这样)?(开始|结束|继续)了?。?$",
    re.IGNORECASE,
)
STUTTER = re.compile(r"\b(\w{4,})\b(?:,? \w+){0,2},? \1\b|([一-鿿]{3,})[，、]?\2", re.IGNORECASE)
NAMED = re.compile(r"\b(?:named|called) ([A-Z]\w+)|名?叫做?(?:作)?“?([一-鿿]{2,3})(?=的|。|，|”)")
# the two nouns of "A fox finds a fallen star"
PAIR = re.compile(
    r"(?:an?|the) ((?:\w+ ){0,2}\w+) \w+(?:s|ed)(?: \w+){0,1} (?:an?|the) ((?:\w+ ?){1,6})\.?$",
    re.IGNORECASE,
)
IMAGE_OF = re.compile(
    r"^(an? |the )?(still |close-up |wide )?(image|picture|photo|animation|view|shot|drawing|scene)"
    r" (of|showing|that shows|with) |^(画面|镜头|图片)(里|中|上)?(是|有|显示)?",
    re.IGNORECASE,
)
MARKS = ' .。,，:：;!！"“”《》'
_STOP_WORDS = """
a an and are as at be been but by can could did do does for from had has have he her him his i in
into is it its of on or our she so that the their them then there they this to too up very was we
were what when where which who will with would you your
"""
STOP_WORDS = frozenset(_STOP_WORDS.split())


def quality_penalty(
    line: str, language: str, before: list[str], names: set[str] | None = None
) -> int:
    """Return the penalty of a line after those before it; 0 is best.

    `names` are those of the characters: another name costs, too.
    """
    wrong_script = re.search("[A-Za-z]{3}", line) if language == "zh" else HAN.search(line)
    penalty = int(bool(wrong_script))
    penalty += 3 * any(word_overlap(line, other) >= SIMILAR for other in before)
    penalty += 3 * bool(INSTRUCTIONS.search(line)) + 3 * bool(EMPTY.match(line.strip()))
    penalty += bool(before) and 2 * bool(OPENING.search(line))
    penalty += bool(STUTTER.search(line))
    penalty += 2 * bool(names and before and find_names(line) - names)
    return penalty


def word_overlap(first: str, second: str) -> float:
    """Return the fraction of the words of the shorter text that the other contains, in [0, 1]."""
    a, b = _stems(first), _stems(second)
    shorter = min(len(a), len(b))
    return len(a & b) / shorter if shorter > 2 else float(_letters(first) == _letters(second))


def find_names(line: str) -> set[str]:
    """Return the names that a line introduces: "a fox named Max"."""
    return {english or chinese for english, chinese in NAMED.findall(line)}


def repair(line: str, language: str, max_length: float, before: list[str]) -> str:
    """Drop the truncated sentence, repeated ones, and the last ones beyond `max_length`.

    One sentence always stays.
    """
    earlier = [part for other in before for part in sentences(other)]
    kept: list[str] = []
    complete = drop_truncated(" ".join(line.split()), language)
    for part in sentences(complete):
        if not any(word_overlap(part, other) >= SAME for other in (*earlier, *kept)):
            kept.append(part)
    joint = "" if language == "zh" else " "
    while len(kept) > 1 and len(joint.join(kept)) > max_length:
        kept.pop()
    return joint.join(kept) or complete


def drop_truncated(line: str, language: str) -> str:
    """Drop a last sentence without an end mark; a single one gets a full stop."""
    marks = tuple(END_MARKS[language])
    if line.endswith(marks):
        return line
    complete = [part for part in sentences(line) if part.endswith(marks)]
    if complete:
        return ("" if language == "zh" else " ").join(complete)
    return line.rstrip("，,;；:： ") + ("。" if language == "zh" else ".")


def choose_title(title: str, idea: str, hero: str) -> str:
    """Return the title, or one made of the nouns of the idea where it only repeats the idea."""
    title = trim_phrase(title)
    long = len(_stems(idea)) > 3 and len(title) > 0.7 * len(idea)
    if title and not (long and word_overlap(title, idea) >= SAME):
        return title
    if pair := PAIR.match(idea.strip()):
        return f"The {_title_case(pair[1])} and the {_title_case(pair[2])}"
    name = re.sub(
        r"^(a|an|the|some) |^一?[只个位条艘座棵匹头朵颗把盏片只]", "", hero.strip(), flags=re.I
    )
    if not name:
        return title or idea
    return name if HAN.search(name) else f"The {_title_case(name)}"


def trim_phrase(phrase: str, limit: int = 0) -> str:
    """Strip marks, "a picture of", and dangling words at the end of a phrase.

    A phrase of `limit` characters was cut off, so that its last word is dropped.
    """
    truncated = 0 < limit <= len(phrase)
    words = IMAGE_OF.sub("", phrase).strip(MARKS).split()
    if truncated and len(words) > 1:
        words.pop()
    while words and words[-1].lower() in STOP_WORDS - {"it", "up", "her", "him", "them"}:
        words.pop()
    return " ".join(words)


def _title_case(phrase: str) -> str:
    """Return a phrase with capitalized words, except STOP_WORDS: "Harbor of a Small Town"."""
    return " ".join(w if w in STOP_WORDS else w.capitalize() for w in phrase.split())


def _stems(text: str) -> set[str]:
    """Return the stems of English words, or the pairs of adjacent Chinese characters."""
    han = "".join(HAN.findall(text))
    if len(han) > 1:
        return {han[n : n + 2] for n in range(len(han) - 1)}
    words = re.findall(r"[a-z']+", text.lower())
    return {re.sub(r"(ing|ed|es|s|ly)$", "", word) for word in words if word not in STOP_WORDS}


def _letters(text: str) -> str:
    return re.sub(r"\W", "", text).lower()
