"""Kokoro-82M v1.0 (StyleTTS 2, Li et al., 2023) as an ONNX graph: English and Chinese voices.

    text --G2P--> tokens (1, N) --model(style (1, 256), speed)--> samples (T,)

The style vector depends on the voice and on the number of tokens: a voice is a table (510, 1, 256).
"""

import json
from collections.abc import Iterator
from functools import cached_property

from miaobi.assets.members import KOKORO_VOICES
from miaobi.assets.store import asset_folder
from miaobi.core.arrays import FloatArray, Samples
from miaobi.core.events import Event
from miaobi.core.requests import SpeechRequest
from miaobi.core.settings import threads
from miaobi.models.zoo import Model
from miaobi.speech.alignment import expose_onnx_output, trim_silence
from miaobi.speech.phoneme_chunks import chunk_phonemes, synthesize_chunks
from miaobi.speech.phonemes import Phonemizer
from miaobi.speech.speaker import Sentence, SpokenSentence, check_voice
from miaobi.speech.synthesis import speak

RATE = 24_000  # Hz
MAX_TOKENS = 510  # tokens of one run of the model
DEFAULT_VOICES = {"en": "af_heart", "zh": "zf_xiaoyi"}
LANGUAGES = {"a": "en", "b": "en", "z": "zh"}  # first letter of a voice -> its language
# (language, second letter of a voice: female or male) -> voice of runs in that language
COMPANIONS = {
    ("en", "f"): "af_heart",
    ("en", "m"): "am_michael",
    ("zh", "f"): "zf_xiaoyi",
    ("zh", "m"): "zm_yunxi",
}
MAX_CHARS = {"en": 200, "zh": 60}  # characters of a sentence that stay below MAX_TOKENS
FIRST_CHARS = {"en": 26, "zh": 16}  # characters after which the first sentence may be cut
DURATIONS, FRAME = (
    "/encoder/Clip_output_0",
    0.025,
)  # output of frames per phoneme; seconds of a frame


class KokoroEngine:
    """Speech engine with 36 voices at 24 kHz, which is its own Speaker."""

    rate = RATE
    normalizes = True

    def __init__(self, model: Model) -> None:
        import numpy as np
        import onnxruntime

        folder = asset_folder("kokoro-82m")
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads() + 1  # unlike ggml's, its threads do not spin long
        options.log_severity_level = 3
        self.session = onnxruntime.InferenceSession(
            expose_onnx_output(folder / "model.onnx", DURATIONS),
            options,
            providers=["CPUExecutionProvider"],
        )
        self.vocabulary: dict[str, int] = json.loads((folder / "vocab.json").read_text())["vocab"]
        table = np.fromfile(folder / "voices.bin", dtype=np.float32)
        self.styles = table.reshape(len(KOKORO_VOICES), MAX_TOKENS, 1, 256)

    def generate(self, request: SpeechRequest) -> Iterator[Event]:
        """Yield a Sound per sentence, then the Output. Raises NotFoundError."""
        return speak(request, self)

    def get_voice(self, name: str, language: str) -> str:
        """Return the name of a voice, or the default of a language. Raises NotFoundError."""
        check_voice(name, KOKORO_VOICES, "kokoro-82m")
        return name or DEFAULT_VOICES[language]

    def voice_for(self, voice: str, language: str) -> str:
        """Return a voice of a language, alike in gender; a voice of it stays as it is."""
        return companion_voice(voice, language)

    def max_chars(self, language: str) -> int:
        """Return the greatest length of a sentence, in characters."""
        return MAX_CHARS[language]

    def first_chars(self, language: str) -> int:
        """Return the length at which the first sentence may be cut, in characters."""
        return FIRST_CHARS[language]

    def synthesize(self, sentence: Sentence) -> SpokenSentence:
        """Synthesize one sentence, in as many runs of the model as it needs."""

        def run(tokens: list[int]) -> tuple[Samples, FloatArray, float]:
            samples, frames = self.run(tokens, sentence.voice, sentence.speed)
            samples, trimmed = trim_silence(samples, RATE)  # up to a second of it is silence
            return samples, frames, trimmed

        phonemes = self.phonemizer(sentence.voice).phonemize(sentence.words)
        chunks = chunk_phonemes(phonemes, self.vocabulary, MAX_TOKENS - 2)
        return synthesize_chunks(chunks, run, len(sentence.words), RATE, FRAME)

    def run(self, tokens: list[int], voice: str, speed: float) -> tuple[Samples, FloatArray]:
        """Run the model on token ids (N,).

        Returns samples (T,) in [-1, 1] at 24 kHz, and frames per phoneme (1 + N + 1,).
        """
        import numpy as np

        style = self.styles[
            KOKORO_VOICES.index(voice), min(len(tokens), MAX_TOKENS - 1)
        ]  # (1, 256)
        inputs = {
            "tokens": np.array([[0, *tokens, 0]], np.int64),
            "style": style,
            "speed": np.array([speed], np.float32),
        }
        samples, frames = self.session.run(None, inputs)
        return samples.ravel(), frames.ravel()

    def phonemizer(self, voice: str) -> Phonemizer:
        """Return the phonemizer of a voice: British or American, each with Mandarin."""
        return self._british if voice[0] == "b" else self._american

    @cached_property
    def _american(self) -> Phonemizer:
        return Phonemizer()

    @cached_property
    def _british(self) -> Phonemizer:
        return Phonemizer(british=True)

    def close(self) -> None:
        """Free the network."""
        del self.session


def companion_voice(voice: str, language: str) -> str:
    """Return the voice that speaks another language next to a voice, or the voice itself."""
    return voice if LANGUAGES[voice[0]] == language else COMPANIONS[language, voice[1]]
