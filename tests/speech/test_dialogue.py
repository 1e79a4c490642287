"""Scripts of several speakers: lines, pauses, voices."""

import pytest

from miaobi.core.errors import OptionError, PromptError
from miaobi.speech.dialogue import read_dialogue

VOICES = ("af_heart", "am_michael", "af_bella", "am_fenrir", "bf_emma", "bm_george")
SCRIPT = """It was dark.
ANNA: Did you hear that? (scared)

[pause 2s]
BEN (whispering): Yes.
Anna: Run!
"""


def test_who_says_what() -> None:
    turns = read_dialogue(SCRIPT, {}, VOICES)
    assert [(turn.speaker, turn.text) for turn in turns] == [
        ("", "It was dark."),
        ("ANNA", "Did you hear that?"),
        ("BEN", "Yes."),
        ("Anna", "Run!"),
    ]
    assert [turn.pause for turn in turns] == [0, 0.35, 2, 0.35]


def test_voices_by_name_and_always_the_same() -> None:
    _, anna, ben, again = read_dialogue(SCRIPT, {}, VOICES)
    assert anna.voice == again.voice != ben.voice
    assert (anna.voice[1], ben.voice[1]) == ("f", "m")
    other = read_dialogue("CLARA: Hello.\nANNA: Hello.", {"Clara": "x"}, VOICES)
    assert other[1].voice == anna.voice


def test_a_cast_decides() -> None:
    turns = read_dialogue(SCRIPT, {"anna": "bf_emma", "narrator": "bm_george"}, VOICES)
    assert [turn.voice for turn in turns][:2] == ["bm_george", "bf_emma"]


def test_speakers_have_voices_of_their_own_while_there_are_any() -> None:
    script = "\n".join(f"{name}: Hello." for name in ("Kim", "Lou", "Pat", "Sky", "Ray", "Jo"))
    assert {turn.voice for turn in read_dialogue(script, {}, VOICES)} == set(VOICES)


def test_chinese() -> None:
    turns = read_dialogue(
        "小红：你好！\n【停顿1秒】\n小明（笑）：你好。\n旁白：他们走了。", {}, VOICES
    )
    assert [(turn.speaker, turn.text) for turn in turns] == [
        ("小红", "你好！"),
        ("小明", "你好。"),
        ("", "他们走了。"),
    ]
    assert [turn.voice[1:2] for turn in turns] == ["f", "m", ""]
    assert turns[1].pause == 1


def test_who_does_not_speak() -> None:
    with pytest.raises(OptionError, match="Eve has no line.* Its speakers are: ANNA, BEN"):
        read_dialogue(SCRIPT, {"Eve": "af_heart"}, VOICES)


@pytest.mark.parametrize("script", ["ANNA:", "[pause 2s]", "(silence)", "\n"])
def test_nobody_says_anything(script: str) -> None:
    with pytest.raises(PromptError, match="empty"):
        read_dialogue(script, {}, VOICES)


def test_a_pause_without_end() -> None:
    with pytest.raises(PromptError, match="A pause of 3600 s is too long. Give at most 60 s"):
        read_dialogue("ANNA: Hi.\n[pause 3600s]\nBEN: Hi.", {}, VOICES)


def test_a_time_is_no_speaker() -> None:
    (turn,) = read_dialogue("It is 7:30 now.", {}, VOICES)
    assert (turn.speaker, turn.text) == ("", "It is 7:30 now.")
