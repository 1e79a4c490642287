"""Preparation of fine-tuning with LoRA (Hu et al., 2022), through peft.

A matrix W is frozen and W + (alpha / rank) B A is trained, with A and B of the given rank. The
folder of the run holds the merged model, and the adapter alone in adapter/.
"""

import copy
import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from miaobi.core.errors import OptionError
from miaobi.core.paths import atomic_write
from miaobi.data.sources import Document
from miaobi.data.text import tokenize
from miaobi.hub.files import checkpoint_folder
from miaobi.hub.vocabulary import apply_template
from miaobi.models import checkpoint
from miaobi.models.rnn import RNN
from miaobi.models.tokenizer import load_tokenizer
from miaobi.models.zoo import is_ours
from miaobi.train.objective_language import LanguageModelObjective, sample_continuation
from miaobi.train.prepare_text import read_locations
from miaobi.train.recipes import Recipe, TrainingPlan

if TYPE_CHECKING:
    from peft import PeftModel
    from transformers import PreTrainedModel, PreTrainedTokenizerFast

    from miaobi.train.families import Preparation

OWN_LINEARS = ["qkv", "out", "up", "down"]


def sizes(recipe: Recipe) -> tuple[str, ...]:
    """Return (): the size is that of the model."""
    return ()


def model_options(recipe: Recipe) -> dict[str, Any]:
    """Return every option model.KEY with its default."""
    return recipe.model


def check(plan: TrainingPlan) -> None:
    """Accept any options: the network is loaded with the data."""


def prepare(plan: TrainingPlan) -> "Preparation":
    """Read documents and build the objective; see families.Family. Raises DataError."""
    documents, report = read_locations(plan)
    yield report
    plan.create_folder()
    return report, LoRAObjective(plan, documents)


class HubCausalLM(nn.Module):
    """Causal model of transformers with the interface of ours: forward(tokens, targets)."""

    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self.model = model

    def forward(self, tokens: Tensor, targets: Tensor) -> Tensor:
        """Compute the mean loss () in nats of targets (B, T) after tokens (B, T)."""
        logits = self.model(input_ids=tokens).logits  # (B, T, V)
        return F.cross_entropy(logits.flatten(0, 1).float(), targets.flatten())


class LoRAObjective(LanguageModelObjective):
    """Cross-entropy of the next token, with the weights of LoRA alone."""

    def __init__(self, plan: TrainingPlan, documents: list[Document]) -> None:
        recipe, origin = plan.recipe, plan.start_from
        assert origin is not None
        self.is_ours = is_ours(origin)
        if self.is_ours:
            model: Any = checkpoint.load(origin)
            tokenizer, end = load_tokenizer(origin), None
            if isinstance(model, RNN):
                raise OptionError(
                    "{model} is a recurrent network, and LoRA does not know those.",
                    "Go on with all its weights: miaobi train rnn --from {model}",
                    model=origin,
                )
        else:
            model, self.hub_tokenizer = _load_from_hub(origin)
            tokenizer = self.hub_tokenizer.backend_tokenizer
            end = self.hub_tokenizer.eos_token_id or 0
            documents = [with_template(self.hub_tokenizer, row) for row in documents]
        data = tokenize(documents, recipe.data, recipe.data.split, tokenizer, end)
        self.tuned: Any = _with_lora(model, recipe, OWN_LINEARS if self.is_ours else "all-linear")
        network = self.tuned if self.is_ours else HubCausalLM(self.tuned)
        super().__init__(network.train(), data, recipe.data, recipe.keep)

    def save(self, folder: Path) -> None:
        """Write the adapter, and the whole model with the adapter merged."""
        self.tuned.save_pretrained(str(folder / "adapter"))
        merged = copy.deepcopy(self.tuned).merge_and_unload()
        if self.is_ours:
            checkpoint.save(merged, folder, self.save_dtype)
            atomic_write(folder / "tokenizer.json", self.data.tokenizer.to_str().encode())
        else:
            merged.save_pretrained(str(folder))
            self.hub_tokenizer.save_pretrained(str(folder))

    def complete(self, prompt: Tensor, count: int) -> list[int]:
        """Return the tokens of a prompt (1, N) and `count` more."""
        if self.is_ours:
            return sample_continuation(self.tuned.get_base_model(), prompt, count)
        options = {"do_sample": True, "temperature": 0.8}
        with torch.random.fork_rng():  # samples must not change the run
            tokens = self.tuned.generate(input_ids=prompt, max_new_tokens=count, **options)
        return list(tokens[0].tolist())


def _load_from_hub(source: Path) -> "tuple[PreTrainedModel, PreTrainedTokenizerFast]":
    """Load network and tokenizer of a Hub folder or repository. Raises ModelFileError."""
    from transformers import AutoModelForCausalLM

    from miaobi.hub.loading import load_model
    from miaobi.hub.loading import load_tokenizer as load_hub_tokenizer

    folder = checkpoint_folder(str(source))
    return load_model(AutoModelForCausalLM, folder), load_hub_tokenizer(folder)


def with_template(tokenizer: "PreTrainedTokenizerFast", document: Document) -> Document:
    """Write a conversation with the chat template of the model. Raises DataError."""
    if not document.messages or not tokenizer.chat_template:
        return document
    text = apply_template(tokenizer, document.messages, document.origin)
    return dataclasses.replace(document, text=text)


def _with_lora(model: nn.Module, recipe: Recipe, targets: list[str] | str) -> "PeftModel":
    from peft import LoraConfig, get_peft_model

    torch.manual_seed(recipe.train.seed)
    options = recipe.model
    config = LoraConfig(
        r=int(options["rank"]),
        lora_alpha=int(options["alpha"]),
        lora_dropout=float(options["dropout"]),
        target_modules=targets,
    )
    return get_peft_model(model, config)
