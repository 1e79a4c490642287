"""Reader of English prompts: phrases of the lexicon to a draft of a scene, by word order.

Adjectives belong to the next noun, verbs to the noun before them and the noun behind them,
prepositions say how two nouns stand to each other or where the scene is.
"""

import re

from miaobi.catalog.colors import color_named
from miaobi.catalog.garments import GARMENTS, worn_kind
from miaobi.catalog.lexicon import MISSING, PLACE, THING, VERB, Entry, english, normalize, verbs
from miaobi.catalog.sizes import relative_size
from miaobi.illustration.casting import is_figure
from miaobi.illustration.chunks import Chunk
from miaobi.illustration.draft import RECIPROCAL, Draft, DraftThing

DETERMINERS = frozenset(
    "a an the this that these those his her its their my your our some another each every any".split()
)
PLACE_WORDS = frozenset(
    "in at on inside through across around over near by into onto within outside beyond along throughout".split()
)
RELATIONS = {
    "on": "stands-on",
    "upon": "stands-on",
    "atop": "stands-on",
    "on top of": "stands-on",
    "onto": "stands-on",
    "above": "above",
    "over": "above",
    "under": "under",
    "underneath": "under",
    "beneath": "under",
    "below": "under",
    "behind": "hides-behind",
    "in": "inside",
    "inside": "inside",
    "into": "inside",
    "beside": "near",
    "next to": "near",
    "near": "near",
    "by": "near",
    "at": "near",
    "in front of": "near",
    "between": "near",
    "around": "near",
    "with": "with",
    "toward": "near",
    "towards": "near",
    "to": "near",
    "against": "near",
    "for": "near",
    "from": "near",
    "after": "near",
    "of": "of",
}
WITHIN = frozenset("in at inside through across into along throughout within outside".split())
FUNCTION = (
    DETERMINERS
    | PLACE_WORDS
    | frozenset(
        "and or but is are was were be being been am has have had having do does did as it he she they them him there here "
        "to of from with for by off up down out about then while when who which what where how than very so too also "
        "just together against between among one another other both all while during before after until like i you we me us "
        "not no without only even still again while against s t its themselves itself himself herself each other".split()
    )
)
# words that name the picture itself, not what it shows; the ways of drawing among them stay
MEDIUM = re.compile(
    r"\b(?:an?|the|this)?\s*(?:(?:high|low) (?:resolution|quality|contrast)|beautiful|detailed|realistic|professional|simple|close[- ]up|aerial|top|front|side|macro|studio|stock|dslr)?\s*"
    r"(?P<medium>painting|picture|photo|photograph|drawing|illustration|image|portrait|sketch|render|rendering|poster|view|shot|depiction|diagram|scene|artwork|close[- ]up)s?\s+(?:of|showing|depicting|about)\b",
    re.IGNORECASE,
)
# "in the style of Hokusai": the name is said to be left out
STYLE_OF = re.compile(
    r"\b(?:painting |painted |drawn |done )?in the style of (?P<name>[^,.;]+)", re.IGNORECASE
)
MEDIUM_LOOKS = {"sketch": "pencil", "drawing": "pencil"}
BODY_PARTS = frozenset(
    "ear ear-with-hearing-aid nose mouth tongue eye eyes leg foot brain tooth bone flexed-biceps lungs wing feather paw-prints waving-hand raised-hand".split()
)
AUXILIARIES = frozenset("is are was were be being been".split())
UNCOUNTED = ("sun", "cloud-with", "snowflake", "droplet", "wind-face", "fog", "umbrella-with-rain")
MOST_WITHOUT_PLURAL = 4  # a larger number before a singular is a name: "a Porsche 356"
FAMILY = ("man", "woman", "boy", "girl")
GOING = ("enter", "visit", "cross", "leave", "rush-to")
LARGEST_HELD = 0.62  # of the height of a figure
NEGATIONS = ("no", "without", "not", "never")
WEARING = ("wearing", "wears", "dressed in", "in", "with", "wore", "wear")


def read_english(prompt: str) -> Draft:
    """Read an English prompt."""
    look = next(
        (MEDIUM_LOOKS.get(found["medium"].casefold(), "") for found in MEDIUM.finditer(prompt)), ""
    )
    plain = STYLE_OF.sub(" ", MEDIUM.sub(" ", prompt))
    draft = _Reader(_chunks(plain)).read()
    draft.left_out += [found["name"].strip() for found in STYLE_OF.finditer(prompt)]
    draft.look = draft.look or look
    return draft


