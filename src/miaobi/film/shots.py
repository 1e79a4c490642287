"""The parts of a film that its storyboard names: pictures, narration, sounds and music.

Each is a request of its own through the pipeline of tasks/run.py and a part of the project; parts
that are up to date are kept.
"""

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from miaobi.assets.members import KOKORO_VOICES
from miaobi.core.events import Done, Event, Progress
from miaobi.core.film import FilmPlan
from miaobi.core.sentences import language_of
from miaobi.engines.kokoro import companion_voice
from miaobi.engines.registry import choose_model, engine_row
from miaobi.film.project import Narration, Project, words_from_json, words_to_json
from miaobi.film.storyboard import Shot, Storyboard
from miaobi.film.timeline import shot_lengths
from miaobi.looks.looks import LOOKS
from miaobi.media import audio
from miaobi.media.cues import estimate_word_times
from miaobi.models.zoo import architecture_of, find_model
from miaobi.provenance.manifest import COMPUTED
from miaobi.scenes.captions import PLACE_WORDS, STYLE_WORDS
from miaobi.scenes.prompt import ScenePrompt, parse_scene
from miaobi.scenes.sprites import STYLES, subjects
from miaobi.scenes.vocabulary import find_style
from miaobi.tasks.audio import stream_sound
from miaobi.tasks.image import stream_image
from miaobi.tasks.music import stream_music
from miaobi.tasks.speech import stream_speech

VOICES = {"en": "af_heart", "zh": "zf_xiaoyi"}  # default voices
MAX_SOUND_SECONDS = 12.0  # of one shot
CAMERA_MARGIN = 1.25  # scale of pictures over the film, so that close views stay sharp
FILM_LOOKS = {name: name for name in LOOKS} | {"ink": "ink-wash"}
# backgrounds that the network "drawings" has not learned, and the closest that it has
LEARNED_PLACES = {"forest": "grass", "city": "", "plain": ""}


def make_pictures(board: Storyboard, plan: FilmPlan, project: Project) -> Iterator[Event]:
    """Generate the picture of every shot.

    All shots share the seed, so that a network draws the hero alike; by rule it is alike anyway.
    """
    total = len(board.shots)
    for number, shot in enumerate(board.shots, 1):
        yield Progress("pictures", number - 1, total)
        prompt, options = picture_request(shot, board, plan)
        if plan.animate or options["scene"] is not None:
            options["seed"] += number - 1
        inputs = {"prompt": prompt, **options}
        name = f"pictures/{number:02}"
        if project.current(name, inputs) is None:
            for event in stream_image(prompt, parents=project.script_parents, **options):
                if isinstance(event, Done):
                    project.write(name, "png", inputs, event.artifact)
                elif isinstance(event, Progress) and event.total:
                    yield Progress("pictures", number - 1 + event.done / event.total, total)
    project.truncate("pictures", total)
    yield Progress("pictures", total, total)


def picture_request(shot: Shot, board: Storyboard, plan: FilmPlan) -> tuple[str, dict[str, Any]]:
    """Return the prompt and the options of a shot's picture.

    Engines by rule receive subject, setting and style as fields. Networks read words: ours have
    few, those of the Hub get the whole caption with the style.
    """
    scene, style = shot.description, shot.style or board.style
    options: dict[str, Any] = {"scene": None, "style": "", "size": None, "seed": plan.seed}
    row = (
        find_model(plan.image_model, "image")
        if plan.image_model
        else choose_model("image", shot.picture, {"scene": scene, **_asked_style(shot, plan)})
    )
    options["model"] = row.name
    prompt = shot.picture
    if engine_row(row.engine).origin == COMPUTED:
        width, height = (int(side * CAMERA_MARGIN) for side in plan.size)
        options |= {"scene": scene, "size": (width, height)}
        named = style if style in STYLES else find_style(style.casefold())
        # illustrations have looks; the styles of drawings mean their usual one
        options["style"] = named if row.engine == "collage" else FILM_LOOKS.get(style, "")
        return prompt, options
    if row.name == "drawings":
        prompt = _learned_words(parse_scene(scene), board.language) or prompt
    if style in STYLE_WORDS and architecture_of(Path(row.place)) == "text-to-image":
        return prompt, options | {"style": style}
    return _with_style(prompt, style, board.language), options


def _asked_style(shot: Shot, plan: FilmPlan) -> dict[str, str]:
    """Return the style of the plan or shot, which decides the model; templates only suggest."""
    style = shot.style or plan.style or ""
    return {"style": style} if style in STYLES or style in LOOKS else {}


