"""Whisper (Radford et al., 2022) with CTranslate2: speech recognition with word times."""

import sys
from collections.abc import Iterator
from types import ModuleType
from typing import TYPE_CHECKING

from miaobi.assets.store import asset_folder
from miaobi.core.arrays import Samples
from miaobi.core.errors import ModelFileError, OptionError
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
MIN_SECONDS = 0.1  # a shorter recording has no words
WINDOW, SEARCH = 1200, 30  # seconds: length of a window, and how far its cut may move
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
        """Yield Progress in seconds of audio, then the Output: no segments without speech.

        Raises MediaError, TooLargeError or OptionError.
        """
        samples, _ = audio.decode(request.audio, rate=RATE)
        total = len(samples) / RATE
        language = self._language(samples, request.language)
        segments = []
        for start, end in _windows(samples) if total >= MIN_SECONDS else ():
            for segment in self._transcribe(samples[start:end], start / RATE, language, request):
                segments.append(segment)
                yield Progress("transcript", min(segment.end, total), total)
        if not segments:  # the language of silence is not known
            language = request.language
        output_language = "en" if request.translate and segments else language
        yield Output(segments=tuple(segments), language=output_language)

    def _transcribe(
        self, samples: Samples, start: float, language: str, request: TranscriptRequest
    ) -> Iterator[Segment]:
        """Yield the segments of a window that starts at `start` seconds."""
        transcribed, _ = self.model.transcribe(
            samples,
            language=language,
            task="translate" if request.translate else "transcribe",
            word_timestamps=True,
            vad_filter=True,
            initial_prompt=None if request.translate else INITIAL_PROMPTS.get(language),
            condition_on_previous_text=False,
        )
        for segment in transcribed:
            words = tuple(
                Word(word.word.strip(), start + word.start, start + word.end)
                for word in segment.words or ()
            )
            yield Segment(segment.text.strip(), start + segment.start, start + segment.end, words)

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


def _windows(samples: Samples) -> Iterator[tuple[int, int]]:
    """Yield (start, end) of windows that bound the memory, cut at the quietest half second."""
    import numpy as np

    start, step = 0, RATE // 2
    while len(samples) - start > (WINDOW + SEARCH) * RATE:
        first = start + (WINDOW - SEARCH) * RATE
        candidates = samples[first : first + 2 * SEARCH * RATE].reshape(-1, step)
        quietest = int(np.abs(candidates).mean(axis=1).argmin())
        end = first + quietest * step + step // 2
        yield start, end
        start = end
    yield start, len(samples)
