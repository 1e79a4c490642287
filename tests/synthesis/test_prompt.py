"""Words find the right sounds, in both languages, and say how they are to be."""

from collections import Counter
from importlib import import_module
from inspect import signature

import pytest

from miaobi.core.errors import NotFoundError
from miaobi.synthesis.prompt import _document, read_prompt, sounds

# prompt -> names of the sounds, in order
PHRASES = {
    "heavy door closing": "door",
    "a big wooden door slams shut": "door",
    "creaky old door": "door",
    "Close the DOOR, please!": "door",
    "car door": "door",
    "knocking on the door": "knock",
    "knock three times on a window": "knock",
    "rain": "rain",
    "raining heavily": "rain",
    "heavy rain on a tin roof": "rain",
    "rain and thunder": "rain thunder",
    "thunderstorm": "storm",
    "rain without thunder": "rain",
    "a storm, but no rain": "storm",
    "footsteps on gravel": "footsteps",
    "someone walking in the snow": "footsteps",
    "footsteps on wet leaves, slow": "footsteps",
    "glass breaking": "glass-break",
    "window breaking": "glass-break",
    "a plate shatters": "glass-break",
    "explosion": "explosion",
    "8-bit explosion": "game-explosion",
    "machine gun": "gunshot",
    "three gunshots": "gunshot",
    "police siren": "siren",
    "car alarm": "alarm",
    "alarm clock": "alarm",
    "car horn": "horn",
    "car passing by": "car",
    "church bells": "bell",
    "bicycle bell": "bicycle-bell",
    "phone ringing": "phone",
    "doorbell": "doorbell",
    "clock ticking": "clock",
    "heartbeat": "heartbeat",
    "dog barking": "dog",
    "two dogs barking in the forest": "dog forest",
    "birds chirping": "birds",
    "owl at night": "owl night",
    "whoosh": "whoosh",
    "laser": "laser",
    "pick up a coin": "coin",
    "coins falling": "fall",
    "power-up": "power-up",
    "game over": "game-over",
    "bow and arrow": "arrow",
    "pots and pans": "crash",
    "camera shutter": "camera",
    "typing on a keyboard": "typing",
    "spaceship": "space",
    "underwater": "underwater",
    "campfire and crickets": "fire crickets",
    "drone": "quadcopter",
    "city street": "city",
    "white noise": "noise",
    "wind in the trees": "leaves",
    "door opens then footsteps": "door footsteps",
    "ocean waves": "sea",
    "applause": "applause",
    "门": "door",
    "重重地关门": "door",
    "铁门吱呀一声打开": "door",
    "敲门三下": "knock",
    "雨": "rain",
    "大雨": "rain",
    "毛毛细雨": "rain",
    "雨打在窗户上": "rain",
    "雷雨": "storm",
    "远处的雷声": "thunder",
    "大雨和远处的雷声": "rain thunder",
    "脚步声": "footsteps",
    "雪地里的脚步声": "footsteps",
    "在碎石路上走路": "footsteps",
    "玻璃破碎": "glass-break",
    "爆炸": "explosion",
    "枪声": "gunshot",
    "警笛": "siren",
    "救护车": "siren",
    "闹钟": "alarm",
    "汽车喇叭": "horn",
    "教堂钟声": "bell",
    "电话铃声": "phone",
    "门铃": "doorbell",
    "时钟滴答": "clock",
    "心跳": "heartbeat",
    "狗叫": "dog",
    "猫头鹰": "owl",
    "猫叫": "cat",
    "小鸟": "birds",
    "鸟鸣与流水": "birds river",
    "海浪": "sea",
    "篝火": "fire",
    "激光": "laser",
    "吃金币": "coin",
    "跳跃": "jump",
    "无人机": "quadcopter",
    "掌声": "applause",
    "森林里的鸟叫": "forest birds",
    "开门，然后脚步声": "door footsteps",
    "没有雷声的雨": None,
    "翻书": "page",
    "打字": "typing",
    "瀑布": "waterfall",
    "白噪音": "noise",
}


