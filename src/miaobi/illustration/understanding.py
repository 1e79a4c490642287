"""Understanding: a prompt in English or Chinese to a scene, for pictures and clips alike."""

import functools
from dataclasses import replace
from random import Random

from miaobi.actors.character import Character
from miaobi.actors.people import HAIR_COLORS
from miaobi.catalog.colors import color_named
from miaobi.catalog.garments import (
    DARK_PLACES,
    HOURS,
    INSTRUMENTS,
    MATERIALS,
    MOUNTS,
    SEASONS,
    TOOLS,
    WEATHERS,
)
from miaobi.catalog.lexicon import Entry, roles, verbs
from miaobi.core.scene import UNSPECIFIED, Setting
from miaobi.core.sentences import language_of
from miaobi.illustration.casting import character_of, dress, dress_role, is_figure, recolor
from miaobi.illustration.draft import MOST_THINGS, Draft, DraftThing
from miaobi.illustration.reading_chinese import read_chinese
from miaobi.illustration.reading_english import read_english
from miaobi.illustration.scene import Action, Scene, Thing
from miaobi.looks.looks import ALIASES
from miaobi.places.conditions import Conditions
from miaobi.places.table import PLACES

COUPLES = {
    "woman-and-man-holding-hands": ("man", "woman"),
    "people-holding-hands": ("person", "person"),
    "women-holding-hands": ("woman", "woman"),
    "men-holding-hands": ("man", "man"),
    "couple-with-heart": ("man", "woman"),
    "family": ("man", "woman", "child"),
    "people-hugging": ("person", "person"),
}
MOST_COUNT = 12  # of one thing


@functools.lru_cache(maxsize=256)
def understand(prompt: str, seed: int = 0, setting: Setting = UNSPECIFIED) -> Scene:
    """Return the scene of a prompt; the seed decides what the words leave open.

    Fields of the setting replace what the prompt says of place, time, weather and season.
    """
    read = read_chinese if language_of(prompt) == "zh" else read_english
    draft = read(prompt)
    if setting.place:
        draft.place = draft.place_phrase = setting.place
    draft.time = setting.time or draft.time
    draft.weather = setting.weather or draft.weather
    draft.season = setting.season or draft.season
    return _scene(draft, seed)


def _scene(draft: Draft, seed: int) -> Scene:
    rng = Random(f"cast {seed}")
    _add_tools(draft)
    _expand_groups(draft)
    things = tuple(_thing(thing, rng) for thing in draft.things[:MOST_THINGS])
    if draft.place and draft.place not in PLACES:
        draft.left_out.append(draft.place_phrase)
        draft.place = draft.place_phrase = ""
    left_out = [*draft.left_out, *(thing.phrase for thing in draft.things[MOST_THINGS:])]
    actions = tuple(
        action
        for action in draft.actions
        if 0 <= action.subject < len(things)
        and (action.target is None or action.target < len(things))
    )
    return Scene(
        things,
        actions,
        draft.place,
        draft.place_phrase,
        _conditions(draft, seed),
        draft.shot or _shot(things),
        ALIASES.get(draft.look, draft.look) or "vector",
        draft.mood,
        tuple(left_out),
        tuple(draft.excluded),
    )


def _add_tools(draft: Draft) -> None:
    """Add what somebody needs for an action and the prompt does not name: a book to read."""
    draft.actions = [action for action in draft.actions if action.verb not in ("wear", "have")]
    for number, action in enumerate(draft.actions):
        if action.target is not None:
            draft.actions[number] = _with_target(draft, action, action.target)
            continue
        tool = TOOLS.get(action.verb) or MOUNTS.get(action.verb)
        acts = 0 <= action.subject < len(draft.things)
        if not tool or not acts or not is_figure(draft.things[action.subject].entry.value):
            continue
        draft.things.append(DraftThing("", Entry("thing", tool, "implied")))
        relation = "holds" if action.verb in TOOLS else "rides"
        draft.actions[number] = replace(action, target=len(draft.things) - 1, relation=relation)


