"""The instruments of General MIDI by program, and their common names in English and Chinese."""

import difflib
from functools import cache

from miaobi.core.errors import OptionError
from miaobi.music.words import table

# by program number, 0 to 127
PROGRAMS: tuple[str, ...] = (
    "acoustic grand piano",
    "bright acoustic piano",
    "electric grand piano",
    "honky-tonk piano",
    "electric piano 1",
    "electric piano 2",
    "harpsichord",
    "clavinet",
    "celesta",
    "glockenspiel",
    "music box",
    "vibraphone",
    "marimba",
    "xylophone",
    "tubular bells",
    "dulcimer",
    "drawbar organ",
    "percussive organ",
    "rock organ",
    "church organ",
    "reed organ",
    "accordion",
    "harmonica",
    "tango accordion",
    "nylon guitar",
    "steel guitar",
    "jazz guitar",
    "clean guitar",
    "muted guitar",
    "overdriven guitar",
    "distortion guitar",
    "guitar harmonics",
    "acoustic bass",
    "fingered bass",
    "picked bass",
    "fretless bass",
    "slap bass 1",
    "slap bass 2",
    "synth bass 1",
    "synth bass 2",
    "violin",
    "viola",
    "cello",
    "contrabass",
    "tremolo strings",
    "pizzicato strings",
    "orchestral harp",
    "timpani",
    "string ensemble 1",
    "string ensemble 2",
    "synth strings 1",
    "synth strings 2",
    "choir aahs",
    "voice oohs",
    "synth voice",
    "orchestra hit",
    "trumpet",
    "trombone",
    "tuba",
    "muted trumpet",
    "french horn",
    "brass section",
    "synth brass 1",
    "synth brass 2",
    "soprano sax",
    "alto sax",
    "tenor sax",
    "baritone sax",
    "oboe",
    "english horn",
    "bassoon",
    "clarinet",
    "piccolo",
    "flute",
    "recorder",
    "pan flute",
    "blown bottle",
    "shakuhachi",
    "whistle",
    "ocarina",
    "square lead",
    "sawtooth lead",
    "calliope lead",
    "chiff lead",
    "charang lead",
    "voice lead",
    "fifths lead",
    "bass and lead",
    "new age pad",
    "warm pad",
    "polysynth pad",
    "choir pad",
    "bowed pad",
    "metallic pad",
    "halo pad",
    "sweep pad",
    "rain",
    "soundtrack",
    "crystal",
    "atmosphere",
    "brightness",
    "goblins",
    "echoes",
    "sci-fi",
    "sitar",
    "banjo",
    "shamisen",
    "koto",
    "kalimba",
    "bagpipe",
    "fiddle",
    "shanai",
    "tinkle bell",
    "agogo",
    "steel drums",
    "woodblock",
    "taiko drum",
    "melodic tom",
    "synth drum",
    "reverse cymbal",
    "guitar fret noise",
    "breath noise",
    "seashore",
    "bird tweet",
    "telephone ring",
    "helicopter",
    "applause",
    "gunshot",
)


@cache
def instrument_names() -> dict[str, tuple[int, ...]]:
    """Return the programs of every instrument and ensemble by name, the melody first."""
    programs = {name: (number,) for number, name in enumerate(PROGRAMS)}
    aliases = {
        word: tuple(row["programs"])
        for row in table("instrument").values()
        for word in (*row["en"], *row["zh"])
    }
    return programs | aliases


def find_programs(name: str) -> tuple[int, ...]:
    """Find the programs of an instrument or ensemble, the melody first. Raises OptionError."""
    names = instrument_names()
    normalized = " ".join(name.lower().split())
    for spelling in (normalized, normalized.removesuffix("s"), normalized.removesuffix("es")):
        if spelling in names:
            return names[spelling]
    similar = difflib.get_close_matches(normalized, names, 6, 0.5) or [
        "piano",
        "strings",
        "flute",
        "钢琴",
    ]
    raise OptionError(
        "There is no instrument {name!r}.",
        "Use an instrument of General MIDI or a common name, such as {near}.",
        name=name,
        near=", ".join(similar),
    )