@pytest.mark.parametrize("prompt", [prompt for prompt, names in PHRASES.items() if names])
def test_words_find_their_sounds(prompt: str) -> None:
    found = [voice.sound.name for voice in read_prompt(prompt)]
    assert sorted(found) == sorted((PHRASES[prompt] or "").split())


def params(prompt: str) -> dict[str, object]:
    (voice,) = read_prompt(prompt)
    return voice.params


@pytest.mark.parametrize(
    ("prompt", "parameter", "value"),
    [
        ("heavy door", "size", 1.6),
        ("big heavy door", "size", 1.6 * 1.6),
        ("small metal hit", "material", "metal"),
        ("small metal hit", "size", 0.62),
        ("footsteps on gravel", "surface", "gravel"),
        ("铁板上的脚步声", "surface", "metal"),
        ("fast footsteps", "speed", 1.6),
        ("慢慢的脚步声", "speed", 0.62),
        ("rain on a tin roof", "surface", "metal"),
        ("footsteps in the distance", "distance", 6),
        ("远处的狗叫", "distance", 6),
        ("door slam", "move", "slam"),
        ("开门", "move", "open"),
        ("knock five times", "repeats", 5),
        ("敲门四下", "repeats", 4),
        ("knock 7 times", "repeats", 7),
        ("three gunshots", "rounds", 3),
        ("lion", "repeats", 1),
        ("ambulance", "pattern", "two-tone"),
        ("echoing footsteps", "space", "hall"),
        ("隔壁的狗叫", "muffled", 1),
        ("explosion, distant", "distance", 6),
        ("soft wind", "gain", -6),
    ],
)
def test_words_change_parameters(prompt: str, parameter: str, value: object) -> None:
    assert params(prompt)[parameter] == pytest.approx(value)


def test_adjectives_belong_to_their_clause() -> None:
    rain, thunder = read_prompt("heavy rain and distant thunder")
    assert rain.params["force"] > 2 and "distance" not in rain.params
    assert thunder.params["distance"] == 4 and "force" not in thunder.params


def test_order() -> None:
    turns = [voice.step for voice in read_prompt("door opens and wind, then footsteps then a dog")]
    assert turns == [0, 0, 1, 2]


@pytest.mark.parametrize(
    ("prompt", "near"),
    [
        ("thundr", "thunder"),
        ("a violin concerto", ""),
        ("你好", ""),
        ("thunnder", "thunder"),
        ("xyz", ""),
        ("rain and a violin", ""),
        ("12345", ""),
        ("🎻", ""),
        ("heavy", ""),
        ("no rain", ""),
    ],
)
def test_unknown_words_name_the_nearest(prompt: str, near: str) -> None:
    with pytest.raises(NotFoundError, match=r"There is no sound for .*Similar sounds: ") as raised:
        read_prompt(prompt)
    assert near in str(raised.value) and f"all {len(sounds())}" in str(raised.value)


def test_a_long_prompt_is_read() -> None:
    assert [voice.sound.name for voice in read_prompt("very " * 20_000 + "rain")] == ["rain"]


def test_no_word_belongs_to_two_sounds() -> None:
    owners = Counter(
        word for row in sounds().values() for word in {*row.en, *row.zh, row.name.replace("-", " ")}
    )
    assert [word for word, number in owners.items() if number > 1] == []


@pytest.mark.parametrize("name", sounds())
def test_rows_name_what_there_is(name: str) -> None:
    row = sounds()[name]
    assert row.kind in ("event", "gesture", "texture") and row.en and row.zh
    assert all(word == word.casefold() for word in (*row.en, *row.zh))
    if row.layers:
        assert set(row.layers) <= set(sounds())
        return
    module, _, function = row.make.partition(".")
    takes = set(
        signature(getattr(import_module(f"miaobi.synthesis.{module}"), function)).parameters
    )
    manner = {key for one in _document()["manner"].values() for key in one} | {"en", "zh"}
    assert set(row.set) <= takes and (not row.counts or row.counts in takes)
    for detail in row.when:
        assert set(detail) <= takes | manner, detail
