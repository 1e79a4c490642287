"""Casting: from a drawing or role and its modifiers to a character with clothes and colors."""

import re
from random import Random

from miaobi.actors.character import Character, Garment, Human
from miaobi.actors.hats import HATS
from miaobi.actors.heads import heads
from miaobi.actors.people import HAIR_COLORS, SKINS
from miaobi.catalog.colors import color_named
from miaobi.catalog.lexicon import roles
from miaobi.drawing.color import Color, shade, tint

# animals that are drawn as figures with the head of another drawing
HEADS = {
    "fox": "fox",
    "wolf": "wolf",
    "cat": "cat-face",
    "cat-face": "cat-face",
    "black-cat": "cat-face",
    "dog": "dog-face",
    "dog-face": "dog-face",
    "poodle": "dog-face",
    "guide-dog": "dog-face",
    "service-dog": "dog-face",
    "rabbit": "rabbit-face",
    "rabbit-face": "rabbit-face",
    "bear": "bear",
    "panda": "panda",
    "polar-bear": "polar-bear",
    "koala": "koala",
    "tiger": "tiger-face",
    "tiger-face": "tiger-face",
    "leopard": "leopard",
    "lion": "lion",
    "mouse": "mouse-face",
    "mouse-face": "mouse-face",
    "rat": "mouse-face",
    "hamster": "hamster",
    "monkey": "monkey-face",
    "monkey-face": "monkey-face",
    "pig": "pig-face",
    "pig-face": "pig-face",
    "cow": "cow-face",
    "cow-face": "cow-face",
    "frog": "frog",
    "raccoon": "raccoon",
    "robot": "robot",
    "teddy-bear": "bear",
    "ogre": "ogre",
    "smiling-face-with-horns": "smiling-face-with-horns",
}
FEMALE = {
    "woman",
    "girl",
    "old-woman",
    "woman-elf",
    "princess",
    "fairy",
    "woman-fairy",
    "woman-mage",
    "mermaid",
    "mrs-claus",
}
MALE = {"man", "boy", "old-man", "prince", "merman", "santa-claus"}
PEOPLE = {"person", "child", "baby", "older-person"} | FEMALE | MALE
LONG_HAIR = ("long", "bob", "ponytail", "pigtails", "bun", "braid")
SHORT_HAIR = ("short", "side", "curly", "spiky", "afro", "receding")
SHIRTS = ("#5a96d2", "#e07a5f", "#81b29a", "#f2cc8f", "#b56576", "#6d83c4", "#e8a0b4", "#8d99ae")
TROUSERS = ("#46508a", "#5b4b49", "#3d5a80", "#6b705c", "#4a4e69")
FACE = {"beard", "mustache", "glasses", "eyepatch", "mask", "sunglasses", "long-beard"}
CLOSED_HATS = {"space-helmet", "knight-helmet", "hood", "helmet"}  # hair is inside
WORN = {"scarf", "tie", "backpack", "cape", "gloves", "boots", "belt"}


def character_of(drawing: str, rng: Random) -> Character | None:
    """Return the character that plays a drawing or role, or None where it is no figure."""
    if drawing.startswith("role:"):
        return _role(roles()[drawing[5:]], rng)
    head = HEADS.get(drawing)
    if head in heads():
        return _animal(head)
    if is_person(drawing):
        return _person(drawing, rng)
    return None


def is_figure(drawing: str) -> bool:
    """Return True for things that are drawn as a figure with a body."""
    return drawing.startswith("role:") or HEADS.get(drawing) in heads() or is_person(drawing)


def is_person(drawing: str) -> bool:
    """Return True for drawings of people without a trade."""
    return drawing in PEOPLE or bool(
        re.match(r"(?:man|woman|person)-(?:\w+-hair|bald|beard)$", drawing)
    )


def dress(character: Character, clothes: list[tuple[str, str]], rng: Random) -> Character:
    """Return a character with more clothes: (kind, color name); hats and glasses as well."""
    from dataclasses import replace

    for kind, name in clothes:
        if kind.startswith(("hair:", "tone:")):
            character = _styled(character, kind)
            continue
        color = color_named(name) or color_named(rng.choice(SHIRTS))
        assert color is not None
        garment = Garment(kind, color)
        if kind in HATS:
            character = replace(character, hat=garment)
            if kind in CLOSED_HATS and character.human and character.human.hair != "bald":
                character = _styled(character, "hair:short")
        elif kind == "hat":
            character = replace(character, hat=Garment("cap", color))
        elif kind in FACE | WORN:
            character = replace(
                character, accessories=(*character.accessories, _face_color(garment, name))
            )
        else:
            rest = tuple(old for old in character.clothes if old.kind in ("trousers", "belt"))
            character = replace(character, clothes=(garment, *rest))
    return character


