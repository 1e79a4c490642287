"""The storyboard: each shot's picture prompt, motion, narration, sound and seconds.

It follows from the script by rule, so that a changed line changes one shot. A storyboard that the
user edited is read as it is.
"""

import re
from dataclasses import asdict, dataclass
from typing import Any

from miaobi.core.errors import DataError, MiaobiError, NotFoundError
from miaobi.core.film import MAX_SECONDS, MAX_SHOTS, MOTIONS, FilmPlan
from miaobi.core.sentences import HAN
from miaobi.film.script import Script
from miaobi.film.templates import find_template
from miaobi.scenes.prompt import is_known, setting
from miaobi.scenes.setting import rains, time_of
from miaobi.scenes.weather import Air
from miaobi.synthesis.prompt import mentioned, read_prompt, sounds

# the moves of the camera, one shot after the other; the first and the last are calm
MOVES = ("zoom in", "pan right", "zoom out", "pan left")
PLACE_WORDS = {
    "sky": ("in a blue sky", "蓝天下"),
    "night": ("at night", "夜空下"),
    "sea": ("on the sea", "海面上"),
    "grass": ("on the grass", "草地上"),
    "desert": ("in the desert", "沙漠里"),
    "room": ("in a room", "房间里"),
    "snow": ("in the snow", "雪地里"),
    "forest": ("in a forest", "森林里"),
    "city": ("in a city", "城市里"),
}
# what is heard at a place when the words name no sound
AIR = {
    "sky": "wind",
    "night": "crickets",
    "sea": "sea",
    "grass": "birds",
    "desert": "wind",
    "room": "clock",
    "snow": "wind",
    "forest": "forest",
    "city": "city",
}
# sounds that a story may mean when it names them; others are words of every day: a ring, a key
HEARD = (
    "rain",
    "wind",
    "storm",
    "thunder",
    "fire",
    "sea",
    "river",
    "waterfall",
    "splash",
    "footsteps",
    "heartbeat",
    "applause",
    "crowd",
    "bell",
    "wind-chimes",
    "birds",
    "crickets",
    "frogs",
    "bee",
    "dog",
    "cat",
    "cow",
    "sheep",
    "horse",
    "owl",
    "wolf",
    "lion",
    "elephant",
    "rooster",
    "train",
    "airplane",
    "helicopter",
    "fireworks",
    "explosion",
    "typing",
    "cave",
    "underwater",
    "magic",
)
# the time and the weather that the words of a scene tell, where its picture does not
TOLD = {"dark": ("at night", "夜里"), "rain": ("in the rain", "雨中")}
# heroes that are not seen on land, whatever a small model says of a harbor or a beach
AFLOAT = re.compile(
    r"\b(whale|dolphin|seal|fish|pufferfish|shark|octopus|jellyfish|lobster|shrimp|\w*boat|ship)s?\b"
    r"|鲸|海豚|海豹|鱼|鲨|水母|龙虾|虾|船|快艇",
    re.IGNORECASE,
)
ENDINGS = "子儿头们"  # of words that may be quite different ones
LAND = ("city", "desert", "grass", "forest", "snow")
QUIZ_SECONDS = 6.0


@dataclass(frozen=True)
class Shot:
    """One shot. `seconds` is the least it is seen; it lasts as long as its words take."""

    picture: str  # the prompt, without the style
    motion: str
    narration: str = ""
    sound: str = ""
    seconds: float = 3.0
    card: tuple[str, ...] = ()  # lines over the picture


