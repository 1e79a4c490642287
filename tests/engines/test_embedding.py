"""E5 reads what its file says: blocks of 4 bits, words, long texts in windows."""

from pathlib import Path

import numpy as np
import pytest
import torch
from gguf import GGMLQuantizationType
from gguf.quants import dequantize

from miaobi.core.errors import ModelFileError, OptionError, PromptError
from miaobi.engines.embedding import EmbeddingEngine
from miaobi.models.e5 import E5, dequantize_rows
from miaobi.models.zoo import find_model
from miaobi.tasks.embed import embed


@pytest.fixture(scope="module")
def engine() -> EmbeddingEngine:
    """The model, loaded once."""
    return EmbeddingEngine(find_model("e5-small", "embedding"))


def test_blocks_are_those_of_gguf() -> None:
    draw = np.random.default_rng(1)
    blocks = draw.integers(0, 256, (5, 4, 18), np.uint8)
    blocks[..., :2] = draw.normal(size=(5, 4, 1)).astype(np.float16).view(np.uint8).reshape(5, 4, 2)
    rows = blocks.reshape(5, -1)
    assert np.array_equal(dequantize_rows(rows), dequantize(rows, GGMLQuantizationType.Q4_0))


def test_words(engine: EmbeddingEngine) -> None:
    spelled = [engine.tokenizer.id_to_token(id) for id in engine.tokens("The fox  runs. 狐狸")]
    assert "".join(spelled) == "▁The▁fox▁runs.▁狐狸"
    assert engine.tokens("ﬁne Ⅳ") == engine.tokens("fine IV"), "letters are normalized"


def test_a_batch_is_the_same_as_one_by_one(engine: EmbeddingEngine) -> None:
    texts = ["a fox", "a very much longer text about a river that runs to the sea", "狐狸"]
    together = torch.tensor(embed(texts, model="e5-small").vectors)
    alone = torch.tensor([embed([text]).vectors[0] for text in texts])
    assert (together - alone).abs().max() < 1e-5


def test_long_texts_are_read_to_their_end(engine: EmbeddingEngine) -> None:
    river, fox = "The river runs to the sea. " * 120, "The fox sleeps in its den. " * 120
    found = embed([river, river + fox, fox])
    assert found.tokens > 4 * 512
    both = [float(np.dot(found.vectors[1], found.vectors[n])) for n in (0, 2)]
    assert min(both) > float(np.dot(found.vectors[0], found.vectors[2])) + 0.02


def test_what_cannot_be_read(tmp_path: Path) -> None:
    for content in (b"", b"GGUF" + bytes(99), b"E5S1" + bytes(20), b"E5S1" + b"\xff" * 200):
        (tmp_path / "model.bin").write_bytes(content)
        with pytest.raises(ModelFileError):
            E5(tmp_path / "model.bin")
    with pytest.raises(PromptError):
        embed([""])
    with pytest.raises(OptionError):
        embed([])
