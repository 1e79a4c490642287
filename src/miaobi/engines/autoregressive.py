"""Our own engine for GPT and RNN: checkpoints trained here, and Hub folders of four families.

    messages --vocabulary--> prompt --decoder--> scores --sampling or beams--> tokens --answer-->

The weights are read when the first request says in what precision; one is held at a time.
"""

import json
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from miaobi.core.checks import OTHER, check_able
from miaobi.core.errors import ModelFileError, OptionError
from miaobi.core.events import Engine, Event, Output, Progress, Token
from miaobi.core.requests import TextRequest
from miaobi.core.settings import threads
from miaobi.generation.answer import Answer, answering
from miaobi.generation.logits import NoRepeat, Penalties, choice
from miaobi.generation.vocabulary import OwnVocabulary, Vocabulary, check_room
from miaobi.hub.files import checkpoint as hub_checkpoint
from miaobi.hub.vocabulary import HubVocabulary
from miaobi.models.zoo import Model, is_ours

if TYPE_CHECKING:
    from torch import Tensor

    from miaobi.generation.beam_search import Finished, Search

# what our networks compute; a config that says otherwise is for transformers
PLAIN: dict[str, tuple[Any, ...]] = {
    "activation_function": ("gelu_new", "gelu_pytorch_tanh"),
    "hidden_act": ("silu",),
    "scale_attn_weights": (True,),
    "scale_attn_by_inverse_layer_idx": (False,),
    "attention_bias": (False,),
    "mlp_bias": (False,),
    "use_sliding_window": (False,),
    "quantization_config": (None,),
}
ROTARY = {"default", "llama3"}  # kinds of scaling


def open_folder(model: Model) -> Engine:
    """The engine for a folder or a Hub repository: ours where we know its architecture."""
    place = Path(model.place)
    if is_ours(place):
        return AutoregressiveEngine(model, place, OwnVocabulary(place, model.name))
    folder = hub_checkpoint(model.place)
    if not _known(_values(folder / "config.json")):
        from miaobi.hub.text import HubTextEngine

        return HubTextEngine(model)
    return AutoregressiveEngine(model, folder, HubVocabulary(folder, model.name, _ends(folder)))


