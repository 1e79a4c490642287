"""Recurrent language model: LSTM (Hochreiter & Schmidhuber, 1997) or GRU (Cho et al., 2014).

    tokens (B, T) --embed--> x (B, T, D) --L cells, state (L, B, D)--> (B, T, D) --head--> (B, T, V)

The state is explicit: an argument, and returned as it is after the last token.
"""

from dataclasses import dataclass

from torch import Tensor, nn

from miaobi.nn.loss import linear_cross_entropy

State = Tensor | tuple[Tensor, Tensor]  # GRU: h; LSTM: (h, c); each (L, B, D)
CELLS = {"lstm": nn.LSTM, "gru": nn.GRU}
SIZES = {"tiny": (128, 1), "small": (384, 2), "medium": (640, 2), "large": (1024, 3)}  # D, L


@dataclass(frozen=True)
class RNNConfig:
    """Everything needed to rebuild the network; stored as JSON beside its weights."""

    vocab: int = 256  # V
    width: int = 384  # D, of the embedding and of the state
    layers: int = 2  # L
    cell: str = "lstm"  # "lstm" or "gru"
    dropout: float = 0.0  # between layers and before the head
    tied: bool = True  # the head shares the embedding's weights


class RNN(nn.Module):
    """Language model that predicts the next token at every position from a recurrent state."""

    def __init__(self, config: RNNConfig) -> None:
        super().__init__()
        self.config = config
        self.embed = nn.Embedding(config.vocab, config.width)
        between = config.dropout if config.layers > 1 else 0.0
        self.cells = CELLS[config.cell](
            config.width, config.width, config.layers, batch_first=True, dropout=between
        )
        self.dropout = nn.Dropout(config.dropout)
        self.head = nn.Linear(config.width, config.vocab, bias=False)
        nn.init.normal_(self.embed.weight, std=config.width**-0.5)
        if config.tied:
            self.head.weight = self.embed.weight

    def forward(self, tokens: Tensor, targets: Tensor | None = None) -> Tensor:
        """Compute logits (B, T, V) of tokens (B, T), from an empty state.

        With targets (B, T), the tokens that follow, return their mean loss () in nats instead.
        """
        h, _ = self.hidden(tokens, None)
        if targets is not None:
            return linear_cross_entropy(h, self.head.weight, targets)
        return self.head(h)

    def step(self, tokens: Tensor, state: State | None = None) -> tuple[Tensor, State]:
        """Compute logits (B, T, V) and the state after tokens (B, T)."""
        h, state = self.hidden(tokens, state)
        return self.head(h), state  # (B, T, V)

    def hidden(self, tokens: Tensor, state: State | None) -> tuple[Tensor, State]:
        """Compute hidden states (B, T, D) and the state after tokens (B, T)."""
        x = self.dropout(self.embed(tokens))  # (B, T, D)
        h, state = self.cells(x, state)  # (B, T, D), (L, B, D)
        return self.dropout(h), state
