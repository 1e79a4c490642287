"""Draft of a scene: what the readers of both languages fill while they go through a prompt."""

from dataclasses import dataclass, field

from miaobi.catalog.lexicon import Entry, verbs
from miaobi.illustration.casting import HEADS
from miaobi.illustration.scene import Action

ROLE = "role:"
RECIPROCAL = {"hugs", "kisses", "faces", "gives"}
MOST_THINGS = 12  # kinds of things that are drawn


@dataclass
class DraftThing:
    """A thing while its words are read."""

    phrase: str
    entry: Entry
    count: int = 1
    modifiers: list[tuple[str, str]] = field(default_factory=list)  # (kind, value)
    clothes: list[tuple[str, str]] = field(default_factory=list)  # (garment, color name or "")
    words: list[str] = field(default_factory=list)
    role: str = ""  # of a trade that an animal plays


@dataclass
class Draft:
    """Everything read so far."""

    things: list[DraftThing] = field(default_factory=list)
    actions: list[Action] = field(default_factory=list)
    place: str = ""
    place_phrase: str = ""
    time: str = ""
    weather: str = ""
    season: str = ""
    mood: str = ""
    look: str = ""
    shot: str = ""
    left_out: list[str] = field(default_factory=list)
    excluded: list[str] = field(default_factory=list)

    def set_once(self, kind: str, value: str) -> bool:
        """Set a field of the whole picture where it is still open; return True if it was."""
        if getattr(self, kind):
            return False
        setattr(self, kind, value)
        return True

    def act(
        self, phrase: str, verb: str, subject: int, target: int | None, relation: str = ""
    ) -> None:
        """Add an action; the relation replaces that of the verb."""
        pose, usual = verbs()[verb]
        self.actions.append(Action(phrase, verb, pose, relation or usual, subject, target))


def join_role(thing: DraftThing, entry: Entry) -> bool:
    """Make one figure of an animal and a trade, in either order; return False for other pairs."""
    first, second = thing.entry.value, entry.value
    if first.startswith(ROLE) and second in HEADS and not thing.role:
        thing.entry, thing.role = entry, first.removeprefix(ROLE)
        return True
    if first in HEADS and second.startswith(ROLE) and not thing.role:
        thing.role = second.removeprefix(ROLE)
        return True
    return False