class AutoregressiveEngine:
    """A loaded language model of ours that continues text."""

    def __init__(self, model: Model, folder: Path, vocabulary: Vocabulary) -> None:
        import torch

        from miaobi.models import checkpoint, convert

        torch.set_num_threads(min(torch.get_num_threads(), threads() + 1))
        self.name, self.folder, self.vocabulary = model.name, folder, vocabulary
        self.ours = isinstance(vocabulary, OwnVocabulary)
        self.device = "cuda" if torch.cuda.is_available() else "cpu"
        self.preferred = "bfloat16" if self.device == "cuda" else "float32"
        self.precision = ""  # of what is loaded
        self.network: Any = None
        config = (checkpoint if is_ours(folder) else convert).read_config(folder)[0]
        self.context = int(getattr(config, "context", 0))  # 0: no limit

    def generate(self, request: TextRequest) -> Iterator[Event]:
        """Token events, then the Output. Raises PromptError, OptionError or ContextFull."""
        check_able(request.model, {"logprobs": request.logprobs is not None}, OTHER)
        self._use(request.precision)
        started = time.perf_counter()
        prompt, most = self._prompt(request)
        if request.beams > 1:
            yield from self._search(request, prompt, most, started)
            return
        from miaobi.generation.decoder import decoder_of
        from miaobi.generation.decoding import decode, decode_with_lookup

        told: list[Event] = []
        answer, choose = self._answer(request, prompt, told)
        room = len(prompt) + most
        slides = bool(self.context) and room > self.context
        decoder = decoder_of(self.network, self.context if slides else room)
        if request.lookup and not slides:
            tokens = decode_with_lookup(decoder, prompt, choose, most)
        else:
            tokens = decode(decoder, prompt, choose, most, self.context if slides else 0)
        for token in tokens:
            done = answer.take(token)
            yield from told
            told.clear()
            if done:
                break
        output = answer.output(started, len(prompt))
        yield from told
        yield output

    def generate_batch(self, requests: Sequence[TextRequest]) -> list[Output]:
        """Answers to several requests at once, each with its own options.

        Raises OptionError for a search, or where requests want weights of different precisions.
        """
        from miaobi.generation.decoder import decoder_of
        from miaobi.generation.decoding import decode_batch

        _check_batch(requests)
        self._use(requests[0].precision)
        started = time.perf_counter()
        prompts = [self._prompt(request)[0] for request in requests]
        if self.context:
            check_room(max(prompts, key=len), self.context)
        pairs = list(zip(requests, prompts, strict=True))
        most = [
            min(r.max_tokens, self.context - len(p) if self.context else r.max_tokens)
            for r, p in pairs
        ]
        answers = [self._answer(request, prompt, []) for request, prompt in pairs]
        decoder = decoder_of(self.network, max(map(len, prompts)) + max(most))

        def take(row: int, token: int) -> bool:
            answer = answers[row][0]
            return answer.take(token) or answer.tokens == most[row]

        decode_batch(decoder, prompts, [choose for _, choose in answers], max(most), take)
        return [
            answer.output(started, len(prompt))
            for (answer, _), prompt in zip(answers, prompts, strict=True)
        ]

    def close(self) -> None:
        self.network = None

    def _answer(
        self, request: TextRequest, prompt: list[int], told: list[Event]
    ) -> tuple[Answer, Callable[["Tensor", "Tensor"], int]]:
        """What collects the tokens of one request, and what chooses them."""

        def emit(event: Event) -> bool:
            if event != Token(""):
                told.append(event)
            return False

        answer, process = answering(self.vocabulary, request, prompt, emit)
        return answer, choice(process)

    def _search(
        self, request: TextRequest, prompt: list[int], most: int, started: float
    ) -> Iterator[Event]:
        """Beam search: the best text, and up to `best` - 1 others.

        A token is told once all texts that can still be found begin alike up to it.
        """
        import torch

        from miaobi.generation.beam_search import BeamOptions, beam_search
        from miaobi.generation.decoder import decoder_of

        decoder = decoder_of(self.network, len(prompt) + most)
        first = decoder.start([prompt])[0, -1].cpu()
        decoder.continue_from(torch.zeros(request.beams, dtype=torch.long))
        read = time.perf_counter()

        def step(parents: "Tensor", tokens: "Tensor") -> "Tensor":
            decoder.continue_from(parents)
            return decoder.feed(tokens[:, None])[:, -1].cpu()

        options = BeamOptions(
            request.beams,
            request.best,
            request.length_penalty,
            request.early_stopping,
            request.beam_groups,
            request.diversity,
        )
        search = beam_search(
            step,
            first,
            prompt,
            options,
            frozenset(self.vocabulary.ends),
            most,
            _beam_process(request, len(prompt)),
        )
        told: list[Event] = []
        answer, _ = self._answer(request, prompt, told)
        found = yield from _told(search, answer, told, most)
        for token in found[0].tokens[answer.tokens :]:
            if answer.stops.found or answer.take(token):
                break
        output = answer.output(started, len(prompt))
        yield from told
        yield replace(
            output,
            alternatives=tuple(self._spelled(request, prompt, f.tokens) for f in found[1:]),
            usage={
                **output.usage,
                "completion_tokens": len(found[0].tokens),
                "prompt_seconds": read - started,
                "seconds": time.perf_counter() - read,
            },
        )

    def _spelled(self, request: TextRequest, prompt: list[int], tokens: list[int]) -> str:
        """The text of a finished beam, cut at the first stop string."""
        answer, _ = self._answer(request, prompt, [])
        for token in tokens:
            if answer.take(token):
                break
        return answer.output(0.0, len(prompt)).text or ""

    def _prompt(self, request: TextRequest) -> tuple[list[int], int]:
        """The tokens to continue, and the most that can follow.

        What was trained here only continues text: it may forget the beginning and go on.
        """
        prompt = self.vocabulary.prompt(request)
        if self.ours and request.beams == 1:
            return prompt, request.max_tokens
        check_room(prompt, self.context)
        room = self.context - len(prompt) if self.context else request.max_tokens
        return prompt, min(request.max_tokens, room)

    def _use(self, precision: str) -> None:
        precision = precision or self.preferred  # whatever the request before asked for
        if precision != self.precision:
            self.network = None  # never two in memory
            self.network = self._loaded(precision)

    def _loaded(self, precision: str) -> Any:
        from miaobi.models import checkpoint, convert
        from miaobi.nn.packed import pack

        load = checkpoint.load if is_ours(self.folder) else convert.from_folder
        try:
            network = load(self.folder)
        except RuntimeError as error:  # weights of other sizes than the config says
            raise ModelFileError(
                "{folder} could not be loaded: {reason}.",
                "Choose another model, or another copy.",
                folder=self.folder,
                reason=str(error).splitlines()[-1].strip().rstrip("."),
            ) from error
        network.requires_grad_(False)
        self.precision = precision
        return pack(network, precision, self.device)


