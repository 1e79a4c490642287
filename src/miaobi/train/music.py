"""Music: how a Transformer over the events of scores is made ready, and what its steps minimize."""

import dataclasses
import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
from torch import nn

from miaobi.core.checks import check_choice, check_range
from miaobi.core.events import Progress
from miaobi.core.paths import atomic_write
from miaobi.data.scores import KINDS, Piece, ScoreConfig, ScoreData, read_pieces, report
from miaobi.generation.decoder import decoder_of
from miaobi.models import checkpoint, gpt
from miaobi.models.zoo import EVENTS
from miaobi.music.grammar import Grammar
from miaobi.music.sampling import compose
from miaobi.music.score import piano_roll
from miaobi.music.tokens import NAMES, VOCAB, Control, decode
from miaobi.train.loop import Terms, bare
from miaobi.train.plan import Plan
from miaobi.train.recipes import Recipe

PLACE = "corpus:scores"
VALIDATION = 6  # batches of held-out pieces of a kind, at most
SHOWN = 8  # bars of a sample


def sizes(recipe: Recipe) -> tuple[str, ...]:
    """The sizes there are."""
    return tuple(gpt.SIZES)


def model_options(recipe: Recipe) -> dict[str, Any]:
    """Every model.KEY that may be given, with its default."""
    options = asdict(gpt.GPTConfig())
    del options["vocab"]  # that of music/tokens.py
    return options


def check(plan: Plan) -> None:
    """Refuse what would otherwise fail only when the network is built. Raises OptionError."""
    recipe = plan.recipe
    for place in recipe.places:
        check_choice("data", place, (PLACE,))
    if plan.start_from:
        config, network = checkpoint.read_config(plan.start_from)
        check_choice("family", "music", ("music" if network is gpt.GPT else network.__name__,))
        check_choice("vocab", str(config.vocab), (str(VOCAB),))
    else:
        config = _config(recipe)
    check_range("data.length", recipe.data.length, 64, config.context)


def prepare(plan: Plan) -> Iterator[Any]:
    """Yields Progress while scores are read, the report on them, and last the objective."""
    pieces: list[Piece] = []
    for event in read_pieces():
        if isinstance(event, Progress):
            yield event
        else:
            pieces = event
    yield report(pieces, plan.recipe.data.license)
    recipe: Any = plan.recipe
    if plan.start_from:
        network: nn.Module = checkpoint.load(plan.start_from).float().train()
    else:
        torch.manual_seed(recipe.train.seed)
        network = gpt.GPT(_config(recipe))
    yield MusicModel(network, ScoreData.of(pieces, recipe.data), recipe.data, recipe.keep)


def _config(recipe: Recipe) -> gpt.GPTConfig:
    data: Any = recipe.data
    base = gpt.preset(VOCAB, recipe.size, max(2048, data.length))
    return dataclasses.replace(base, **recipe.model)


class MusicModel:
    """Predict the next event of a score."""

    def __init__(
        self, network: nn.Module, data: ScoreData, config: ScoreConfig, keep: str = "float32"
    ) -> None:
        self.networks = {"model": network}
        self.data, self.config, self.keep = data, config, keep
        digest = hashlib.sha256()
        for piece in (*data.training, *data.held_out):
            digest.update(repr(piece.tokens).encode())
        self.fingerprint = digest.hexdigest()
        parts = {"training": data.training, "held_out": data.held_out}
        self.about = {
            "events": {name: sum(len(p.tokens) for p in part) for name, part in parts.items()},
            "pieces": {name: len(part) for name, part in parts.items()},
        }

    def losses(self, draw: tuple[int, ...], device: torch.device) -> Iterator[tuple[str, Terms]]:
        tokens = self.data.batch(draw).to(device)  # (B, T + 1)
        yield "model", {"loss": self.networks["model"](tokens[:, :-1], targets=tokens[:, 1:])}

    def validate(self, device: torch.device) -> dict[str, float]:
        """Nats an event of held-out pieces, of all and of each kind, each piece from its start."""
        network = bare(self.networks)
        told: dict[str, float] = {}
        nats = events = 0.0
        for kind in KINDS:
            own, count = 0.0, 0
            for batch in self.data.validation(kind, VALIDATION):
                batch = batch.to(device)
                size = batch[:, 1:].numel()
                own += network(batch[:, :-1], targets=batch[:, 1:]).item() * size
                count += size
            if count:
                told[kind] = own / count
            nats, events = nats + own, events + count
        return {"loss": nats / max(1, events), **told}

    def sample(self) -> Any:
        """Eight bars in the manner of a chorale, as a piano roll: uint8 (H, W, 3)."""
        network = bare(self.networks)
        grammar = Grammar(bars=SHOWN, grid=6)
        decoder = decoder_of(network, network.config.context)
        tokens = compose(decoder, Control().tokens(), grammar, context=network.config.context)
        return piano_roll(decode(tokens))

    def save(self, folder: Path) -> None:
        """The checkpoint, and the names of the events: a network is nothing without them."""
        checkpoint.save(bare(self.networks), folder, self.keep)
        atomic_write(folder / EVENTS, (json.dumps(NAMES) + "\n").encode())