@dataclass(frozen=True)
class Board:
    """A film on paper."""

    title: str
    language: str
    style: str
    music: str  # words for it; "": none
    shots: tuple[Shot, ...]

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def board_of(script: Script, plan: FilmPlan) -> Board:
    """The storyboard of a script."""
    template = find_template(plan.template)
    language = script["language"]
    seconds = max(1.5, (plan.seconds - 4.5) / max(1, len(script["scenes"])))
    airs, hero = _airs(script, plan.idea), script["hero"] or plan.idea
    scenes = [_at_sea(scene) if AFLOAT.search(hero) else scene for scene in script["scenes"]]
    shots = [
        Shot(
            _picture(scene, hero, language, airs[number]),
            MOVES[number % len(MOVES)],
            scene["say"],
            _heard(scene, language) if plan.sounds else "",
            round(seconds, 2),
        )
        for number, scene in enumerate(scenes)
    ]
    if quiz := script.get("quiz"):
        chime = _sound("success", language) if plan.sounds else ""
        shots += _quiz_shots(quiz, shots[-1], language, chime)
    music = "" if plan.music == "none" else plan.music or template.music[language]
    return Board(script["title"], language, plan.style or template.style, music, tuple(shots))


def read_board(document: Any, name: object) -> Board:
    """A storyboard from its file, checked. Raises DataError that says what is wrong where."""
    if not isinstance(document, dict) or not isinstance(document.get("shots"), list):
        raise _bad(name, "shots", "has to be a list")
    rows = document["shots"]
    if not 1 <= len(rows) <= MAX_SHOTS:
        raise _bad(name, "shots", f"has {len(rows)} entries")
    shots = tuple(_shot(row, name, number) for number, row in enumerate(rows, 1))
    told = {key: str(document.get(key) or "") for key in ("title", "style", "music")}
    language = "zh" if document.get("language") == "zh" else "en"
    return Board(told["title"], language, told["style"], told["music"], shots)


def _shot(row: Any, name: object, number: int) -> Shot:
    where = f"shots[{number}]"
    _check_words(row, name, where)
    if row.get("motion", "still") not in MOTIONS:
        raise _bad(
            name, f"{where}.motion", f"is {row['motion']!r}, not one of: {', '.join(MOTIONS)}"
        )
    seconds = row.get("seconds", 3.0)
    if isinstance(seconds, bool) or not isinstance(seconds, int | float):
        raise _bad(name, f"{where}.seconds", "has to be a number")
    if not 0.5 <= seconds <= MAX_SECONDS:
        raise _bad(name, f"{where}.seconds", f"is {seconds}")
    card = row.get("card", ())
    if not isinstance(card, list | tuple) or not all(isinstance(line, str) for line in card):
        raise _bad(name, f"{where}.card", "has to be a list of lines")
    if row.get("sound"):
        try:
            read_prompt(row["sound"])
        except NotFoundError as error:
            raise _bad(name, f"{where}.sound", _reason(error)) from error
    return Shot(
        row["picture"].strip(),
        row.get("motion", "still"),
        row.get("narration", "").strip(),
        row.get("sound", "").strip(),
        float(seconds),
        tuple(line for line in card if line.strip()),
    )


def _check_words(row: Any, name: object, where: str) -> None:
    if not isinstance(row, dict):
        raise _bad(name, where, "has to be an object")
    for key in ("picture", "motion", "narration", "sound"):
        if not isinstance(row.get(key, ""), str):
            raise _bad(name, f"{where}.{key}", "has to be text")
    if not row.get("picture", "").strip():
        raise _bad(name, f"{where}.picture", "is empty")


def _airs(script: Script, idea: str) -> list[Air]:
    """The light and the weather of every scene: a night lasts until the words tell of a day."""
    now = time_of(f"{idea}. {script['title']}")
    out = []
    for scene in script["scenes"]:
        words = f"{scene['say']}. {scene['show']}"
        by_place = "night" if scene["place"] == "night" else ""
        now = time_of(scene["show"]) or time_of(scene["say"]) or by_place or now
        out.append(Air(now == "night", rains(words) and scene["place"] not in ("room", "snow")))
    return out


def _at_sea(scene: dict[str, str]) -> dict[str, str]:
    """A scene of what lives in the water: on the sea instead of on land."""
    return {**scene, "place": "sea"} if scene["place"] in (*LAND, "night", "sky") else scene


