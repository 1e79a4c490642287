"""MusicGen (Copet et al., 2023) with transformers: mono, stereo and "melody" checkpoints.

prompt --T5--> states --decoder, codebooks delayed--> codes (K, F) --EnCodec--> samples (C, T)
"""

import math
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from miaobi.hub.inference import isolated_rng
from miaobi.hub.loading import load_model, load_tokenizer
from miaobi.hub.sound_request import ProgressCallback, SoundParams

if TYPE_CHECKING:
    from torch import Tensor

CLASSES = {  # model_type -> class of transformers
    "musicgen": "MusicgenForConditionalGeneration",
    "musicgen_melody": "MusicgenMelodyForConditionalGeneration",
}
MAX_SECONDS = 30.0  # length of the training clips; longer output degrades


class MusicGen:
    """Loaded MusicGen checkpoint."""

    supported = ("guidance",)  # options of requests
    default_seconds = MAX_SECONDS

    def __init__(self, folder: Path, model_type: str) -> None:
        import transformers

        self.tokenizer = load_tokenizer(folder)
        self.network = load_model(getattr(transformers, CLASSES[model_type]), folder)
        config = self.network.config
        self.rate = int(config.audio_encoder.sampling_rate)  # Hz
        self.frame_rate = float(config.audio_encoder.frame_rate)  # frames per second
        channels = int(getattr(config.decoder, "audio_channels", 1))
        self.codebooks = int(config.decoder.num_codebooks) // channels
        frames = int(config.decoder.max_position_embeddings) - self.codebooks
        self.max_seconds = min(MAX_SECONDS, frames / self.frame_rate)

    def generate(self, params: SoundParams, progress: ProgressCallback) -> "Tensor":
        """Generate samples (C, T) of at least the requested length."""
        inputs = self.tokenizer([params.full_prompt], return_tensors="pt").to(self.network.device)
        frames = max(self.codebooks, math.ceil(params.seconds * self.frame_rate))
        steps = frames + self.codebooks - 1  # each codebook is one step behind the one before
        options: dict[str, Any] = {"max_new_tokens": steps, "do_sample": True}
        if params.guidance is not None:
            options["guidance_scale"] = params.guidance
        with isolated_rng(params.seed):
            samples: Tensor = self.network.generate(
                **inputs, **options, stopping_criteria=[_report_steps(progress, steps)]
            )[0]
        return samples


def _report_steps(progress: ProgressCallback, total: int) -> "Callable[..., Tensor]":
    """Build a stopping criterion of transformers that reports each step and never stops."""
    import torch

    def report(codes: "Tensor", scores: object, **_: object) -> "Tensor":
        """Report a step of codes (N, S); return (N,) of False."""
        progress(codes.shape[1] - 1, total)
        return torch.zeros(len(codes), dtype=torch.bool, device=codes.device)

    return report
