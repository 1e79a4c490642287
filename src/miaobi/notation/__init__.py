"""Files of notated music as plain values: no scores yet, which music/ makes of them.

    abc_lines   a tune in ABC as fields, directives and lines of music
    abc_fields  values of fields: meter, unit length, tempo, key, clef
    abc_body    parse_tune -> AbcTune: the notes of each voice, by abc_voices
    midi_file   read_midi -> tracks of events, also of damaged files
    musicxml    read_document -> a partwise tree of any MusicXML file
    musicxml_part  read_part -> the notes of one part

Lengths and positions are exact, in quarter notes; pitches are MIDI numbers.
"""
