"""Fonts of a text: other fonts for what the first one lacks, and no boxes."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from miaobi.assets.store import asset_folder
from miaobi.media import glyphs, text_overlay


@pytest.fixture
def font() -> Path:
    return asset_folder("subtitle-font") / "font.otf"


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A system without fonts."""
    monkeypatch.setattr(glyphs, "system_fonts", tuple)
    glyphs._find_system_font.cache_clear()
    glyphs._assign.cache_clear()
    yield
    glyphs._find_system_font.cache_clear()
    glyphs._assign.cache_clear()


@pytest.mark.parametrize(
    ("text", "drawn", "missing"),
    [
        ("A boat, 它叫“小船”。", "A boat, 它叫“小船”。", []),
        ("日本語スーパー é Привет", "日本語スーパー é Привет", []),
        ("A 😀 boat", "A boat", ["😀"]),
        ("A family 👨‍👩‍👧‍👦!", "A family!", ["👨‍👩‍👧‍👦"]),
        ("👍🏽👍", "", ["👍🏽", "👍"]),
        ("🇫🇷", "", ["🇫🇷"]),
        ("1️⃣ go", "1 go", ["1️⃣"]),
        ("☃️ ok", "☃ ok", []),
        ("e\u0301te\u0301", "été", []),
        ("\ufeffso\u200b \u2066so\u2069\u00ad", "so so", []),
        ("x\ue000y", "xy", ["\ue000"]),
        ("مر and नम", "and", ["م", "ر", "न", "म"]),
        ("a\tb\nc", "a b c", []),
        ("", "", []),
    ],
)
def test_what_no_font_has_is_left_out(
    font: Path, alone: None, text: str, drawn: str, missing: list[str]
) -> None:
    assert glyphs.drawable(text, font) == drawn
    assert glyphs.missing_characters([text, text], font) == missing
    layer = text_overlay.draw_subtitle(text, (256, 144), font)
    assert (layer.picture.size == (1, 1)) is (not drawn)


def test_no_box_is_drawn(font: Path, alone: None) -> None:
    for kind in ("title", "credits"):
        shown = text_overlay.draw_card(("A 😀 boat", "\ue000", "مر"), (256, 144), font, kind)
        plain = text_overlay.draw_card(("A boat",), (256, 144), font, kind)
        np.testing.assert_array_equal(np.asarray(shown.picture), np.asarray(plain.picture))
    empty = text_overlay.draw_card(("😀",), (256, 144), font, "title")
    assert np.asarray(empty.picture)[..., :3].max() < 30


def test_another_font_draws_what_the_first_one_lacks(
    font: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # the font of films is the font of the system here; the first one has nothing
    empty = Path("/nowhere.ttf")
    monkeypatch.setattr(glyphs, "system_fonts", lambda: (font,))
    glyphs._find_system_font.cache_clear()
    assert glyphs.font_runs("船", empty) == [(font, "船")]
    glyphs._find_system_font.cache_clear()
    glyphs._assign.cache_clear()


def test_characters_are_named() -> None:
    assert glyphs.name_characters(["😀", "\ue000", "1️⃣"]) == (
        "😀 U+1F600, U+E000, 1️⃣ U+0031 U+FE0F U+20E3"
    )
    assert glyphs.name_characters(["a"] * 30, 2) == "a U+0061, a U+0061…"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("e\u0301a", ["é", "a"]),
        ("👨‍👩‍👧👍🏽❤️", ["👨‍👩‍👧", "👍🏽", "❤️"]),
        ("🇫🇷🇨🇳🇩", ["🇫🇷", "🇨🇳", "🇩"]),
        ("नमस्ते", ["न", "म", "स्", "ते"]),
        ("ab", ["a", "b"]),
    ],
)
def test_clusters(text: str, expected: list[str]) -> None:
    assert list(glyphs.clusters(text)) == expected


def test_arabic_runs_from_right_to_left(font: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = Path("/other.ttf")
    monkeypatch.setattr(
        glyphs, "_find_font", lambda cluster, font: other if "\u0600" < cluster < "\u0700" else font
    )
    monkeypatch.setattr(glyphs, "_has_glyphs", lambda path, cluster: True)
    glyphs._assign.cache_clear()
    assert glyphs.font_runs("He said مر با now", font) == [
        (font, "He said "),
        (other, "مر با"),
        (font, " now"),
    ]
    assert glyphs.font_runs("مر AI با 12", font) == [
        (font, "12 "),
        (other, "با"),
        (font, " AI "),
        (other, "مر"),
    ]
    glyphs._assign.cache_clear()
