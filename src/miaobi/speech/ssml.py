"""Speech Synthesis Markup (SSML 1.1, W3C, 2010): the part of it that our voices can do, as turns.

    <speak> <break> <p> <s> <prosody rate volume> <emphasis> <sub> <say-as> <phoneme> <voice>

A document that asks for anything else is refused before a sound is made.
"""

import re
from dataclasses import dataclass, replace
from xml.etree import ElementTree

from miaobi.core.errors import PromptError
from miaobi.core.sentences import language_of
from miaobi.core.speech import STRESSES, Span, Turn
from miaobi.speech.normalization import said
from miaobi.speech.numerals import digits, han, han_digits, ordinal

START = re.compile(r"\s*(?:<\?xml[^>]*\?>\s*)?<speak\b")
BREAKS = {"none": 0.0, "x-weak": 0.1, "weak": 0.25, "medium": 0.5, "strong": 0.8, "x-strong": 1.2}
RATES = {"x-slow": 0.6, "slow": 0.8, "medium": 1.0, "default": 1.0, "fast": 1.25, "x-fast": 1.6}
VOLUMES = {
    "silent": -120.0,
    "x-soft": -12.0,
    "soft": -6.0,
    "medium": 0.0,
    "default": 0.0,
    "loud": 4.0,
    "x-loud": 6.0,
}
KNOWN = {  # tag -> the attributes that are heeded
    "speak": ("version", "lang", "schemaLocation"),
    "p": (),
    "s": (),
    "mark": ("name",),
    "break": ("time", "strength"),
    "prosody": ("rate", "volume"),
    "emphasis": ("level",),
    "sub": ("alias",),
    "say-as": ("interpret-as", "format"),
    "phoneme": ("alphabet", "ph"),
    "voice": ("name",),
}
KINDS = (
    "characters",
    "digits",
    "telephone",
    "cardinal",
    "ordinal",
    "date",
    "time",
    "currency",
    "unit",
    "fraction",
)
RATE_CHOICES = ", ".join(RATES) + ", 40%–250%"
VOLUME_CHOICES = ", ".join(VOLUMES) + ", -120dB–+12dB"
MAX_BREAK = 30.0  # seconds
PARAGRAPH, SENTENCE = 0.6, 0.2  # seconds before one


@dataclass(frozen=True)
class _Manner:
    """How the words at one place are to be said."""

    voice: str = ""
    speed: float = 1.0
    volume: float = 0.0
    span: Span = Span("")


class _Reading:
    """Turns as they are gathered from a document."""

    def __init__(self) -> None:
        self.turns: list[Turn] = []
        self.spans: list[Span] = []
        self.manner = _Manner()
        self.pause = 0.0

    def add(self, words: str, manner: _Manner) -> None:
        """Words that follow; those of another voice or pace begin another turn."""
        if not words.strip() and not self.spans:
            return
        if replace(manner, span=Span("")) != replace(self.manner, span=Span("")):
            self.close()
        self.manner = manner
        self.spans.append(replace(manner.span, text=words))

    def rest(self, seconds: float) -> None:
        """Silence before what follows."""
        self.close()
        self.pause += seconds

    def close(self) -> None:
        """End the turn."""
        if any(span.text.strip() for span in self.spans):
            how = self.manner
            self.turns.append(Turn(tuple(self.spans), how.voice, how.speed, how.volume, self.pause))
            self.pause = 0.0
        self.spans = []


def is_ssml(words: str) -> bool:
    """True for a document that begins with <speak>."""
    return bool(START.match(words))


def read_ssml(words: str) -> tuple[Turn, ...]:
    """The turns of a document. Raises PromptError."""
    if "<!DOCTYPE" in words or "<!ENTITY" in words:
        raise PromptError("The SSML defines entities.", "Write the words themselves.")
    try:
        root = ElementTree.fromstring(words.strip())
    except ElementTree.ParseError as error:
        line, column = error.position
        raise PromptError(
            "The SSML is not well-formed at line {line}, column {column}: {reason}.",
            "Close every tag, and write & as &amp; and < as &lt;.",
            line=line,
            column=column + 1,
            reason=str(error).split(":")[0],
        ) from error
    reading = _Reading()
    _walk(root, _Manner(), reading)
    reading.close()
    if reading.pause:
        reading.turns.append(Turn(pause=reading.pause))
    return tuple(reading.turns)


