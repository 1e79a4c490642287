"""Whisper (Radford et al., 2022) with CTranslate2: speech recognition with word times."""

import sys
from collections.abc import Iterator
from types import ModuleType
from typing import TYPE_CHECKING

from miaobi.assets.store import asset_folder
from miaobi.core.arrays import Samples
from miaobi.core.errors import MediaError, ModelFileError, OptionError
from miaobi.core.events import Event, Output, Progress, Segment, Word
from miaobi.core.requests import TranscriptRequest
from miaobi.core.settings import threads
from miaobi.hub.inference import first_line
from miaobi.hub.whisper import whisper_folder
from miaobi.media import audio
from miaobi.models.zoo import Model

if TYPE_CHECKING:
    from faster_whisper import WhisperModel

RATE = 16_000  # Hz
# initial prompts; without one Whisper often transcribes Mandarin in traditional characters
INITIAL_PROMPTS = {"zh": "以下是普通话的句子。"}


class WhisperEngine:
    """Loaded Whisper model, which turns recordings into segments."""

    def __init__(self, model: Model) -> None:
        model_class = _whisper_model_class()
        folder = asset_folder(model.asset) if model.asset else whisper_folder(model.place)
        try:
            self.model = model_class(
                str(folder), device="cpu", compute_type="int8", cpu_threads=threads() + 1
            )
        except (RuntimeError, ValueError) as error:
            raise ModelFileError(
                "{folder} could not be loaded: {reason}.",
                "Choose another model, or another copy.",
                folder=folder,
                reason=first_line(error),
            ) from error

    def generate(self, request: TranscriptRequest) -> Iterator[Event]:
        """Yield Progress in seconds of audio, then the Output. Raises MediaError or OptionError."""
        samples, rate = audio.decode(request.audio)
        samples = audio.resample(samples, rate, RATE)
        if len(samples) < RATE // 10:
            raise _no_speech(request)
        language = self._language(samples, request.language)
        transcribed, info = self.model.transcribe(
            samples,
            language=language,
            task="translate" if request.translate else "transcribe",
            word_timestamps=True,
            vad_filter=True,
            initial_prompt=None if request.translate else INITIAL_PROMPTS.get(language),
            condition_on_previous_text=False,
        )
        segments = []
        for segment in transcribed:
            words = tuple(Word(w.word.strip(), w.start, w.end) for w in segment.words or ())
            segments.append(Segment(segment.text.strip(), segment.start, segment.end, words))
            yield Progress("transcript", min(segment.end, info.duration), info.duration)
        if not segments:
            raise _no_speech(request)
        output_language = "en" if request.translate else language
        yield Output(segments=tuple(segments), language=output_language)

    def _language(self, samples: Samples, language: str) -> str:
        """Return the requested language, or else the detected one. Raises OptionError."""
        supported = self.model.supported_languages
        if language and language not in supported:
            raise OptionError(
                "language is {value!r}.",
                "Choose one of: {choices}.",
                value=language,
                choices=", ".join(supported),
            )
        if language or len(supported) == 1:  # an English-only model
            return language or str(supported[0])
        detected, _, _ = self.model.detect_language(samples)
        return str(detected)

    def close(self) -> None:
        """Free the network."""
        del self.model


def _whisper_model_class() -> "type[WhisperModel]":
    """Import faster_whisper without PyAV, which it imports to decode files.

    Samples are decoded by media/audio.py, and PyAV's wheel would load x264 and x265, which are
    under the GPL, into this process.
    """
    is_loaded = "av" in sys.modules
    sys.modules.setdefault("av", ModuleType("av"))
    try:
        from faster_whisper import WhisperModel
    finally:
        if not is_loaded:
            del sys.modules["av"]
    return WhisperModel


def _no_speech(request: TranscriptRequest) -> MediaError:
    return MediaError("{path} contains no speech.", path=request.audio)
