"""Preparation of language models, GPT and RNN: documents, tokenizer, network."""

import dataclasses
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import torch

from miaobi.core.checks import check_choice, check_range
from miaobi.core.paths import atomic_write
from miaobi.core.training_rows import Tally
from miaobi.data.corpora import CORPUS, read_corpus
from miaobi.data.report import DataReport, examine
from miaobi.data.sources import Document, read_documents
from miaobi.data.text import TokenData, tokenize
from miaobi.models import checkpoint, gpt, rnn
from miaobi.models.tokenizer import load_tokenizer
from miaobi.train.objective_language import LanguageModelObjective
from miaobi.train.recipes import Recipe, TrainingPlan

if TYPE_CHECKING:
    from miaobi.train.families import Preparation


def sizes(recipe: Recipe) -> tuple[str, ...]:
    """Return the sizes of the model."""
    return tuple(gpt.SIZES if recipe.family == "gpt" else rnn.SIZES)


def model_options(recipe: Recipe) -> dict[str, Any]:
    """Return every option model.KEY with its default."""
    options = asdict(checkpoint.ARCHITECTURES[recipe.family][0]())
    del options["vocab"]  # determined by the data
    return options


def check(plan: TrainingPlan) -> None:
    """Reject options that would fail only when the network is built. Raises OptionError."""
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
        divisors = tuple(str(n) for n in range(1, heads + 1) if heads % n == 0)
        check_choice("model.kv_heads", str(config.kv_heads), divisors)
        check_choice("model.head_width", str(width), (str(width // 2 * 2), str(width // 2 * 2 + 2)))


def prepare(plan: TrainingPlan) -> "Preparation":
    """Read documents and build the objective; see families.Family. Raises DataError."""
    documents, report = read_locations(plan)
    yield report
    plan.create_folder()
    recipe, data = plan.recipe, _tokenize(plan, documents)
    network = _network(plan, data)
    objective = LanguageModelObjective(network, data, recipe.data, recipe.keep)
    path = plan.folder / "tokenizer.json"
    if not path.is_file():
        atomic_write(path, data.tokenizer.to_str().encode())
    return report, objective


def read_locations(plan: TrainingPlan) -> tuple[list[Document], DataReport]:
    """Read all documents, without the files of the run itself, and report on them."""
    documents: list[Document] = []
    tally = Tally()
    for location in plan.recipe.places:
        if location.startswith(CORPUS):
            documents += read_corpus(location.removeprefix(CORPUS))
        else:
            documents += read_documents([location], plan.folder, tally)
    return examine(documents, plan.recipe.data.license, tally)


def _tokenize(plan: TrainingPlan, documents: list[Document]) -> TokenData:
    """Encode documents with the tokenizer of the run, of its starting point, or a new one."""
    recipe = plan.recipe
    source = plan.folder if (plan.folder / "tokenizer.json").is_file() else plan.start_from
    tokenizer = load_tokenizer(source) if source else None
    return tokenize(documents, recipe.data, recipe.data.split, tokenizer)


def _network(plan: TrainingPlan, data: TokenData) -> torch.nn.Module:
    recipe = plan.recipe
    if plan.start_from:
        return checkpoint.load(plan.start_from).float().train()
    torch.manual_seed(recipe.train.seed)
    config = _config(recipe, data.tokenizer.get_vocab_size())
    return gpt.GPT(config) if isinstance(config, gpt.GPTConfig) else rnn.RNN(config)


def _config(recipe: Recipe, vocab: int) -> gpt.GPTConfig | rnn.RNNConfig:
    if recipe.family == "gpt":
        config = gpt.preset(vocab, recipe.size, recipe.data.length)
        return dataclasses.replace(config, **recipe.model)
    width, layers = rnn.SIZES[recipe.size]
    return dataclasses.replace(rnn.RNNConfig(vocab, width, layers), **recipe.model)
