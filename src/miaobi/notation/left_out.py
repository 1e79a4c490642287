"""Sentences about what a reader left out or changed; a score hands them on to the user."""

LEFT_OUT = {
    # notes and signs
    "lyrics": "Lyrics are left out.",
    "grace": "Grace notes are left out.",
    "cue": "Cue notes are left out.",
    "unpitched": "Unpitched notes without an instrument are left out.",
    "ornament": "Ornaments and dynamics are left out.",
    "text": "Chord symbols and annotations are left out.",
    "range": "Notes beyond the range of MIDI are left out.",
    "micro": "Microtones are rounded to semitones.",
    "chord": "The notes of a chord have the length of its first note.",
    "unknown": "Signs that ABC does not define are left out.",
    "macro": "Macros are left out: the notes are read as they stand.",
    # the course of the piece
    "ending": "Repeats are played once, with the last ending.",
    "repeat": "Repeats are played once.",
    "order": "The order of parts is left out: each is played once.",
    "meter": "Only the first meter is kept: bar lines of other meters move.",
    "key": "Only the first key is kept; the notes are those of every key.",
    "tempo": "Only the first tempo is kept.",
    # the file
    "several": "The file has several tunes: the first one is read.",
    "below": "Text below the blank line that ends the tune is left out.",
    "type 2": "The sequences of the file are independent: they are read as parts.",
    "encoding": "The encoding of the file is not certain: its words may be wrong.",
    "damaged": "The file is damaged: it is read as far as possible.",
}
