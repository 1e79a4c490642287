"""Kokoro-82M v1.0 (StyleTTS 2, Li et al., 2023) as an ONNX graph: English and Chinese voices.

    text --letters to phonemes--> tokens (1, N) --model(style (1, 256), speed)--> samples (T,)

The style vector depends on the voice and on the number of tokens: a voice is a table (510, 1, 256).
"""

import json
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Any

from miaobi.assets.members import KOKORO_VOICES
from miaobi.assets.store import folder
from miaobi.core.events import Event, Output, Progress, Sound
from miaobi.core.paths import home
from miaobi.core.requests import SpeechRequest
from miaobi.core.settings import threads
from miaobi.engines.hibari import check_voice
from miaobi.media.text import language_of, sentences
from miaobi.models.zoo import Model

RATE = 24_000
LONGEST = 510  # tokens of one run of the model
DEFAULTS = {"en": "af_heart", "zh": "zf_xiaoyi"}
LANGUAGE = {"a": "en", "b": "en", "z": "zh"}  # by the first letter of a voice
SENTENCE = {"en": 200, "zh": 60}  # characters that surely stay below LONGEST


class KokoroEngine:
    """36 voices at 24 kHz."""

    def __init__(self, model: Model) -> None:
        import numpy as np
        import onnxruntime

        place = folder("kokoro-82m")
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads() + 1  # unlike ggml's, its threads do not spin long
        options.log_severity_level = 3
        self.session = onnxruntime.InferenceSession(
            str(place / "model.onnx"), options, providers=["CPUExecutionProvider"]
        )
        self.vocabulary: dict[str, int] = json.loads((place / "vocab.json").read_text())["vocab"]
        table = np.fromfile(place / "voices.bin", dtype=np.float32)
        self.styles = table.reshape(len(KOKORO_VOICES), LONGEST, 1, 256)

    def generate(self, request: SpeechRequest) -> Iterator[Event]:
        """One Sound per sentence, then the Output. Raises NotFoundError for an unknown voice."""
        import numpy as np

        check_voice(request.voice, KOKORO_VOICES, "kokoro-82m")
        voice = request.voice or DEFAULTS[language_of(request.text)]
        language = LANGUAGE[voice[0]]
        parts, pieces = list(sentences(request.text, SENTENCE[language])), []
        for number, sentence in enumerate(parts):
            yield Progress("speech", number, len(parts))
            for tokens in self.tokens(sentence, voice):
                samples = self.speak(tokens, voice, request.speed)
                pieces.append(samples)
                yield Sound(samples, RATE)
        samples = np.concatenate(pieces) if pieces else np.zeros(0, np.float32)
        yield Output(samples=samples, rate=RATE, language=language)

    def tokens(self, sentence: str, voice: str) -> Iterator[list[int]]:
        """The sentence as phoneme numbers, in runs that the model can hold."""
        phonemes = self.letters_to_sound(voice)(sentence)
        numbers = [self.vocabulary[char] for char in phonemes if char in self.vocabulary]
        for start in range(0, len(numbers), LONGEST - 2):
            yield numbers[start : start + LONGEST - 2]

    def speak(self, tokens: list[int], voice: str, speed: float) -> Any:
        """(N,) phoneme numbers -> (T,) samples in [-1, 1] at 24 kHz."""
        import numpy as np

        style = self.styles[KOKORO_VOICES.index(voice), min(len(tokens), LONGEST - 1)]  # (1, 256)
        inputs = {
            "tokens": np.array([[0, *tokens, 0]], np.int64),
            "style": style,
            "speed": np.array([speed], np.float32),
        }
        return self.session.run(None, inputs)[0].ravel()

    def letters_to_sound(self, voice: str) -> Callable[[str], str]:
        """The reading rules that fit a voice: American, British or Mandarin."""
        return {"a": self._american, "b": self._british, "z": self._mandarin}[voice[0]]

    @cached_property
    def _american(self) -> Callable[[str], str]:
        from hibari.g2p import G2P

        return _phonemes(G2P())

    @cached_property
    def _british(self) -> Callable[[str], str]:
        from hibari.g2p import G2P

        return _phonemes(G2P(british=True))

    @cached_property
    def _mandarin(self) -> Callable[[str], str]:
        import logging

        import jieba
        from misaki.zh import ZHG2P

        cache = home() / "cache"
        cache.mkdir(parents=True, exist_ok=True)
        jieba.dt.tmp_dir = str(cache)
        jieba.setLogLevel(logging.WARNING)
        chinese, english = _phonemes(ZHG2P()), self._american

        def read(sentence: str) -> str:
            return "".join(
                chinese(run) if language_of(run) == "zh" else english(run)
                for run in _by_script(sentence)
            )

        return read

    def close(self) -> None:
        del self.session


def _phonemes(reader: Callable[[str], Any]) -> Callable[[str], str]:
    """Some readers answer (phonemes, details), some the phonemes alone."""

    def read(text: str) -> str:
        answer = reader(text)
        return str(answer[0] if isinstance(answer, tuple) else answer)

    return read


def _by_script(sentence: str) -> list[str]:
    """Runs of Latin words and runs of everything else, each with its punctuation."""
    import re

    return re.findall(r"[A-Za-z][A-Za-z' .,-]*[A-Za-z]|[^A-Za-z]+|[A-Za-z]", sentence)
