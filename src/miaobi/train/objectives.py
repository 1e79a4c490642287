"""What a step minimizes, family by family."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from miaobi.data.text import DataConfig, TokenData
from miaobi.engines.decoders import decoder_of
from miaobi.models import checkpoint
from miaobi.train.loop import Terms

VALIDATION = 16  # batches of held-out text, at most
PROMPT, SAMPLE = 8, 120  # tokens to begin with, and to look at
NATS_TO_BITS = 1.4426950408889634  # 1 / ln 2


class LanguageModel:
    """Predict the next token: for GPT and RNN alike."""

    def __init__(
        self, network: nn.Module, data: TokenData, config: DataConfig, keep: str = "float32"
    ) -> None:
        self.networks = {"model": network}
        self.data, self.config, self.keep = data, config, keep

    def losses(self, draw: tuple[int, ...], device: torch.device) -> Iterator[tuple[str, Terms]]:
        tokens = self.data.batch(self.config.rows, self.config.length, draw).to(device)
        loss = self.networks["model"](tokens[:, :-1], targets=tokens[:, 1:])
        yield "model", {"loss": loss}

    def validate(self, device: torch.device) -> dict[str, float]:
        """Nats per token, and bits per character: what tokenizers cannot change."""
        network: Any = self.networks["model"]
        network = getattr(network, "module", network)  # the other processes do not look
        nats, tokens, characters = 0.0, 0, 0
        for batch, told in self.data.validation(self.config.rows, self.config.length, VALIDATION):
            batch = batch.to(device)
            count = batch[:, 1:].numel()
            nats += network(batch[:, :-1], targets=batch[:, 1:]).item() * count
            tokens, characters = tokens + count, characters + told
        return {
            "loss": nats / tokens,
            "bits per character": nats * NATS_TO_BITS / max(1, characters),
        }

    def sample(self) -> str:
        """The held-out text's first tokens, continued at temperature 0.8."""
        prompt = torch.from_numpy(self.data.held_out[:PROMPT].astype("int64"))[None]
        device = next(self.networks["model"].parameters()).device
        count = min(SAMPLE, self.config.length - PROMPT)
        return str(self.data.tokenizer.decode(self.complete(prompt.to(device), max(1, count))))

    def complete(self, prompt: Tensor, count: int) -> list[int]:
        """The tokens of prompt (1, N) and `count` more."""
        network: Any = self.networks["model"]
        return self.continued(getattr(network, "module", network), prompt, count)

    def continued(self, network: Any, prompt: Tensor, count: int) -> list[int]:
        """The same, by a network of ours without what exchanges gradients."""
        decoder = decoder_of(network, prompt.shape[1] + count)
        draw = torch.Generator(prompt.device).manual_seed(0)
        made, tokens = prompt[0].tolist(), prompt
        for _ in range(count):
            scores = decoder.feed(tokens)[:, -1].float() / 0.8
            tokens = torch.multinomial(scores.softmax(-1), 1, generator=draw)
            made.append(int(tokens))
        return made

    def save(self, folder: Path) -> None:
        network = self.networks["model"]
        checkpoint.save(getattr(network, "module", network), folder, self.keep)