def _told(
    search: "Search", answer: Answer, told: list[Event], most: int
) -> Generator[Event, None, list["Finished"]]:
    """The events of a search, whose certain tokens go to the answer; returns what it found."""
    for length in range(1, most + 1):
        try:
            certain = next(search)
        except StopIteration as end:
            found: list[Finished] = end.value
            return found
        for token in certain:
            if not answer.stops.found:
                answer.take(token)
        yield Progress("search", length, most)
        yield from told
        told.clear()
    raise AssertionError("a search ends with its last step")


def _check_batch(requests: Sequence[TextRequest]) -> None:
    if any(request.beams > 1 for request in requests):
        raise OptionError(
            "A batch cannot use {option}.", "Ask one prompt at a time.", option="beams"
        )
    kinds = sorted({request.precision for request in requests})
    if len(kinds) > 1:
        raise OptionError(
            "The requests of a batch have different values of {option}: {values}.",
            "Give all of them the same.",
            option="precision",
            values=", ".join(map(repr, kinds)),
        )


def _beam_process(request: TextRequest, prompt: int) -> Callable[[list[list[int]], Any], Any]:
    """Penalties and no-repeat on the log-probabilities (N, V) of all beams."""
    import torch

    penalties = Penalties(request, prompt)
    no_repeat = NoRepeat(request.no_repeat_ngram) if request.no_repeat_ngram else None
    idle = request.repeats_cost == 1 and not request.presence_penalty
    idle = idle and not request.frequency_penalty

    def process(texts: list[list[int]], scores: Any) -> Any:
        if not idle:
            rows = [
                penalties(torch.tensor([text]), scores[row : row + 1])
                for row, text in enumerate(texts)
            ]
            scores = torch.cat(rows)
        return no_repeat.rows(texts, scores) if no_repeat else scores

    return process


def _known(config: dict[str, Any]) -> bool:
    """True for a config of transformers that our network computes to the letter."""
    from miaobi.models.convert import FAMILIES

    plain = all(config.get(name, values[0]) in values for name, values in PLAIN.items())
    rotary = [config.get(name) or {} for name in ("rope_parameters", "rope_scaling")]
    kinds = {rope.get("rope_type", rope.get("type", "default")) for rope in rotary}
    try:
        FAMILIES[config["model_type"]].config(config)
    except (KeyError, TypeError, ModelFileError):  # what it leaves out, transformers knows
        return False
    return plain and kinds <= ROTARY


def _ends(folder: Path) -> int | list[int] | None:
    """The end tokens that a Hub folder names in generation_config.json or config.json."""
    for name in ("generation_config.json", "config.json"):
        ends = _values(folder / name).get("eos_token_id")
        if ends is not None:
            return list(ends) if isinstance(ends, list) else int(ends)
    return None


def _values(path: Path) -> dict[str, Any]:
    """The values in a JSON file; none where it is missing or damaged."""
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return values if isinstance(values, dict) else {}