def _walk(element: ElementTree.Element, manner: _Manner, reading: _Reading) -> None:
    tag = _local(element.tag)
    given = {_local(name): value for name, value in element.attrib.items()}
    if tag not in KNOWN:
        raise PromptError(
            "The SSML has <{tag}>, which is not known.",
            "Known tags: {tags}.",
            tag=tag,
            tags=", ".join(KNOWN),
        )
    for name in given:
        if name not in KNOWN[tag]:
            raise _wrong(tag, name, given[name], ", ".join(KNOWN[tag]) or "—")
    if tag == "break":
        reading.rest(_break(given))
    if tag in ("p", "s"):
        reading.rest(
            (PARAGRAPH if tag == "p" else SENTENCE) if reading.turns or reading.spans else 0
        )
    inner = _changed(tag, given, manner, element)
    if inner.span.said or inner.span.phonemes:
        if len(element):
            raise PromptError(
                "In the SSML, <{tag}> holds other tags.", "Give it words alone.", tag=tag
            )
        reading.add(" ".join((element.text or "").split()), inner)
    else:
        reading.add(re.sub(r"\s+", " ", element.text or ""), inner)
        for child in element:
            _walk(child, inner, reading)
            reading.add(re.sub(r"\s+", " ", child.tail or ""), inner)


def _changed(
    tag: str, given: dict[str, str], how: _Manner, element: ElementTree.Element
) -> _Manner:
    """The manner inside a tag."""
    words = (element.text or "").strip()
    if tag == "voice":
        return replace(how, voice=given.get("name", how.voice))
    if tag == "prosody":
        speed = how.speed * _rate(given.get("rate", "medium"))
        return replace(how, speed=speed, volume=how.volume + _volume(given.get("volume", "medium")))
    if tag == "emphasis":
        level = given.get("level", "moderate").replace("none", "")
        if level not in STRESSES:
            raise _wrong(tag, "level", level, "strong, moderate, reduced, none")
        return replace(how, span=replace(how.span, stress=level))
    if tag == "sub":
        return replace(how, span=replace(how.span, said=given.get("alias", "").strip() or words))
    if tag == "say-as":
        return replace(how, span=replace(how.span, said=_say_as(given, words)))
    if tag == "phoneme":
        if given.get("alphabet", "ipa") != "ipa" or not given.get("ph", "").strip():
            raise _wrong(tag, "ph", given.get("ph", ""), "IPA")
        return replace(how, span=replace(how.span, phonemes=given["ph"].strip()))
    return how


def _say_as(given: dict[str, str], words: str) -> str:
    """Words said as what they are."""
    kind = given.get("interpret-as", "")
    chinese = language_of(words) == "zh"
    number = re.sub(r"\D", "", words)
    if kind in ("characters", "spell-out", "verbatim"):
        letters = [
            digits(char) if char.isdigit() else char.upper() for char in words if char.isalnum()
        ]
        return ", ".join(letters)
    if kind in ("digits", "telephone"):
        return (
            han_digits(number, "幺")
            if chinese
            else ", ".join(digits(part) for part in re.findall(r"\d+", words))
        )
    if kind in ("cardinal", "number") and number:
        return han(number) if chinese else said(f"{int(number):,}", "en")
    if kind == "ordinal" and number:
        return f"第{han(number)}" if chinese else ordinal(number)
    if kind in KINDS[5:]:
        return said(words, "zh" if chinese else "en")
    raise _wrong("say-as", "interpret-as", kind, ", ".join(KINDS))


def _break(given: dict[str, str]) -> float:
    time = given.get("time")
    if time is None:
        strength = given.get("strength", "medium")
        if strength not in BREAKS:
            raise _wrong("break", "strength", strength, ", ".join(BREAKS))
        return BREAKS[strength]
    match = re.fullmatch(r"\+?(\d+(?:\.\d+)?)(ms|s)", time.strip())
    seconds = float(match[1]) / (1000 if match[2] == "ms" else 1) if match else -1
    if not 0 <= seconds <= MAX_BREAK:
        raise _wrong("break", "time", time, "0s–30s, 500ms")
    return seconds


def _rate(value: str) -> float:
    match = re.fullmatch(r"\+?(-?\d+(?:\.\d+)?)%|(\d+(?:\.\d+)?)", value.strip())
    if match is None and value not in RATES:
        raise _wrong("prosody", "rate", value, RATE_CHOICES)
    if match is None:
        return RATES[value]
    if match[2]:
        rate = float(match[2])
    else:  # "120%" is a share, "+20%" and "-20%" are changes
        change = float(match[1])
        rate = 1 + change / 100 if value.strip()[0] in "+-" else change / 100
    if not 0.4 <= rate <= 2.5:
        raise _wrong("prosody", "rate", value, RATE_CHOICES)
    return rate


def _volume(value: str) -> float:
    match = re.fullmatch(r"([+-]?\d+(?:\.\d+)?)dB", value.strip())
    if match is None and value not in VOLUMES:
        raise _wrong("prosody", "volume", value, VOLUME_CHOICES)
    decibels = float(match[1]) if match else VOLUMES[value]
    if not -120 <= decibels <= 12:
        raise _wrong("prosody", "volume", value, VOLUME_CHOICES)
    return decibels


def _local(name: str) -> str:
    """A name without its namespace."""
    return name.rpartition("}")[2]


def _wrong(tag: str, name: str, value: str, choices: str) -> PromptError:
    return PromptError(
        "In the SSML, {name} of <{tag}> is {value!r}.",
        "It can be: {choices}.",
        tag=tag,
        name=name,
        value=value,
        choices=choices,
    )