def _chunks(prompt: str) -> list[Chunk]:
    """Cut a prompt into its longest known phrases, marks and unknown words."""
    lexicon = english()
    chunks = []
    for part in re.split(r"([,.;:!?()\n\"“”—–]+)", prompt):
        words = normalize(part).split()
        if not words:
            if part.strip():
                chunks.append(Chunk(part.strip()[0], function=True))
            continue
        start = 0
        while start < len(words):
            chunk, length = _longest(words, start, lexicon.entries, lexicon.longest)
            chunks.append(chunk)
            start += length
    return chunks


def _longest(
    words: list[str], start: int, entries: dict[str, tuple[Entry, ...]], longest: int
) -> tuple[Chunk, int]:
    for length in range(min(longest, len(words) - start), 0, -1):
        phrase = " ".join(words[start : start + length])
        if phrase in RELATIONS or (length == 1 and phrase in FUNCTION):
            return Chunk(phrase, entries.get(phrase, ()), function=True), length
        if phrase in entries:
            return Chunk(phrase, entries[phrase]), length
    word = words[start]
    if word.isdigit():
        return Chunk(word, (Entry("count", word),)), 1
    return Chunk(word), 1


class _Reader:
    """State of reading: the noun phrase that is open, the last noun, verb and preposition."""

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

    def read(self) -> Draft:
        """Go through the chunks and return the draft."""
        for index, chunk in enumerate(self.chunks):
            if chunk.function:
                self._function(chunk, index)
            elif not chunk.entries:
                self.unknown.append(chunk.phrase)
            else:
                self._known(chunk, index)
        self._end_phrase()
        return self.draft

    def _function(self, chunk: Chunk, index: int) -> None:
        word = chunk.phrase
        self._flush_unknown()
        self.infinitive = word == "to"
        self.after_noun = False
        if word in NEGATIONS:
            self.negated = True
        elif word in AUXILIARIES:
            self.auxiliary = True
        elif word in DETERMINERS:
            self.determined, self.definite = True, word in ("the", "this", "that")
        elif word in ",.;:!?()":
            self._end_phrase()
            self.preposition, self.joined, self.wearing = "", word == ",", False
            if word in ".;!?":
                self.verb, self.negated = None, False
        elif word == "and":
            self.joined = True
            self.wearing = self.wearing and self._next_is("clothes", index)
        elif word in RELATIONS:
            self.preposition = word
            self.wearing = word in ("in", "with") and self.last is not None

    def _known(self, chunk: Chunk, index: int) -> None:
        self._flush_unknown()
        kind = self._kind(chunk, index)
        if kind == "noun":
            self.unknown.append(chunk.phrase)
            return
        entry = chunk.entry(kind)
        assert entry is not None
        if kind == THING:
            self._thing(chunk, entry)
        elif kind == MISSING:
            self._missing(chunk)
        elif kind == VERB:
            self._verb(chunk, entry, index)
        elif kind == PLACE:
            self._place(chunk, entry)
        elif kind == "clothes":
            self._clothing(chunk, entry)
        elif kind == "count":
            self._counted(entry)
        elif kind in ("time", "weather", "season", "mood", "look", "shot"):
            self._condition(chunk, entry)
        else:
            self._adjective(chunk, entry, index)
        self.after_noun = kind == THING
        if kind not in ("color", "size", "material", "age", "expression", "count"):
            self.determined = False

    def _kind(self, chunk: Chunk, index: int) -> str:
        """Return which of its meanings a phrase has here."""
        kinds = chunk.kinds
        if kinds == {VERB} and self.determined and not self._noun_follows(index):
            return "noun"  # "on its left", "a look": no verb stands behind an article
        if len(kinds) == 1:
            return next(iter(kinds))
        if (
            self.infinitive
            and VERB in kinds
            and any(entry.form == "base" for entry in chunk.entries)
        ):
            return VERB
        thing = chunk.entry(THING)
        if "weather" in kinds and thing and thing.value.startswith(UNCOUNTED):
            return "weather"
        nouns = kinds & {THING, MISSING}
        if VERB in kinds and not nouns:
            form = next(entry.form for entry in chunk.entries if entry.kind == VERB)
            if form == "ing" or "expression" not in kinds:
                return VERB
        if VERB in kinds and nouns:
            return self._verb_or_noun(chunk, index, next(iter(nouns)))
        if "clothes" in kinds and nouns:
            return (
                "clothes"
                if self.wearing and self.last is not None
                else THING
                if THING in nouns
                else MISSING
            )
        if PLACE in kinds and nouns:
            if self.preposition in WITHIN and self.count == 1:
                return PLACE
            if self.draft.place or self.count > 1:
                return next(iter(nouns))
            if self.verb and self.verb[1] in GOING and not self.preposition:
                return PLACE
            entry = chunk.entry(THING)
            poor = entry is None or entry.value.startswith("gi:") or entry.match == "near"
            return PLACE if poor and self.preposition in PLACE_WORDS | {""} else next(iter(nouns))
        for kind in ("color", "size", "material", "age", "expression"):
            if kind in kinds and nouns:
                return kind if self._noun_follows(index) else next(iter(nouns))
        if nouns:
            scenic = kinds & {"time", "weather", "season", "mood", "look", "shot"}
            if scenic and (self.preposition in ("in", "at", "on", "during") or not self.determined):
                return next(iter(scenic))
            return next(iter(nouns))
        order = (
            "expression",
            "color",
            "size",
            "age",
            "material",
            PLACE,
            VERB,
            "clothes",
            "time",
            "weather",
            "season",
            "look",
            "shot",
            "mood",
            "count",
        )
        return next(kind for kind in order if kind in kinds)

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

    def _adjective(self, chunk: Chunk, entry: Entry, index: int) -> None:
        if self._noun_follows(index) or self.last is None or self.determined:
            self.adjectives.append((entry.kind, entry.value, chunk.phrase))
            self.determined = True
            return
        self._apply(self.draft.things[self.last], entry.kind, entry.value, chunk.phrase)

    def _apply(self, thing: DraftThing, kind: str, value: str, phrase: str) -> None:
        thing.modifiers.append((kind, value))
        thing.words.append(phrase)

    def _thing(self, chunk: Chunk, entry: Entry) -> None:
        if self.wearing and self.last is not None and entry.value in GARMENTS:
            self._clothing(chunk, entry)
            return
        if self.negated:
            self.draft.excluded.append(chunk.phrase)
            self._close_noun()
            self.negated = False
            return
        if (
            entry.value in BODY_PARTS
            and self.last is not None
            and self.preposition in ("with", "of", "on", "")
        ):
            self.draft.things[self.last].words.append(chunk.phrase)
            self._close_noun()
            return
        known = self._mentioned(entry)
        if known is not None:
            self._relate(known)
            self._close_noun()
            return
        many = self.count if entry.plural or self.count <= MOST_WITHOUT_PLURAL else 1
        count = many if many > 1 else (3 if entry.plural else 1)
        thing = DraftThing(chunk.phrase, entry, count)
        for kind, value, phrase in self.adjectives:
            self._apply(thing, kind, value, phrase)
        self.draft.things.append(thing)
        index = len(self.draft.things) - 1
        self.group = [*self.group, index] if self.joined and self.group else [index]
        self._relate(index)
        self._close_noun()

    def _mentioned(self, entry: Entry) -> int | None:
        """Return the index of a thing that was named before and is meant again: "the raccoon"."""
        if not self.definite or self.adjectives or entry.plural:
            return None
        for index, thing in enumerate(self.draft.things):
            if thing.entry.value == entry.value:
                return index
        return None

    def _relate(self, index: int) -> None:
        """Connect a noun that was just read to the verb or preposition before it."""
        draft, before = self.draft, self.last
        if self.early:
            draft.act(*self.early, index, None)
            self.early = None
            self.subject, self.last = index, index
            return
        if self.verb and self.subject is not None and not (self.joined and self._has_target()):
            relation = RELATIONS.get(self.preposition, "") if self.preposition else ""
            self._object(index, "" if relation in ("near", "with", "of") else relation)
        elif self.preposition and before is not None:
            self._position(index, before)
        else:
            self.subject = index
        self.last = index

    def _has_target(self) -> bool:
        return bool(self.draft.actions) and self.draft.actions[-1].target is not None

    def _object(self, index: int, relation: str) -> None:
        phrase, verb = self.verb or ("", "")
        action = self.draft.actions[-1]
        usual = action.relation
        if relation == "inside" and usual not in ("none", "inside"):
            relation = ""
        if relation == "stands-on" and action.pose in (
            "sit",
            "read",
            "lie",
            "sleep",
            "meditate",
            "fish",
            "ride",
        ):
            relation = "sits-on"
        if relation == "stands-on" and usual in ("rides", "looks-at", "faces", "sits-on"):
            relation = ""
        subject = self.subject if self.subject is not None else index
        if action.target is None and action.verb == verb:
            self.draft.actions.pop()
            final = relation or (usual if usual != "none" else "near")
            self.draft.act(phrase, verb, subject, index, final)
        self.preposition = ""

    def _position(self, index: int, before: int) -> None:
        relation = RELATIONS.get(self.preposition, "near")
        self.preposition = ""
        if relation == "with" and not self._can_hold(before, index):
            relation = "near"
        if relation in ("near", "of"):
            self.subject = index if relation == "near" else self.subject
            return
        verb = {"stands-on": "stand-on", "with": "hold"}.get(relation, "stand")
        if relation == "with":
            relation = "holds"
        if any(action.subject == before for action in self.draft.actions):
            return
        self.draft.act("", verb if verb in verbs() else "stand", before, index, relation)

    def _can_hold(self, before: int, index: int) -> bool:
        """Return True for a figure and a thing small enough for its hands."""
        owner, held = self.draft.things[before].entry.value, self.draft.things[index].entry.value
        if not is_figure(owner) or is_figure(held):
            return False
        return self.draft.things[index].count == 1 and relative_size(held) <= LARGEST_HELD

    def _verb(self, chunk: Chunk, entry: Entry, index: int) -> None:
        if chunk.phrase in WEARING:
            self.wearing = True
        waits_for_noun = self.determined or self.last is None
        if entry.form == "ing" and waits_for_noun and self._noun_follows(index):
            self.early = chunk.phrase, entry.value
            return
        subject = self.subject if self.subject is not None else self.last
        if self.after_noun and not self.auxiliary and entry.form in ("ing", "past"):
            subject = self.last  # "a woman wearing a hat": the participle belongs to the noun
        self.preposition, self.joined, self.auxiliary, self.infinitive = "", False, False, False
        if subject is None:
            self.early = chunk.phrase, entry.value
            return
        if self.verb and self.last is not None and self.last != subject and entry.form == "third":
            subject = self.last
        self.subject = subject
        self.verb = chunk.phrase, entry.value
        if verbs()[entry.value][1] == "none":
            for other in self.group:
                if other != subject:
                    self.draft.act(chunk.phrase, entry.value, other, None)
        self.draft.act(chunk.phrase, entry.value, subject, None)
        if self._is_pair(subject):
            self.draft.actions.pop()
            self.draft.act(chunk.phrase, entry.value, subject - 1, subject)

    def _is_pair(self, subject: int) -> bool:
        """Return True for two nouns joined by "and" that do something to each other."""
        relation = self.draft.actions[-1].relation
        busy = {action.subject for action in self.draft.actions[:-1]}
        return (
            relation in RECIPROCAL
            and subject > 0
            and subject - 1 not in busy
            and subject == len(self.draft.things) - 1
        )

    def _place(self, chunk: Chunk, entry: Entry) -> None:
        if self.draft.set_once("place", entry.value):
            self.draft.place_phrase = chunk.phrase
        self._close_noun()

    def _missing(self, chunk: Chunk) -> None:
        words = [phrase for _, _, phrase in self.adjectives] + [chunk.phrase]
        if not self.negated:
            self.draft.left_out.append(" ".join(words))
        self._close_noun()

    def _clothing(self, chunk: Chunk, entry: Entry) -> None:
        if self.last is None:
            self.draft.left_out.append(chunk.phrase)
            return
        colors = [value for kind, value, _ in self.adjectives if kind == "color"]
        colors += [word for word in chunk.phrase.split() if color_named(word)]
        owner = self.subject if self.subject is not None and self.wearing else self.last
        thing = self.draft.things[owner]
        kind = GARMENTS.get(entry.value) or worn_kind(entry.value)
        if kind is None:  # a ring, earrings: too small for this figure
            self.draft.left_out.append(chunk.phrase)
            self._close_noun()
            return
        thing.clothes.append((kind, colors[-1] if colors else ""))
        thing.words.append(chunk.phrase)
        self.adjectives, self.count = [], 1
        self.preposition, self.joined = "", False

    def _counted(self, entry: Entry) -> None:
        """Set the count of the next noun; a range takes its lower end."""
        if entry.value.startswith("family"):
            for name in FAMILY[: int(entry.value[-1])]:
                self._thing(Chunk(name), Entry(THING, name, "alias"))
                self.joined = True
            return
        digits = entry.value.split("-")[0]
        self.count = int(digits) if digits.isdigit() else int(entry.value.split("-")[1])
        self.negated = self.negated or self.count == 0
        self.count = max(self.count, 1)
        self.determined = True

    def _condition(self, chunk: Chunk, entry: Entry) -> None:
        self.draft.set_once(entry.kind, entry.value)
        if self.preposition in ("in", "at", "on", "during", "with", "of", "under"):
            self.preposition = ""

    def _close_noun(self) -> None:
        self.adjectives, self.count, self.definite = [], 1, False
        self.preposition, self.joined, self.negated = "", False, False

    def _end_phrase(self) -> None:
        self._flush_unknown()
        if self.adjectives and self.last is not None:
            for kind, value, phrase in self.adjectives:
                self._apply(self.draft.things[self.last], kind, value, phrase)
        elif self.adjectives:
            self.draft.left_out += [phrase for _, _, phrase in self.adjectives]
        self.adjectives, self.count = [], 1

    def _flush_unknown(self) -> None:
        if self.unknown:
            words = " ".join(self.unknown)
            (self.draft.excluded if self.negated else self.draft.left_out).append(words)
            self.unknown = []
