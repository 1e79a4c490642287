"""Lines of a script: what a viewer would notice in them, as numbers, and what is mended by rule."""

import re

from miaobi.core.sentences import HAN, sentences

POOR = 2  # from here on a line is worth writing again
SAME, SIMILAR = 0.8, 0.66  # shares of words: one sentence says what another does; nearly so
ENDS = {"en": '.!?…"”', "zh": "。！？…”"}
OPENING = re.compile(r"^(once upon a time|long ago)\b|^(从前|很久以前)", re.IGNORECASE)
# a small model copies what it was asked
ASKED = re.compile(
    r"\b(the (main )?(hero|character|narrator|protagonist|viewer|scene|story|film|product's? name)"
    r"( is| was| sets| tries|'s|:)|in this (scene|film|video|story)|scene \d"
    r"|the (player|viewers?|audience|readers?))\b"
    r"|主角|旁白|这个?场景|本片|画面",
    re.IGNORECASE,
)
# lines that could stand anywhere
EMPTY = re.compile(
    r"^(and )?(so )?(the story|the adventure|the journey|this is the story) (goes on|begins|ends"
    r"|continues)\.?$|^(the end|to be continued)\.?$|^(故事|旅程)(就?这样)?(开始|结束|继续)了?。?$",
    re.IGNORECASE,
)
STUTTER = re.compile(r"\b(\w{4,})\b(?:,? \w+){0,2},? \1\b|([一-鿿]{3,})[，、]?\2", re.IGNORECASE)
NAMED = re.compile(r"\b(?:named|called) ([A-Z]\w+)|名?叫做?(?:作)?“?([一-鿿]{2,3})(?=的|。|，|”)")
# A fox finds a fallen star: who, and what
PAIR = re.compile(
    r"(?:an?|the) ((?:\w+ ){0,2}\w+) \w+(?:s|ed)(?: \w+){0,1} (?:an?|the) ((?:\w+ ?){1,6})\.?$",
    re.IGNORECASE,
)
FRAMED = re.compile(
    r"^(an? |the )?(still |close-up |wide )?(image|picture|photo|animation|view|shot|drawing|scene)"
    r" (of|showing|that shows|with) |^(画面|镜头|图片)(里|中|上)?(是|有|显示)?",
    re.IGNORECASE,
)
MARKS = ' .。,，:：;!！"“”《》'
PLAIN_WORDS = """
a an and are as at be been but by can could did do does for from had has have he her him his i in
into is it its of on or our she so that the their them then there they this to too up very was we
were what when where which who will with would you your
"""
PLAIN = frozenset(PLAIN_WORDS.split())


def faults(said: str, language: str, before: list[str], names: set[str] | None = None) -> int:
    """How poor a line is after those before it; 0 where there is nothing to say against it."""
    bad = bool(re.search("[A-Za-z]{3}", said)) if language == "zh" else bool(HAN.search(said))
    found = int(bad)
    found += 3 * any(alike(said, other) >= SIMILAR for other in before)
    found += 3 * bool(ASKED.search(said)) + 3 * bool(EMPTY.match(said.strip()))
    found += bool(before) and 2 * bool(OPENING.search(said))
    found += bool(STUTTER.search(said))
    found += 2 * bool(names and before and named(said) - names)
    return found


def alike(one: str, other: str) -> float:
    """The share of the words of the shorter of two texts that the other has too, 0 to 1."""
    first, second = _words(one), _words(other)
    few = min(len(first), len(second))
    return len(first & second) / few if few > 2 else float(_bare(one) == _bare(other))


def named(said: str) -> set[str]:
    """Names that somebody is given."""
    return {english or chinese for english, chinese in NAMED.findall(said)}


def mended(said: str, language: str, longest: float, before: list[str]) -> str:
    """A line without the sentence that breaks off, without those said before, not far too long.

    One sentence always stays.
    """
    told = [part for line in before for part in sentences(line)]
    kept: list[str] = []
    for part in sentences(ended(" ".join(said.split()), language)):
        if not any(alike(part, other) >= SAME for other in (*told, *kept)):
            kept.append(part)
    joint = "" if language == "zh" else " "
    while len(kept) > 1 and len(joint.join(kept)) > longest:
        kept.pop()
    return joint.join(kept) or ended(" ".join(said.split()), language)


def ended(said: str, language: str) -> str:
    """Without the sentence that breaks off; with a full stop where none else is whole."""
    marks = tuple(ENDS[language])
    if said.endswith(marks):
        return said
    whole = [part for part in sentences(said) if part.endswith(marks)]
    if whole:
        return ("" if language == "zh" else " ").join(whole)
    return said.rstrip("，,;；:： ") + ("。" if language == "zh" else ".")


def title_of(title: str, idea: str, hero: str) -> str:
    """A title: the written one without what breaks off; what it is about where that is the idea."""
    title = trimmed(title)
    whole = len(_words(idea)) > 3 and alike(title, idea) >= SAME and len(title) > 0.7 * len(idea)
    if title and not whole:
        return title
    if pair := PAIR.match(idea.strip()):
        return f"The {_capital(pair[1])} and the {_capital(pair[2])}"
    name = re.sub(
        r"^(a|an|the|some) |^一?[只个位条艘座棵匹头朵颗把盏片只]", "", hero.strip(), flags=re.I
    )
    if not name:
        return title or idea
    return name if HAN.search(name) else f"The {_capital(name)}"


def _capital(words: str) -> str:
    """As titles are written: The Harbor of a Small Town."""
    return " ".join(w if w in PLAIN else w.capitalize() for w in words.split())


def trimmed(words: str, longest: int = 0) -> str:
    """A few words without marks around them, and without those that a break left hanging.

    What is as long as it may be has broken off inside a word.
    """
    cut = 0 < longest <= len(words)
    kept = FRAMED.sub("", words).strip(MARKS).split()
    if cut and len(kept) > 1:
        kept.pop()
    while kept and kept[-1].lower() in PLAIN - {"it", "up", "her", "him", "them"}:
        kept.pop()
    return " ".join(kept)


def _words(said: str) -> set[str]:
    """What a text is compared by: stems of its words, pairs of Chinese signs."""
    han = "".join(HAN.findall(said))
    if len(han) > 1:
        return {han[n : n + 2] for n in range(len(han) - 1)}
    words = re.findall(r"[a-z']+", said.lower())
    return {re.sub(r"(ing|ed|es|s|ly)$", "", word) for word in words if word not in PLAIN}


def _bare(said: str) -> str:
    return re.sub(r"\W", "", said).lower()