def _picture(scene: dict[str, str], hero: str, language: str, air: Air) -> str:
    """What is seen: the scene with the hero in it, where it is, and that it is night or rains."""
    chinese = language == "zh"
    hero, name = _kind(hero)
    shown = (scene["show"] or hero).rstrip(".。，,")
    if name:
        shown = re.sub(rf"\b{name}\b(?!'s)" if name.isascii() else name, hero, shown, count=1)
    joint = "，" if chinese else ", "
    if not _shares(shown, hero):
        shown = f"{hero}{joint}{shown}"
    told = PLACE_WORDS.get(scene["place"], ("", ""))[chinese]
    named = setting(shown).place
    if named in LAND and AFLOAT.search(hero):
        told = PLACE_WORDS["sea"][chinese]
        shown, named = f"{told}{joint}{shown}", "sea"  # the place that is named first is drawn
    if not told and named == "" and not is_known(shown):
        told = PLACE_WORDS["grass"][chinese]  # what nobody can draw is at least somewhere
    more = [told] if named in ("", "sky") else []
    if air.dark and time_of(f"{shown} {more}") != "night":
        more.append(TOLD["dark"][chinese])
    if air.rain and not rains(shown):
        more.append(TOLD["rain"][chinese])
    more = [words for words in more if words and words not in shown]
    return joint.join((*more, shown) if chinese else (shown, *more))


def _kind(hero: str) -> tuple[str, str]:
    """("a fox", "Max") of a fox named Max: pictures know kinds of things, and no names."""
    if match := re.match(r"(.+?),? (?:named|called) (\w+)", hero):
        return match[1], match[2]
    if match := re.match(r"(\w+),? (?:the|an?) (\w.*)", hero):
        return f"a {match[2]}", match[1]
    if match := re.match(r"名?叫(?:做)?([\u4e00-\u9fff]{2,3})的(.+)", hero):
        return match[2], match[1]
    return hero, ""


def _shares(shown: str, hero: str) -> bool:
    """True when a description names the hero: by its last word, or its last characters."""
    if HAN.search(hero):
        return hero[-2:] in shown or (hero[-1] in shown and hero[-1] not in ENDINGS)
    last = re.findall(r"\w+", hero.lower())[-1:]
    return bool(last) and last[0].rstrip("s") in shown.lower()


def _heard(scene: dict[str, str], language: str) -> str:
    """The sound a scene asks for, else one that its words name, else that of its place."""
    if scene["sound"]:
        return scene["sound"] if scene["sound"] != "none" else ""
    named = mentioned(f"{scene['say']} {scene['show']}")
    name = next((name for name in named if name in HEARD), AIR.get(scene["place"], ""))
    return _sound(name, language)


def _sound(name: str, language: str) -> str:
    """What a row of sounds.toml is called in a language."""
    row = sounds().get(name)
    if row is None:
        return ""
    return row.zh[0] if language == "zh" else row.en[0]


def _quiz_shots(quiz: dict[str, Any], last: Shot, language: str, chime: str) -> list[Shot]:
    """The question with its answers, then the one that is right."""
    letters = "ABC"
    lines = (
        quiz["question"],
        *(f"{a}. {c}" for a, c in zip(letters, quiz["choices"], strict=False)),
    )
    stop = "。" if language == "zh" else "."
    right = f"{letters[quiz['choices'].index(quiz['answer'])]}. {quiz['answer']}"
    return [
        Shot(last.picture, "still", quiz["question"], "", QUIZ_SECONDS, lines),
        Shot(last.picture, "still", f"{quiz['answer']}{stop}", chime, 2.5, (right,)),
    ]


def _reason(error: MiaobiError) -> str:
    return str(error).rstrip(".。")


def _bad(name: object, field: str, reason: str) -> DataError:
    return DataError(
        "{name} is no storyboard: {field} {reason}.",
        "Correct it, or delete it: then it is made again.",
        name=name,
        field=field,
        reason=reason,
    )
