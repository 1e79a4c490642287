"""Procedural sound effects: functions of a random generator, seconds and parameters.

    prompt     read_prompt(text) -> SoundLayer: rows of sounds.toml with parameters; find_sounds
    signals    envelopes, noise, oscillators, filters, modal and formant synthesis, grains
    space      add_reverb, add_distance, muffle, panning, widen, fade_ends
    impacts    strike: modal synthesis by material; also used by the sounds of other files
    alarms, animals, blasts, games, house, machines, people, places, water, weather: the sounds

Samples are float32 at 44.1 kHz, mono (T,) or stereo (T, 2). The functions named in sounds.toml take
(rng, seconds, *, size, force, speed, ...) and return (T, 2); they load nothing.
"""
