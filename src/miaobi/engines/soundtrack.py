"""The sound of a film: voices in front, music and sounds that step back for them.

tracks --levels--> voice, sound, music --duck--> one mix (T, 2) at 48 kHz, as loud as was asked
"""

from dataclasses import dataclass
from typing import Any

from miaobi.core.film import FilmRequest, Track
from miaobi.media import audio, mixing

RATE = 48000
LOUDNESS, CEILING = -16.0, -1.5  # LUFS; dB of true peak: AAC adds a little
LEVELS = {"voice": -17.0, "sound": -27.0, "music": -23.0}  # LUFS before anything is ducked
DUCKED = {"sound": 6.0, "music": 12.0}  # dB that each steps back under a voice
RISE, FALL = {"sound": 0.4, "music": 0.8}, {"sound": 0.8, "music": 2.5}  # seconds of their ends
HOLD = 1.2  # seconds: the music stays down between words, and comes back slowly


@dataclass(frozen=True)
class Stems:
    """The parts of a mix, each (T, 2) and as loud as it is heard in it."""

    voice: Any
    sound: Any
    music: Any
    unducked: Any  # the music as it would be without a voice


def mixed(request: FilmRequest) -> Any:
    """(T, 2) at RATE, as long as the film. Raises MediaError for a file that is no sound."""
    parts = stems(request)
    return mixing.normalize(parts.voice + parts.sound + parts.music, RATE, LOUDNESS, CEILING)


def stems(request: FilmRequest) -> Stems:
    """The parts, before the whole is brought to its loudness."""
    lanes = {role: _lane(request, role) for role in LEVELS}
    voice = lanes["voice"]
    ducked = {
        role: mixing.duck(lanes[role], voice, RATE, depth, release=HOLD)
        for role, depth in DUCKED.items()
    }
    return Stems(voice, ducked["sound"], ducked["music"], lanes["music"])


def _lane(request: FilmRequest, role: str) -> Any:
    """(T, 2): every track of a role at its place."""
    import numpy as np

    length = round(request.seconds * RATE)
    lane = np.zeros((length, 2), np.float32)
    for track in request.tracks:
        if track.role == role:
            lane = mixing.place(lane, _sounding(track, request.seconds), RATE, track.at)
    return lane[:length]


def _sounding(track: Track, whole: float) -> Any:
    """(T, 2) one file at its level, faded at its ends unless it is a voice."""
    samples, rate = audio.decode(track.sound, mono=False)
    samples = mixing.stereo(audio.resample(samples[:, :2], rate, RATE).squeeze())
    seconds = min(track.seconds or whole, whole - track.at)
    samples = mixing.trim(samples, RATE, 0.0, max(0.0, seconds))
    if not len(samples):
        return samples
    wanted = LEVELS[track.role] + track.gain
    if track.role == "sound":  # short ones count by their loudest moment
        now = mixing.momentary_loudness(samples, RATE)
        samples = mixing.gain(samples, wanted - now) if now > mixing.SILENCE else samples
    else:
        samples = mixing.normalize(samples, RATE, wanted)
    if track.role == "voice":
        return mixing.fade(samples, RATE, 0.01, 0.03)
    return mixing.fade(samples, RATE, RISE[track.role], FALL[track.role])
