"""An LSTM as large as the shipped music model, on the same batches, to compare with.

    python -m benchmarks.music_lstm [STEPS] [FILE]

Learns with AdamW, which is what LSTMs are usually trained with: its matrices hold four gates each,
which Muon would turn together. Writes its held-out loss to FILE, which `benchmarks.music` reads.
"""

import json
import sys
import time
from pathlib import Path
from typing import Any

import torch

from benchmarks.measuring import RESULTS
from miaobi.core.events import Progress
from miaobi.data.scores import ScoreData, read_pieces
from miaobi.models.rnn import RNN, RNNConfig
from miaobi.music.tokens import VOCAB
from miaobi.train.ema import EMA
from miaobi.train.music import MusicModel
from miaobi.train.optim import TrainConfig, learning_rate, make_optimizer
from miaobi.train.recipes import RECIPES

FILE = RESULTS.parent / "music_lstm.json"
NETWORK = RNNConfig(vocab=VOCAB, width=278, layers=2, dropout=0.05)  # 1.3 million parameters


def main(steps: int, file: Path) -> None:
    recipe = RECIPES["scores"]["music"]
    config = TrainConfig(steps=steps, learning_rate=3e-3, warmup=50, ema=recipe.train.ema)
    for found in read_pieces():
        pieces: Any = found
        assert isinstance(found, Progress | list)
    torch.manual_seed(config.seed)
    network = RNN(NETWORK)
    objective = MusicModel(network, ScoreData.of(pieces, recipe.data), recipe.data)
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
                told = objective.validate(device)
            network.train()
            row = {
                "parameters": sum(p.numel() for p in network.parameters()),
                "steps": step + 1,
                "planned": steps,
                "cpu_seconds": round(time.process_time() - started),
                "loss": told,
            }
            file.write_text(json.dumps(row, indent=1) + "\n")
            print(row, flush=True)


if __name__ == "__main__":
    main(
        int(sys.argv[1]) if len(sys.argv) > 1 else 1000,
        Path(sys.argv[2]) if len(sys.argv) > 2 else FILE,
    )
