"""Relations of English nouns: to the verb or preposition before them, and to one another."""

from miaobi.catalog.lexicon import Entry, verbs
from miaobi.illustration.chunks import Chunk
from miaobi.illustration.draft import RECIPROCAL, join_role
from miaobi.illustration.senses_english import Senses
from miaobi.illustration.words_english import RELATIONS


class Relations(Senses):
    """Connects a noun that was read to what stands before it."""

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

    def _dresses_last(self, chunk: Chunk, entry: Entry) -> bool:
        """Join a trade and an animal that stand together: "a chef rabbit", "a robot doctor"."""
        if not self.after_noun or self.last is None or self.determined:
            return False
        last = self.draft.things[self.last]
        joined = join_role(last, entry)
        if joined:
            last.phrase = f"{last.phrase} {chunk.phrase}"
            last.words += self._open_adjectives()
            self._close_noun()
        return joined

    def _open_adjectives(self) -> list[str]:
        return [phrase for _, _, phrase in self.adjectives]

    def _close_noun(self) -> None:
        self.adjectives, self.count, self.definite = [], 1, False
        self.preposition, self.joined, self.negated = "", False, False
