"""Grapheme-to-phoneme conversion for Kokoro and hibari, English and Mandarin.

    words --runs of one script--> English or Mandarin G2P --> [(word index, phonemes)]

The alphabet is misaki's: IPA with one character for each diphthong and affricate.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from miaobi.core.paths import home
from miaobi.core.sentences import HAN
from miaobi.speech.speaker import SpokenWord, join_words

if TYPE_CHECKING:
    from hibari.g2p import G2P

# (index of the word, or None between words; phonemes)
PhonemeSequence = list[tuple[int | None, str]]
PAUSES = set(';:,.!?—…"()“” ')  # symbols without a sound of their own
# common IPA -> the characters of the alphabet
IPA_TO_MISAKI = (
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
CJK_TO_ASCII_MARKS = str.maketrans(
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


class Phonemizer:
    """Converter of words to phonemes: American or British English, and Mandarin."""

    def __init__(self, british: bool = False) -> None:
        self.british = british

    def phonemize(self, words: Sequence[SpokenWord]) -> PhonemeSequence:
        """Return the phonemes of each word in turn, with the symbols between words."""
        sequence: PhonemeSequence = []
        for indices in _script_runs(words):
            run = [words[index] for index in indices]
            phonemes = self._mandarin(run) if HAN.search(run[0].spoken) else self._english(run)
            if sequence and phonemes:
                sequence.append((None, " "))
            sequence += [
                (None if position is None else indices[position], symbols)
                for position, symbols in phonemes
            ]
        return sequence

    @cached_property
    def g2p(self) -> "G2P":
        """English G2P of hibari, loaded on first use."""
        from hibari.g2p import G2P

        return G2P(british=self.british)

    @cached_property
    def segment(self) -> Callable[[str], list[str]]:
        """Word segmenter of Chinese text (jieba), loaded on first use."""
        import logging

        import jieba

        cache = home() / "cache"
        cache.mkdir(parents=True, exist_ok=True)
        jieba.dt.tmp_dir = str(cache)
        jieba.setLogLevel(logging.WARNING)
        return lambda text: list(jieba.lcut(text, cut_all=False))

    def _english(self, words: Sequence[SpokenWord]) -> PhonemeSequence:
        """Phonemize English; each token of the G2P belongs to the word in which it begins."""
        links = [_with_phonemes(word) for word in words]
        ends = _char_ends([re.sub(r"\[([^\]]+)\]\(/[^)]*/\)", r"\1", link) for link in links])
        sequence: PhonemeSequence = []
        position = 0
        for token in self.g2p.phonemize_tokens(self.g2p.tokenize(join_words(links))):
            sequence.append((_word_at(ends, position), token.phonemes or ""))
            position += sum(not char.isspace() for char in token.text)
            if token.whitespace:
                sequence.append((None, " "))
        return sequence

    def _mandarin(self, words: Sequence[SpokenWord]) -> PhonemeSequence:
        """Phonemize Chinese words; Latin letters go to the English G2P, punctuation stays."""
        from misaki.zh import ZHG2P
        from pypinyin import Style, lazy_pinyin

        text = "".join(word.spoken for word in words)
        ends = _char_ends([word.spoken for word in words])
        sequence: PhonemeSequence = []
        position = 0
        for part in re.findall(
            rf"{HAN.pattern}+|[A-Za-z][A-Za-z' ]*|[^{HAN.pattern[1:-1]}A-Za-z]+", text
        ):
            index = _word_at(ends, position)
            if not HAN.match(part):
                plain = part.translate(CJK_TO_ASCII_MARKS)
                sequence += self._latin(plain, index) if plain[0].isalpha() else [(index, plain)]
                position += len(part.replace(" ", ""))
                continue
            for word in self.segment(part):
                for syllable in lazy_pinyin(word, style=Style.TONE3, neutral_tone_with_five=True):
                    phonemes = ZHG2P.py2ipa(syllable).replace("\u032f", "")
                    sequence.append((_word_at(ends, position), phonemes))
                    position += 1
                sequence.append((None, " "))
        return sequence

    def _latin(self, letters: str, index: int) -> PhonemeSequence:
        """Phonemize Latin letters inside Chinese text, as in 卡拉OK."""
        tokens = self.g2p.phonemize_tokens(self.g2p.tokenize(letters.strip()))
        return [(index, " ".join(token.phonemes or "" for token in tokens)), (None, " ")]


def _script_runs(words: Sequence[SpokenWord]) -> Iterator[list[int]]:
    """Group the indices of consecutive words of one script."""
    indices: list[int] = []
    run_is_chinese = False
    for index, word in enumerate(words):
        is_chinese = bool(HAN.search(word.spoken)) and not word.phonemes
        if indices and is_chinese != run_is_chinese:
            yield indices
            indices = []
        run_is_chinese = is_chinese
        indices.append(index)
    if indices:
        yield indices


def _with_phonemes(word: SpokenWord) -> str:
    """Return the spoken form, with given phonemes as a misaki link: [word](/phonemes/)."""
    if word.phonemes:
        return f"[{word.spoken}](/{from_ipa(word.phonemes)}/)"
    if word.spoken != word.written:  # the letter A, as in "A four", not the article
        return LETTER_A.sub("[A](/ˈA/)", word.spoken)
    return word.spoken


def from_ipa(phonemes: str) -> str:
    """Convert common IPA to the characters of the alphabet."""
    for ipa, symbol in IPA_TO_MISAKI:
        phonemes = phonemes.replace(ipa, symbol)
    return phonemes.strip()


def _char_ends(words: Sequence[str]) -> list[int]:
    """Return the cumulative count of non-space characters at the end of each word."""
    ends, total = [], 0
    for word in words:
        total += sum(not char.isspace() for char in word)
        ends.append(total)
    return ends


def _word_at(ends: Sequence[int], position: int) -> int:
    """Return the index of the word at a position, counted in non-space characters."""
    return next((index for index, end in enumerate(ends) if position < end), len(ends) - 1)
