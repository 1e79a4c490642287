"""Kokoro-82M v1.0 (StyleTTS 2, Li et al., 2023) as an ONNX graph: English and Chinese voices.

    text --letters to phonemes--> tokens (1, N) --model(style (1, 256), speed)--> samples (T,)

The style vector depends on the voice and on the number of tokens: a voice is a table (510, 1, 256).
"""

import json
from collections.abc import Iterator
from functools import cached_property
from typing import Any

from miaobi.assets.members import KOKORO_VOICES
from miaobi.assets.store import folder
from miaobi.core.events import Event
from miaobi.core.requests import SpeechRequest
from miaobi.core.settings import threads
from miaobi.models.zoo import Model
from miaobi.speech.alignment import heard, trimmed, with_output
from miaobi.speech.phonemes import Reader, chunks, times_of
from miaobi.speech.synthesis import Said, Sentence, check_voice, speak, spread

RATE = 24_000
LONGEST = 510  # tokens of one run of the model
DEFAULTS = {"en": "af_heart", "zh": "zf_xiaoyi"}
LANGUAGE = {"a": "en", "b": "en", "z": "zh"}  # by the first letter of a voice
SENTENCE = {"en": 200, "zh": 60}  # characters that surely stay below LONGEST
FIRST = {"en": 26, "zh": 16}  # of the first piece, where a comma or a phrase allows it
DURATIONS, FRAME = "/encoder/Clip_output_0", 0.025  # frames per phoneme, and the seconds of one


class KokoroEngine:
    """36 voices at 24 kHz."""

    rate = RATE
    normalizes = True

    def __init__(self, model: Model) -> None:
        import numpy as np
        import onnxruntime

        place = folder("kokoro-82m")
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads() + 1  # unlike ggml's, its threads do not spin long
        options.log_severity_level = 3
        self.session = onnxruntime.InferenceSession(
            with_output(place / "model.onnx", DURATIONS),
            options,
            providers=["CPUExecutionProvider"],
        )
        self.vocabulary: dict[str, int] = json.loads((place / "vocab.json").read_text())["vocab"]
        table = np.fromfile(place / "voices.bin", dtype=np.float32)
        self.styles = table.reshape(len(KOKORO_VOICES), LONGEST, 1, 256)

    def generate(self, request: SpeechRequest) -> Iterator[Event]:
        """One Sound per sentence, then the Output. Raises NotFoundError for an unknown voice."""
        return speak(request, self)

    def voice_of(self, name: str, language: str) -> str:
        """The voice itself. Raises NotFoundError."""
        check_voice(name, KOKORO_VOICES, "kokoro-82m")
        return name or DEFAULTS[language]

    def longest(self, language: str) -> int:
        """Characters that surely stay below LONGEST."""
        return SENTENCE[language]

    def first(self, language: str) -> int:
        """Characters of the first piece."""
        return FIRST[language]

    def say(self, sentence: Sentence) -> Said:
        """One sentence, in as many runs of the model as it needs."""
        import numpy as np

        pieces: list[Any] = []
        times: dict[int, tuple[float, float]] = {}
        length = 0
        run = self.reader(sentence.voice).read(sentence.units)
        for tokens, part in chunks(run, self.vocabulary, LONGEST - 2):
            samples, frames = self.speak(tokens, sentence.voice, sentence.speed)
            samples, early = trimmed(samples, RATE)  # a second of it is silence
            here = length / RATE - early
            for unit, (start, end) in times_of(part, frames, FRAME).items():
                begin = times[unit][0] if unit in times else start + here
                times[unit] = (begin, end + here)
            pieces.append(samples)
            length += len(samples)
        samples = np.concatenate(pieces) if pieces else np.zeros(0, np.float32)
        told = spread(times, len(sentence.units), length / RATE)
        return Said(samples, heard(told, samples, RATE))

    def speak(self, tokens: list[int], voice: str, speed: float) -> tuple[Any, Any]:
        """(N,) phoneme numbers -> (T,) samples in [-1, 1] at 24 kHz, (N + 2,) frames of each."""
        import numpy as np

        style = self.styles[KOKORO_VOICES.index(voice), min(len(tokens), LONGEST - 1)]  # (1, 256)
        inputs = {
            "tokens": np.array([[0, *tokens, 0]], np.int64),
            "style": style,
            "speed": np.array([speed], np.float32),
        }
        samples, frames = self.session.run(None, inputs)
        return samples.ravel(), frames.ravel()

    def reader(self, voice: str) -> Reader:
        """The reading rules that fit a voice: British or American, each with Mandarin."""
        return self._british if voice[0] == "b" else self._american

    @cached_property
    def _american(self) -> Reader:
        return Reader()

    @cached_property
    def _british(self) -> Reader:
        return Reader(british=True)

    def close(self) -> None:
        """Free the network."""
        del self.session
