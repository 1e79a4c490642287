"""Senses of Chinese words: which of its meanings a phrase has, by what stands around it."""

from miaobi.catalog.lexicon import MISSING, PLACE, THING, VERB, Entry, verbs
from miaobi.illustration.chunks import Chunk
from miaobi.illustration.draft import RECIPROCAL, Draft
from miaobi.illustration.words_chinese import GOING


class Senses:
    """State of reading: the noun phrase that is open, the last noun, and the verb that waits."""

    def __init__(self, chunks: list[Chunk]) -> None:
        self.chunks = chunks
        self.draft = Draft()
        self.adjectives: list[tuple[str, str, str]] = []
        self.count, self.counted = 1, False
        self.subject: int | None = None
        self.last: int | None = None
        self.verb: tuple[str, str] | None = None
        self.located = False  # after 在
        self.joined = False
        self.negated = False
        self.unknown = ""
        self.relative: list[int] = []  # actions before 的, which wait for their subject
        self.waiting: list[tuple[tuple[str, str], str]] = []  # clothes that wait for it too
        self.pending: tuple[int, str] | None = None  # base and relation of 桌子上有…
        self.pair = False  # the last two nouns are joined
        self.group: list[int] = []  # all nouns joined to the last one
        self.adjacent = False  # the last chunk was a noun
        self.dative = False  # 给 stands before the next noun
        self.indirect: int | None = None  # whom an action is for: 给小兔子看病

    def _kind(self, chunk: Chunk, index: int) -> str:
        kinds = chunk.kinds
        if len(kinds) == 1:
            return next(iter(kinds))
        if PLACE in kinds and THING in kinds:
            goes = self.verb is not None and self.verb[1] in GOING
            return PLACE if (self.located or goes) and not self.draft.place else THING
        if "clothes" in kinds and (THING in kinds or MISSING in kinds):
            return (
                "clothes"
                if self.verb and self.verb[1] == "wear"
                else THING
                if THING in kinds
                else MISSING
            )
        if VERB in kinds and THING in kinds:
            return THING if self.counted or self.adjectives else VERB
        for kind in ("color", "size", "material", "age", "expression"):
            if kind in kinds and THING in kinds:
                return kind if self._noun_follows(index) else THING
        scenic = ("time", "weather", "season", "look")
        if not self.counted and not self.adjectives and any(kind in kinds for kind in scenic):
            return next(kind for kind in scenic if kind in kinds)
        order = (
            THING,
            VERB,
            MISSING,
            "expression",
            "color",
            "size",
            "age",
            "material",
            PLACE,
            "clothes",
            *scenic,
            "shot",
            "mood",
            "count",
        )
        return next(kind for kind in order if kind in kinds)

    def _noun_follows(self, index: int) -> bool:
        for chunk in self.chunks[index + 1 :]:
            if chunk.function and chunk.phrase == "的":
                continue
            return bool(chunk.kinds & {THING, MISSING, "clothes"})
        return False

    def _next_is(self, index: int, *words: str) -> bool:
        following = self.chunks[index + 1 : index + 2]
        return bool(following) and following[0].phrase.startswith(words)

    def _joined_pair(self, subject: int, entry: Entry) -> bool:
        busy = {action.subject for action in self.draft.actions}
        return (
            verbs()[entry.value][1] in RECIPROCAL
            and subject - 1 not in busy
            and self.last == subject
            and self.pair
        )
