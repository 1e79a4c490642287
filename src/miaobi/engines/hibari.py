"""hibari: 8 MB of English speech synthesis, distilled from Kokoro, letters-to-sound included."""

from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

from miaobi.core.errors import NotFoundError
from miaobi.core.events import Event
from miaobi.core.requests import SpeechRequest
from miaobi.core.sentences import language_of
from miaobi.models.zoo import Model
from miaobi.speech.alignment import heard, with_output
from miaobi.speech.phonemes import Reader, chunks, times_of
from miaobi.speech.synthesis import Said, Sentence, check_voice, speak, spread

VOICES = ("heart",)  # the only one inside the package; the others would be downloaded
LONGEST = 400  # phonemes of one run of the model
DURATIONS, FRAME = "/Cast_32_output_0", 0.025  # frames per phoneme, and the seconds of one


class HibariEngine:
    """One American English voice at 24 kHz."""

    def __init__(self, model: Model) -> None:
        self.speaker = HibariSpeaker()

    def generate(self, request: SpeechRequest) -> Iterator[Event]:
        """One Sound per sentence, then the Output. Raises NotFoundError for an unknown voice."""
        words = "".join(turn.text for turn in request.turns) or request.text
        if language_of(words) != "en":
            raise NotFoundError(
                "hibari speaks English only.", "Use --model kokoro-82m for Chinese."
            )
        return speak(request, self.speaker)

    def close(self) -> None:
        pass


class HibariSpeaker:
    """A sentence to sound: phonemes, the network's spectrum, and hibari's own signal processing."""

    rate = 24_000
    normalizes = True

    def __init__(self) -> None:
        import onnxruntime
        from hibari import Hibari

        self.voice = Hibari()
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        graph = with_output(Path(self.voice.model_path), DURATIONS)
        self.session = onnxruntime.InferenceSession(
            graph, options, providers=["CPUExecutionProvider"]
        )

    @cached_property
    def reader(self) -> Reader:
        return Reader()

    def voice_of(self, name: str, language: str) -> str:
        check_voice(name, VOICES, "hibari")
        return name

    def longest(self, language: str) -> int:
        return 200

    def first(self, language: str) -> int:
        return 0

    def say(self, sentence: Sentence) -> Said:
        """One sentence, in as many runs of the model as it needs."""
        import numpy as np
        from hibari import dsp

        rng = np.random.default_rng(sentence.seed)
        pieces: list[Any] = []
        times: dict[int, tuple[float, float]] = {}
        length = 0
        run = self.reader.read(sentence.units)
        for numbers, part in chunks(run, self.voice.vocab, LONGEST):
            ids = np.asarray([[0, *numbers, 0]], np.int64)
            speed = np.asarray([sentence.speed], np.float32)
            *spectrum, frames = self.session.run(None, {"ids": ids, "speed": speed})
            for unit, (start, end) in times_of(part, frames.ravel(), FRAME).items():
                begin = times[unit][0] if unit in times else start + length / self.rate
                times[unit] = (begin, end + length / self.rate)
            pieces.append(dsp.synth(*(layer[0] for layer in spectrum), rng))
            length += len(pieces[-1])
        samples = np.concatenate(pieces) if pieces else np.zeros(0, np.float32)
        told = spread(times, len(sentence.units), length / self.rate)
        return Said(samples, heard(told, samples, self.rate))
