"""What every voice has in common: sentences, pauses, stress, word times. Real hibari."""

from typing import Any

import numpy as np
import pytest

from miaobi.core.errors import NotFoundError, PromptError
from miaobi.core.events import Output, Sound
from miaobi.core.requests import SpeechRequest
from miaobi.core.speech import Span, Turn
from miaobi.engines.registry import engine_for
from miaobi.models.zoo import find_model
from miaobi.speech.alignment import align_by_energy, snap_to_energy
from miaobi.speech.speaker import Sentence, SpokenSentence
from miaobi.speech.synthesis import speak

HIBARI = find_model("hibari", "speech")


class Tones:
    """A speaker for which a unit is 0.1 s of a tone, with 0.05 s of silence around a sentence."""

    rate = 8000
    normalizes = True

    def __init__(self) -> None:
        self.sentences: list[Sentence] = []

    def get_voice(self, name: str, language: str) -> str:
        if name == "nobody":
            raise NotFoundError("There is no file {path}.", path=name)
        return name

    def max_chars(self, language: str) -> int:
        return 200

    def first_chars(self, language: str) -> int:
        return {"en": 30, "zh": 12}[language]

    def synthesize(self, sentence: Sentence) -> SpokenSentence:
        self.sentences.append(sentence)
        count = len(sentence.words)
        quiet, tone = np.zeros(400, np.float32), np.sin(np.arange(800 * count) / 3) / 4
        samples = np.concatenate([quiet, tone.astype(np.float32), quiet])
        times = tuple((0.05 + 0.1 * at, 0.15 + 0.1 * at) for at in range(count))
        return SpokenSentence(samples, times)


def run(text: str, turns: tuple[Turn, ...] = (), **options: Any) -> tuple[Output, Tones]:
    speaker = Tones()
    request = SpeechRequest(model="x", text=text, turns=turns, **{"seed": 5, **options})
    events = list(speak(request, speaker))
    output = events[-1]
    assert isinstance(output, Output)
    pieces = [event.samples for event in events if isinstance(event, Sound)]
    np.testing.assert_array_equal(np.concatenate(pieces), output.samples)
    return output, speaker


def test_numbers_are_said_and_read_as_they_stand() -> None:
    output, speaker = run("It costs $5.")
    assert speaker.sentences[0].text == "It costs five dollars."
    assert output.segments is not None
    assert [word.text for word in output.segments[0].words] == ["It", "costs", "$5."]


def test_times_go_on_over_sentences_and_pauses() -> None:
    turns = (Turn((Span("One two. Three."),)), Turn((Span("Four."),), pause=1.0))
    output, _ = run("x", turns)
    assert output.segments is not None
    starts = [word.start for segment in output.segments for word in segment.words]
    assert starts == pytest.approx([0.05, 0.15, 0.35, 1.55])
    assert len(output.samples) / output.rate == pytest.approx(0.3 + 0.2 + 1 + 0.2)


def test_each_turn_has_its_own_voice_speed_and_loudness() -> None:
    turns = (Turn((Span("One."),), "a", 1.5), Turn((Span("Two."),), volume=6.0))
    output, speaker = run("x", turns, voice="b", speed=1.2)
    assert [(sentence.voice, sentence.speed) for sentence in speaker.sentences] == [
        ("a", pytest.approx(1.8)),
        ("b", 1.2),
    ]
    first, second = np.split(output.samples, 2)
    assert np.abs(second).max() == pytest.approx(2 * np.abs(first).max(), rel=0.02)


def test_a_stressed_word_is_louder_and_longer() -> None:
    turns = (Turn((Span("one "), Span("two", stress="strong"), Span(" three."))),)
    output, _ = run("x", turns)
    assert output.segments is not None
    one, two, three = output.segments[0].words
    assert two.end - two.start == pytest.approx(0.12, abs=0.005)
    assert three.start == pytest.approx(two.end, abs=0.005)
    loud = [
        np.abs(output.samples[round(w.start * 8000) : round(w.end * 8000)]).max()
        for w in (one, two)
    ]
    assert loud[1] > 1.4 * loud[0]


