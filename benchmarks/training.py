"""Training compared with transformers, in speed and quality: `python -m benchmarks.training`.

Speed: one GPT-2 config with the same initial weights and batches, trained by our loop and by the
Trainer of transformers, in turns. Quality: three networks of similar size, trained on the same
number of tokens of Shakespeare; the metric is bits per held-out character.
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
from miaobi.train.objective_language import LanguageModelObjective
from miaobi.train.optim import TrainConfig

THREADS = 1  # more threads would wait for each other on a shared machine
DATA = DataConfig(vocab=4096, length=256, rows=16)
WINDOW = replace(DATA, length=255)  # plus the next token: 256, as in transformers
TOKENS = DATA.length * DATA.rows  # per step
SPEED_STEPS, SPEED_TURNS = 12, 3
QUALITY_STEPS = 200
# the same in both frameworks: constant learning rate, no dropout
STEADY = TrainConfig(
    steps=SPEED_STEPS,
    learning_rate=3e-4,
    warmup=0,
    final=1.0,
    validate_every=10**6,
    save_every=10**6,
    log_every=1,  # the loss of every step, as the Trainer reports it
)


def main() -> None:
    torch.set_num_threads(THREADS)
    data = tokenize(list(read_corpus("shakespeare")), DATA, 0)
    figures = speed(data) + quality(data)
    measuring.write("training", "python -m benchmarks.training", figures)


def transformers_gpt2(layers: int, width: int) -> Any:
    """Create a GPT-2 of transformers without dropout."""
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
    """Compare tokens per second, and the losses on the same batches."""
    from miaobi.models.convert import from_folder

    rates: dict[str, list[float]] = {}
    losses: dict[str, list[float]] = {}
    for turn in range(SPEED_TURNS):
        for name in ("Miaobi", "Trainer", "Trainer, bfloat16"):
            with tempfile.TemporaryDirectory() as folder:
                network = transformers_gpt2(6, 256)
                if name == "Miaobi":
                    network.save_pretrained(folder)
                    steps = list(our_steps(from_folder(Path(folder)).train(), data, Path(folder)))
                else:
                    steps = their_steps(network, data, Path(folder), name.endswith("16"))
            seconds = [after - before for (before, _), (after, _) in itertools.pairwise(steps)]
            rates.setdefault(name, []).append(TOKENS / statistics.median(seconds))
            if not turn:
                losses[name] = [loss for _, loss in steps]
    label = "GPT-2 config of 5.9 M parameters, training: "
    rows = [figure(label + name, "tokens/s", values) for name, values in rates.items()]
    for name in ("Trainer", "Trainer, bfloat16"):
        ratio = [a / b for a, b in zip(rates["Miaobi"], rates[name], strict=True)]
        target = {"at_least": 1.2} if name == "Trainer" else {}
        rows.append(figure(label + f"speedup over {name}", "ratio", ratio, **target))
        gaps = [abs(a - b) for a, b in zip(losses["Miaobi"], losses[name], strict=True)]
        rows.append(figure(label + f"loss difference to {name}", "nats", gaps, at_most=0.02))
    return rows


def our_steps(network: nn.Module, data: TokenData, folder: Path) -> Iterator[tuple[float, float]]:
    """Yield (end time, loss) of every step of our loop."""
    objective = LanguageModelObjective(network, data, WINDOW)
    objective.validate = lambda device: {}  # type: ignore[method-assign]
    objective.sample = lambda: ""  # type: ignore[method-assign]
    for step in train(objective, STEADY, folder):
        yield time.perf_counter(), step.terms["loss"]


def their_steps(
    network: Any, data: TokenData, folder: Path, half: bool
) -> list[tuple[float, float]]:
    """Return (end time, loss) of every step of the Trainer, on the batches of our loop."""
    from torch.utils.data import IterableDataset
    from transformers import Trainer, TrainerCallback, TrainingArguments

    class Batches(IterableDataset[dict[str, Tensor]]):
        def __iter__(self) -> Iterator[dict[str, Tensor]]:
            for step in range(SPEED_STEPS):
                for row in data.batch(DATA.rows, WINDOW.length, (STEADY.seed, step, 0, 0)):
                    # GPT-2 shifts the labels itself, but normalizes by their number before
                    labels = row.clone()
                    labels[0] = -100
                    yield {"input_ids": row, "labels": labels}

    steps: list[tuple[float, float]] = []

    class Clock(TrainerCallback):
        def on_log(self, args: Any, state: Any, control: Any, logs: Any = None, **_: Any) -> None:
            if logs and "loss" in logs:
                steps.append((time.perf_counter(), logs["loss"]))

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
    return steps


def quality(data: TokenData) -> list[dict[str, Any]]:
    """Compare bits per held-out character after the same number of tokens."""
    from miaobi.models.gpt import GPT, preset
    from miaobi.models.rnn import RNN, RNNConfig
    from miaobi.train.prepare_lora import HubCausalLM

    torch.manual_seed(0)
    contestants: dict[str, tuple[nn.Module, float]] = {
        "our GPT": (GPT(preset(DATA.vocab, "small", DATA.length)), 1e-3),
        "transformers' GPT-2 config": (HubCausalLM(transformers_gpt2(6, 256)), 1e-3),
        "our LSTM": (RNN(RNNConfig(DATA.vocab, 448, 2)), 3e-3),
    }
    rows = []
    for name, (network, rate) in contestants.items():
        config = replace(STEADY, steps=QUALITY_STEPS, learning_rate=rate, warmup=50, final=0.1)
        objective = LanguageModelObjective(network, data, DATA)
        objective.sample = lambda: ""  # type: ignore[method-assign]
        objective.save = lambda folder: None  # type: ignore[method-assign]
        with tempfile.TemporaryDirectory() as folder:
            *_, last = train(objective, config, Path(folder))
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
    return [
        *rows,
        figure("our GPT relative to transformers' GPT-2 config", "ratio", [gap], at_most=1),
    ]


if __name__ == "__main__":
    main()
