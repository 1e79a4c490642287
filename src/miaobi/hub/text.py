"""Language models of the Hub whose architecture is not ours, through transformers.

    messages --vocabulary--> prompt (1, N) --generate--> tokens --answer--> text

What stands between a step's scores and its token is in sampling.py. generate() runs in a thread;
it stops at the next token when the reader closes the generator.
"""

import contextlib
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from miaobi.core.checks import OTHER, check_able
from miaobi.core.errors import ModelFileError
from miaobi.core.events import Event, Token
from miaobi.core.requests import TextRequest
from miaobi.core.streaming import stream
from miaobi.generation.answer import answering
from miaobi.generation.vocabulary import check_room
from miaobi.hub.files import checkpoint
from miaobi.hub.loading import failures_told, load, load_model
from miaobi.hub.vocabulary import HubVocabulary
from miaobi.models.zoo import Model

if TYPE_CHECKING:
    from torch import Tensor


class HubTextEngine:
    """A loaded checkpoint that continues conversations."""

    def __init__(self, model: Model) -> None:
        from transformers import AutoModelForCausalLM, GenerationConfig

        folder = checkpoint(model.place)
        _check_kind(folder)
        self.name = model.name
        self.network = load_model(AutoModelForCausalLM, folder)
        ends = self.network.generation_config.eos_token_id
        self.vocabulary = HubVocabulary(folder, model.name, ends)
        self.ends = self.vocabulary.ends
        # the request's options decide, not those an author left in generation_config.json
        self.network.generation_config = GenerationConfig(
            do_sample=False,
            num_beams=1,
            use_cache=True,
            disable_compile=True,
            eos_token_id=self.ends or None,
            pad_token_id=self.ends[0] if self.ends else None,
        )
        config = self.network.config.get_text_config()
        # 0: the architecture has no limit
        self.context = int(getattr(config, "max_position_embeddings", None) or 0)

    def generate(self, request: TextRequest) -> Iterator[Event]:
        """Token events, then the Output. Raises PromptError, OptionError or ContextFull."""
        import torch

        unlike_ours = request.precision not in ("", "float32")
        check_able(
            self.name,
            {"beams": request.beams > 1, "lookup": request.lookup, "precision": unlike_ours},
        )
        check_able(self.name, {"logprobs": request.logprobs is not None}, OTHER)
        started = time.perf_counter()
        prompt = self.vocabulary.prompt(request)
        check_room(prompt, self.context)
        budget = request.max_tokens
        if self.context:
            budget = min(budget, self.context - len(prompt))

        def work(emit: Callable[[Event], bool]) -> None:
            answer, process = answering(self.vocabulary, request, prompt, emit)

            def finished(input_ids: "Tensor", scores: Any) -> "Tensor":
                done = answer.take(int(input_ids[0, -1]))
                return torch.tensor([done], device=input_ids.device)

            ids = torch.tensor([prompt], device=self.network.device)
            with failures_told():
                self.network.generate(
                    input_ids=ids,
                    attention_mask=torch.ones_like(ids),
                    max_new_tokens=budget,
                    logits_processor=process,
                    stopping_criteria=[finished],
                )
            emit(answer.output(started, len(prompt)))

        with contextlib.closing(stream(work)) as events:  # type: ignore[type-var]
            for event in events:
                if event != Token(""):  # it only asked whether anyone still listens
                    yield event

    def close(self) -> None:
        del self.network


def _check_kind(folder: Path) -> None:
    from transformers import AutoConfig
    from transformers.models.auto.modeling_auto import MODEL_FOR_CAUSAL_LM_MAPPING_NAMES

    kind = load(AutoConfig, folder).model_type
    if kind not in MODEL_FOR_CAUSAL_LM_MAPPING_NAMES:
        raise ModelFileError(
            "{folder} holds a model of the kind {kind}, which does not continue text.",
            "Give a causal language model, such as GPT-2, Llama or Qwen.",
            folder=folder,
            kind=kind,
        )
