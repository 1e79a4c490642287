"""Content of a shot from a scene of the script: subject, setting, caption and sound."""

import re

from miaobi.core.scene import Setting
from miaobi.core.sentences import HAN
from miaobi.film.script import Script
from miaobi.scenes.prompt import is_known, setting_of
from miaobi.scenes.setting import DRY_PLACES, find_time, mentions_rain
from miaobi.synthesis.prompt import find_sounds, sounds

PLACE_PHRASES = {  # in captions: English, Chinese
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
NIGHT_PHRASE, RAIN_PHRASE = ("at night", "夜里"), ("in the rain", "雨中")
# ambience of a place, where the script names no sound
AMBIENCE = {
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
# sounds that the words of a script mean when they name them; not so a ring or a key
STORY_SOUNDS = (
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
# heroes that belong on the sea: a small language model often puts them in a town or on a beach
AFLOAT = re.compile(
    r"\b(whale|dolphin|seal|fish|pufferfish|shark|octopus|jellyfish|lobster|shrimp|\w*boat|ship)s?\b"
    r"|鲸|海豚|海豹|鱼|鲨|水母|龙虾|虾|船|快艇",
    re.IGNORECASE,
)
LAND = ("city", "desert", "grass", "forest", "snow")
SUFFIXES = "子儿头们"  # last characters shared by unrelated Chinese nouns


def scene_times(script: Script, idea: str) -> list[str]:
    """Return the time of day of every scene, "night", "day" or ""; it lasts until another one."""
    time = find_time(f"{idea}. {script['title']}")
    times = []
    for scene in script["scenes"]:
        by_place = "night" if scene["place"] == "night" else ""
        time = find_time(scene["show"]) or find_time(scene["say"]) or by_place or time
        times.append(time)
    return times


def scene_place(scene: dict[str, str], hero: str) -> str:
    """Return the place of a scene, the sea for a hero that belongs there."""
    place = scene["place"]
    return "sea" if place in (*LAND, "night", "sky") and AFLOAT.search(hero) else place


def subject_of(scene: dict[str, str], hero: str, name: str, joint: str) -> str:
    """Return the words for what a scene shows, always with the hero.

    Pictures know kinds of things and no names: `hero` replaces the `name`.
    """
    shown = (scene["show"] or hero).rstrip(".。，,")
    if name:
        shown = re.sub(rf"\b{name}\b(?!'s)" if name.isascii() else name, hero, shown, count=1)
    return shown if _mentions_hero(shown, hero) else f"{hero}{joint}{shown}"


def setting_of_scene(scene: dict[str, str], subject: str, hero: str, time: str) -> Setting:
    """Return the setting of a scene: from its words, its place and the time of the story."""
    named, script_place = setting_of(subject), scene_place(scene, hero)
    place = named.place
    if place in LAND and AFLOAT.search(hero):
        place = "sea"
    elif place in ("", "sky") and script_place not in ("", "night"):
        place = script_place
    if not place and not script_place and not is_known(subject):
        place = "grass"  # an unknown subject still gets a background
    day = named.time or ("day" if place == script_place == "sky" else "")
    narrated = mentions_rain(scene["say"]) and not mentions_rain(subject)
    rain = named.weather == "rain" or (narrated and script_place not in ("room", "snow"))
    rain = rain and place not in DRY_PLACES
    return Setting(place, "night" if time == "night" else day, "rain" if rain else "")


def caption(subject: str, setting: Setting, language: str) -> str:
    """Write the prompt of a picture: the subject, and what its own words omit of the setting."""
    chinese = language == "zh"
    named = setting_of(subject)
    phrases = []
    if setting.place and setting.place != named.place:
        phrases.append(PLACE_PHRASES[setting.place][chinese])
    if setting.time == "night" and named.time != "night":
        phrases.append((NIGHT_PHRASE if setting.place else PLACE_PHRASES["night"])[chinese])
    if setting.weather == "rain" and not mentions_rain(subject):
        phrases.append(RAIN_PHRASE[chinese])
    phrases = [phrase for phrase in phrases if phrase not in subject]
    return "，".join((*phrases, subject)) if chinese else ", ".join((subject, *phrases))


def split_name(hero: str) -> tuple[str, str]:
    """Split "a fox named Max" into ("a fox", "Max"); the name is "" without one."""
    if match := re.match(r"(.+?),? (?:named|called) (\w+)", hero):
        return match[1], match[2]
    if match := re.match(r"(\w+),? (?:the|an?) (\w.*)", hero):
        return f"a {match[2]}", match[1]
    if match := re.match(r"名?叫(?:做)?([\u4e00-\u9fff]{2,3})的(.+)", hero):
        return match[2], match[1]
    return hero, ""


def sound_of_scene(scene: dict[str, str], hero: str, language: str) -> str:
    """Return the sound of a scene: its own, else one its words name, else that of its place."""
    if scene["sound"]:
        return scene["sound"] if scene["sound"] != "none" else ""
    names = find_sounds(f"{scene['say']} {scene['show']}")
    name = next((name for name in names if name in STORY_SOUNDS), "")
    return sound_prompt(name or AMBIENCE.get(scene_place(scene, hero), ""), language)


def sound_prompt(name: str, language: str) -> str:
    """Return the prompt of a row of sounds.toml, "" where there is none."""
    row = sounds().get(name)
    if row is None:
        return ""
    return row.zh[0] if language == "zh" else row.en[0]


def _mentions_hero(shown: str, hero: str) -> bool:
    """Return True if a description contains the last word, or last characters, of the hero."""
    if HAN.search(hero):
        return hero[-2:] in shown or (hero[-1] in shown and hero[-1] not in SUFFIXES)
    last = re.findall(r"\w+", hero.lower())[-1:]
    return bool(last) and last[0].rstrip("s") in shown.lower()
