"""Letters to sound, word by word."""

import pytest

from miaobi.speech.normalization import normalize_spans, split_words
from miaobi.speech.phoneme_chunks import chunk_phonemes, word_times
from miaobi.speech.phonemes import Phonemizer, from_ipa
from miaobi.speech.speaker import SpokenWord


@pytest.fixture(scope="module")
def phonemizer() -> Phonemizer:
    loaded = Phonemizer()
    loaded.segment("我有")  # loads its dictionary
    loaded.phonemize((SpokenWord("cat", "cat"), SpokenWord("三", "三")))
    return loaded


def heard(phonemizer: Phonemizer, text: str, language: str = "en") -> dict[str, str]:
    """Word -> its phonemes."""
    words = tuple(
        SpokenWord(word.written, word.spoken)
        for word in split_words(normalize_spans(text, language))
    )
    found: dict[str, str] = {}
    for owner, phonemes in phonemizer.phonemize(words):
        if owner is not None:
            found[words[owner].written] = found.get(words[owner].written, "") + phonemes
    return found


def test_english(phonemizer: Phonemizer) -> None:
    assert heard(phonemizer, "Hello, 2 cats!") == {
        "Hello,": "həlˈO,",
        "2": "tˈu",
        "cats!": "kˈæts!",
    }


def test_a_letter_is_no_article(phonemizer: Phonemizer) -> None:
    found = heard(phonemizer, "A cat on A4")
    assert found["A"] == "ɐ"
    assert found["A4"].startswith("ˈA")


def test_phonemes_that_are_given(phonemizer: Phonemizer) -> None:
    run = phonemizer.phonemize((SpokenWord("tomato", "tomato", "təˈmeɪtoʊ"),))
    assert "".join(phonemes for _, phonemes in run) == "təˈmAtO"
    assert from_ipa("dʒɔɪ") == "ʤY"


def test_mixed(phonemizer: Phonemizer) -> None:
    found = heard(phonemizer, "我有3个iPhone。", "zh")
    assert list(found) == ["我", "有", "3", "个", "iPhone。"]
    assert found["3"] == "sa→n"
    assert "f" in found["iPhone。"]


def test_british() -> None:
    assert heard(Phonemizer(british=True), "car")["car"].endswith("ɑː")


def test_chunks_and_times() -> None:
    run = [(0, "ab"), (None, " "), (1, "ca,")]
    vocabulary = {char: number for number, char in enumerate("abc, ", 1)}
    ((numbers, part),) = chunk_phonemes(run, vocabulary, 10)
    assert numbers == [1, 2, 5, 3, 1, 4]
    durations = [2, 1, 1, 1, 2, 2, 5, 3]  # a pad at both ends
    assert word_times(part, durations, 0.1) == {
        0: (pytest.approx(0.2), pytest.approx(0.4)),
        1: (pytest.approx(0.5), pytest.approx(0.9)),
    }
    assert [len(numbers) for numbers, _ in chunk_phonemes(run, vocabulary, 3)] == [3, 3]
