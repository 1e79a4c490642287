"""Text engine of the Hub: causal language models of transformers without our own implementation.

    messages --vocabulary--> prompt (1, N) --generate--> tokens --answer--> text

Logits processors are in generation/logits.py. generate() runs in a thread, which stops at the next
token when the generator is closed.
"""

import contextlib
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from miaobi.core.checks import TRY_ANOTHER_MODEL, check_supported
from miaobi.core.errors import ModelFileError
from miaobi.core.events import Event, Token
from miaobi.core.requests import TextRequest
from miaobi.core.streaming import stream
from miaobi.generation.streaming import make_streamer
from miaobi.generation.vocabulary import check_room
from miaobi.hub.files import checkpoint_folder
from miaobi.hub.inference import raise_engine_errors
from miaobi.hub.loading import load_model, load_pretrained
from miaobi.hub.vocabulary import HubVocabulary
from miaobi.models.zoo import Model

if TYPE_CHECKING:
    from torch import Tensor


class HubTextEngine:
    """Loaded causal language model of transformers."""

    def __init__(self, model: Model) -> None:
        from transformers import AutoModelForCausalLM, GenerationConfig

        folder = checkpoint_folder(model.place)
        _check_model_type(folder)
        self.name = model.name
        self.network = load_model(AutoModelForCausalLM, folder)
        ends = self.network.generation_config.eos_token_id
        self.vocabulary = HubVocabulary(folder, model.name, ends)
        self.ends = self.vocabulary.ends
        # options come from the request, not from generation_config.json
        self.network.generation_config = GenerationConfig(
            do_sample=False,
            num_beams=1,
            use_cache=True,
            disable_compile=True,
            eos_token_id=self.ends or None,
            pad_token_id=self.ends[0] if self.ends else None,
        )
        config = self.network.config.get_text_config()
        # tokens; 0: no limit
        self.context = int(getattr(config, "max_position_embeddings", None) or 0)

    def generate(self, request: TextRequest) -> Iterator[Event]:
        """Yield Token events, then the Output. Raises PromptError, OptionError or ContextFull."""
        import torch

        has_precision = request.precision not in ("", "float32")
        check_supported(
            self.name,
            {"beams": request.beams > 1, "lookup": request.lookup, "precision": has_precision},
        )
        check_supported(self.name, {"logprobs": request.logprobs is not None}, TRY_ANOTHER_MODEL)
        started = time.perf_counter()
        prompt = self.vocabulary.prompt(request)
        check_room(prompt, self.context)
        max_tokens = request.max_tokens
        if self.context:
            max_tokens = min(max_tokens, self.context - len(prompt))

        def work(emit: Callable[[Event], bool]) -> None:
            streamer, processors = make_streamer(self.vocabulary, request, prompt, emit)

            def is_finished(input_ids: "Tensor", scores: object) -> "Tensor":
                """Take the last of tokens (1, N); return (1,), True to stop."""
                done = streamer.put(int(input_ids[0, -1]))
                return torch.tensor([done], device=input_ids.device)

            ids = torch.tensor([prompt], device=self.network.device)
            with raise_engine_errors():
                self.network.generate(
                    input_ids=ids,
                    attention_mask=torch.ones_like(ids),
                    max_new_tokens=max_tokens,
                    logits_processor=processors,
                    stopping_criteria=[is_finished],
                )
            emit(streamer.output(started, len(prompt)))

        with contextlib.closing(stream(work)) as events:  # type: ignore[type-var]
            for event in events:
                if event != Token(""):  # emitted only to learn if the generator was closed
                    yield event

    def close(self) -> None:
        """Free the network."""
        del self.network


def _check_model_type(folder: Path) -> None:
    """Raise ModelFileError for a model that is not a causal language model."""
    from transformers import AutoConfig
    from transformers.models.auto.modeling_auto import MODEL_FOR_CAUSAL_LM_MAPPING_NAMES

    model_type = load_pretrained(AutoConfig, folder).model_type
    if model_type not in MODEL_FOR_CAUSAL_LM_MAPPING_NAMES:
        raise ModelFileError(
            "{folder} has a model of type {kind}, which is not a causal language model.",
            "Give a causal language model, such as GPT-2, Llama or Qwen.",
            folder=folder,
            kind=model_type,
        )