def test_an_alias_is_said_and_the_word_is_read() -> None:
    output, speaker = run("x", (Turn((Span("The "), Span("W3C", said="big 5"), Span(" met."))),))
    assert speaker.sentences[0].text == "The big five met."
    assert output.segments is not None
    assert [word.text for word in output.segments[0].words] == ["The", "W3C", "met."]


@pytest.mark.parametrize(
    ("sentence", "pieces"),
    [
        (
            "Once upon a time, there was a very small fox.",
            ["Once upon a time,", "there was a very small fox."],
        ),
        (
            "The night train leaves soon and arrives late.",
            ["The night train leaves soon", "and arrives late."],
        ),
        ("Foxes sleep.", ["Foxes sleep."]),
        ("从前有一只小狐狸，它住在森林里。", ["从前有一只小狐狸，", "它住在森林里。"]),
    ],
)
def test_a_long_text_is_heard_soon(sentence: str, pieces: list[str]) -> None:
    """Its first sentence is cut at a comma or where a phrase ends; that of a short one is not."""
    _, speaker = run(sentence)
    assert [spoken.text for spoken in speaker.sentences] == [sentence]
    more = "More of it." if sentence.isascii() else "还有很多很多呢。"
    _, speaker = run(f"{sentence} " + f"{more} " * 30)
    assert [spoken.text for spoken in speaker.sentences][: len(pieces) + 1] == [*pieces, more]


def test_chapters() -> None:
    turns = (
        Turn((Span("One."),), chapter="I"),
        Turn((Span("More."),)),
        Turn((Span("Two."),), pause=1.0, chapter="II"),
    )
    output, _ = run("x", turns)
    assert [(c.title, c.start, c.end) for c in output.chapters] == [
        ("I", 0, pytest.approx(0.4)),
        ("II", pytest.approx(0.4), pytest.approx(1.6)),
    ]


def test_an_unknown_voice_is_refused_before_a_sound() -> None:
    turns = (Turn((Span("One."),)), Turn((Span("Two."),), "nobody"))
    events = speak(SpeechRequest(model="x", text="x", turns=turns), Tones())
    with pytest.raises(NotFoundError):
        next(iter(events))


@pytest.mark.parametrize("text", ["😀🎉", "...", "—"])
def test_nothing_to_say(text: str) -> None:
    with pytest.raises(PromptError, match="nothing in the text that could be spoken"):
        run(text)


def test_hibari_tells_when_words_are_heard() -> None:
    request = SpeechRequest(model="hibari", text="One big dog, and two small cats.", seed=1)
    output = list(engine_for(HIBARI).generate(request))[-1]
    assert isinstance(output, Output) and output.segments is not None
    words = output.segments[0].words
    assert [word.text for word in words] == ["One", "big", "dog,", "and", "two", "small", "cats."]
    times = [time for word in words for time in (word.start, word.end)]
    assert times == sorted(times) and times[-1] < len(output.samples) / output.rate
    level = [
        float(
            np.abs(output.samples[round(w.start * output.rate) : round(w.end * output.rate)]).max()
        )
        for w in words
    ]
    assert min(level) > 0.03  # there is a voice in each of them


def test_words_are_drawn_to_where_they_sound() -> None:
    noise = np.random.default_rng(1).normal(0, 0.1, 8000).astype(np.float32)
    samples = np.zeros(8000, np.float32)  # one second: sound from 0.2 to 0.5 and from 0.7 to 0.9
    samples[1600:4000], samples[5600:7200] = noise[:2400], noise[:1600]
    first, second, third = snap_to_energy(((0.25, 0.35), (0.4, 0.6), (0.65, 1.0)), samples, 8000)
    assert first == (pytest.approx(0.2), pytest.approx(0.35))  # its consonant is its own
    assert second == (pytest.approx(0.35), pytest.approx(0.5))  # without the pause after it
    assert third == (pytest.approx(0.7), pytest.approx(0.9))
    nothing = ((0.1, 0.15),)
    assert snap_to_energy(nothing, np.zeros(8000, np.float32), 8000)[0][0] == pytest.approx(
        0.1, abs=0.05
    )
    assert snap_to_energy(nothing, np.zeros(3, np.float32), 8000) == nothing


