"""Speech engine of the Hub: models of transformers, one sentence at a time."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from miaobi.core.arrays import Samples
from miaobi.core.errors import EngineError, ModelFileError
from miaobi.core.events import Event
from miaobi.core.requests import SpeechRequest
from miaobi.hub.files import checkpoint_folder
from miaobi.hub.inference import isolated_rng, raise_engine_errors
from miaobi.hub.loading import load_pretrained
from miaobi.hub.speech_models import FAMILIES, load_speech_model
from miaobi.media.time_stretch import stretch
from miaobi.models.zoo import Model
from miaobi.speech.alignment import align_by_energy
from miaobi.speech.speaker import Sentence, SpokenSentence
from miaobi.speech.synthesis import speak

if TYPE_CHECKING:
    from torch import Tensor


class HubSpeechEngine:
    """Loaded speech model of the Hub, which is its own Speaker."""

    def __init__(self, model: Model) -> None:
        from transformers import AutoConfig

        folder = checkpoint_folder(model.place)
        model_type = load_pretrained(AutoConfig, folder).model_type
        if model_type not in FAMILIES:
            raise ModelFileError(
                "{folder} has a model of type {kind}, which is not a supported speech model.",
                "Give one of these types: {kinds}.",
                folder=folder,
                kind=model_type,
                kinds=", ".join(FAMILIES),
            )
        self.name = model.name
        self.family = load_speech_model(model_type, folder, model)

    def generate(self, request: SpeechRequest) -> Iterator[Event]:
        """Yield a Sound per sentence, then the Output.

        Raises NotFoundError for an unknown voice and PromptError for unknown characters.
        """
        return speak(request, self)

    @property
    def rate(self) -> int:
        """Sampling rate, in Hz."""
        return self.family.rate

    @property
    def normalizes(self) -> bool:
        """True for a model that needs numbers spelled out, in English or Chinese."""
        return self.family.normalizes

    def get_voice(self, name: str, language: str) -> Any:
        """Return the voice of a name as the family takes it. Raises NotFoundError, OptionError."""
        return self.family.get_voice(name)

    def max_chars(self, language: str) -> int:
        """Return the greatest length of a sentence, in characters."""
        return self.family.max_chars if language == "en" else self.family.max_chars // 3

    def first_chars(self, language: str) -> int:
        """Return 0: the first sentence is never cut."""
        return 0

    def synthesize(self, sentence: Sentence) -> SpokenSentence:
        """Synthesize one sentence; the output of a family without a speed option is stretched."""
        family = self.family
        with isolated_rng(sentence.seed), raise_engine_errors():
            output = family.synthesize(sentence.text, sentence.voice, sentence.speed)
        samples = _to_samples(output)
        if not family.has_speed:
            samples = stretch(samples, family.rate, 1 / sentence.speed)
        return SpokenSentence(samples, align_by_energy(sentence.words, samples, family.rate))

    def close(self) -> None:
        """Free the networks."""
        del self.family


def _to_samples(output: "Tensor") -> Samples:
    """Convert (T,) to float32 samples in [-1, 1]. Raises EngineError."""
    import numpy as np

    samples = output.float().clamp(-1, 1).cpu().numpy().copy()
    if not np.isfinite(samples).all():
        raise EngineError(
            "The model's output is not valid audio (NaN or infinity).", "Try another seed."
        )
    return samples
