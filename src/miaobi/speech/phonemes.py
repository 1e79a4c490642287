"""Letters to sound: units of a sentence to the phonemes of Kokoro and hibari, word by word.

    units --runs of one script--> English or Mandarin reading --> [(unit, phonemes)]

The alphabet is misaki's: IPA, in which a diphthong is one letter.
"""

import re
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Any

from miaobi.core.paths import home
from miaobi.core.sentences import HAN
from miaobi.speech.synthesis import Unit, joined

Run = list[tuple[int | None, str]]  # (number of the unit, its phonemes); None: between units
PAUSES = set(';:,.!?—…"()“” ')  # what is no sound of a word
# IPA as people write it -> the letters of the alphabet
DIPHTHONGS = (
    ("eɪ", "A"),
    ("aɪ", "I"),
    ("oʊ", "O"),
    ("əʊ", "Q"),
    ("aʊ", "W"),
    ("ɔɪ", "Y"),
    ("dʒ", "ʤ"),
    ("d͡ʒ", "ʤ"),
    ("tʃ", "ʧ"),
    ("t͡ʃ", "ʧ"),
    ("ɝ", "ɜɹ"),
    ("ɚ", "əɹ"),
    ("r", "ɹ"),
    ("g", "ɡ"),
    ("ɫ", "l"),
    ("'", "ˈ"),
    (".", ""),
    ("‿", ""),
    ("/", ""),
)
HAN_MARKS = str.maketrans(
    {
        "、": ", ",
        "，": ", ",
        "。": ". ",
        "．": ". ",
        "！": "! ",
        "：": ": ",
        "；": "; ",
        "？": "? ",
        "《": " “",
        "》": "” ",
        "「": " “",
        "」": "” ",
        "【": " “",
        "】": "” ",
        "（": " (",
        "）": ") ",
    }
)
LETTER_A = re.compile(r"\bA\b")


class Reader:
    """Reads units in American or British English, and in Mandarin."""

    def __init__(self, british: bool = False) -> None:
        self.british = british

    def read(self, units: tuple[Unit, ...]) -> Run:
        """The phonemes of each unit in turn, with what is said between them."""
        run: Run = []
        for numbers in _scripts(units):
            part = [units[number] for number in numbers]
            spoken = self._chinese(part) if HAN.search(part[0].said) else self._english(part)
            if run and spoken:
                run.append((None, " "))
            run += [(None if at is None else numbers[at], phonemes) for at, phonemes in spoken]
        return run

    @cached_property
    def english(self) -> Any:
        from hibari.g2p import G2P

        return G2P(british=self.british)

    @cached_property
    def mandarin(self) -> Callable[[str], list[str]]:
        """A run of Chinese characters -> words of it."""
        import logging

        import jieba

        cache = home() / "cache"
        cache.mkdir(parents=True, exist_ok=True)
        jieba.dt.tmp_dir = str(cache)
        jieba.setLogLevel(logging.WARNING)
        return lambda words: list(jieba.lcut(words, cut_all=False))

    def _english(self, units: list[Unit]) -> Run:
        """Tokens of the letters-to-sound library, each given to the unit it begins in."""
        words = [_linked(unit) for unit in units]
        ends = _ends([re.sub(r"\[([^\]]+)\]\(/[^)]*/\)", r"\1", word) for word in words])
        run: Run = []
        at = 0
        for token in self.english.phonemize_tokens(self.english.tokenize(joined(words))):
            owner = next((number for number, end in enumerate(ends) if at < end), len(units) - 1)
            at += sum(not char.isspace() for char in token.text)
            run.append((owner, token.phonemes or ""))
            if token.whitespace:
                run.append((None, " "))
        return run

    def _chinese(self, units: list[Unit]) -> Run:
        """Characters by the words they stand in; Latin letters and marks between as they are."""
        from misaki.zh import ZHG2P
        from pypinyin import Style, lazy_pinyin

        text = "".join(unit.said for unit in units)
        ends = _ends([unit.said for unit in units])
        run: Run = []
        at = 0
        for part in re.findall(
            rf"{HAN.pattern}+|[A-Za-z][A-Za-z' ]*|[^{HAN.pattern[1:-1]}A-Za-z]+", text
        ):
            owner = _owner(ends, at)
            if not HAN.match(part):
                plain = part.translate(HAN_MARKS)
                run += self._latin(plain, owner) if plain[0].isalpha() else [(owner, plain)]
                at += len(part.replace(" ", ""))
                continue
            for word in self.mandarin(part):
                sounds = lazy_pinyin(word, style=Style.TONE3, neutral_tone_with_five=True)
                for sound in sounds:
                    run.append((_owner(ends, at), ZHG2P.py2ipa(sound).replace("\u032f", "")))
                    at += 1
                run.append((None, " "))
        return run

    def _latin(self, words: str, owner: int) -> Run:
        """Letters inside Chinese, as in 卡拉OK."""
        tokens = self.english.phonemize_tokens(self.english.tokenize(words.strip()))
        return [(owner, " ".join(token.phonemes or "" for token in tokens)), (None, " ")]


