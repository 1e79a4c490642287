"""Speech Synthesis Markup Language (SSML 1.1, W3C, 2010): the supported subset, parsed into turns.

    <speak> <break> <p> <s> <prosody rate volume> <emphasis> <sub> <say-as> <phoneme> <voice>

A document with any other tag or attribute is rejected before synthesis.
"""

import re
from dataclasses import dataclass, replace
from xml.etree import ElementTree

from miaobi.core.errors import PromptError
from miaobi.core.sentences import language_of
from miaobi.core.speech import STRESSES, Span, Turn
from miaobi.speech.normalization import normalize
from miaobi.speech.numerals import digits, han_cardinal, han_digits, ordinal

SPEAK_TAG = re.compile(r"\s*(?:<\?xml[^>]*\?>\s*)?<speak\b")
# seconds of a break
BREAKS = {"none": 0.0, "x-weak": 0.1, "weak": 0.25, "medium": 0.5, "strong": 0.8, "x-strong": 1.2}
# speed factors
RATES = {"x-slow": 0.6, "slow": 0.8, "medium": 1.0, "default": 1.0, "fast": 1.25, "x-fast": 1.6}
VOLUMES = {  # dB
    "silent": -120.0,
    "x-soft": -12.0,
    "soft": -6.0,
    "medium": 0.0,
    "default": 0.0,
    "loud": 4.0,
    "x-loud": 6.0,
}
ELEMENTS = {  # tag -> supported attributes
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
INTERPRET_AS = (
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
NORMALIZED = INTERPRET_AS[5:]  # verbalized by the normalization rules
RATE_CHOICES = ", ".join(RATES) + ", 40%–250%"
VOLUME_CHOICES = ", ".join(VOLUMES) + ", -120dB–+12dB"
MAX_BREAK = 30.0  # seconds
MAX_DEPTH = 100  # tags in tags
PARAGRAPH_PAUSE, SENTENCE_PAUSE = 0.6, 0.2  # seconds before one


@dataclass(frozen=True)
class _Prosody:
    """Voice, speed, volume and span attributes at one point of the document."""

    voice: str = ""
    speed: float = 1.0  # factor
    volume: float = 0.0  # dB
    span: Span = Span("")  # said, phonemes and stress, without text


class _TurnBuilder:
    """The turns of a document, built in document order."""

    def __init__(self) -> None:
        self.turns: list[Turn] = []
        self.spans: list[Span] = []
        self.prosody = _Prosody()
        self.pause = 0.0

    def add_text(self, text: str, prosody: _Prosody) -> None:
        """Append text; another voice, speed or volume begins another turn."""
        if not text.strip() and not self.spans:
            return
        if replace(prosody, span=Span("")) != replace(self.prosody, span=Span("")):
            self.end_turn()
        self.prosody = prosody
        self.spans.append(replace(prosody.span, text=text))

    def add_pause(self, seconds: float) -> None:
        """End the turn and append silence."""
        self.end_turn()
        self.pause += seconds

    def end_turn(self) -> None:
        """Append the turn of the spans so far, if they have any text."""
        if any(span.text.strip() for span in self.spans):
            prosody = self.prosody
            self.turns.append(
                Turn(tuple(self.spans), prosody.voice, prosody.speed, prosody.volume, self.pause)
            )
            self.pause = 0.0
        self.spans = []


def is_ssml(text: str) -> bool:
    """Return True for a text that begins with <speak>."""
    return bool(SPEAK_TAG.match(text))


def read_ssml(text: str) -> tuple[Turn, ...]:
    """Parse an SSML document into turns. Raises PromptError."""
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise PromptError("The SSML defines entities.", "Write out the text they stand for.")
    # pairs of surrogates are one character; half a pair is none, and cannot be encoded
    text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    try:
        root = ElementTree.fromstring(text.strip())
    except ElementTree.ParseError as error:
        line, column = error.position
        raise PromptError(
            "The SSML is not well-formed at line {line}, column {column}: {reason}.",
            "Close every tag, and write & as &amp; and < as &lt;.",
            line=line,
            column=column + 1,
            reason=str(error).split(":")[0],
        ) from error
    builder = _TurnBuilder()
    _walk(root, _Prosody(), builder)
    builder.end_turn()
    if builder.pause:
        builder.turns.append(Turn(pause=builder.pause))
    return tuple(builder.turns)


def _walk(
    element: ElementTree.Element, prosody: _Prosody, builder: _TurnBuilder, depth: int = 0
) -> None:
    """Add an element and its children to the turns."""
    if depth > MAX_DEPTH:
        raise PromptError(
            "The SSML has tags in tags, more than {depth} deep.",
            "Close every tag where its text ends.",
            depth=MAX_DEPTH,
        )
    tag = _local_name(element.tag)
    attributes = {_local_name(name): value for name, value in element.attrib.items()}
    if tag not in ELEMENTS:
        raise PromptError(
            "The SSML has <{tag}>, which is not supported.",
            "Supported tags: {tags}.",
            tag=_short(tag),
            tags=", ".join(ELEMENTS),
        )
    for name in attributes:
        if name not in ELEMENTS[tag]:
            raise _invalid(tag, name, attributes[name], ", ".join(ELEMENTS[tag]) or "—")
    if tag == "break":
        builder.add_pause(_break_seconds(attributes))
    if tag in ("p", "s"):
        is_first = not builder.turns and not builder.spans
        builder.add_pause(0 if is_first else PARAGRAPH_PAUSE if tag == "p" else SENTENCE_PAUSE)
    inner = _nested_prosody(tag, attributes, prosody, element)
    if inner.span.said or inner.span.phonemes:
        if len(element):
            raise PromptError(
                "In the SSML, <{tag}> contains other tags.", "Give it text only.", tag=tag
            )
        builder.add_text(" ".join((element.text or "").split()), inner)
    else:
        builder.add_text(re.sub(r"\s+", " ", element.text or ""), inner)
        for child in element:
            _walk(child, inner, builder, depth + 1)
            builder.add_text(re.sub(r"\s+", " ", child.tail or ""), inner)


def _nested_prosody(
    tag: str, attributes: dict[str, str], outer: _Prosody, element: ElementTree.Element
) -> _Prosody:
    """Return the prosody inside an element."""
    text = (element.text or "").strip()
    if tag == "voice":
        return replace(outer, voice=attributes.get("name", outer.voice))
    if tag == "prosody":
        speed = outer.speed * _rate(attributes.get("rate", "medium"))
        volume = outer.volume + _volume(attributes.get("volume", "medium"))
        return replace(outer, speed=speed, volume=volume)
    if tag == "emphasis":
        level = attributes.get("level", "moderate").replace("none", "")
        if level not in STRESSES:
            raise _invalid(tag, "level", level, "strong, moderate, reduced, none")
        return replace(outer, span=replace(outer.span, stress=level))
    if tag == "sub":
        alias = attributes.get("alias", "").strip() or text
        return replace(outer, span=replace(outer.span, said=alias))
    if tag == "say-as":
        return replace(outer, span=replace(outer.span, said=_say_as(attributes, text)))
    if tag == "phoneme":
        phonemes = attributes.get("ph", "").strip()
        if attributes.get("alphabet", "ipa") != "ipa" or not phonemes:
            raise _invalid(tag, "ph", attributes.get("ph", ""), "IPA")
        return replace(outer, span=replace(outer.span, phonemes=phonemes))
    return outer


def _say_as(attributes: dict[str, str], text: str) -> str:
    """Verbalize text by its interpret-as attribute."""
    interpretation = attributes.get("interpret-as", "")
    is_chinese = language_of(text) == "zh"
    number = re.sub(r"\D", "", text)
    if interpretation in ("characters", "spell-out", "verbatim"):
        letters = [
            digits(char) if char.isdecimal() else char.upper() for char in text if char.isalnum()
        ]
        return ", ".join(letters)
    if interpretation in ("digits", "telephone"):
        groups = re.findall(r"\d+", text)
        return (
            han_digits(number, "幺") if is_chinese else ", ".join(digits(group) for group in groups)
        )
    if interpretation in ("cardinal", "number") and number:
        return han_cardinal(number) if is_chinese else normalize(f"{int(number):,}", "en")
    if interpretation == "ordinal" and number:
        return f"第{han_cardinal(number)}" if is_chinese else ordinal(number)
    if interpretation in NORMALIZED:
        return normalize(text, "zh" if is_chinese else "en")
    raise _invalid("say-as", "interpret-as", interpretation, ", ".join(INTERPRET_AS))


def _break_seconds(attributes: dict[str, str]) -> float:
    time = attributes.get("time")
    if time is None:
        strength = attributes.get("strength", "medium")
        if strength not in BREAKS:
            raise _invalid("break", "strength", strength, ", ".join(BREAKS))
        return BREAKS[strength]
    match = re.fullmatch(r"\+?(\d+(?:\.\d+)?)(ms|s)", time.strip())
    seconds = float(match[1]) / (1000 if match[2] == "ms" else 1) if match else -1
    if not 0 <= seconds <= MAX_BREAK:
        raise _invalid("break", "time", time, "0s–30s, 500ms")
    return seconds


def _rate(value: str) -> float:
    match = re.fullmatch(r"\+?(-?\d+(?:\.\d+)?)%|(\d+(?:\.\d+)?)", value.strip())
    if match is None and value not in RATES:
        raise _invalid("prosody", "rate", value, RATE_CHOICES)
    if match is None:
        return RATES[value]
    if match[2]:
        rate = float(match[2])
    else:  # "120%" is a factor, "+20%" and "-20%" are changes
        change = float(match[1])
        rate = 1 + change / 100 if value.strip()[0] in "+-" else change / 100
    if not 0.4 <= rate <= 2.5:
        raise _invalid("prosody", "rate", value, RATE_CHOICES)
    return rate


def _volume(value: str) -> float:
    match = re.fullmatch(r"([+-]?\d+(?:\.\d+)?)dB", value.strip())
    if match is None and value not in VOLUMES:
        raise _invalid("prosody", "volume", value, VOLUME_CHOICES)
    decibels = float(match[1]) if match else VOLUMES[value]
    if not -120 <= decibels <= 12:
        raise _invalid("prosody", "volume", value, VOLUME_CHOICES)
    return decibels


def _local_name(name: str) -> str:
    """Return a name without its namespace."""
    return name.rpartition("}")[2]


def _short(value: str) -> str:
    """Return a value as it stands in a message, at most 60 characters."""
    return value if len(value) <= 60 else f"{value[:59]}…"


def _invalid(tag: str, name: str, value: str, choices: str) -> PromptError:
    return PromptError(
        "In the SSML, {name} of <{tag}> is {value!r}.",
        "It can be: {choices}.",
        tag=tag,
        name=_short(name),
        value=_short(value),
        choices=choices,
    )
