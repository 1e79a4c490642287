"""Objectives of language models: predict the next token of text, or the next event of a score."""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from miaobi.core.arrays import Pixels
from miaobi.core.paths import atomic_write
from miaobi.data.scores import KINDS, ScoreConfig, ScoreData
from miaobi.data.text import DataConfig, TokenData
from miaobi.generation.decoder import decoder_of
from miaobi.models import checkpoint
from miaobi.models.gpt import GPT
from miaobi.models.rnn import RNN
from miaobi.models.zoo import EVENTS
from miaobi.music.grammar import Grammar
from miaobi.music.sampling import sample_tokens
from miaobi.music.score import piano_roll
from miaobi.music.tokens import TOKEN_NAMES, Control, decode
from miaobi.train.loop import LossTerms, unwrap
from miaobi.train.throughput import BatchSize

MAX_TEXT_BATCHES = 16  # of held-out text in a validation
PROMPT, SAMPLE = 8, 120  # tokens of the prompt and of a sample
TEMPERATURE = 0.8  # of samples
NATS_TO_BITS = 1.4426950408889634  # 1 / ln 2
MAX_SCORE_BATCHES = 6  # of held-out pieces of a kind in a validation
SHOWN_BARS = 8  # of a sample


class LanguageModelObjective:
    """Cross-entropy of the next token, for GPT and RNN."""

    def __init__(
        self, network: nn.Module, data: TokenData, config: DataConfig, save_dtype: str = "float32"
    ) -> None:
        self.networks = {"model": network}
        self.data, self.config, self.save_dtype = data, config, save_dtype
        self.batch_size = token_batch(network, config.rows, config.length)
        digest = hashlib.sha256(data.training.tobytes())
        digest.update(data.held_out.tobytes())
        self.fingerprint = digest.hexdigest()
        self.about: dict[str, Any] = {
            "tokens": {
                "training": len(data.training),
                "held_out": len(data.held_out),
                "vocab": data.tokenizer.get_vocab_size(),
            },
        }

    def losses(
        self, seed_path: tuple[int, ...], device: torch.device
    ) -> Iterator[tuple[str, LossTerms]]:
        tokens = self.data.batch(self.config.rows, self.config.length, seed_path).to(device)
        loss = self.networks["model"](tokens[:, :-1], targets=tokens[:, 1:])
        yield "model", {"loss": loss}

    def validate(self, device: torch.device) -> dict[str, float]:
        """Compute nats per token, and bits per character, which tokenizers do not influence."""
        network = unwrap(self.networks)  # only the main process validates
        nats, tokens, characters = 0.0, 0, 0
        batches = self.data.validation(self.config.rows, self.config.length, MAX_TEXT_BATCHES)
        for batch, count in batches:
            batch = batch.to(device)
            size = batch[:, 1:].numel()
            nats += network(batch[:, :-1], targets=batch[:, 1:]).item() * size
            tokens, characters = tokens + size, characters + count
        return {
            "loss": nats / tokens,
            "bits per character": nats * NATS_TO_BITS / max(1, characters),
        }

    def sample(self) -> str:
        """Continue the first tokens of the held-out text."""
        prompt = torch.from_numpy(self.data.held_out[:PROMPT].astype("int64"))[None]
        device = next(self.networks["model"].parameters()).device
        count = min(SAMPLE, self.config.length - PROMPT)
        return str(self.data.tokenizer.decode(self.complete(prompt.to(device), max(1, count))))

    def complete(self, prompt: Tensor, count: int) -> list[int]:
        """Return the tokens of a prompt (1, N) and `count` more."""
        return sample_continuation(unwrap(self.networks), prompt, count)

    def save(self, folder: Path) -> None:
        checkpoint.save(unwrap(self.networks), folder, self.save_dtype)


class MusicObjective:
    """Cross-entropy of the next event of a score."""

    def __init__(
        self, network: nn.Module, data: ScoreData, config: ScoreConfig, save_dtype: str = "float32"
    ) -> None:
        self.networks = {"model": network}
        self.data, self.config, self.save_dtype = data, config, save_dtype
        self.batch_size = token_batch(network, config.rows, config.length)
        digest = hashlib.sha256()
        for piece in (*data.training, *data.held_out):
            digest.update(repr(piece.tokens).encode())
        self.fingerprint = digest.hexdigest()
        parts = {"training": data.training, "held_out": data.held_out}
        self.about: dict[str, Any] = {
            "events": {name: sum(len(p.tokens) for p in part) for name, part in parts.items()},
            "pieces": {name: len(part) for name, part in parts.items()},
        }

    def losses(
        self, seed_path: tuple[int, ...], device: torch.device
    ) -> Iterator[tuple[str, LossTerms]]:
        tokens = self.data.batch(seed_path).to(device)  # (B, T + 1)
        yield "model", {"loss": self.networks["model"](tokens[:, :-1], targets=tokens[:, 1:])}

    def validate(self, device: torch.device) -> dict[str, float]:
        """Compute nats per event of held-out pieces, of all and of each kind."""
        network = unwrap(self.networks)
        metrics: dict[str, float] = {}
        nats = events = 0.0
        for kind in KINDS:
            kind_nats, count = 0.0, 0
            for batch in self.data.validation(kind, MAX_SCORE_BATCHES):
                batch = batch.to(device)
                size = batch[:, 1:].numel()
                kind_nats += network(batch[:, :-1], targets=batch[:, 1:]).item() * size
                count += size
            if count:
                metrics[kind] = kind_nats / count
            nats, events = nats + kind_nats, events + count
        return {"loss": nats / max(1, events), **metrics}

    def sample(self) -> Pixels:
        """Generate eight bars of a chorale, shown as a piano roll: uint8 (H, W, 3)."""
        network = unwrap(self.networks)
        context = network.config.context
        grammar = Grammar(bars=SHOWN_BARS, grid=6)
        decoder = decoder_of(network, context)
        tokens = sample_tokens(decoder, Control().tokens(), grammar, context=context)
        return piano_roll(decode(tokens))

    def save(self, folder: Path) -> None:
        """Write the checkpoint with the names of its events."""
        checkpoint.save(unwrap(self.networks), folder, self.save_dtype)
        atomic_write(folder / EVENTS, (json.dumps(TOKEN_NAMES) + "\n").encode())


def token_batch(network: nn.Module, rows: int, length: int) -> BatchSize:
    """Return the size of a batch of token windows; FLOPs are known for GPT."""
    tokens = rows * length
    flops = network.flops_per_token(length) if isinstance(network, GPT) else 0
    return BatchSize(rows, tokens, tokens * flops)


def sample_continuation(network: GPT | RNN, prompt: Tensor, count: int) -> list[int]:
    """Sample `count` tokens after a prompt (1, N); return all tokens."""
    decoder = decoder_of(network, prompt.shape[1] + count)
    rng = torch.Generator(prompt.device).manual_seed(0)
    output, tokens = prompt[0].tolist(), prompt
    for _ in range(count):
        logits = decoder.forward(tokens)[:, -1].float() / TEMPERATURE
        tokens = torch.multinomial(logits.softmax(-1), 1, generator=rng)
        output.append(int(tokens))
    return list(output)
