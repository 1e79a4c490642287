"""Whisper (Radford et al., 2022) through CTranslate2: speech to text with word times."""

from collections.abc import Iterator

from miaobi.assets.store import folder
from miaobi.core.errors import MediaError, ModelFileError, OptionError
from miaobi.core.events import Event, Output, Progress, Segment, Word
from miaobi.core.requests import TranscriptRequest
from miaobi.core.settings import threads
from miaobi.hub.loading import first_line
from miaobi.hub.whisper import whisper_folder
from miaobi.media import audio
from miaobi.models.zoo import Model

RATE = 16_000
# without a hint Whisper likes to write Mandarin in traditional characters
HINTS = {"zh": "以下是普通话的句子。"}


class WhisperEngine:
    """Recordings to words."""

    def __init__(self, model: Model) -> None:
        from faster_whisper import WhisperModel

        place = folder(model.asset) if model.asset else whisper_folder(model.place)
        try:
            self.model = WhisperModel(
                str(place), device="cpu", compute_type="int8", cpu_threads=threads() + 1
            )
        except (RuntimeError, ValueError) as error:
            raise ModelFileError(
                "{folder} could not be loaded: {reason}.",
                "Choose another model, or another copy.",
                folder=place,
                reason=first_line(error),
            ) from error

    def generate(self, request: TranscriptRequest) -> Iterator[Event]:
        """Progress in seconds of sound, then the Output. Raises MediaError or OptionError."""
        samples, rate = audio.decode(request.audio)
        samples = audio.resample(samples, rate, RATE)
        if len(samples) < RATE // 10:
            raise MediaError("{path} holds no sound to write down.", path=request.audio)
        language = self._language(samples, request.language)
        found, info = self.model.transcribe(
            samples,
            language=language,
            task="translate" if request.translate else "transcribe",
            word_timestamps=True,
            vad_filter=True,
            initial_prompt=None if request.translate else HINTS.get(language),
            condition_on_previous_text=False,
        )
        segments = []
        for segment in found:
            words = tuple(Word(w.word.strip(), w.start, w.end) for w in segment.words or ())
            segments.append(Segment(segment.text.strip(), segment.start, segment.end, words))
            yield Progress("transcript", min(segment.end, info.duration), info.duration)
        if not segments:
            raise MediaError("{path} holds no sound to write down.", path=request.audio)
        written = "en" if request.translate else language
        yield Output(segments=tuple(segments), language=written)

    def _language(self, samples: object, wanted: str) -> str:
        known = self.model.supported_languages
        if wanted and wanted not in known:
            raise OptionError(
                "language is {value!r}.",
                "Choose one of: {choices}.",
                value=wanted,
                choices=", ".join(known),
            )
        if wanted or len(known) == 1:  # a model of English alone hears nothing else
            return wanted or str(known[0])
        language, _, _ = self.model.detect_language(samples)
        return str(language)

    def close(self) -> None:
        del self.model
