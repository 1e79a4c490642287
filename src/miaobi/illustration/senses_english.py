"""Senses of English words: which of its meanings a phrase has, by what stands around it."""

from miaobi.catalog.garments import GARMENTS
from miaobi.catalog.lexicon import MISSING, PLACE, THING, VERB, Entry
from miaobi.catalog.sizes import relative_size
from miaobi.illustration.casting import is_figure
from miaobi.illustration.chunks import Chunk
from miaobi.illustration.draft import Draft
from miaobi.illustration.words_english import (
    DETERMINERS,
    GOING,
    LARGEST_HELD,
    PLACE_WORDS,
    UNCOUNTED,
    WITHIN,
)

ADJECTIVES = ("color", "size", "material", "age", "expression")
SCENIC = ("time", "weather", "season", "mood", "look", "shot")
ORDER = ("expression", *ADJECTIVES[:4], PLACE, VERB, "clothes", *SCENIC, "count")


class Senses:
    """State of the reader: the noun phrase that is open, the last noun, verb and preposition."""

    def __init__(self, chunks: list[Chunk]) -> None:
        self.chunks = chunks
        self.draft = Draft()
        self.adjectives: list[tuple[str, str, str]] = []  # (kind, value, phrase) before a noun
        self.count = 1
        self.subject: int | None = None
        self.last: int | None = None
        self.verb: tuple[str, str] | None = None  # (phrase, id) that waits for its object
        self.early: tuple[str, str] | None = None  # a participle in front of its noun
        self.preposition = ""
        self.negated = False
        self.joined = False  # "and" stands before the next noun
        self.wearing = False
        self.determined = False  # an article or adjective stands right before
        self.group: list[int] = []  # nouns joined by "and"
        self.auxiliary = False  # "is" stands before the next verb
        self.infinitive = False  # "to" does
        self.after_noun = False  # the last phrase was a noun
        self.definite = False  # "the" stands before the next noun
        self.unknown: list[str] = []

    def _kind(self, chunk: Chunk, index: int) -> str:
        """Return which of its meanings a phrase has here; "noun" for a verb that is none."""
        if chunk.kinds == {VERB} and self.determined and not self._noun_follows(index):
            return "noun"  # "on its left", "a look": no verb stands behind an article
        if len(chunk.kinds) == 1:
            return next(iter(chunk.kinds))
        for rule in (
            self._as_weather,
            self._as_verb,
            self._as_clothes,
            self._as_place,
            self._as_adjective,
            self._as_scenic,
        ):
            kind = rule(chunk, index)
            if kind:
                return kind
        return next(kind for kind in ORDER if kind in chunk.kinds)

    def _as_weather(self, chunk: Chunk, index: int) -> str:
        thing = chunk.entry(THING)
        uncounted = thing is not None and thing.value.startswith(UNCOUNTED)
        return "weather" if "weather" in chunk.kinds and uncounted else ""

    def _as_verb(self, chunk: Chunk, index: int) -> str:
        if VERB not in chunk.kinds:
            return ""
        if PLACE in chunk.kinds and (self.determined or self.preposition in PLACE_WORDS):
            return ""  # "in the garden"
        if self.infinitive and any(entry.form == "base" for entry in chunk.entries):
            return VERB
        noun = _noun(chunk)
        if noun:
            return self._verb_or_noun(chunk, index, noun)
        form = next(entry.form for entry in chunk.entries if entry.kind == VERB)
        return VERB if form == "ing" or "expression" not in chunk.kinds else ""

    def _as_clothes(self, chunk: Chunk, index: int) -> str:
        noun = _noun(chunk)
        if "clothes" not in chunk.kinds or not noun:
            return ""
        return "clothes" if self.wearing and self.last is not None else noun

    def _as_place(self, chunk: Chunk, index: int) -> str:
        noun = _noun(chunk)
        if PLACE not in chunk.kinds or not noun:
            return ""
        if self.preposition in WITHIN and self.count == 1:
            return PLACE
        if self.draft.place or self.count > 1:
            return noun
        if self.verb and self.verb[1] in GOING and not self.preposition:
            return PLACE
        entry = chunk.entry(THING)
        poor = entry is None or entry.value.startswith("gi:") or entry.match == "near"
        return PLACE if poor and self.preposition in PLACE_WORDS | {""} else noun

    def _as_adjective(self, chunk: Chunk, index: int) -> str:
        noun = _noun(chunk)
        kind = next((kind for kind in ADJECTIVES if kind in chunk.kinds), "")
        if not kind or not noun:
            return ""
        return kind if self._noun_follows(index) else noun

    def _as_scenic(self, chunk: Chunk, index: int) -> str:
        noun = _noun(chunk)
        scenic = next((kind for kind in SCENIC if kind in chunk.kinds), "")
        if not noun:
            return ""
        inside = self.preposition in ("in", "at", "on", "during") or not self.determined
        return scenic if scenic and inside else noun

    def _verb_or_noun(self, chunk: Chunk, index: int, noun: str) -> str:
        form = next(entry.form for entry in chunk.entries if entry.kind == VERB)
        plural = any(entry.plural for entry in chunk.entries if entry.kind == noun)
        after_noun = self.last is not None and not self.determined and not self.preposition
        if self.determined and not (form == "ing" and self._noun_follows(index)):
            return noun
        if form in ("ing", "past"):
            return VERB
        if after_noun and not self.joined and form == "third" and not self.verb:
            return VERB
        if after_noun and form == "base" and not self.joined and not plural:
            return VERB
        return noun

    def _noun_follows(self, index: int) -> bool:
        """Return whether a noun comes next, perhaps behind adjectives."""
        for chunk in self.chunks[index + 1 :]:
            if chunk.function:
                return False
            if chunk.kinds & {THING, MISSING, PLACE, "clothes"}:
                return True
            if not chunk.kinds & {"color", "size", "material", "age", "expression"}:
                return False
        return False

    def _next_is(self, kind: str, index: int) -> bool:
        for chunk in self.chunks[index + 1 :]:
            if chunk.function and chunk.phrase in DETERMINERS:
                continue
            if chunk.kinds & {"color", "size", "material", "age"}:
                continue
            thing = chunk.entry(THING)
            return kind in chunk.kinds or bool(thing and thing.value in GARMENTS)
        return False

    def _can_hold(self, before: int, index: int) -> bool:
        """Return True for a figure and a thing small enough for its hands."""
        owner, held = self.draft.things[before].entry.value, self.draft.things[index].entry.value
        if not is_figure(owner) or is_figure(held):
            return False
        return self.draft.things[index].count == 1 and relative_size(held) <= LARGEST_HELD

    def _mentioned(self, entry: Entry) -> int | None:
        """Return the index of a thing that was named before and is meant again: "the raccoon"."""
        if not self.definite or self.adjectives or entry.plural:
            return None
        for index, thing in enumerate(self.draft.things):
            if thing.entry.value == entry.value:
                return index
        return None


def _noun(chunk: Chunk) -> str:
    """Return THING or MISSING where the phrase is a noun, else ""."""
    return THING if THING in chunk.kinds else MISSING if MISSING in chunk.kinds else ""
