"""Score files as plain values: ABC, MIDI and MusicXML before music/ makes scores of them.

    abc_body         parse_tune -> AbcTune: the notes of each voice of a tune in ABC, with
                     abc_lines, abc_tokens (signs), abc_fields (meter, key, tempo) and abc_voices
    midi_file        read_midi -> MidiFile: tracks of events, also of damaged files
    musicxml_score   read_score_tree -> XmlScore: notes of a tree that musicxml_document reads,
                     measure by measure (musicxml_measure)
    endings          first and second endings     left_out: warnings of the readers

Lengths and positions are exact, in quarter notes; pitches are MIDI numbers.
"""
