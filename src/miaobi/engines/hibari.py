"""hibari: 8 MB of English speech synthesis, distilled from Kokoro, with its own G2P."""

from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

from miaobi.core.arrays import FloatArray, Samples
from miaobi.core.errors import NotFoundError
from miaobi.core.events import Event
from miaobi.core.requests import SpeechRequest
from miaobi.core.sentences import language_of
from miaobi.models.zoo import Model
from miaobi.speech.alignment import expose_onnx_output
from miaobi.speech.phoneme_chunks import chunk_phonemes, synthesize_chunks
from miaobi.speech.phonemes import Phonemizer
from miaobi.speech.speaker import Sentence, SpokenSentence, check_voice
from miaobi.speech.synthesis import speak

VOICES = ("heart",)  # the only one inside the package; the others would be downloaded
MAX_CHARS = 200  # characters of a sentence
MAX_TOKENS = 400  # phonemes of one run of the model
DURATIONS, FRAME = "/Cast_32_output_0", 0.025  # output of frames per phoneme; seconds of a frame


class HibariEngine:
    """Speech engine with one American English voice at 24 kHz."""

    def __init__(self, model: Model) -> None:
        self.speaker = HibariSpeaker()

    def generate(self, request: SpeechRequest) -> Iterator[Event]:
        """Yield a Sound per sentence, then the Output.

        Raises NotFoundError for an unknown voice or a text that is not English.
        """
        text = "".join(turn.text for turn in request.turns) or request.text
        if language_of(text) != "en":
            raise NotFoundError(
                "hibari speaks English only.", "Use the model kokoro-82m for Chinese."
            )
        return speak(request, self.speaker)

    def close(self) -> None:
        """Do nothing: the model is small."""


class HibariSpeaker:
    """Speaker of hibari: phonemes to a spectrum by the network, to samples by hibari's DSP."""

    rate = 24_000
    normalizes = True

    def __init__(self) -> None:
        import onnxruntime
        from hibari import Hibari

        self.hibari = Hibari()
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        graph = expose_onnx_output(Path(self.hibari.model_path), DURATIONS)
        self.session = onnxruntime.InferenceSession(
            graph, options, providers=["CPUExecutionProvider"]
        )

    @cached_property
    def phonemizer(self) -> Phonemizer:
        """American English phonemizer."""
        return Phonemizer()

    def get_voice(self, name: str, language: str) -> str:
        """Return the name of a voice. Raises NotFoundError."""
        check_voice(name, VOICES, "hibari")
        return name

    def max_chars(self, language: str) -> int:
        """Return the greatest length of a sentence, in characters."""
        return MAX_CHARS

    def first_chars(self, language: str) -> int:
        """Return 0: the model is fast enough to synthesize the first sentence whole."""
        return 0

    def synthesize(self, sentence: Sentence) -> SpokenSentence:
        """Synthesize one sentence, in as many runs of the model as it needs."""
        import numpy as np
        from hibari import dsp

        rng = np.random.default_rng(sentence.seed)

        def run(tokens: list[int]) -> tuple[Samples, FloatArray, float]:
            ids = np.asarray([[0, *tokens, 0]], np.int64)
            speed = np.asarray([sentence.speed], np.float32)
            *spectrum, frames = self.session.run(None, {"ids": ids, "speed": speed})
            samples = dsp.synth(*(layer[0] for layer in spectrum), rng)
            return samples, frames.ravel(), 0.0

        phonemes = self.phonemizer.phonemize(sentence.words)
        chunks = chunk_phonemes(phonemes, self.hibari.vocab, MAX_TOKENS)
        return synthesize_chunks(chunks, run, len(sentence.words), self.rate, FRAME)
