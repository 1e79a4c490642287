"""Reader of English prompts: phrases of the lexicon to a draft of a scene, by word order.

Adjectives belong to the next noun, verbs to the noun before them and the noun behind them,
prepositions say how two nouns stand to each other or where the scene is.
"""

from miaobi.catalog.colors import color_named
from miaobi.catalog.garments import GARMENTS, worn_kind
from miaobi.catalog.lexicon import MISSING, PLACE, THING, VERB, Entry, verbs
from miaobi.illustration.chunks import Chunk
from miaobi.illustration.draft import Draft, DraftThing
from miaobi.illustration.relations_english import Relations
from miaobi.illustration.words_english import (
    AUXILIARIES,
    BODY_PARTS,
    DETERMINERS,
    FAMILY,
    MEDIUM,
    MEDIUM_LOOKS,
    MOST_WITHOUT_PLURAL,
    NEGATIONS,
    PLACE_WORDS,
    RELATIONS,
    STYLE_OF,
    WEARING,
    chunks_of,
)


def read_english(prompt: str) -> Draft:
    """Read an English prompt."""
    look = next(
        (MEDIUM_LOOKS.get(found["medium"].casefold(), "") for found in MEDIUM.finditer(prompt)), ""
    )
    plain = STYLE_OF.sub(" ", MEDIUM.sub(" ", prompt))
    draft = _Reader(chunks_of(plain)).read()
    draft.left_out += [found[0].strip() for found in STYLE_OF.finditer(prompt)]
    draft.look = draft.look or look
    return draft


class _Reader(Relations):
    """Fills the draft of a scene from the chunks of a prompt, one after the other."""

    def read(self) -> Draft:
        """Read the chunks and return the draft."""
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
        elif word in RELATIONS or word in PLACE_WORDS:
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
            self.draft.excluded.append(" ".join([*self._open_adjectives(), chunk.phrase]))
            self._close_noun()
            return
        if (
            entry.value in BODY_PARTS
            and self.last is not None
            and self.preposition in ("with", "of", "on", "")
        ):
            words = [*self._open_adjectives(), chunk.phrase]
            self.draft.things[self.last].words.append(" ".join(words))
            self._close_noun()
            return
        known = self._mentioned(entry)
        if known is not None:
            self._relate(known)
            self._close_noun()
            return
        many = self.count if entry.plural or self.count <= MOST_WITHOUT_PLURAL else 1
        count = many if many > 1 else (3 if entry.plural else 1)
        if self._dresses_last(chunk, entry):
            return
        thing = DraftThing(chunk.phrase, entry, count)
        for kind, value, phrase in self.adjectives:
            self._apply(thing, kind, value, phrase)
        self.draft.things.append(thing)
        index = len(self.draft.things) - 1
        self.group = [*self.group, index] if self.joined and self.group else [index]
        self._relate(index)
        self._close_noun()

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

    def _place(self, chunk: Chunk, entry: Entry) -> None:
        if self.negated:
            self.draft.excluded.append(chunk.phrase)
        elif self.draft.set_once("place", entry.value):
            self.draft.place_phrase = chunk.phrase
        elif entry.value != self.draft.place:
            self.draft.left_out.append(chunk.phrase)
        self.draft.left_out += self._open_adjectives()
        self._close_noun()

    def _missing(self, chunk: Chunk) -> None:
        words = " ".join([*self._open_adjectives(), chunk.phrase])
        (self.draft.excluded if self.negated else self.draft.left_out).append(words)
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
            self.draft.left_out.append(" ".join([*self._open_adjectives(), chunk.phrase]))
            self._close_noun()
            return
        thing.clothes.append((kind, colors[-1] if colors else ""))
        thing.words += [*self._open_adjectives(), chunk.phrase]
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
