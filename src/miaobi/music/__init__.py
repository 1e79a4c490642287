"""Symbolic music: scores, theory, notation, prompts, and composition with a language model.

    score          Score, Note, Part, piano_roll      keys: Key, find_key
    chords         Chord, read_chords, find_chords    voice_leading: VoiceLeading, count_errors
    formats        read_score, FORMATS                midi, musicxml, abc_notation: one format each
    prompt         plan_music -> MusicPlan: key, meter, tempo, mood, instruments from English or
                   Chinese (words.toml) and options
    tokens         encode, decode, Control: scores as tokens; grammar.Grammar: what may follow
    sampling       sample_tokens, with constraints.DecodingConstraints
    composition    read_task, compose_score: a request to a score, given a network of music tokens,
                   by melody_generation, harmonization, accompaniment and arrangement
    melody_input   read_theme: a melody from a file or a recording (pitch_tracking)
    soundfont      Player: a score to samples (T, 2) at 44.1 kHz
    beat_tracking  track_beats: the beats of recorded music

No file here loads a model. Pitches are MIDI numbers; times are ticks, score.GRID = 24 to a quarter
note.
"""

from miaobi.core.verbs import make_callable

make_callable(__name__, "miaobi.tasks.music:music")  # miaobi.music is a verb too
