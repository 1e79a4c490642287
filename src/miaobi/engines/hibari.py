"""hibari: 8 MB of English speech synthesis, distilled from Kokoro, letters-to-sound included."""

from collections.abc import Iterator

from miaobi.core.errors import NotFoundError
from miaobi.core.events import Event, Output, Progress, Sound
from miaobi.core.requests import SpeechRequest
from miaobi.media.text import language_of, sentences
from miaobi.models.zoo import Model

VOICES = ("heart",)  # the only one inside the package; the others would be downloaded


class HibariEngine:
    """One American English voice at 24 kHz."""

    def __init__(self, model: Model) -> None:
        from hibari import Hibari

        self.voice = Hibari()

    def generate(self, request: SpeechRequest) -> Iterator[Event]:
        """One Sound per sentence, then the Output. Raises NotFoundError for an unknown voice."""
        import numpy as np

        check_voice(request.voice, VOICES, "hibari")
        if language_of(request.text) != "en":
            raise NotFoundError(
                "hibari speaks English only.", "Use --model kokoro-82m for Chinese."
            )
        parts, pieces = list(sentences(request.text)), []
        for number, sentence in enumerate(parts):
            yield Progress("speech", number, len(parts))
            samples = self.voice(sentence, speed=request.speed, seed=request.seed + number)
            pieces.append(samples)
            yield Sound(samples, self.voice.sample_rate)
        samples = np.concatenate(pieces)
        yield Output(samples=samples, rate=self.voice.sample_rate, language="en")

    def close(self) -> None:
        pass


def check_voice(voice: str, voices: tuple[str, ...], model: str) -> None:
    """Raises NotFoundError unless the voice is "" (the default) or one of `voices`."""
    if voice and voice not in voices:
        raise NotFoundError(
            "{model} has no voice {voice!r}.",
            "Choose one of: {voices}.",
            model=model,
            voice=voice,
            voices=", ".join(voices),
        )
