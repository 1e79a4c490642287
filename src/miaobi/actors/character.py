"""Characters: everything that stays the same about a figure from picture to picture."""

from dataclasses import dataclass, field

from miaobi.drawing.color import Color

TAILS = ("none", "bushy", "thin", "tuft", "puff", "reptile")
HAIRS = (
    "bald",
    "short",
    "side",
    "curly",
    "afro",
    "bob",
    "long",
    "ponytail",
    "pigtails",
    "bun",
    "spiky",
    "topknot",
    "braid",
    "receding",
)


@dataclass(frozen=True)
class Garment:
    """A piece of clothing or a thing worn: its kind, a row of clothes.py or hats.py, and color."""

    kind: str
    color: Color


@dataclass(frozen=True)
class Human:
    """The head of a person."""

    skin: Color
    hair: str
    hair_color: Color
    age: str = "adult"  # child, adult, old
    lashes: bool = False


@dataclass(frozen=True)
class Character:
    """The sheet of a figure: head, colors, body and clothes."""

    head: str  # a row of heads.json, or "" for a person
    fur: Color  # skin of a person
    belly: Color
    dark: Color
    human: Human | None = None
    tail: str = "none"
    tail_color: Color | None = None
    girth: float = 1.0
    dark_limbs: bool = False  # arms and legs of a panda
    dark_hands: bool = False  # paws of a fox
    machine: bool = False  # straight limbs, lit eyes
    dyed: bool = False  # the head takes the color of the fur
    clothes: tuple[Garment, ...] = field(default=())
    hat: Garment | None = None
    accessories: tuple[Garment, ...] = field(default=())  # glasses, beard, scarf, backpack …

    def wears(self, kind: str) -> Color | None:
        """Return the color of a garment or accessory that is worn, else None."""
        for garment in (*self.clothes, *self.accessories):
            if garment.kind == kind:
                return garment.color
        return None
