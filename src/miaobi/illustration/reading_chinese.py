"""Reader of Chinese prompts: longest phrases of the lexicon to a draft of a scene, by word order.

What stands before 的 belongs to the next noun, also an action ("正在看书的机器人"); 在…里 names
the place, 在…上 says where something stands.
"""

import re
from dataclasses import replace

from miaobi.catalog.garments import GARMENTS, worn_kind
from miaobi.catalog.lexicon import MISSING, PLACE, THING, VERB, Entry, verbs
from miaobi.illustration.chunks import Chunk
from miaobi.illustration.draft import Draft, DraftThing, join_role
from miaobi.illustration.senses_chinese import Senses
from miaobi.illustration.words_chinese import (
    CHARACTERS,
    MANY,
    MEASURES,
    NEGATIONS,
    SIDES,
    chunks_of,
)
from miaobi.illustration.words_english import BODY_PARTS


def read_chinese(prompt: str) -> Draft:
    """Read a Chinese prompt; English words in it are looked up as they stand."""
    return _Reader(chunks_of(prompt.casefold())).read()


class _Reader(Senses):
    """Fills the draft of a scene from the chunks of a prompt, one after the other."""

    def read(self) -> Draft:
        """Read the chunks and return the draft."""
        index = 0
        while index < len(self.chunks):
            chunk = self.chunks[index]
            if chunk.function:
                self._function(chunk, index)
            elif not chunk.entries:
                self._unknown(chunk)
            else:
                self._known(chunk, index)
            index += 1
        self._flush()
        return self.draft

    def _unknown(self, chunk: Chunk) -> None:
        if chunk.phrase == "们" and self.last is not None and not self.unknown:
            thing = self.draft.things[self.last]
            thing.count = max(thing.count, 3)
            return
        if self.counted and chunk.phrase in MEASURES and not self.unknown:
            self.count = max(self.count, MANY.get(chunk.phrase, 1))
            return
        self.unknown += chunk.phrase

    def _function(self, chunk: Chunk, index: int) -> None:
        word = chunk.phrase
        if word not in SIDES or self.last is None:
            self._flush()
        if word in NEGATIONS:
            self.negated = True
        elif word in ("在", "正在", "于"):
            self.located = True
        elif word in ("和", "与", "跟", "同", "及", "以及", "、", "还有"):
            self.joined = True
        elif word in ("给", "对", "为", "向", "朝"):
            self.dative = True
        elif word == "的":
            self._modifier_ends()
        elif word in SIDES:
            self._side(SIDES[word], index)
        elif word in "，。；！？,.;!?":
            self.located, self.joined, self.negated, self.verb = False, False, False, None
            self.pending = None

    def _modifier_ends(self) -> None:
        """Remember an action whose subject follows 的: 正在看书的机器人, 骑马的女孩."""
        if self.verb is None:
            return
        actions = self.draft.actions
        if actions and actions[-1].subject < 0:
            self.relative.append(len(actions) - 1)
        self.verb = None

    def _side(self, relation: str, index: int) -> None:
        """Place a noun of the last action, or the last noun, by what stands behind it."""
        if self.last is None or (
            not self.located and not self._next_is(index, "有", "是", "放", "站", "坐", "躺", "睡")
        ):
            return
        located, self.located = self.located, False
        base = self.last
        if not located:
            self.pending = base, relation
            return
        subject = self.subject if self.subject is not None and self.subject != base else None
        if subject is None:
            self.pending = base, relation
            return
        busy = [action for action in self.draft.actions if action.subject == subject]
        if relation != "near" and not busy:
            self.draft.act("", "stand", subject, base, relation)

    def _known(self, chunk: Chunk, index: int) -> None:
        kind = self._kind(chunk, index)
        before = self.chunks[index - 1] if index else None
        noun = before is not None and not before.function and THING in before.kinds
        self.adjacent = noun and bool(self.draft.things)
        if kind == THING and len(chunk.phrase) == 1 and self.unknown:
            self.unknown += chunk.phrase
            return
        self._flush()
        entry = chunk.entry(kind)
        assert entry is not None
        readers = {
            THING: self._thing,
            MISSING: self._missing,
            VERB: self._verb,
            PLACE: self._place,
            "clothes": self._clothing,
            "count": self._counted,
        }
        if kind in readers:
            readers[kind](chunk, entry)
        elif kind in ("time", "weather", "season", "mood", "look", "shot"):
            self.draft.set_once(kind, entry.value)
            self.located = False
        else:
            self._adjective(chunk, entry, index)

    def _missing(self, chunk: Chunk, entry: Entry) -> None:
        if not self.negated:
            self.draft.left_out.append(chunk.phrase)
        self._close()

    def _place(self, chunk: Chunk, entry: Entry) -> None:
        if self.draft.set_once("place", entry.value):
            self.draft.place_phrase = chunk.phrase
        self.located = False

    def _counted(self, chunk: Chunk, entry: Entry) -> None:
        digits = re.search(r"\d+", entry.value)
        self.count, self.counted = int(digits[0]) if digits else 3, True
        self.negated = self.negated or self.count == 0

    def _thing(self, chunk: Chunk, entry: Entry) -> None:
        wearing = self.verb is not None and self.verb[1] in ("wear", "dress")
        if wearing and entry.value in GARMENTS:
            self._clothing(chunk, entry)
            return
        if self.negated:
            self.draft.excluded.append(chunk.phrase)
            self._close()
            return
        if entry.value in BODY_PARTS and self.last is not None:
            self.draft.things[self.last].words.append(chunk.phrase)
            self._close()
            return
        if self.adjacent and join_role(self.draft.things[-1], entry):
            self.draft.things[-1].phrase += chunk.phrase
            self._close()
            return
        thing = DraftThing(chunk.phrase, entry, self.count)
        for kind, value, phrase in self.adjectives:
            thing.modifiers.append((kind, value))
            thing.words.append(phrase)
        self.draft.things.append(thing)
        index = len(self.draft.things) - 1
        self.group = [*self.group, index] if self.joined and self.group else [index]
        if self.dative and self.subject is not None:
            self.indirect = index
        else:
            self._relate(index)
        self.dative = False
        self.last = index
        self._close()

    def _relate(self, index: int) -> None:
        if self.relative:
            for number in self.relative:
                self.draft.actions[number] = replace(self.draft.actions[number], subject=index)
            self.relative = []
            self._dress(index)
            self.subject = index
            return
        if self.pending:
            base, relation = self.pending
            self.subject = index
            if relation != "near":
                self.draft.act("", "stand", index, base, relation)
            return
        if (
            self.verb
            and self.draft.actions
            and not (self.joined and self.draft.actions[-1].target is not None)
        ):
            action = self.draft.actions[-1]
            if action.target is None and action.verb == self.verb[1] and action.subject != index:
                relation = action.relation if action.relation != "none" else "near"
                self.draft.actions[-1] = replace(action, relation=relation, target=index)
                return
        if not self.located:
            self.subject = index

    def _dress(self, index: int) -> None:
        """Give the clothes that were named before their wearer to the noun that follows."""
        for garment, phrase in self.waiting:
            self.draft.things[index].clothes.append(garment)
            self.draft.things[index].words.append(phrase)
        self.waiting = []

    def _verb(self, chunk: Chunk, entry: Entry) -> None:
        subject = self.subject if self.subject is not None else -1
        if self.indirect is not None and subject >= 0:
            relation = verbs()[entry.value][1]
            self.draft.act(
                chunk.phrase,
                entry.value,
                subject,
                self.indirect,
                "near" if relation in ("none", "holds", "eats") else relation,
            )
            self.indirect, self.verb, self.located = None, (chunk.phrase, entry.value), False
            return
        if verbs()[entry.value][1] == "none" and subject in self.group:
            for other in self.group:
                if other != subject:
                    self.draft.act(chunk.phrase, entry.value, other, None)
        if self.joined is False and subject >= 1 and self._joined_pair(subject, entry):
            self.draft.act(chunk.phrase, entry.value, subject - 1, subject)
        elif not any(
            action.subject == subject and action.target is None and not action.phrase
            for action in self.draft.actions
        ):
            self.draft.act(chunk.phrase, entry.value, subject, None)
        self.verb = chunk.phrase, entry.value
        self.located = False

    def _clothing(self, chunk: Chunk, entry: Entry) -> None:
        colors = [value for kind, value, _ in self.adjectives if kind == "color"]
        if not colors:
            colors = [color for color in (CHARACTERS.get(sign) for sign in chunk.phrase) if color]
        kind = GARMENTS.get(entry.value) or worn_kind(entry.value)
        if kind is None:  # a ring, earrings: too small for a figure
            self.draft.left_out.append(chunk.phrase)
        else:
            garment = kind, colors[-1] if colors else ""
            if (
                self.subject is None
                or self.relative
                or (self.draft.actions and self.draft.actions[-1].subject < 0)
            ):
                self.waiting.append((garment, chunk.phrase))
            else:
                self.draft.things[self.subject].clothes.append(garment)
                self.draft.things[self.subject].words.append(chunk.phrase)
        self._close()

    def _adjective(self, chunk: Chunk, entry: Entry, index: int) -> None:
        if self._noun_follows(index) or self.last is None:
            self.adjectives.append((entry.kind, entry.value, chunk.phrase))
            return
        thing = self.draft.things[self.last]
        thing.modifiers.append((entry.kind, entry.value))
        thing.words.append(chunk.phrase)

    def _close(self) -> None:
        self.pair = self.joined
        self.adjectives, self.count, self.counted = [], 1, False
        self.joined, self.negated = False, False

    def _flush(self) -> None:
        if self.unknown:
            self.draft.left_out.append(self.unknown)
            self.unknown = ""
