"""MusicGen (Copet et al., 2023) of the Hub through transformers, mono, stereo and "melody".

words --T5--> states --decoder--> codes (K, F), book by book a step later --EnCodec--> (C, T)
"""

import math
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from miaobi.hub.loading import load_model, load_tokenizer
from miaobi.hub.sound_request import Tick, Wish
from miaobi.hub.speech import seeded

if TYPE_CHECKING:
    from torch import Tensor

KINDS = {
    "musicgen": "MusicgenForConditionalGeneration",
    "musicgen_melody": "MusicgenMelodyForConditionalGeneration",
}
LONGEST = 30.0  # seconds that they learned from; what follows falls apart


class MusicGen:
    """A loaded checkpoint."""

    able = ("guidance",)
    usual = LONGEST

    def __init__(self, folder: Path, kind: str) -> None:
        import transformers

        self.tokenizer = load_tokenizer(folder)
        self.network = load_model(getattr(transformers, KINDS[kind]), folder)
        config = self.network.config
        self.rate = int(config.audio_encoder.sampling_rate)
        self.frames = float(config.audio_encoder.frame_rate)  # a second
        channels = int(getattr(config.decoder, "audio_channels", 1))
        self.books = int(config.decoder.num_codebooks) // channels
        room = int(config.decoder.max_position_embeddings) - self.books
        self.longest = min(LONGEST, room / self.frames)

    def make(self, wish: Wish, tick: Tick) -> "Tensor":
        """Words -> a wave (C, T), at least as long as asked."""
        inputs = self.tokenizer([wish.words], return_tensors="pt").to(self.network.device)
        frames = max(self.books, math.ceil(wish.seconds * self.frames))
        steps = frames + self.books - 1  # the last book comes so much later
        options: dict[str, Any] = {"max_new_tokens": steps, "do_sample": True}
        if wish.guidance is not None:
            options["guidance_scale"] = wish.guidance
        with seeded(wish.seed):
            wave: Tensor = self.network.generate(
                **inputs, **options, stopping_criteria=[_watching(tick, steps)]
            )[0]
        return wave


def _watching(tick: Tick, total: int) -> Callable[..., "Tensor"]:
    """What transformers asks after each step if it should stop: it tells how far it is."""
    import torch

    def watch(codes: "Tensor", scores: Any, **_: Any) -> "Tensor":
        tick(codes.shape[1] - 1, total)
        return torch.zeros(len(codes), dtype=torch.bool, device=codes.device)

    return watch
