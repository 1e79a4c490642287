"""Words to speech: `speech`, also of scripts and SSML, and `audiobook`.

Each has a `stream_` twin that yields the events of the road as they come; the last one is Done.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from miaobi.core.artifact import Artifact
from miaobi.core.checks import check_choice, check_words
from miaobi.core.errors import NotFoundError, OptionError, PromptError
from miaobi.core.events import Event
from miaobi.core.requests import SpeechRequest
from miaobi.core.sentences import HAN, language_of
from miaobi.core.speech import Turn
from miaobi.media.audio import format_of
from miaobi.models.zoo import Model, default_model, find_model
from miaobi.speech.audiobook import BOOKS, read_book
from miaobi.speech.dialogue import read_dialogue
from miaobi.speech.normalization import is_speakable
from miaobi.speech.ssml import is_ssml, read_ssml
from miaobi.tasks.run import artifact_of, run

SUBTITLES = ("", "srt", "vtt", "json")
# who is given to speakers of a script that name no voice: the best of Kokoro's first
CAST = {
    "en": (
        "af_heart",
        "am_michael",
        "af_bella",
        "am_fenrir",
        "bf_emma",
        "bm_george",
        "af_nicole",
        "am_puck",
        "af_sarah",
        "bm_fable",
        "af_aoede",
        "am_onyx",
        "bf_isabella",
        "bm_daniel",
    ),
    "zh": (
        "zf_xiaoyi",
        "zm_yunxi",
        "zf_xiaoxiao",
        "zm_yunyang",
        "zf_xiaobei",
        "zm_yunjian",
        "zf_xiaoni",
        "zm_yunxia",
    ),
}


def speech(
    words: str,
    *,
    model: str | None = None,
    voice: str = "",
    speed: float = 1.0,
    format: str = "wav",
    seed: int | None = None,
    **options: Any,
) -> Artifact:
    """Speak words; speed 0.5 to 2, format wav, flac, mp3 or ogg. Raises MiaobiError.

    Words that begin with <speak> are SSML. With dialogue=True, or a cast such as
    {"ANNA": "af_bella"}, they are a script of lines "ANNA: Hello." With subtitles="srt", "vtt" or
    "json" the artifact's `parts` hold them. `segments` says when each word is heard.
    """
    events = stream_speech(
        words, model=model, voice=voice, speed=speed, format=format, seed=seed, **options
    )
    return artifact_of(events)


def stream_speech(
    words: str,
    *,
    model: str | None = None,
    voice: str = "",
    dialogue: bool = False,
    cast: Mapping[str, str] | None = None,
    **options: Any,
) -> Iterator[Event]:
    """The same, event by event: each sentence is a Sound as soon as it is spoken."""
    check_words("text", words)
    check_choice("subtitles", options.get("subtitles") or "", SUBTITLES)
    format_of(None, options.get("format"))
    turns: tuple[Turn, ...] = ()
    if is_ssml(words):
        turns = read_ssml(words)
    elif dialogue or cast:
        row = speaker(model, "", words, several=True)
        voices = CAST[language_of(words)] if row.name == "kokoro-82m" else ()
        turns = read_dialogue(words, cast or {}, voices)
    return _spoken(words, turns, model, voice, options)


def audiobook(
    book: str | Path,
    *,
    model: str | None = None,
    voice: str = "",
    speed: float = 1.0,
    format: str = "m4b",
    seed: int | None = None,
    **options: Any,
) -> Artifact:
    """Read a text or Markdown file (or its words) aloud, with a chapter mark for each heading.

    Format m4b or mp3; options title and author. Raises MiaobiError.
    """
    events = stream_audiobook(
        book, model=model, voice=voice, speed=speed, format=format, seed=seed, **options
    )
    return artifact_of(events)


def stream_audiobook(
    book: str | Path,
    *,
    model: str | None = None,
    voice: str = "",
    format: str = "m4b",
    title: str = "",
    **options: Any,
) -> Iterator[Event]:
    """The same, event by event."""
    if format not in BOOKS:
        raise OptionError(
            "There is no audiobook format {format!r}.",
            "Choose one of: {formats}.",
            format=format,
            formats=", ".join(BOOKS),
        )
    words = _text_of(book)
    check_words("text", words)
    found, turns = read_book(words)
    title = title or found or (Path(book).stem if _is_file(book) else "")
    return _spoken(words, turns, model, voice, {"format": format, "title": title, **options})


def _spoken(
    words: str, turns: tuple[Turn, ...], model: str | None, voice: str, options: dict[str, Any]
) -> Iterator[Event]:
    text = "".join(turn.text for turn in turns) or words
    if not is_speakable(text):
        raise PromptError(
            "There is nothing in the {name} that could be spoken.",
            "Give it words or numbers.",
            name="text",
        )
    voices = {turn.voice for turn in turns if turn.voice}
    one = next(iter(voices)) if len(voices) == 1 and not voice else voice
    row = speaker(model, one, text, several=len(voices | ({voice} if voice else set())) > 1)
    given = {name: value for name, value in options.items() if value is not None}
    return run(SpeechRequest(model=row.name, text=words, voice=voice, turns=turns, **given), row)


def speaker(model: str | None, voice: str, words: str, several: bool = False) -> Model:
    """The model asked for; else the one that has the voice; else the default of the language."""
    if model:
        return find_model(model, "speech")
    if several or (voice and voice != "heart"):
        return find_model("kokoro-82m", "speech")
    if voice == "heart" or not HAN.search(words):
        return find_model("hibari", "speech")
    return default_model("speech", "zh")


def _is_file(book: str | Path) -> bool:
    """A path, or a short line that names a file."""
    if isinstance(book, Path):
        return True
    short = len(book) < 300 and "\n" not in book
    return short and Path(book).suffix.lower() in (".txt", ".md", ".markdown")


def _text_of(book: str | Path) -> str:
    """The words of a file, or those given. Raises NotFoundError or PromptError."""
    if not _is_file(book):
        return str(book)
    path = Path(book).expanduser()
    if not path.is_file():
        raise NotFoundError("There is no file {path}.", "Check the name.", path=path)
    return path.read_bytes().decode("utf-8-sig", "surrogateescape")
