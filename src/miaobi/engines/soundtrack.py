"""Soundtrack of a film: voices in front, music and sounds ducked under them.

tracks --levels--> voice, sound, music --ducking--> one mix (T, 2) at 48 kHz and target loudness
"""

from dataclasses import dataclass

from miaobi.core.arrays import Samples
from miaobi.core.film import FilmRequest, Track
from miaobi.media import audio, mixing
from miaobi.media.loudness import SILENCE, momentary_loudness

RATE = 48000
LOUDNESS, CEILING = -16.0, -1.5  # LUFS; dBTP, below -1 since AAC adds a little
LEVELS = {"voice": -17.0, "sound": -27.0, "music": -23.0}  # LUFS before ducking
DUCKING = {"sound": 6.0, "music": 12.0}  # dB under a voice
FADE_IN, FADE_OUT = {"sound": 0.4, "music": 0.8}, {"sound": 0.8, "music": 2.5}  # seconds
RELEASE = 1.2  # seconds until ducked audio returns, so that it stays low between words


@dataclass(frozen=True)
class Stems:
    """The stems of a mix, each (T, 2) at its level in the mix."""

    voice: Samples
    sound: Samples
    music: Samples
    unducked: Samples  # the music without ducking


def mix_film(request: FilmRequest) -> Samples:
    """Return the soundtrack (T, 2) at RATE. Raises MediaError for an unreadable file."""
    stems = mix_stems(request)
    return mixing.normalize(stems.voice + stems.sound + stems.music, RATE, LOUDNESS, CEILING)


def mix_stems(request: FilmRequest) -> Stems:
    """Return the stems of the film before normalization."""
    stems = {role: _mix_role(request, role) for role in LEVELS}
    voice = stems["voice"]
    ducked = {
        role: mixing.duck(stems[role], voice, RATE, depth, release=RELEASE)
        for role, depth in DUCKING.items()
    }
    return Stems(voice, ducked["sound"], ducked["music"], stems["music"])


def _mix_role(request: FilmRequest, role: str) -> Samples:
    """Mix all tracks of a role at their start times: (T, 2)."""
    import numpy as np

    length = round(request.seconds * RATE)
    stem: Samples = np.zeros((length, 2), np.float32)
    for track in request.tracks:
        if track.role == role:
            stem = mixing.place(stem, _load_track(track, request.seconds), RATE, track.at)
    return stem[:length]


def _load_track(track: Track, film_seconds: float) -> Samples:
    """Load a file (T, 2) at the level of its role, with fades at both ends."""
    samples, rate = audio.decode(track.sound, mono=False)
    samples = mixing.stereo(audio.resample(samples[:, :2], rate, RATE).squeeze())
    seconds = min(track.seconds or film_seconds, film_seconds - track.at)
    samples = mixing.trim(samples, RATE, 0.0, max(0.0, seconds))
    if not len(samples):
        return samples
    target = LEVELS[track.role] + track.gain
    if track.role == "sound":  # a short sound is measured at its loudest moment
        level = momentary_loudness(samples, RATE)
        samples = mixing.gain(samples, target - level) if level > SILENCE else samples
    else:
        samples = mixing.normalize(samples, RATE, target)
    if track.role == "voice":
        return mixing.fade(samples, RATE, 0.01, 0.03)
    return mixing.fade(samples, RATE, FADE_IN[track.role], FADE_OUT[track.role])