def _scripts(units: tuple[Unit, ...]) -> Iterator[list[int]]:
    """Numbers of units that follow each other in one script."""
    numbers: list[int] = []
    chinese = False
    for number, unit in enumerate(units):
        is_chinese = bool(HAN.search(unit.said)) and not unit.phonemes
        if numbers and is_chinese != chinese:
            yield numbers
            numbers = []
        chinese = is_chinese
        numbers.append(number)
    if numbers:
        yield numbers


def _linked(unit: Unit) -> str:
    """What is said, with phonemes that are given in the library's way of writing them."""
    if unit.phonemes:
        return f"[{unit.said}](/{ipa(unit.phonemes)}/)"
    if unit.said != unit.written:  # a letter, as in "A four", not an article
        return LETTER_A.sub("[A](/ˈA/)", unit.said)
    return unit.said


def ipa(phonemes: str) -> str:
    """IPA as people write it in the letters of the alphabet."""
    for written, letter in DIPHTHONGS:
        phonemes = phonemes.replace(written, letter)
    return phonemes.strip()


def _ends(words: list[str]) -> list[int]:
    """After how many characters, spaces left out, each word ends."""
    ends, total = [], 0
    for word in words:
        total += sum(not char.isspace() for char in word)
        ends.append(total)
    return ends


def _owner(ends: list[int], at: int) -> int:
    return next((number for number, end in enumerate(ends) if at < end), len(ends) - 1)


def chunks(run: Run, vocabulary: dict[str, int], longest: int) -> Iterator[tuple[list[int], Run]]:
    """Phoneme numbers in runs that a model can hold, and the phonemes that have a number."""
    part: Run = []
    numbers: list[int] = []
    for owner, phonemes in run:
        known = "".join(char for char in phonemes if char in vocabulary)
        for start in range(0, len(known), longest):
            piece = known[start : start + longest]
            if len(numbers) + len(piece) > longest:
                yield numbers, part
                part, numbers = [], []
            part.append((owner, piece))
            numbers.extend(vocabulary[char] for char in piece)
    if numbers:
        yield numbers, part


def times_of(part: Run, durations: Any, frame: float) -> dict[int, tuple[float, float]]:
    """Unit -> (start, end) in seconds, from frames per phoneme (1 + N + 1,), pauses left out."""
    times: dict[int, tuple[float, float]] = {}
    at = float(durations[0])
    number = 1
    for owner, phonemes in part:
        for char in phonemes:
            end = at + float(durations[number])
            if owner is not None and char not in PAUSES:
                begin = times[owner][0] if owner in times else at * frame
                times[owner] = (begin, end * frame)
            at, number = end, number + 1
    return times