def _with_target(draft: Draft, action: Action, target: int) -> Action:
    """Return an action as fits its object: books open, instruments are played, kites fly."""
    thing = draft.things[target]
    drawing = thing.entry.value
    if action.verb in ("read", "write") and drawing == "closed-book":
        draft.things[target] = replace(thing, entry=replace(thing.entry, value="open-book"))
    if action.verb in ("fly", "play") and drawing == "kite":
        return replace(action, verb="fly-kite", pose=verbs()["fly-kite"][0], target=None)
    if action.verb in ("play", "use") and drawing in INSTRUMENTS:
        pose, relation = verbs()["play-instrument"]
        return replace(action, pose=pose, relation=relation)
    return action


def _expand_groups(draft: Draft) -> None:
    """Replace drawings of several people by the people, each a figure of its own."""
    for index in range(len(draft.things)):
        thing = draft.things[index]
        people = _people_of(thing)
        if not people:
            continue
        first, *rest = people
        draft.things[index] = replace(thing, entry=replace(thing.entry, value=first))
        for name in rest:
            draft.things.append(replace(thing, entry=replace(thing.entry, value=name), phrase=""))
            for action in [action for action in draft.actions if action.subject == index]:
                draft.actions.append(replace(action, subject=len(draft.things) - 1, target=None))


def _people_of(thing: DraftThing) -> tuple[str, ...]:
    drawing = thing.entry.value
    if drawing.startswith("family-"):
        return tuple(drawing.split("-")[1:])
    if drawing in COUPLES:
        old = any(
            word in thing.phrase for word in ("grandparents", "爷爷奶奶", "外公外婆", "姥姥姥爷")
        )
        return ("old-man", "old-woman") if old else COUPLES[drawing]
    return ()


def _conditions(draft: Draft, seed: int) -> Conditions:
    hour = HOURS.get(draft.time, "")
    if not hour:
        hour = "night" if draft.place in DARK_PLACES else "day"
    weather = WEATHERS.get(draft.weather, "clear")
    moonlit = any("moon" in thing.entry.value for thing in draft.things)
    if not draft.time and moonlit:
        hour = "night"
    season = SEASONS.get(draft.season, "") or ("winter" if weather == "snow" else "summer")
    return Conditions(hour, weather, season, seed)


def _shot(things: tuple[Thing, ...]) -> str:
    figures = sum(thing.count for thing in things if thing.character)
    others = sum(thing.count for thing in things) - figures
    return "medium" if figures and figures + others <= 2 else "wide"


def _aged(character: Character, age: str, rng: Random) -> Character:
    """Return an older or younger character: white hair for people, glasses for animals."""
    if character.human:
        human = character.human
        if age in ("old", "ancient"):
            return replace(
                character, human=replace(human, age="old", hair_color=HAIR_COLORS["white"])
            )
        if age in ("young", "baby"):
            return replace(character, human=replace(human, age="child"))
    elif age in ("old", "ancient"):
        return dress(character, [("glasses", "")], rng)
    return character


def _thing(draft: DraftThing, rng: Random) -> Thing:
    drawing = draft.entry.value
    character = character_of(drawing, rng)
    color = next((color_named(value) for kind, value in draft.modifiers if kind == "color"), None)
    size = 1.0
    expression = ""
    for kind, value in draft.modifiers:
        if kind == "size":
            size = float(value) if value[0].isdigit() else 1.0
        elif kind == "expression":
            expression = value
            if value == "cool" and character:
                character = dress(character, [("sunglasses", "")], rng)
        elif kind == "material":
            color = color or color_named(MATERIALS.get(value, ""))
        elif kind == "age" and character:
            character = _aged(character, value, rng)
    if character and draft.role:
        character = dress_role(character, roles()[draft.role], rng)
    if character:
        character = dress(character, draft.clothes, rng)
        if color:
            character, color = recolor(character, color), None
    count = min(draft.count, MOST_COUNT)
    return Thing(
        draft.phrase,
        drawing,
        draft.entry.match,
        count,
        size,
        color,
        character,
        expression,
        tuple(draft.words),
    )
