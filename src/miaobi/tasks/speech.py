"""`speech` reads text, dialogues and SSML aloud; `audiobook` reads a text file with chapters.

Their `stream_` variants yield the events of the pipeline; the last one is Done.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Unpack

from miaobi.core.artifact import Artifact
from miaobi.core.checks import check_choice, check_text
from miaobi.core.errors import OptionError, PromptError
from miaobi.core.requests import SpeechRequest
from miaobi.core.sentences import HAN, language_of
from miaobi.core.speech import Turn
from miaobi.core.text_encoding import decode_text
from miaobi.media.audio import resolve_format
from miaobi.models.zoo import Model, default_model, find_model
from miaobi.speech.audiobook import BOOKS, read_book
from miaobi.speech.dialogue import read_dialogue
from miaobi.speech.normalization import is_speakable
from miaobi.speech.ssml import is_ssml, read_ssml
from miaobi.tasks.inputs import existing_file
from miaobi.tasks.options import SpeechOptions, without_none
from miaobi.tasks.run import Run, run, wait_for_artifact

TEXT_FILES = (".txt", ".md", ".markdown")
MAX_FILE_NAME = 300  # characters; a longer string is the text of a book
SUBTITLES = ("", "srt", "vtt", "json")
# voices of Kokoro for the speakers of a dialogue without a voice, best first
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
    model: str | Model | None = None,
    voice: str = "",
    dialogue: bool = False,
    cast: Mapping[str, str] | None = None,
    **options: Unpack[SpeechOptions],
) -> Artifact:
    """Read text aloud; options are the fields of SpeechRequest: speed (0.5 to 2), format, seed …

    Text that begins with <speak> is SSML. With dialogue=True, or a cast such as
    {"ANNA": "af_bella"}, it has lines such as "ANNA: Hello." format is wav, flac, mp3 or ogg. With
    subtitles="srt", "vtt" or "json" the `parts` of the artifact hold them; its `segments` hold the
    times of all words. Raises MiaobiError.
    """
    events = stream_speech(words, model=model, voice=voice, dialogue=dialogue, cast=cast, **options)
    return wait_for_artifact(events)


def stream_speech(
    words: str,
    *,
    model: str | Model | None = None,
    voice: str = "",
    dialogue: bool = False,
    cast: Mapping[str, str] | None = None,
    **options: Unpack[SpeechOptions],
) -> Run:
    """Read text aloud and yield the events, with a Sound for each finished sentence."""
    check_text("text", words)
    check_choice("subtitles", options.get("subtitles") or "", SUBTITLES)
    resolve_format(None, options.get("format"))
    turns: tuple[Turn, ...] = ()
    if is_ssml(words):
        turns = read_ssml(words)
    elif dialogue or cast:
        row = choose_speech_model(model, "", words, several=True)
        voices = CAST[language_of(words)] if row.name == "kokoro-82m" else ()
        turns = read_dialogue(words, cast or {}, voices)
    return _speak(words, turns, model, voice, options)


def audiobook(
    book: str | Path,
    *,
    model: str | Model | None = None,
    voice: str = "",
    **options: Unpack[SpeechOptions],
) -> Artifact:
    """Read a text or Markdown file, or its text, aloud with a chapter for each heading.

    Options are the fields of SpeechRequest: speed, title, author, seed; format is m4b or mp3.
    Raises MiaobiError.
    """
    return wait_for_artifact(stream_audiobook(book, model=model, voice=voice, **options))


def stream_audiobook(
    book: str | Path,
    *,
    model: str | Model | None = None,
    voice: str = "",
    **options: Unpack[SpeechOptions],
) -> Run:
    """Read a text or Markdown file aloud and yield the events."""
    format = options.get("format") or BOOKS[0]
    if format not in BOOKS:
        raise OptionError(
            "There is no audiobook format {format!r}.",
            "Choose one of: {formats}.",
            format=format,
            formats=", ".join(BOOKS),
        )
    text = decode_text(existing_file(book).read_bytes(), book) if _is_file(book) else str(book)
    check_text("text", text)
    heading, turns = read_book(text)
    title = options.get("title") or heading or (Path(book).stem if _is_file(book) else "")
    options |= {"format": format, "title": title}
    return _speak(text, turns, model, voice, options)


def _speak(
    text: str,
    turns: tuple[Turn, ...],
    model: str | Model | None,
    voice: str,
    options: SpeechOptions,
) -> Run:
    spoken = "".join(turn.text for turn in turns) or text
    if not is_speakable(spoken):
        raise PromptError(
            "There is nothing in the {name} that could be spoken.",
            "Give it words or numbers.",
            name="text",
        )
    voices = {turn.voice for turn in turns if turn.voice}
    main_voice = next(iter(voices)) if len(voices) == 1 and not voice else voice
    several = len(voices | ({voice} if voice else set())) > 1
    row = choose_speech_model(model, main_voice, spoken, several=several)
    fields = without_none(options)
    return run(SpeechRequest(model=row.name, text=text, voice=voice, turns=turns, **fields), row)


def choose_speech_model(
    model: str | Model | None, voice: str, text: str, several: bool = False
) -> Model:
    """Find the requested model, else one with the voice, else the default of the language.

    `several` requires a model with more than one voice. Raises NotFoundError.
    """
    if model:
        return find_model(model, "speech")
    if several or (voice and voice != "heart"):
        return find_model("kokoro-82m", "speech")
    if voice == "heart" or not HAN.search(text):
        return find_model("hibari", "speech")
    return default_model("speech", "zh")


def _is_file(book: str | Path) -> bool:
    """Return True for a path, or for a short string with the extension of a text file."""
    if isinstance(book, Path):
        return True
    is_short = len(book) < MAX_FILE_NAME and "\n" not in book
    return is_short and Path(book).suffix.lower() in TEXT_FILES
