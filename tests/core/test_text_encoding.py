"""Text of any encoding is read rightly or refused by name, and never misread."""

import random
import time

import pytest

from miaobi.core.errors import DataError
from miaobi.core.text_encoding import decode_text

# language: (text, encodings that are read, encodings that are refused)
TEXTS: dict[str, tuple[str, str, str]] = {
    "zh-Hans": (
        "人人生而自由，在尊严和权利上一律平等。第二天早上，小船还停在岸边，老人坐在石头上，"
        "看着远处的灯塔。“你要去哪里？”孩子问。他没有回答，只是笑了笑。",
        "gbk gb18030",
        "",
    ),
    "zh-Hant": (
        "人人生而自由，在尊嚴和權利上一律平等。第二天早上，小船還停在岸邊，老人坐在石頭上，"
        "看著遠處的燈塔。「你要去哪裡？」孩子問。他沒有回答，只是笑了笑。",
        "big5 gbk",
        "",
    ),
    "ja": (
        "すべての人間は、生まれながらにして自由である。翌朝、小さな船はまだ岸にあった。"
        "「どこへ行くの？」と子供が聞いた。老人は何も答えなかった。",
        "shift_jis",
        "euc_jp",
    ),
    "ko": (
        "모든 인간은 태어날 때부터 자유로우며 그 존엄과 권리에 있어 동등하다. 다음 날 아침 작은 배는 "
        "아직 물가에 있었다.",
        "",
        "euc_kr",
    ),
    "en": (
        "The café was closed, so we walked along the river. “Where are you going?” the child asked. "
        "It didn’t matter — the naïve façade of the hotel cost £12 more than we’d thought.",
        "cp1252",
        "mac_roman",
    ),
    "fr": (
        "Tous les êtres humains naissent libres et égaux en dignité et en droits. Le lendemain "
        "matin, le bateau était encore là : « Où vas-tu ? » demanda l’enfant, à côté du château.",
        "cp1252",
        "mac_roman cp850",
    ),
    "de": (
        "Alle Menschen sind frei und gleich an Würde und Rechten geboren. Am nächsten Morgen lag "
        "das Boot noch am Ufer. „Wohin fährst du?“, fragte das Mädchen auf der Straße.",
        "cp1252",
        "mac_roman cp850",
    ),
    "es": (
        "Todos los seres humanos nacen libres e iguales en dignidad y derechos. A la mañana "
        "siguiente, el barco todavía estaba en la orilla. ¿Adónde vas?, preguntó el niño.",
        "latin_1",
        "mac_roman cp850",
    ),
    "sv": (
        "Alla människor är födda fria och lika i värde och rättigheter. Nästa morgon låg båten "
        "kvar vid stranden. Polska från Älvdalen efter spelmannen Åke.",
        "latin_1",
        "mac_roman",
    ),
    "pl": (
        "Wszyscy ludzie rodzą się wolni i równi pod względem swej godności i swych praw. "
        "Następnego ranka łódź wciąż stała przy brzegu, a chłopiec zapytał: dokąd idziesz?",
        "",
        "cp1250 iso8859_2",
    ),
    "cs": (
        "Všichni lidé rodí se svobodní a sobě rovní co do důstojnosti a práv. Druhý den ráno loď "
        "ještě stála u břehu. Příliš žluťoučký kůň úpěl ďábelské ódy.",
        "",
        "cp1250 iso8859_2",
    ),
    "hu": (
        "Minden emberi lény szabadon születik és egyenlő méltósága és joga van. Másnap reggel a "
        "hajó még ott volt az erdő mellett, a kőművesek tüzet gyújtottak.",
        "",
        "cp1250",
    ),
    "tr": (
        "Bütün insanlar hür, haysiyet ve haklar bakımından eşit doğarlar. Ertesi sabah kayık hâlâ "
        "kıyıdaydı; çocuk yaşlı adama sordu: nereye gidiyorsun? Işık söndü.",
        "",
        "cp1254",
    ),
    "ru": (
        "Все люди рождаются свободными и равными в своем достоинстве и правах. На следующее утро "
        "лодка ещё стояла у берега.",
        "",
        "cp1251 koi8_r cp866",
    ),
    "el": (
        "Όλοι οι άνθρωποι γεννιούνται ελεύθεροι και ίσοι στην αξιοπρέπεια και τα δικαιώματα.",
        "",
        "cp1253",
    ),
}
READ = [(text, encoding) for text, read, _ in TEXTS.values() for encoding in read.split()]
REFUSED = [(text, encoding) for text, _, refused in TEXTS.values() for encoding in refused.split()]
NAMES = {"euc_jp": "EUC-JP", "euc_kr": "EUC-KR", "mac_roman": "Mac Roman", "cp850": "CP850"}
NAMES |= {"cp1250": "Windows-1250", "cp1254": "Windows-1254", "cp1251": "Windows-1251"}
NAMES |= {"cp1253": "Windows-1253", "koi8_r": "KOI8-R", "cp866": "CP866", "iso8859_2": "ISO-8859-2"}


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "utf-16-le", "utf-16-be"]
)
@pytest.mark.parametrize("text", [text for text, _, _ in TEXTS.values()])
def test_unicode_with_and_without_its_mark(text: str, encoding: str) -> None:
    assert decode_text(text.encode(encoding), "a") == text