def test_hibari_ends_a_word_before_the_pause_of_its_comma() -> None:
    request = SpeechRequest(
        model="hibari", text="It found a small boat, and it sailed away.", seed=1
    )
    output = list(engine_for(HIBARI).generate(request))[-1]
    assert isinstance(output, Output) and output.segments is not None
    _, _, _, _, boat, after, *_ = output.segments[0].words
    assert after.start - boat.end > 0.1
    pause = output.samples[round(boat.end * output.rate) : round(after.start * output.rate)]
    assert np.abs(pause).max() < 0.05 * np.abs(output.samples).max()


def test_times_from_the_sound_alone() -> None:
    output, speaker = run("One two three four.")
    times = align_by_energy(speaker.sentences[0].words, output.samples, output.rate)
    assert times[0][0] == pytest.approx(0.05, abs=0.04)
    assert times[-1][1] == pytest.approx(0.45, abs=0.04)
    assert [start for start, _ in times] == sorted(start for start, _ in times)


class Polyglot(Tones):
    """A speaker whose voices have a language: their first letter."""

    def get_voice(self, name: str, language: str) -> str:
        return name or language

    def voice_for(self, voice: str, language: str) -> str:
        return voice if voice.startswith(language) else language


@pytest.mark.parametrize(
    ("text", "voice", "spoken"),
    [
        ("A boat sails.", "", [("en", "A boat sails.")]),
        (
            "A boat sails far away to the east. 它叫“小船”，价格是¥5。",
            "",
            [("en", "A boat sails far away to the east."), ("zh", "它叫“小船”，价格是五元。")],
        ),
        (
            "The word 妙笔 means brush, and so on.",
            "",
            [("en", "The word"), ("zh", "妙笔"), ("en", "means brush, and so on.")],
        ),
        ("用 GPT 写 5 个字。", "", [("zh", "用GPT写五个字。")]),
        (
            "他走上前去对我大声地说：“Hello, my dear old friend!” 然后就走了。",
            "zhf",
            [
                ("zhf", "他走上前去对我大声地说："),
                ("en", "“Hello, my dear old friend!”"),
                ("zhf", "然后就走了。"),
            ],
        ),
    ],
)
def test_a_run_in_another_language_has_a_voice_of_its_own(
    text: str, voice: str, spoken: list[tuple[str, str]]
) -> None:
    speaker = Polyglot()
    events = list(speak(SpeechRequest(model="x", text=text, voice=voice, seed=5), speaker))
    assert [(s.voice, s.text) for s in speaker.sentences] == spoken
    output = events[-1]
    assert isinstance(output, Output) and output.segments is not None
    words = [word for segment in output.segments for word in segment.words]
    assert "".join(word.text for word in words) == "".join(text.split())
    starts, ends = [word.start for word in words], [word.end for word in words]
    assert starts == sorted(starts)
    assert all(a <= b + 1e-6 for a, b in zip(ends, starts[1:], strict=False))
    # each word is heard in its time: a tone from its first to its last sample
    for word in words:
        tone = output.samples[round(word.start * 8000) + 1 : round(word.end * 8000) - 1]
        assert np.abs(tone).max() == pytest.approx(0.25, abs=0.01)


def test_a_speaker_of_one_language_speaks_all_runs() -> None:
    _, speaker = run("The word 妙笔 means brush, and so on.")
    assert len(speaker.sentences) == 1
