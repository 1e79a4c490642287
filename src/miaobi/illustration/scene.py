"""Scenes as data: what a prompt was understood to show, before anything is placed or drawn."""

from dataclasses import dataclass, field

from miaobi.actors.character import Character
from miaobi.places.conditions import Conditions

MATCHES = ("name", "alias", "near", "tag", "meaning")  # how words came to a drawing, best first
SHOTS = ("wide", "medium", "close-up")


@dataclass(frozen=True)
class Thing:
    """Something that is shown, once or several times."""

    phrase: str  # the words of the prompt
    drawing: str  # a drawing of the catalog, "role:ID" or "person"
    match: str
    count: int = 1
    size: float = 1.0  # relative to what is usual
    color: tuple[float, float, float] | None = None
    character: Character | None = None  # of a figure that can act
    expression: str = ""
    words: tuple[str, ...] = ()  # modifiers that were understood


@dataclass(frozen=True)
class Action:
    """Action of a thing, perhaps on another one: indices into the things of the scene."""

    phrase: str
    verb: str
    pose: str
    relation: str
    subject: int
    target: int | None = None


@dataclass(frozen=True)
class Scene:
    """A whole picture, as it was understood."""

    things: tuple[Thing, ...] = ()
    actions: tuple[Action, ...] = ()
    place: str = ""
    place_phrase: str = ""
    when: Conditions = field(default=Conditions())
    shot: str = "wide"
    look: str = "vector"
    mood: str = ""
    left_out: tuple[str, ...] = ()  # words that name something and are not drawn
    excluded: tuple[str, ...] = ()  # what the prompt does not want ("no dog")

    @property
    def drawn(self) -> tuple[tuple[str, str, str], ...]:
        """(phrase, drawing, match) of everything that is drawn."""
        rows = [(thing.phrase, thing.drawing, thing.match) for thing in self.things]
        if self.place_phrase:
            rows.append((self.place_phrase, f"place:{self.place}", "name"))
        return tuple(rows)