def _styled(character: Character, kind: str) -> Character:
    """Return a person with another hair style or hair color; animals have none."""
    from dataclasses import replace

    if character.human is None:
        return character
    what, _, value = kind.partition(":")
    if what == "hair":
        return replace(character, human=replace(character.human, hair=value))
    return replace(character, human=replace(character.human, hair_color=HAIR_COLORS[value]))


def _face_color(garment: Garment, named: str) -> Garment:
    defaults = {
        "glasses": "#3c2c34",
        "sunglasses": "#221e2a",
        "eyepatch": "#221e2a",
        "beard": "#6b4630",
        "mustache": "#4a3428",
        "long-beard": "#ececf4",
    }
    if named or garment.kind not in defaults:
        return garment
    return Garment(garment.kind, color_named(defaults[garment.kind]) or garment.color)


def _animal(head: str | None) -> Character:
    assert head is not None
    row = heads()[head]
    return Character(
        head,
        row.fur,
        row.belly,
        row.dark,
        tail=row.tail,
        girth=row.girth,
        dark_limbs=row.dark_limbs,
        dark_hands=row.dark_hands,
        machine=row.machine,
    )


def _person(drawing: str, rng: Random) -> Character:
    """Return a person of the sex, age and hair in a drawing's name, the rest by chance."""
    old = drawing.startswith("old") or "white-hair" in drawing
    child = drawing in ("boy", "girl", "child", "baby")
    female = drawing in FEMALE or drawing.startswith("woman")
    male = drawing in MALE or drawing.startswith("man")
    if not female and not male:
        female = rng.random() < 0.5
    hair = rng.choice(LONG_HAIR if female else SHORT_HAIR[:-1] if not old else SHORT_HAIR)
    color = "white" if old else rng.choice(("black", "black", "brown", "chestnut", "blond", "red"))
    for word, value in (("red-hair", "red"), ("blond-hair", "blond"), ("white-hair", "white")):
        color = value if word in drawing else color
    hair = (
        "curly"
        if "curly" in drawing
        else "bald"
        if "bald" in drawing or drawing == "baby"
        else hair
    )
    skin = rng.choice(SKINS[:4] if color in ("blond", "red") else SKINS)
    human = Human(
        skin, hair, HAIR_COLORS[color], "child" if child else "old" if old else "adult", female
    )
    top = "dress" if female and rng.random() < 0.4 else rng.choice(("shirt", "sweater", "shirt"))
    clothes = (_garment(top, rng.choice(SHIRTS)), _garment("trousers", rng.choice(TROUSERS)))
    extra: tuple[Garment, ...] = ()
    if "beard" in drawing:
        extra = (Garment("beard", HAIR_COLORS[color]),)
    return Character(
        "", skin, skin, (60.0, 40.0, 40.0), human=human, clothes=clothes, accessories=extra
    )


def _role(row: dict[str, object], rng: Random) -> Character:
    """Return the character of a row of roles.toml."""
    head = row.get("body") or rng.choice(row.get("head") or ["person"])  # type: ignore[arg-type]
    character = character_of(str(head), rng) if not str(head).startswith("role:") else None
    if character is None:
        character = _person(_nearest_person(str(head)), rng)
    return dress_role(character, row, rng)


def dress_role(character: Character, row: dict[str, object], rng: Random) -> Character:
    """Return a character in the clothes, hat and glasses of a row of roles.toml."""
    wanted = [_split(text) for text in row.get("clothes") or ()]  # type: ignore[attr-defined]
    character = dress(character, wanted[::-1], rng)
    hat = str(row.get("hat") or "none")
    if hat.partition(":")[0] not in ("none", ""):
        kind, color = _split(hat)
        tops = [name for garment, name in wanted if garment not in FACE | WORN]
        character = dress(character, [(kind, color or (tops[0] if tops else ""))], rng)
    faces = [_split(text) for text in row.get("face") or ()]  # type: ignore[attr-defined]
    return dress(character, faces, rng)


def _nearest_person(head: str) -> str:
    for word in ("old-man", "old-woman", "woman", "girl", "boy", "man", "baby", "child"):
        if word in head:
            return word
    return "woman" if head in FEMALE else "man" if head in MALE else "person"


def _split(text: object) -> tuple[str, str]:
    kind, _, color = str(text).partition(":")
    return kind, color


def _garment(kind: str, color: str) -> Garment:
    return Garment(kind, color_named(color) or (90.0, 150.0, 210.0))


def recolor(character: Character, color: Color) -> Character:
    """Return a character in a color: the top of a person, the fur of an animal."""
    from dataclasses import replace

    if character.human:
        first, *rest = character.clothes
        return replace(character, clothes=(Garment(first.kind, color), *rest))
    belly, dark = tint(color, 0.6), shade(color, 0.55)
    return replace(character, fur=color, belly=belly, dark=dark, dyed=True)
