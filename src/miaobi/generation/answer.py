"""Tokens to the text a user reads: spelled, cut at stop strings, ended, counted."""

import time
from collections.abc import Callable

from miaobi.core.events import Event, Output, Token
from miaobi.core.requests import TextRequest
from miaobi.generation.logits import Grammar, Process, processors
from miaobi.generation.vocabulary import Vocabulary

Spell = Callable[[list[int]], str]  # tokens -> text, without special tokens
CONTEXT = 8  # tokens of the prompt that are spelled along, so that a first space is not lost
BROKEN = "\ufffd"  # what a tokenizer writes for part of a character


class Letters:
    """Tokens -> text, piece by piece; part of a character is held back until the rest is there."""

    def __init__(self, spell: Spell, before: list[int]) -> None:
        self.spell, self.tokens = spell, list(before)
        self.start, self.read = 0, len(before)  # spelled again for context; spelled and handed out

    def add(self, token: int) -> str:
        """The text that this token completes, often one word, sometimes nothing."""
        self.tokens.append(token)
        known, text = self._spell(self.start, self.read), self._spell(self.start, None)
        if text.endswith(BROKEN) or len(text) <= len(known):
            return ""
        self.start, self.read = self.read, len(self.tokens)
        return text[len(known) :]

    def rest(self) -> str:
        """What was held back, without the part of a character that never became whole."""
        known, text = self._spell(self.start, self.read), self._spell(self.start, None)
        return text[len(known) :].rstrip(BROKEN)

    def _spell(self, start: int, end: int | None) -> str:
        return self.spell(self.tokens[start:end])


class StopStrings:
    """Text -> the text before the first stop string; what may begin one is held back."""

    def __init__(self, stops: tuple[str, ...]) -> None:
        self.stops, self.held, self.found = tuple(filter(None, stops)), "", False

    def add(self, piece: str) -> str:
        """What can be shown now; nothing more comes once `found` is True."""
        text = self.held + piece
        places = [place for stop in self.stops if (place := text.find(stop)) >= 0]
        if places:
            self.found, self.held = True, ""
            return text[: min(places)]
        hold = max(
            (n for stop in self.stops for n in range(1, len(stop)) if text.endswith(stop[:n])),
            default=0,
        )
        self.held = text[len(text) - hold :]
        return text[: len(text) - hold]


class Answer:
    """The text as it comes, token by token; it also says when to stop."""

    def __init__(
        self,
        emit: Callable[[Event], bool],
        letters: Letters,
        stops: StopStrings,
        ends: list[int],
        grammar: Grammar | None,
    ) -> None:
        self.emit, self.letters, self.stops = emit, letters, stops
        self.ends, self.grammar = ends, grammar
        self.pieces: list[str] = []
        self.tokens, self.first = 0, 0.0  # how many there are; when the first one came
        self.finished = self.gone = False

    def take(self, token: int) -> bool:
        """One more token; True once there shall be no more."""
        self.first = self.first or time.perf_counter()
        self.tokens += 1
        if token in self.ends:
            self.finished = True
        else:
            self.finished = self.grammar is not None and self.grammar.take(token)
            self.show(self.stops.add(self.letters.add(token)))
        return self.finished or self.stops.found or self.gone

    def show(self, piece: str) -> None:
        self.pieces.append(piece)
        self.gone = self.emit(Token(piece))

    def output(self, started: float, prompt: int) -> Output:
        """What was said, once nothing more comes; `prompt` counts the tokens before it."""
        if not self.stops.found:
            tail = self.stops.add(self.letters.rest())
            self.show(tail + self.stops.held)
        usage = {
            "prompt_tokens": prompt,
            "completion_tokens": self.tokens,
            "prompt_seconds": self.first - started,
            "seconds": time.perf_counter() - self.first,
        }
        ended = self.finished or self.stops.found
        return Output(
            text="".join(self.pieces), finish_reason="stop" if ended else "length", usage=usage
        )


def answering(
    vocabulary: Vocabulary, request: TextRequest, prompt: list[int], emit: Callable[[Event], bool]
) -> tuple[Answer, list[Process]]:
    """What collects the tokens of a request, and what stands before the choice of each.

    Raises OptionError when the vocabulary cannot be held to the request's schema.
    """
    grammar = None
    if request.json_schema is not None:
        grammar = Grammar(request.json_schema, vocabulary.grammar_tokens)
    before = prompt[-CONTEXT:] if vocabulary.raw(request) else []
    letters = Letters(vocabulary.spell, before)
    answer = Answer(emit, letters, StopStrings(request.stop), vocabulary.ends, grammar)
    return answer, processors(request, len(prompt), grammar)
