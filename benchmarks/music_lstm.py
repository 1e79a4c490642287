"""LSTM baseline of the size of the built-in music model, trained on the same batches.

    python -m benchmarks.music_lstm [STEPS] [FILE]

Trained with AdamW, as usual for LSTMs: its matrices contain four gates each, which Muon would
orthogonalize together. Writes the held-out loss to FILE, which `benchmarks.music` reads.
"""

import json
import sys
import time
from pathlib import Path

import torch

from benchmarks.measuring import RESULTS
from miaobi.data.score_corpus import read_pieces
from miaobi.data.scores import ScoreData, TokenizedPiece
from miaobi.models.rnn import RNN, RNNConfig
from miaobi.music.tokens import VOCAB_SIZE
from miaobi.train.ema import EMA
from miaobi.train.objective_language import MusicObjective
from miaobi.train.optim import TrainConfig, learning_rate, make_optimizer
from miaobi.train.recipes import RECIPES

FILE = RESULTS.parent / "music_lstm.json"
NETWORK = RNNConfig(vocab=VOCAB_SIZE, width=278, layers=2, dropout=0.05)  # 1.3 million parameters


def all_pieces() -> list[TokenizedPiece]:
    """Read the pieces of the corpus."""
    steps = read_pieces()
    while True:
        try:
            next(steps)
        except StopIteration as end:
            pieces: list[TokenizedPiece] = end.value
            return pieces


def main(steps: int, file: Path) -> None:
    """Train the LSTM and write its held-out loss every 200 steps."""
    recipe = RECIPES["scores"]["music"]
    config = TrainConfig(steps=steps, learning_rate=3e-3, warmup=50, ema=recipe.train.ema)
    pieces = all_pieces()
    torch.manual_seed(config.seed)
    network = RNN(NETWORK)
    objective = MusicObjective(network, ScoreData.from_pieces(pieces, recipe.data), recipe.data)
    optimizer = make_optimizer(network, config)
    average = EMA(network, config.ema)
    started, device = time.process_time(), torch.device("cpu")
    for step in range(steps):
        for group in optimizer.param_groups:
            group["lr"] = learning_rate(step, config)
        for _, terms in objective.losses((config.seed, step, 0, 0), device):
            loss = sum(terms.values())
            optimizer.zero_grad()
            loss.backward()  # type: ignore[union-attr]
            torch.nn.utils.clip_grad_norm_(network.parameters(), config.clip)
            optimizer.step()
        average.update(step)
        if (step + 1) % 200 == 0 or step + 1 == steps:
            network.eval()
            with torch.inference_mode(), average.applied():
                losses = objective.validate(device)
            network.train()
            row = {
                "parameters": sum(p.numel() for p in network.parameters()),
                "steps": step + 1,
                "planned": steps,
                "cpu_seconds": round(time.process_time() - started),
                "loss": losses,
            }
            file.write_text(json.dumps(row, indent=1) + "\n")
            print(row, flush=True)


if __name__ == "__main__":
    main(
        int(sys.argv[1]) if len(sys.argv) > 1 else 1000,
        Path(sys.argv[2]) if len(sys.argv) > 2 else FILE,
    )
