"""Streaming of generated tokens as text: detokenized, cut at stop strings, counted."""

import time
from collections.abc import Callable

from miaobi.core.events import Event, Output, Token
from miaobi.core.requests import TextRequest
from miaobi.generation.logits import Grammar, LogitsProcessor, processors
from miaobi.generation.vocabulary import Vocabulary

Decode = Callable[[list[int]], str]  # tokens -> text, without special tokens
CONTEXT = 8  # tokens of the prompt that are decoded along, so that a leading space is not lost
REPLACEMENT = "\ufffd"  # decoded from part of a character


class StreamingDetokenizer:
    """Incremental detokenizer; part of a character is held back until the rest arrives."""

    def __init__(self, decode: Decode, prefix: list[int]) -> None:
        self.decode, self.tokens = decode, list(prefix)
        self.start, self.read = 0, len(prefix)  # start of the context; tokens returned as text

    def add(self, token: int) -> str:
        """Return the text that a token completes, often one word, sometimes ""."""
        self.tokens.append(token)
        before, text = self._decode(self.start, self.read), self._decode(self.start, None)
        if text.endswith(REPLACEMENT) or len(text) <= len(before):
            return ""
        self.start, self.read = self.read, len(self.tokens)
        return text[len(before) :]

    def flush(self) -> str:
        """Return text that was held back, without an incomplete character."""
        before, text = self._decode(self.start, self.read), self._decode(self.start, None)
        return text[len(before) :].rstrip(REPLACEMENT)

    def _decode(self, start: int, end: int | None) -> str:
        return self.decode(self.tokens[start:end])


class StopStrings:
    """Filter that passes text up to the first stop string; a possible beginning is held back."""

    def __init__(self, stops: tuple[str, ...]) -> None:
        self.stops, self.held, self.matched = tuple(filter(None, stops)), "", False

    def add(self, piece: str) -> str:
        """Return the text that is certain; once `matched` is True there is no more."""
        text = self.held + piece
        starts = [start for stop in self.stops if (start := text.find(stop)) >= 0]
        if starts:
            self.matched, self.held = True, ""
            return text[: min(starts)]
        hold = max(
            (n for stop in self.stops for n in range(1, len(stop)) if text.endswith(stop[:n])),
            default=0,
        )
        self.held = text[len(text) - hold :]
        return text[: len(text) - hold]


class TextStreamer:
    """Receiver of generated tokens: emits their text and decides when generation ends."""

    def __init__(
        self,
        emit: Callable[[Event], bool],
        detokenizer: StreamingDetokenizer,
        stops: StopStrings,
        ends: list[int],
        grammar: Grammar | None,
    ) -> None:
        self.emit, self.detokenizer, self.stops = emit, detokenizer, stops
        self.ends, self.grammar = ends, grammar
        self.pieces: list[str] = []
        self.tokens, self.first_time = 0, 0.0  # number of tokens; time of the first one
        self.finished = self.canceled = False

    def put(self, token: int) -> bool:
        """Take the next token; return True when generation is to stop."""
        self.first_time = self.first_time or time.perf_counter()
        self.tokens += 1
        if token in self.ends:
            self.finished = True
        else:
            self.finished = self.grammar is not None and self.grammar.accept(token)
            self._emit(self.stops.add(self.detokenizer.add(token)))
        return self.finished or self.stops.matched or self.canceled

    def output(self, started: float, prompt: int) -> Output:
        """Flush and return the whole text; `prompt` counts its tokens, `started` is its time."""
        if not self.stops.matched:
            tail = self.stops.add(self.detokenizer.flush())
            self._emit(tail + self.stops.held)
        usage = {
            "prompt_tokens": prompt,
            "completion_tokens": self.tokens,
            "prompt_seconds": self.first_time - started,
            "seconds": time.perf_counter() - self.first_time,
        }
        ended = self.finished or self.stops.matched
        return Output(
            text="".join(self.pieces), finish_reason="stop" if ended else "length", usage=usage
        )

    def _emit(self, piece: str) -> None:
        self.pieces.append(piece)
        self.canceled = self.emit(Token(piece))


def make_streamer(
    vocabulary: Vocabulary, request: TextRequest, prompt: list[int], emit: Callable[[Event], bool]
) -> tuple[TextStreamer, list[LogitsProcessor]]:
    """Create the streamer of a request and its logits processors.

    `emit` returns True when generation is canceled. Raises OptionError when the tokenizer cannot be
    constrained by a JSON Schema.
    """
    grammar = None
    if request.json_schema is not None:
        grammar = Grammar(request.json_schema, vocabulary.grammar_tokens)
    prefix = prompt[-CONTEXT:] if vocabulary.raw(request) else []
    detokenizer = StreamingDetokenizer(vocabulary.spell, prefix)
    stops = StopStrings(request.stop)
    streamer = TextStreamer(emit, detokenizer, stops, vocabulary.ends, grammar)
    return streamer, processors(request, len(prompt), grammar)
