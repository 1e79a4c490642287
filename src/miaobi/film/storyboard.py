"""The storyboard: picture, camera motion, narration, sound and duration of each shot.

It follows from the script by rule, so that a changed line changes one shot. In a storyboard that
the user edited, the words of a changed picture replace its subject and setting.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace

from miaobi.core.errors import DataError, MiaobiError, NotFoundError
from miaobi.core.film import MAX_SECONDS, MAX_SHOTS, MOTIONS, FilmPlan
from miaobi.core.scene import SceneDescription, Setting
from miaobi.film.script import Quiz, Script
from miaobi.film.shot_content import (
    caption,
    scene_times,
    setting_of_scene,
    sound_of_scene,
    sound_prompt,
    split_name,
    subject_of,
)
from miaobi.film.templates import find_template
from miaobi.scenes.backgrounds import BACKGROUND_TABLE
from miaobi.scenes.prompt import setting_of
from miaobi.synthesis.prompt import read_prompt

CAMERA_MOTIONS = ("zoom in", "pan right", "zoom out", "pan left")  # of the shots in turn
QUIZ_SECONDS, ANSWER_SECONDS = 6.0, 2.5
# values of the fields of a setting
SETTING_FIELDS = {
    "place": ("", *BACKGROUND_TABLE),
    "time": ("", "day", "night"),
    "weather": ("", "rain"),
}


@dataclass(frozen=True)
class Shot:
    """One shot; it lasts `seconds`, or as long as its narration takes."""

    picture: str  # caption of the picture, without its style
    motion: str
    narration: str = ""
    sound: str = ""
    seconds: float = 3.0
    card: tuple[str, ...] = ()  # lines of text over the picture
    subject: str = ""  # words of `picture` without the setting; "": all of them
    setting: Setting | None = None  # None: the setting that `picture` names
    style: str = ""  # "": style of the storyboard

    @property
    def description(self) -> SceneDescription:
        """Subject and setting as fields; words are only parsed where the fields are missing."""
        setting = setting_of(self.picture) if self.setting is None else self.setting
        return SceneDescription(self.subject or self.picture, setting)


@dataclass(frozen=True)
class Storyboard:
    """All shots of a film, its title and its style."""

    title: str
    language: str
    style: str
    music: str  # prompt of the music; "": none
    shots: tuple[Shot, ...]

    def as_dict(self) -> dict[str, object]:
        """Return the storyboard as plain values for JSON."""
        return asdict(self)


def storyboard_from_script(script: Script, plan: FilmPlan) -> Storyboard:
    """Make the storyboard of a script."""
    template = find_template(plan.template)
    language, joint = script["language"], "，" if script["language"] == "zh" else ", "
    seconds = round(max(1.5, (plan.seconds - 4.5) / max(1, len(script["scenes"]))), 2)
    hero, name = split_name(script["hero"] or plan.idea)
    shots = []
    times = scene_times(script, plan.idea)
    for number, (scene, time) in enumerate(zip(script["scenes"], times, strict=True)):
        subject = subject_of(scene, hero, name, joint)
        setting = setting_of_scene(scene, subject, hero, time)
        shots.append(
            Shot(
                caption(subject, setting, language),
                CAMERA_MOTIONS[number % len(CAMERA_MOTIONS)],
                scene["say"],
                sound_of_scene(scene, hero, language) if plan.sounds else "",
                seconds,
                subject=subject,
                setting=setting,
            )
        )
    if quiz := script.get("quiz"):
        chime = sound_prompt("success", language) if plan.sounds else ""
        shots += _quiz_shots(quiz, shots[-1], language, chime)
    music = "" if plan.music == "none" else plan.music or template.music[language]
    return Storyboard(script["title"], language, plan.style or template.style, music, tuple(shots))


def read_storyboard(
    document: object, name: object, generated: Storyboard | None = None
) -> Storyboard:
    """Read a storyboard from its JSON document. Raises DataError with the field at fault.

    `generated` is the storyboard of the script. A shot whose picture differs from all of its
    pictures was edited: its subject and setting are those of its words.
    """
    if not isinstance(document, dict) or not isinstance(document.get("shots"), list):
        raise _error(name, "shots", "has to be a list")
    rows = document["shots"]
    if not 1 <= len(rows) <= MAX_SHOTS:
        raise _error(name, "shots", f"has {len(rows)} entries")
    shots = tuple(_read_shot(row, name, number) for number, row in enumerate(rows, 1))
    if generated is not None:
        pictures = {shot.picture for shot in generated.shots}
        shots = tuple(
            shot if shot.picture in pictures else replace(shot, subject="", setting=None)
            for shot in shots
        )
    title, style, music = (str(document.get(key) or "") for key in ("title", "style", "music"))
    language = "zh" if document.get("language") == "zh" else "en"
    return Storyboard(title, language, style, music, shots)


def _read_shot(row: object, name: object, number: int) -> Shot:
    field = f"shots[{number}]"
    if not isinstance(row, dict):
        raise _error(name, field, "has to be an object")
    _check_text(row, name, field)
    if row.get("motion", "still") not in MOTIONS:
        raise _error(
            name, f"{field}.motion", f"is {row['motion']!r}, not one of: {', '.join(MOTIONS)}"
        )
    seconds = row.get("seconds", 3.0)
    if isinstance(seconds, bool) or not isinstance(seconds, int | float):
        raise _error(name, f"{field}.seconds", "has to be a number")
    if not 0.5 <= seconds <= MAX_SECONDS:
        raise _error(name, f"{field}.seconds", f"is {seconds}")
    card = row.get("card", ())
    if not isinstance(card, list | tuple) or not all(isinstance(line, str) for line in card):
        raise _error(name, f"{field}.card", "has to be a list of lines")
    if row.get("sound"):
        try:
            read_prompt(row["sound"])
        except NotFoundError as error:
            raise _error(name, f"{field}.sound", _reason(error)) from error
    return Shot(
        row["picture"].strip(),
        row.get("motion", "still"),
        row.get("narration", "").strip(),
        row.get("sound", "").strip(),
        float(seconds),
        tuple(line for line in card if line.strip()),
        row.get("subject", "").strip(),
        _read_setting(row.get("setting"), name, f"{field}.setting"),
        row.get("style", "").strip(),
    )


def _check_text(row: Mapping[str, object], name: object, field: str) -> None:
    for key in ("picture", "motion", "narration", "sound", "subject", "style"):
        if not isinstance(row.get(key, ""), str):
            raise _error(name, f"{field}.{key}", "has to be text")
    if not str(row.get("picture", "")).strip():
        raise _error(name, f"{field}.picture", "is empty")


def _read_setting(row: object, name: object, field: str) -> Setting | None:
    if row is None:
        return None
    if not isinstance(row, dict):
        raise _error(name, field, "has to be an object")
    for key, values in SETTING_FIELDS.items():
        if row.get(key, "") not in values:
            choices = ", ".join(filter(None, values))
            raise _error(name, f"{field}.{key}", f"is {row[key]!r}, not one of: {choices}")
    return Setting(**{key: row.get(key, "") for key in SETTING_FIELDS})


def _quiz_shots(quiz: Quiz, last: Shot, language: str, chime: str) -> list[Shot]:
    """Return a shot of the question with its choices, and one of the answer."""
    choices = [f"{a}. {c}" for a, c in zip("ABC", quiz["choices"], strict=False)]
    lines = (quiz["question"], *choices)
    stop = "。" if language == "zh" else "."
    answer = choices[quiz["choices"].index(quiz["answer"])]
    question = replace(last, motion="still", sound="", card=lines)
    return [
        replace(question, narration=quiz["question"], seconds=QUIZ_SECONDS),
        replace(
            question,
            narration=f"{quiz['answer']}{stop}",
            sound=chime,
            seconds=ANSWER_SECONDS,
            card=(answer,),
        ),
    ]


def _reason(error: MiaobiError) -> str:
    return str(error).rstrip(".。")


def _error(name: object, field: str, reason: str) -> DataError:
    return DataError(
        "{name} is not a valid storyboard: {field} {reason}.",
        "Fix it, or delete it to have it made again.",
        name=name,
        field=field,
        reason=reason,
    )
