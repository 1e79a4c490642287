"""The instruments of General MIDI by name, and what people call them in English and Chinese."""

import difflib

from miaobi.core.errors import OptionError

# in the order of their program numbers, 0 to 127
PROGRAMS: tuple[str, ...] = (
    "acoustic grand piano", "bright acoustic piano", "electric grand piano", "honky-tonk piano",
    "electric piano 1", "electric piano 2", "harpsichord", "clavinet", "celesta", "glockenspiel",
    "music box", "vibraphone", "marimba", "xylophone", "tubular bells", "dulcimer",
    "drawbar organ", "percussive organ", "rock organ", "church organ", "reed organ", "accordion",
    "harmonica", "tango accordion", "nylon guitar", "steel guitar", "jazz guitar", "clean guitar",
    "muted guitar", "overdriven guitar", "distortion guitar", "guitar harmonics", "acoustic bass",
    "fingered bass", "picked bass", "fretless bass", "slap bass 1", "slap bass 2", "synth bass 1",
    "synth bass 2", "violin", "viola", "cello", "contrabass", "tremolo strings",
    "pizzicato strings", "orchestral harp", "timpani", "string ensemble 1", "string ensemble 2",
    "synth strings 1", "synth strings 2", "choir aahs", "voice oohs", "synth voice",
    "orchestra hit", "trumpet", "trombone", "tuba", "muted trumpet", "french horn",
    "brass section", "synth brass 1", "synth brass 2", "soprano sax", "alto sax", "tenor sax",
    "baritone sax", "oboe", "english horn", "bassoon", "clarinet", "piccolo", "flute", "recorder",
    "pan flute", "blown bottle", "shakuhachi", "whistle", "ocarina", "square lead", "sawtooth lead",
    "calliope lead", "chiff lead", "charang lead", "voice lead", "fifths lead", "bass and lead",
    "new age pad", "warm pad", "polysynth pad", "choir pad", "bowed pad", "metallic pad",
    "halo pad", "sweep pad", "rain", "soundtrack", "crystal", "atmosphere", "brightness",
    "goblins", "echoes", "sci-fi", "sitar", "banjo", "shamisen", "koto", "kalimba", "bagpipe",
    "fiddle", "shanai", "tinkle bell", "agogo", "steel drums", "woodblock", "taiko drum",
    "melodic tom", "synth drum", "reverse cymbal", "guitar fret noise", "breath noise", "seashore",
    "bird tweet", "telephone ring", "helicopter", "applause", "gunshot",
)  # fmt: skip

# what else they are called -> programs, from the melody down to the bass
SYNONYMS: dict[str, tuple[int, ...]] = {
    "piano": (0,), "grand piano": (0,), "钢琴": (0,), "electric piano": (4,), "rhodes": (4,),
    "电钢琴": (4,), "大键琴": (6,), "羽管键琴": (6,), "钢片琴": (8,), "钟琴": (9,), "八音盒": (10,),
    "颤音琴": (11,), "马林巴": (12,), "木琴": (13,), "管钟": (14,), "bells": (14,), "扬琴": (15,),
    "organ": (19,), "pipe organ": (19,), "管风琴": (19,), "手风琴": (21,), "口琴": (22,),
    "guitar": (24,), "classical guitar": (24,), "acoustic guitar": (25,), "吉他": (24,),
    "electric guitar": (27,), "电吉他": (27,), "bass guitar": (33,), "贝斯": (33,),
    "小提琴": (40,), "中提琴": (41,), "大提琴": (42,), "double bass": (43,), "低音提琴": (43,),
    "pizzicato": (45,), "拨弦": (45,), "harp": (46,), "竖琴": (46,), "定音鼓": (47,),
    "strings": (48,), "string orchestra": (48,), "string ensemble": (48,), "弦乐": (48,),
    "弦乐四重奏": (40, 40, 41, 42), "string quartet": (40, 40, 41, 42),
    "orchestra": (73, 48, 60, 42), "管弦乐": (73, 48, 60, 42),
    "choir": (52,), "voices": (52,), "chorus": (52,), "合唱": (52,),
    "人声": (52,), "小号": (56,), "长号": (57,), "大号": (58,), "horn": (60,), "圆号": (60,),
    "brass": (56, 60, 57, 58), "brass band": (56, 60, 57, 58), "铜管": (56, 60, 57, 58),
    "saxophone": (65,), "sax": (65,), "萨克斯": (65,), "双簧管": (68,), "英国管": (69,),
    "巴松": (70,), "大管": (70,), "单簧管": (71,), "黑管": (71,), "短笛": (72,), "长笛": (73,),
    "woodwinds": (73, 68, 71, 70), "woodwind": (73, 68, 71, 70), "winds": (73, 68, 71, 70),
    "木管": (73, 68, 71, 70), "竖笛": (74,), "排箫": (75,), "尺八": (77,), "笛子": (73,),
    "口哨": (78,), "陶笛": (79,), "synth": (81,), "synthesizer": (81,), "合成器": (81,),
    "pad": (89,), "西塔琴": (104,), "班卓琴": (105,), "三味线": (106,), "古筝": (107,),
    "guzheng": (107,), "拇指琴": (108,), "bagpipes": (109,), "风笛": (109,), "唢呐": (111,),
    "钢鼓": (114,),
}  # fmt: skip
NAMES: dict[str, tuple[int, ...]] = {
    **{name: (number,) for number, name in enumerate(PROGRAMS)}, **SYNONYMS,
}  # fmt: skip


def find_instrument(name: str) -> tuple[int, ...]:
    """The programs of an instrument or ensemble, melody first. Raises OptionError."""
    wanted = " ".join(name.lower().split())
    for spelling in (wanted, wanted.removesuffix("s"), wanted.removesuffix("es")):
        if spelling in NAMES:
            return NAMES[spelling]
    near = difflib.get_close_matches(wanted, NAMES, 6, 0.5) or ["piano", "strings", "flute", "钢琴"]
    raise OptionError(
        "There is no instrument {name!r}.",
        "There are the 128 of General MIDI and their usual names, such as {near}.",
        name=name, near=", ".join(near),
    )  # fmt: skip
