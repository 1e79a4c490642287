"""Teach a trained model new text with few new weights: LoRA (Hu et al., 2022), through peft.

A matrix W is left as it is and learns W + (alpha / rank) B A beside it, A and B of rank 8. The
folder of the run holds the whole model with the new weights added, and they alone in adapter/.
"""

import copy
import shlex
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from miaobi.core.errors import OptionError
from miaobi.core.paths import atomic_write
from miaobi.data.report import examine
from miaobi.data.sources import Document
from miaobi.data.text import tokenize
from miaobi.hub.files import checkpoint as hub_folder
from miaobi.models import checkpoint
from miaobi.models.rnn import RNN
from miaobi.models.tokenizer import load_tokenizer
from miaobi.models.zoo import find_model, is_ours
from miaobi.train.plan import Plan, checked
from miaobi.train.recipes import TUNING, Recipe
from miaobi.train.run import run
from miaobi.train.text import LanguageModel, read

OWN_LINEARS = ["qkv", "out", "up", "down"]


def plan_tune(
    model: str,
    data: Sequence[str],
    *,
    output: Path | str | None = None,
    options: dict[str, Any] | None = None,
) -> Plan:
    """Check what is asked; options are {"model.rank": 16, "train.steps": 100 …}.

    Raises NotFoundError, OptionError, OutputPathError or TrainingError.
    """
    row = find_model(model, "text")
    if row.engine != "folder_text":
        raise OptionError(
            "{model} is a GGUF file, and those cannot be tuned.",
            "Give a folder or ORG/NAME of the Hub with safetensors weights.",
            model=model,
        )
    name = f"{Path(row.place).name}-tuned"
    return checked(
        f"tune {shlex.quote(model)}", TUNING, data, name, output, Path(row.place), options or {}
    )


def tune(model: str, data: Sequence[str] | str, **keywords: Any) -> Path:
    """Tune a model and return its folder; keywords are those of `plan_tune`. Raises MiaobiError."""
    planned = plan_tune(model, (data,) if isinstance(data, str) else data, **keywords)
    for _ in run(planned):
        pass
    return planned.folder


def sizes(recipe: Recipe) -> tuple[str, ...]:
    """The sizes there are."""
    return ()


def model_options(recipe: Recipe) -> dict[str, Any]:
    """Every model.KEY that may be given, with its default."""
    return recipe.model


def check(plan: Plan) -> None:
    """All that can be known before the network is there has been checked."""


def prepare(plan: Plan) -> Iterator[Any]:
    """Yields the report on the data, Progress, and last the objective. Raises DataError."""
    documents, report = examine(read(plan), plan.recipe.data.license)
    yield report
    yield Tuning(plan, documents)


class HubCausalModel(nn.Module):
    """A causal model of transformers, with the face of ours: forward(tokens, targets) -> loss."""

    def __init__(self, model: Any) -> None:
        super().__init__()
        self.model = model

    def forward(self, tokens: Tensor, targets: Tensor) -> Tensor:
        logits = self.model(input_ids=tokens).logits  # (B, T, V)
        return F.cross_entropy(logits.flatten(0, 1).float(), targets.flatten())


class Tuning(LanguageModel):
    """Predict the next token with the weights of LoRA alone."""

    def __init__(self, plan: Plan, documents: list[Document]) -> None:
        recipe, origin = plan.recipe, plan.start_from
        assert origin is not None
        self.ours = is_ours(origin)
        if self.ours:
            base: Any = checkpoint.load(origin)
            tokenizer, end = load_tokenizer(origin), None
            if isinstance(base, RNN):
                raise OptionError(
                    "{model} is a recurrent network, and LoRA does not know those.",
                    "Go on with all its weights: miaobi train rnn --from {model}",
                    model=origin,
                )
        else:
            base, self.words = _from_hub(origin)
            tokenizer, end = self.words.backend_tokenizer, self.words.eos_token_id or 0
        data = tokenize(documents, recipe.data, recipe.data.split, tokenizer, end)
        self.tuned = _with_lora(base, recipe, OWN_LINEARS if self.ours else "all-linear")
        network = self.tuned if self.ours else HubCausalModel(self.tuned)
        super().__init__(network.train(), data, recipe.data, recipe.keep)

    def save(self, folder: Path) -> None:
        """The adapter, and the whole model with the adapter added in."""
        self.tuned.save_pretrained(str(folder / "adapter"))
        whole = copy.deepcopy(self.tuned).merge_and_unload()
        if self.ours:
            checkpoint.save(whole, folder, self.keep)
            atomic_write(folder / "tokenizer.json", self.data.tokenizer.to_str().encode())
        else:
            whole.save_pretrained(str(folder))
            self.words.save_pretrained(str(folder))

    def complete(self, prompt: Tensor, count: int) -> list[int]:
        if self.ours:
            whole = self.tuned.get_base_model()
            return self.continued(whole, prompt, count)
        draw = {"do_sample": True, "temperature": 0.8}
        with torch.random.fork_rng():  # what a sample draws is nothing to the run
            tokens = self.tuned.generate(input_ids=prompt, max_new_tokens=count, **draw)
        return list(tokens[0].tolist())


def _from_hub(place: Path) -> tuple[Any, Any]:
    """The network and the tokenizer of a Hub folder or repository. Raises ModelFileError."""
    from transformers import AutoModelForCausalLM

    from miaobi.hub.loading import load_model
    from miaobi.hub.loading import load_tokenizer as load_words

    folder = hub_folder(str(place))
    return load_model(AutoModelForCausalLM, folder), load_words(folder)


def _with_lora(base: Any, recipe: Recipe, targets: Any) -> Any:
    from peft import LoraConfig, get_peft_model

    torch.manual_seed(recipe.train.seed)
    options = recipe.model
    config = LoraConfig(
        r=int(options["rank"]),
        lora_alpha=int(options["alpha"]),
        lora_dropout=float(options["dropout"]),
        target_modules=targets,
    )
    return get_peft_model(base, config)
