"""Engine of our GPT and RNN: checkpoints trained here, and Hub folders of families that GPT runs.

    messages --vocabulary--> prompt --decoder--> logits --sampling or beams--> tokens --streamer-->

Weights are loaded at the first request, in its precision; one precision is in memory at a time.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from miaobi.core.checks import TRY_ANOTHER_MODEL, check_supported
from miaobi.core.errors import ModelFileError, OptionError
from miaobi.core.events import Event, Output, Token
from miaobi.core.requests import TextRequest
from miaobi.generation.logits import token_chooser
from miaobi.generation.streaming import TextStreamer, make_streamer
from miaobi.generation.vocabulary import OwnVocabulary, Vocabulary, check_room
from miaobi.hub.inference import limit_threads
from miaobi.models.zoo import Model, is_ours

if TYPE_CHECKING:
    from torch import Tensor

    from miaobi.models.gpt import GPT
    from miaobi.models.rnn import RNN


class AutoregressiveEngine:
    """Loaded language model of our own implementation."""

    network: "GPT | RNN | None"

    def __init__(self, model: Model, folder: Path, vocabulary: Vocabulary) -> None:
        import torch

        from miaobi.models import checkpoint, convert

        limit_threads()
        self.name, self.folder, self.vocabulary = model.name, folder, vocabulary
        self.is_own = isinstance(vocabulary, OwnVocabulary)  # trained here
        self.device = "cuda" if torch.cuda.is_available() else "cpu"
        self.default_precision = "bfloat16" if self.device == "cuda" else "float32"
        self.precision = ""  # of the loaded network
        self.network = None
        config = (checkpoint if is_ours(folder) else convert).read_config(folder)[0]
        self.context = int(getattr(config, "context", 0))  # tokens; 0: no limit

    def generate(self, request: TextRequest) -> Iterator[Event]:
        """Yield Token events, then the Output. Raises PromptError, OptionError or ContextFull."""
        check_supported(
            request.model, {"logprobs": request.logprobs is not None}, TRY_ANOTHER_MODEL
        )
        network = self._load(request.precision)
        started = time.perf_counter()
        prompt, max_tokens = self._prompt(request)
        if request.beams > 1:
            yield from self._search(request, prompt, max_tokens, started)
            return
        from miaobi.generation.decoder import decoder_of
        from miaobi.generation.decoding import decode, decode_with_lookup

        events: list[Event] = []
        streamer, choose = self._streamer(request, prompt, events)
        length = len(prompt) + max_tokens
        is_sliding = bool(self.context) and length > self.context
        decoder = decoder_of(network, self.context if is_sliding else length)
        if request.lookup and not is_sliding:
            tokens = decode_with_lookup(decoder, prompt, choose, max_tokens)
        else:
            window = self.context if is_sliding else 0
            tokens = decode(decoder, prompt, choose, max_tokens, window)
        for token in tokens:
            is_done = streamer.put(token)
            yield from events
            events.clear()
            if is_done:
                break
        output = streamer.output(started, len(prompt))
        yield from events
        yield output

    def generate_batch(self, requests: Sequence[TextRequest]) -> list[Output]:
        """Generate the outputs of several requests at once, each with its own sampling options.

        Raises OptionError for beam search, or for different precisions.
        """
        from miaobi.generation.decoder import decoder_of
        from miaobi.generation.decoding import decode_batch

        _check_batch(requests)
        network = self._load(requests[0].precision)
        started = time.perf_counter()
        prompts = [self._prompt(request)[0] for request in requests]
        if self.context:
            check_room(max(prompts, key=len), self.context)
        pairs = list(zip(requests, prompts, strict=True))
        limits = [
            min(request.max_tokens, self.context - len(prompt))
            if self.context
            else request.max_tokens
            for request, prompt in pairs
        ]
        streamers = [self._streamer(request, prompt, []) for request, prompt in pairs]
        decoder = decoder_of(network, max(map(len, prompts)) + max(limits))

        def put(row: int, token: int) -> bool:
            streamer = streamers[row][0]
            return streamer.put(token) or streamer.tokens == limits[row]

        decode_batch(decoder, prompts, [choose for _, choose in streamers], max(limits), put)
        return [
            streamer.output(started, len(prompt))
            for (streamer, _), prompt in zip(streamers, prompts, strict=True)
        ]

    def close(self) -> None:
        """Free the network."""
        self.network = None

    def _streamer(
        self, request: TextRequest, prompt: list[int], events: list[Event]
    ) -> tuple[TextStreamer, Callable[["Tensor", "Tensor"], int]]:
        """Create the streamer of a request, which appends to `events`, and its token chooser."""

        def emit(event: Event) -> bool:
            if event != Token(""):
                events.append(event)
            return False

        streamer, processors = make_streamer(self.vocabulary, request, prompt, emit)
        return streamer, token_chooser(processors)

    def _search(
        self, request: TextRequest, prompt: list[int], max_tokens: int, started: float
    ) -> Iterator[Event]:
        """Run beam search; the output has the best text and up to `best` - 1 alternatives.

        A token is emitted once all sequences that can still be found share it.
        """
        from miaobi.generation.beam_decoding import start_search, stream_search
        from miaobi.generation.decoder import decoder_of

        assert self.network is not None
        decoder = decoder_of(self.network, len(prompt) + max_tokens)
        search = start_search(decoder, request, prompt, self.vocabulary.ends, max_tokens)
        prefilled = time.perf_counter()
        events: list[Event] = []
        streamer, _ = self._streamer(request, prompt, events)
        finished = yield from stream_search(search, streamer, events, max_tokens)
        for token in finished[0].tokens[streamer.tokens :]:
            if streamer.stops.matched or streamer.put(token):
                break
        output = streamer.output(started, len(prompt))
        yield from events
        yield replace(
            output,
            alternatives=tuple(
                self._decode(request, prompt, other.tokens) for other in finished[1:]
            ),
            usage={
                **output.usage,
                "completion_tokens": len(finished[0].tokens),
                "prompt_seconds": prefilled - started,
                "seconds": time.perf_counter() - prefilled,
            },
        )

    def _decode(self, request: TextRequest, prompt: list[int], tokens: list[int]) -> str:
        """Decode a finished sequence, up to the first stop string."""
        streamer, _ = self._streamer(request, prompt, [])
        for token in tokens:
            if streamer.put(token):
                break
        return streamer.output(0.0, len(prompt)).text or ""

    def _prompt(self, request: TextRequest) -> tuple[list[int], int]:
        """Encode the prompt (N,) and return the greatest number of new tokens.

        A model trained here only continues text, so its context may slide past the beginning.
        """
        prompt = self.vocabulary.prompt(request)
        if self.is_own and request.beams == 1:
            return prompt, request.max_tokens
        check_room(prompt, self.context)
        room = self.context - len(prompt) if self.context else request.max_tokens
        return prompt, min(request.max_tokens, room)

    def _load(self, precision: str) -> "GPT | RNN":
        """Return the network in a precision; "" is the default of the device."""
        precision = precision or self.default_precision
        if self.network is None or precision != self.precision:
            self.network = None  # never two networks in memory
            self.network = self._read_network(precision)
        return self.network

    def _read_network(self, precision: str) -> "GPT | RNN":
        """Read the weights of the folder and pack them. Raises ModelFileError."""
        from miaobi.models import checkpoint, convert
        from miaobi.nn.packed import pack

        load = checkpoint.load if is_ours(self.folder) else convert.from_folder
        try:
            network: Any = load(self.folder)
        except RuntimeError as error:  # sizes that do not match the config
            raise ModelFileError(
                "{folder} could not be loaded: {reason}.",
                "Choose another model, or another copy.",
                folder=self.folder,
                reason=str(error).splitlines()[-1].strip().rstrip("."),
            ) from error
        network.requires_grad_(False)
        self.precision = precision
        packed: Any = pack(network, precision, self.device)
        return packed


def _check_batch(requests: Sequence[TextRequest]) -> None:
    """Raise OptionError for requests that cannot share a batch."""
    if any(request.beams > 1 for request in requests):
        raise OptionError(
            "A batch cannot use {option}.", "Ask one prompt at a time.", option="beams"
        )
    precisions = sorted({request.precision for request in requests})
    if len(precisions) > 1:
        raise OptionError(
            "The requests of a batch have different values of {option}: {values}.",
            "Give all of them the same.",
            option="precision",
            values=", ".join(map(repr, precisions)),
        )
