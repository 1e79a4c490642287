"""`make bench`: training beside transformers, in speed and in what is learned.

Speed: one GPT-2 config, the same first weights and the same batches in the same order, through our
loop and through transformers' Trainer, in turns. Quality: three networks of about one size learn
the same Shakespeare for the same number of tokens; the figure is bits per held-out character.
"""

import itertools
import statistics
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from benchmarks import measuring
from benchmarks.measuring import figure
from miaobi.data.corpora import read_corpus
from miaobi.data.text import DataConfig, TokenData, tokenize
from miaobi.train.loop import train
from miaobi.train.optim import TrainConfig
from miaobi.train.text import LanguageModel

THREADS = 1  # more would wait for each other wherever something else runs
DATA = DataConfig(vocab=4096, length=256, rows=16)
WINDOW = replace(DATA, length=255)  # and the token after it: 256, as transformers reads them
TOKENS = DATA.length * DATA.rows  # in a step
SPEED_STEPS, SPEED_TURNS = 12, 3
QUALITY_STEPS = 200
# the same in both tongues: one rate throughout, no dropout
STEADY = TrainConfig(
    steps=SPEED_STEPS,
    learning_rate=3e-4,
    warmup=0,
    final=1.0,
    validate_every=10**6,
    save_every=10**6,
)


def main() -> None:
    torch.set_num_threads(THREADS)
    data = tokenize(list(read_corpus("shakespeare")), DATA, 0)
    figures = speed(data) + quality(data)
    measuring.write("training", "python -m benchmarks.training", figures)


def foreign_gpt2(layers: int, width: int) -> Any:
    from transformers import GPT2Config, GPT2LMHeadModel

    torch.manual_seed(0)
    config = GPT2Config(
        vocab_size=DATA.vocab,
        n_positions=DATA.length,
        n_embd=width,
        n_layer=layers,
        n_head=width // 64,
        resid_pdrop=0.0,
        embd_pdrop=0.0,
        attn_pdrop=0.0,
    )
    return GPT2LMHeadModel(config)


def speed(data: TokenData) -> list[dict[str, Any]]:
    """Tokens per second of both, and how far their losses on the same batches are apart."""
    from miaobi.models.convert import from_folder

    rates: dict[str, list[float]] = {}
    losses: dict[str, list[float]] = {}
    for turn in range(SPEED_TURNS):
        for name in ("Miaobi", "Trainer", "Trainer, bfloat16"):
            with tempfile.TemporaryDirectory() as place:
                foreign = foreign_gpt2(6, 256)
                if name == "Miaobi":
                    foreign.save_pretrained(place)
                    told = list(our_steps(from_folder(Path(place)).train(), data, Path(place)))
                else:
                    told = their_steps(foreign, data, Path(place), name.endswith("16"))
            seconds = [after - before for (before, _), (after, _) in itertools.pairwise(told)]
            rates.setdefault(name, []).append(TOKENS / statistics.median(seconds))
            if not turn:
                losses[name] = [loss for _, loss in told]
    label = "GPT-2 config of 5.9 M parameters, training: "
    rows = [figure(label + name, "tokens/s", values) for name, values in rates.items()]
    for name in ("Trainer", "Trainer, bfloat16"):
        ratio = [a / b for a, b in zip(rates["Miaobi"], rates[name], strict=True)]
        target = {"at_least": 1.2} if name == "Trainer" else {}
        rows.append(figure(label + f"Miaobi over {name}", "ratio", ratio, **target))
        gaps = [abs(a - b) for a, b in zip(losses["Miaobi"], losses[name], strict=True)]
        rows.append(figure(label + f"loss, difference to {name}", "nats", gaps, at_most=0.02))
    return rows


def our_steps(network: nn.Module, data: TokenData, folder: Path) -> Iterator[tuple[float, float]]:
    """(when it ended, its loss) of every step of our loop."""
    objective = LanguageModel(network, data, WINDOW)
    objective.validate = lambda device: {}  # type: ignore[method-assign]
    objective.sample = lambda: ""  # type: ignore[method-assign]
    for step in train(objective, STEADY, folder):
        yield time.perf_counter(), step.terms["loss"]


def their_steps(
    network: Any, data: TokenData, folder: Path, half: bool
) -> list[tuple[float, float]]:
    """The same through Trainer, on the batches that our loop draws."""
    from torch.utils.data import IterableDataset
    from transformers import Trainer, TrainerCallback, TrainingArguments

    class Batches(IterableDataset[dict[str, Tensor]]):
        def __iter__(self) -> Iterator[dict[str, Tensor]]:
            for step in range(SPEED_STEPS):
                for row in data.batch(DATA.rows, WINDOW.length, (STEADY.seed, step, 0, 0)):
                    # it shifts labels by itself, but divides by their number before that
                    labels = row.clone()
                    labels[0] = -100
                    yield {"input_ids": row, "labels": labels}

    told: list[tuple[float, float]] = []

    class Clock(TrainerCallback):
        def on_log(self, args: Any, state: Any, control: Any, logs: Any = None, **_: Any) -> None:
            if logs and "loss" in logs:
                told.append((time.perf_counter(), logs["loss"]))

    arguments = TrainingArguments(
        str(folder / "trainer"),
        per_device_train_batch_size=DATA.rows,
        max_steps=SPEED_STEPS,
        learning_rate=STEADY.learning_rate,
        lr_scheduler_type="constant",
        adam_beta2=0.95,
        weight_decay=STEADY.weight_decay,
        max_grad_norm=STEADY.clip,
        bf16=half,
        use_cpu=True,
        logging_steps=1,
        save_strategy="no",
        report_to=[],
        disable_tqdm=True,
    )
    Trainer(network, arguments, train_dataset=Batches(), callbacks=[Clock()]).train()
    return told


def quality(data: TokenData) -> list[dict[str, Any]]:
    """Bits per held-out character after the same number of tokens."""
    from miaobi.models.gpt import GPT, preset
    from miaobi.models.rnn import RNN, RNNConfig
    from miaobi.train.tune import HubCausalModel

    torch.manual_seed(0)
    contestants: dict[str, tuple[nn.Module, float]] = {
        "our GPT": (GPT(preset(DATA.vocab, "small", DATA.length)), 1e-3),
        "transformers' GPT-2 config": (HubCausalModel(foreign_gpt2(6, 256)), 1e-3),
        "our LSTM": (RNN(RNNConfig(DATA.vocab, 448, 2)), 3e-3),
    }
    rows = []
    for name, (network, rate) in contestants.items():
        config = replace(STEADY, steps=QUALITY_STEPS, learning_rate=rate, warmup=50, final=0.1)
        objective = LanguageModel(network, data, DATA)
        objective.sample = lambda: ""  # type: ignore[method-assign]
        objective.save = lambda folder: None  # type: ignore[method-assign]
        with tempfile.TemporaryDirectory() as place:
            *_, last = train(objective, config, Path(place))
        size = sum(p.numel() for p in network.parameters())
        rows.append(
            figure(
                f"{name}, {size / 1e6:.1f} M parameters, "
                f"{QUALITY_STEPS * TOKENS / 1e6:.1f} M tokens",
                "bits per character",
                [last.validation["bits per character"]],
            )
        )
    gap = rows[0]["median"] / rows[1]["median"]
    return [*rows, figure("our GPT over transformers' GPT-2 config", "ratio", [gap], at_most=1)]


if __name__ == "__main__":
    main()