@pytest.mark.parametrize("mark", [("\ufeff", "utf-16-be"), ("\ufeff", "utf-32-be")])
def test_big_endian_marks(mark: tuple[str, str]) -> None:
    assert decode_text((mark[0] + "X:1\nK:C\n").encode(mark[1]), "a") == "X:1\nK:C\n"


@pytest.mark.parametrize(("text", "encoding"), READ)
def test_what_is_certain_is_read(text: str, encoding: str) -> None:
    data = text.encode(encoding, "ignore")
    assert decode_text(data, "a") == data.decode(encoding)
    assert decode_text(data * 500, "a") == data.decode(encoding) * 500


@pytest.mark.parametrize(("text", "encoding"), REFUSED)
def test_what_is_not_is_refused_by_name(text: str, encoding: str) -> None:
    with pytest.raises(
        DataError,
        match=f"old.txt is not UTF-8; its encoding is probably {NAMES[encoding]}. Open it",
    ):
        decode_text(text.encode(encoding, "ignore"), "old.txt")


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("# 标题\n\n一只小船。\n", "gbk"),
        ("第一章\n\n天很黑。\n", "gbk"),
        ("第一章\n\n天很黑，海很靜。\n", "big5"),
        ("X:1\nT:さくら\nK:C\n", "shift_jis"),
        ("Polska från Älvdalen och annat\n", "latin_1"),
        ("The keeper saw the grey sea under the café sign.\n", "latin_1"),
        ("São Paulo is a city of the south of Brazil and it is large.", "cp1252"),
        ("伴奏", "utf-16"),
    ],
)
def test_short_texts(text: str, encoding: str) -> None:
    assert decode_text(text.encode(encoding), "a") == text


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Paul Erdős was a mathematician and the author of many papers", "cp1250"),
        ("Antonín Dvořák wrote it in the new world", "cp1250"),
        ("Strada Bucureşti is the name of a street in the city", "cp1250"),
        ("Ýþýk of the world: ışık", "cp1254"),
        ("erdő", "cp1250"),
        ("要去", "gbk"),
        ("联通", "gbk"),
        ("小", "gbk"),
    ],
)
def test_look_alikes_are_not_misread(text: str, encoding: str) -> None:
    """Read as Windows-1252 or UTF-8 these would be plausible and wrong."""
    data = text.encode(encoding, "ignore")
    try:
        assert decode_text(data, "a") == data.decode(encoding) or len(data) < 3
    except DataError as error:
        assert "its encoding is probably" in str(error)


def test_pieces_of_every_length_are_right_or_refused() -> None:
    rng, wrong, right = random.Random(5), [], 0
    for text, read, refused in TEXTS.values():
        for encoding in (read + " " + refused + " utf-8 utf-16-le").split():
            for length in (8, 12, 20, 40, 80):
                start = text.rfind(" ", 0, rng.randrange(max(1, len(text) - length))) + 1
                data = text[start : start + length].encode(encoding, "ignore")
                try:
                    same = decode_text(data, "a") == data.decode(encoding)
                except DataError:
                    continue
                right += same
                wrong += [] if same else [(encoding, data.decode(encoding))]
    assert not wrong and right > 150


def test_damaged_text_is_not_taken_for_another_encoding() -> None:
    data = "Où vas-tu, été, déjà là ?".encode()
    with pytest.raises(DataError, match="a is damaged UTF-8 text: the byte at 9 is wrong. Save it"):
        decode_text(data[:9] + b"\xff" + data[9:], "a")
    with pytest.raises(DataError, match="damaged UTF-8"):
        decode_text("一只小船停在岸边。".encode()[:-1], "a")
    with pytest.raises(DataError, match="damaged UTF-16"):
        decode_text("一只小船".encode("utf-16") + b"\0", "a")
    with pytest.raises(DataError, match="probably ISO-2022-JP"):
        decode_text("すべての人間".encode("iso2022_jp"), "a")


@pytest.mark.parametrize(
    "data",
    [
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
        b"\0" * 50,
        b"PK\x03\x04\x14\0\0\0\x08\0" + bytes(range(200)),
        bytes(random.Random(1).randbytes(300)),
        b"a\0b",
        b"\x89PNG\0\xff",
    ],
)
def test_binary_data(data: bytes) -> None:
    with pytest.raises(
        DataError, match=r"a is not text: it holds binary bytes at \d+. Save it as UTF-8"
    ):
        decode_text(data, "a")


def test_long_lines_take_no_longer() -> None:
    started = time.perf_counter()
    text = "the cat of the house and the sea " * 60_000 + "in the café of the naïve façade"
    assert decode_text(text.encode("latin_1"), "a") == text
    assert decode_text((text + "\n" * 100_000).encode("latin_1"), "a").startswith("the cat")
    assert time.perf_counter() - started < 5


def test_ascii_and_nothing() -> None:
    assert decode_text(b"", "a") == ""
    assert decode_text(b"a\r\nb\x0c\x1a", "a") == "a\r\nb\x0c\x1a"
    assert decode_text("✓ ♪ → “ok”".encode(), "a") == "✓ ♪ → “ok”"
