"""Letters to sound, word by word."""

import pytest

from miaobi.speech.normalization import read_aloud, units
from miaobi.speech.phonemes import Reader, chunks, ipa, times_of
from miaobi.speech.synthesis import Unit


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader()


def heard(reader: Reader, text: str, language: str = "en") -> dict[str, str]:
    """Word -> its phonemes."""
    words = tuple(Unit(u.written, u.said) for u in units(read_aloud(text, language)))
    found: dict[str, str] = {}
    for owner, phonemes in reader.read(words):
        if owner is not None:
            found[words[owner].written] = found.get(words[owner].written, "") + phonemes
    return found


def test_english(reader: Reader) -> None:
    assert heard(reader, "Hello, 2 cats!") == {"Hello,": "həlˈO,", "2": "tˈu", "cats!": "kˈæts!"}


def test_a_letter_is_no_article(reader: Reader) -> None:
    found = heard(reader, "A cat on A4")
    assert found["A"] == "ɐ"
    assert found["A4"].startswith("ˈA")


def test_phonemes_that_are_given(reader: Reader) -> None:
    run = reader.read((Unit("tomato", "tomato", "təˈmeɪtoʊ"),))
    assert "".join(phonemes for _, phonemes in run) == "təˈmAtO"
    assert ipa("dʒɔɪ") == "ʤY"


def test_mixed(reader: Reader) -> None:
    found = heard(reader, "我有3个iPhone。", "zh")
    assert list(found) == ["我", "有", "3", "个", "iPhone。"]
    assert found["3"] == "sa→n"
    assert "f" in found["iPhone。"]


def test_british() -> None:
    assert heard(Reader(british=True), "car")["car"].endswith("ɑː")


def test_chunks_and_times() -> None:
    run = [(0, "ab"), (None, " "), (1, "ca,")]
    vocabulary = {char: number for number, char in enumerate("abc, ", 1)}
    ((numbers, part),) = chunks(run, vocabulary, 10)
    assert numbers == [1, 2, 5, 3, 1, 4]
    durations = [2, 1, 1, 1, 2, 2, 5, 3]  # a pad at both ends
    assert times_of(part, durations, 0.1) == {
        0: (pytest.approx(0.2), pytest.approx(0.4)),
        1: (pytest.approx(0.5), pytest.approx(0.9)),
    }
    assert [len(numbers) for numbers, _ in chunks(run, vocabulary, 3)] == [3, 3]
