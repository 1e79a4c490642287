"""SSML as turns, and what is refused."""

import pytest

from benchmarks.damaged_ssml import damaged_documents, read_document
from miaobi.core.errors import PromptError
from miaobi.core.speech import Span
from miaobi.speech.ssml import is_ssml, read_ssml


def test_what_is_ssml() -> None:
    assert is_ssml('<?xml version="1.0"?>\n<speak>Hello.</speak>')
    assert is_ssml("  <speak version='1.1'>Hello.</speak>")
    assert not is_ssml("Hello <speak>.")
    assert not is_ssml("<speaker>Hello.</speaker>")


def test_words_alone_are_one_turn() -> None:
    (turn,) = read_ssml("<speak>Hello\n  there.</speak>")
    assert turn.text == "Hello there."
    assert (turn.voice, turn.speed, turn.volume, turn.pause) == ("", 1.0, 0.0, 0.0)


@pytest.mark.parametrize(
    ("tag", "seconds"),
    [
        ('time="500ms"', 0.5),
        ('time="2s"', 2),
        ('time="0.5s"', 0.5),
        ("", 0.5),
        ('strength="strong"', 0.8),
        ('strength="none"', 0),
    ],
)
def test_a_break_is_a_pause_before_what_follows(tag: str, seconds: float) -> None:
    first, second = read_ssml(f"<speak>One.<break {tag}/> Two.</speak>")
    assert (first.text.strip(), first.pause) == ("One.", 0)
    assert (second.text.strip(), second.pause) == ("Two.", seconds)


def test_breaks_add_up_and_the_last_one_is_kept() -> None:
    first, last = read_ssml('<speak><break time="1s"/><break time="2s"/>One.<break/></speak>')
    assert first.pause == 3
    assert (last.text, last.pause) == ("", 0.5)


@pytest.mark.parametrize(
    ("rate", "speed"), [("slow", 0.8), ("120%", 1.2), ("+20%", 1.2), ("-20%", 0.8), ("1.5", 1.5)]
)
def test_rates(rate: str, speed: float) -> None:
    (turn,) = read_ssml(f'<speak><prosody rate="{rate}">Hello.</prosody></speak>')
    assert turn.speed == pytest.approx(speed)


def test_prosody_within_prosody() -> None:
    document = (
        '<speak><prosody rate="80%" volume="+2dB">a <prosody rate="50%" volume="soft">b</prosody>'
        "</prosody> c</speak>"
    )
    slow, slower, usual = read_ssml(document)
    assert (slow.speed, slow.volume) == (0.8, 2)
    assert (slower.speed, slower.volume) == (pytest.approx(0.4), -4)
    assert (usual.text.strip(), usual.speed, usual.volume) == ("c", 1, 0)


def test_emphasis_stays_inside_the_turn() -> None:
    (turn,) = read_ssml('<speak>I <emphasis level="strong">love</emphasis> you.</speak>')
    assert [(span.text, span.stress) for span in turn.spans] == [
        ("I ", ""),
        ("love", "strong"),
        (" you.", ""),
    ]


def test_voices() -> None:
    first, second = read_ssml(
        '<speak><voice name="af_bella">a</voice><voice name="x">b</voice></speak>'
    )
    assert (first.voice, second.voice) == ("af_bella", "x")


@pytest.mark.parametrize(
    ("tag", "span"),
    [
        ('<sub alias="Consortium">W3C</sub>', Span("W3C", said="Consortium")),
        (
            '<phoneme alphabet="ipa" ph="təˈmeɪtoʊ">tomato</phoneme>',
            Span("tomato", phonemes="təˈmeɪtoʊ"),
        ),
        ('<say-as interpret-as="characters">ab1</say-as>', Span("ab1", said="A, B, one")),
        ('<say-as interpret-as="digits">407</say-as>', Span("407", said="four zero seven")),
        ('<say-as interpret-as="ordinal">3</say-as>', Span("3", said="third")),
        (
            '<say-as interpret-as="cardinal">1999</say-as>',
            Span("1999", said="one thousand nine hundred ninety-nine"),
        ),
        (
            '<say-as interpret-as="date">3/5/2021</say-as>',
            Span("3/5/2021", said="March fifth, twenty twenty-one"),
        ),
    ],
)
def test_words_said_in_another_way(tag: str, span: Span) -> None:
    (turn,) = read_ssml(f"<speak>{tag}</speak>")
    assert turn.spans[0] == span


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ("<speak>a<break>", "not well-formed at line 1"),
        ("<speak>a & b</speak>", "not well-formed"),
        ("<speak>a</speak><speak>b</speak>", "not well-formed"),
        (
            "<speak><blink>a</blink></speak>",
            "<blink>, which is not supported. Supported tags: speak, p",
        ),
        ('<speak><break time="soon"/>a</speak>', "time of <break> is 'soon'"),
        ('<speak><break time="9999s"/>a</speak>', "time of <break> is '9999s'"),
        ('<speak><prosody rate="1000%">a</prosody></speak>', "rate of <prosody> is '1000%'"),
        ('<speak><prosody volume="loudest">a</prosody></speak>', "volume of <prosody>"),
        ('<speak><prosody pitch="high">a</prosody></speak>', "pitch of <prosody> is 'high'"),
        ('<speak><emphasis level="huge">a</emphasis></speak>', "level of <emphasis> is 'huge'"),
        ('<speak><say-as interpret-as="song">a</say-as></speak>', "interpret-as of <say-as>"),
        ('<speak><sub alias="x"><break/></sub></speak>', "<sub> contains other tags"),
        ("<speak><phoneme>a</phoneme></speak>", "ph of <phoneme> is ''"),
        ('<!DOCTYPE x [<!ENTITY a "b">]><speak>&a;</speak>', "defines entities"),
    ],
)
def test_what_cannot_be_spoken_is_refused(document: str, words: str) -> None:
    with pytest.raises(PromptError) as caught:
        read_ssml(document)
    assert words in str(caught.value)


def test_half_a_surrogate_pair_is_no_character_and_a_pair_is_one() -> None:
    (turn,) = read_ssml("<speak>a \ud83d\ude00 b \ud83d c</speak>")
    assert turn.text == "a \U0001f600 b \ufffd c"


def test_deep_nesting_is_refused() -> None:
    with pytest.raises(PromptError, match="tags in tags"):
        read_ssml("<speak>" + "<p>" * 5000 + "a" + "</p>" * 5000 + "</speak>")
    (turn,) = read_ssml("<speak>" + "<prosody>" * 90 + "a" + "</prosody>" * 90 + "</speak>")
    assert turn.text == "a"


def test_a_message_quotes_no_long_value() -> None:
    with pytest.raises(PromptError) as caught:
        read_ssml(f'<speak><break time="{"9" * 5000}"/></speak>')
    assert len(str(caught.value)) < 300


def test_characters_that_are_digits_of_no_number() -> None:
    (turn,) = read_ssml('<speak><say-as interpret-as="characters">x²3</say-as></speak>')
    assert turn.spans[0].said == "X, ², three"


def test_damaged_documents() -> None:
    """Each ends in turns or in one clear message; benchmarks.damaged_ssml tries 2,000."""
    read = 0
    for document in damaged_documents(20, seed=2):
        try:
            read_document(document)
            read += 1
        except PromptError as error:
            assert 10 < len(str(error)) < 900
    assert 3 <= read <= 17