def make_narration(board: Storyboard, plan: FilmPlan, project: Project) -> Iterator[Event]:
    """Speak the narration of every shot and store the times of its words."""
    total = len(board.shots)
    for number, shot in enumerate(board.shots, 1):
        yield Progress("narration", number - 1, total)
        voice = narrator(shot.narration, plan.voice, board.language)
        name = f"narration/{number:02}"
        inputs = {"text": shot.narration, "voice": voice}
        if not shot.narration or project.current(name, inputs) is not None:
            continue
        for event in stream_speech(
            shot.narration, voice=voice, seed=plan.seed, parents=project.script_parents
        ):
            if isinstance(event, Done):
                path = project.write(name, "wav", inputs, event.artifact)
                segments = event.artifact.segments
                words = tuple(word for segment in segments for word in segment.words)
                project.write(f"words/{number:02}", "json", {"voice": path}, words_to_json(words))
    project.truncate("narration", total)
    project.truncate("words", total)
    yield Progress("narration", total, total)


def narrator(text: str, voice: str, language: str) -> str:
    """Return the voice of a shot: that of the film, or one of the language of the shot."""
    spoken = language_of(text) if any(char.isalpha() for char in text) else language
    if spoken == language:
        return voice or VOICES[language]
    return companion_voice(voice, spoken) if voice in KOKORO_VOICES else VOICES[spoken]


def read_narration(board: Storyboard, project: Project) -> list[Narration | None]:
    """Read the narration of each shot, None for a silent one. Raises MediaError."""
    narration: list[Narration | None] = []
    for number, shot in enumerate(board.shots, 1):
        path = project.audio_path(f"narration/{number:02}")
        if path is None:
            narration.append(None)
            continue
        samples, rate = audio.decode(path)
        seconds = len(samples) / rate
        times = project.current(f"words/{number:02}", {"voice": path})
        words = (
            words_from_json(times) if times else estimate_word_times(shot.narration, 0.0, seconds)
        )
        narration.append(Narration(path, seconds, words))
    return narration


def make_sounds(board: Storyboard, plan: FilmPlan, project: Project) -> Iterator[Event]:
    """Generate the sound of every shot that has one, as long as the shot."""
    total = len(board.shots)
    lengths = shot_lengths(board, read_narration(board, project))
    for number, shot in enumerate(board.shots, 1):
        yield Progress("sounds", number - 1, total)
        name = f"sounds/{number:02}"
        seconds = min(MAX_SOUND_SECONDS, float(math.ceil(lengths[number - 1])))
        inputs: dict[str, Any] = {"seconds": seconds, "seed": plan.seed + number}
        inputs["prompt"] = shot.sound
        if not shot.sound or project.current(name, inputs) is not None:
            continue
        for event in stream_sound(**inputs, parents=project.script_parents):
            if isinstance(event, Done):
                project.write(name, "wav", inputs, event.artifact)
    project.truncate("sounds", total)
    yield Progress("sounds", total, total)


def make_music(prompt: str, seconds: float, plan: FilmPlan, project: Project) -> Iterator[Event]:
    """Compose the music of the whole film; an empty prompt composes none."""
    length = float(max(2, math.ceil(seconds)))
    inputs: dict[str, Any] = {"prompt": prompt, "seconds": length, "seed": plan.seed}
    if not prompt or project.current("music", inputs) is not None:
        return
    yield Progress("music", 0, 1)
    for event in stream_music(**inputs, parents=project.script_parents):
        if isinstance(event, Done):
            project.write("music", "wav", inputs, event.artifact)
        elif isinstance(event, Progress) and event.total:
            yield Progress("music", event.done, event.total)


def _with_style(prompt: str, style: str, language: str) -> str:
    """Append a style in words, for networks without a style option."""
    if not style:
        return prompt
    if style in STYLE_WORDS:
        english, chinese = STYLE_WORDS[style]
        style = f"{chinese[0]}风格" if language == "zh" else f"{english[0]} style"
    return f"{prompt}{'，' if language == 'zh' else ', '}{style}"


def _learned_words(prompt: ScenePrompt, language: str) -> str:
    """Describe the first two subjects and the place in the vocabulary of "drawings"."""
    if prompt.is_empty:
        return ""
    plan, chinese = prompt.plan, language == "zh"
    place = (
        "night" if prompt.conditions.dark else LEARNED_PLACES.get(plan.background, plan.background)
    )
    phrase = PLACE_WORDS[place][chinese][0] if place else ""
    items = [subjects()[item.subject] for item in plan.items[:2]]
    if chinese:
        return phrase + "和".join(f"一{item.measure}{item.chinese}" for item in items)
    names = " and ".join(f"a {item.english}" for item in items)
    return " ".join(part for part in (names, phrase) if part)
