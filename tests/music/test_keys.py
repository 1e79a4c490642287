"""Keys: names, signatures, spelling, and finding them."""

import pytest

from miaobi.music.keys import Key, find_key, key_from_signature, spell_pitch

ALL = [Key(tonic, mode) for mode in ("major", "minor") for tonic in range(12)]


@pytest.mark.parametrize("key", ALL, ids=lambda key: key.name)
def test_signature_and_key_belong_together(key: Key) -> None:
    assert -6 <= key.fifths <= 6
    assert key_from_signature(key.fifths, key.mode) == key


@pytest.mark.parametrize("key", ALL, ids=lambda key: key.name)
def test_every_degree_of_a_scale_has_its_own_letter(key: Key) -> None:
    steps = (0, 2, 4, 5, 7, 9, 11) if key.mode == "major" else (0, 2, 3, 5, 7, 8, 10)
    letters = [spell_pitch(60 + key.tonic + step, key)[0] for step in steps]
    assert sorted(letters) == list("ABCDEFG")
    assert key.name[0] == letters[0]


@pytest.mark.parametrize(
    ("pitch", "key", "told"),
    [
        (61, Key(2, "major"), ("C", 1, 4)),
        (61, Key(5, "minor"), ("D", -1, 4)),
        (60, Key(6, "major"), ("B", 1, 3)),  # B-sharp belongs to the octave below
        (65, Key(2, "major"), ("F", 0, 4)),
        (71, Key(0, "minor"), ("B", 0, 4)),  # the raised seventh
        (68, Key(9, "minor"), ("G", 1, 4)),
    ],
)
def test_spelling(pitch: int, key: Key, told: tuple[str, int, int]) -> None:
    assert spell_pitch(pitch, key) == told


def test_scales_are_found_in_every_key() -> None:
    for tonic in range(12):
        major = [(60 + tonic + step, 1.0) for step in (0, 2, 4, 5, 7, 9, 11, 12)]
        assert find_key(major, final=60 + tonic) == Key(tonic, "major")
        minor = [(60 + tonic + step, 1.0) for step in (0, 2, 3, 5, 7, 8, 11, 12)]
        assert find_key(minor, final=60 + tonic) == Key(tonic, "minor")


def test_silence_has_some_key() -> None:
    assert find_key([]) == Key(0, "major")
