"""Language models: how GPT and RNN are made ready, and what a step of theirs minimizes."""

import dataclasses
import hashlib
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from miaobi.core.checks import check_choice, check_range
from miaobi.core.paths import atomic_write
from miaobi.data.corpora import CORPUS, read_corpus
from miaobi.data.report import examine
from miaobi.data.sources import Document, read_documents
from miaobi.data.text import DataConfig, TokenData, tokenize
from miaobi.generation.decoder import decoder_of
from miaobi.models import checkpoint, gpt, rnn
from miaobi.models.tokenizer import load_tokenizer
from miaobi.train.loop import Terms, bare
from miaobi.train.plan import Plan
from miaobi.train.recipes import RNN_SIZES, Recipe

VALIDATION = 16  # batches of held-out text, at most
PROMPT, SAMPLE = 8, 120  # tokens to begin with, and to look at
NATS_TO_BITS = 1.4426950408889634  # 1 / ln 2


def sizes(recipe: Recipe) -> tuple[str, ...]:
    """The sizes there are."""
    return tuple(gpt.SIZES if recipe.family == "gpt" else RNN_SIZES)


def model_options(recipe: Recipe) -> dict[str, Any]:
    """Every model.KEY that may be given, with its default."""
    options = asdict(checkpoint.ARCHITECTURES[recipe.family][0]())
    del options["vocab"]  # the data decides
    return options


def check(plan: Plan) -> None:
    """Refuse what would otherwise fail only when the network is built. Raises OptionError."""
    recipe = plan.recipe
    if plan.start_from:
        config, network = checkpoint.read_config(plan.start_from)
        families = {row[1]: name for name, row in checkpoint.ARCHITECTURES.items()}
        check_choice("family", recipe.family, (families[network],))
    else:
        config = _config(recipe, recipe.data.vocab)
    if recipe.family == "gpt":
        check_range("data.length", recipe.data.length, 8, config.context)
        heads, width = config.heads, config.head_width
        shared = tuple(str(n) for n in range(1, heads + 1) if heads % n == 0)
        check_choice("model.kv_heads", str(config.kv_heads), shared)
        check_choice("model.head_width", str(width), (str(width // 2 * 2), str(width // 2 * 2 + 2)))


def prepare(plan: Plan) -> Iterator[Any]:
    """Yields the report on the data, Progress, and last the objective. Raises DataError."""
    documents, report = examine(read(plan), plan.recipe.data.license)
    yield report
    recipe, data = plan.recipe, _tokens(plan, documents)
    objective = LanguageModel(_network(plan, data), data, recipe.data, recipe.keep)
    kept = plan.folder / "tokenizer.json"
    if not kept.is_file():
        atomic_write(kept, data.tokenizer.to_str().encode())
    yield objective


def read(plan: Plan) -> list[Document]:
    """All documents; the card of this very run is none, even if its folder is among the data."""
    documents: list[Document] = []
    for place in plan.recipe.places:
        if place.startswith(CORPUS):
            documents += read_corpus(place.removeprefix(CORPUS))
        else:
            documents += read_documents([place], plan.folder)
    return documents


def _tokens(plan: Plan, documents: list[Document]) -> TokenData:
    """Encoded data; the tokenizer is that of the run, or of the checkpoint it starts from."""
    recipe = plan.recipe
    known = plan.folder if (plan.folder / "tokenizer.json").is_file() else plan.start_from
    tokenizer = load_tokenizer(known) if known else None
    return tokenize(documents, recipe.data, recipe.data.split, tokenizer)


def _network(plan: Plan, data: TokenData) -> Any:
    recipe = plan.recipe
    if plan.start_from:
        return checkpoint.load(plan.start_from).float().train()
    torch.manual_seed(recipe.train.seed)
    config_class, network = checkpoint.ARCHITECTURES[recipe.family]
    config = _config(recipe, data.tokenizer.get_vocab_size())
    assert isinstance(config, config_class)
    return network(config)


def _config(recipe: Recipe, vocab: int) -> Any:
    if recipe.family == "gpt":
        base: Any = gpt.preset(vocab, recipe.size, recipe.data.length)
    else:
        width, layers = RNN_SIZES[recipe.size]
        base = rnn.RNNConfig(vocab, width, layers)
    return dataclasses.replace(base, **recipe.model)


def _fingerprint(data: TokenData) -> str:
    digest = hashlib.sha256(data.training.tobytes())
    digest.update(data.held_out.tobytes())
    return digest.hexdigest()


class LanguageModel:
    """Predict the next token: for GPT and RNN alike."""

    def __init__(
        self, network: nn.Module, data: TokenData, config: DataConfig, keep: str = "float32"
    ) -> None:
        self.networks = {"model": network}
        self.data, self.config, self.keep = data, config, keep
        self.fingerprint = _fingerprint(data)
        self.about = {
            "tokens": {
                "training": len(data.training),
                "held_out": len(data.held_out),
                "vocab": data.tokenizer.get_vocab_size(),
            },
        }

    def losses(self, draw: tuple[int, ...], device: torch.device) -> Iterator[tuple[str, Terms]]:
        tokens = self.data.batch(self.config.rows, self.config.length, draw).to(device)
        loss = self.networks["model"](tokens[:, :-1], targets=tokens[:, 1:])
        yield "model", {"loss": loss}

    def validate(self, device: torch.device) -> dict[str, float]:
        """Nats per token, and bits per character: what tokenizers cannot change."""
        network = bare(self.networks)  # the other processes do not look
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
        return self.continued(bare(self.networks), prompt, count)

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
        checkpoint.save(bare(self.networks), folder, self.keep)
