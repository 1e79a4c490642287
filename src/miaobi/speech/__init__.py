"""Text to speech around a model: normalization, phonemes, sentences, word times.

    normalization.normalize(text, language)               "It costs $5." -> "It costs five dollars."
    ssml.read_ssml, dialogue.read_dialogue, audiobook.read_book -> turns
    phonemes.Phonemizer                                   grapheme to phoneme, English and Mandarin
    speaker.Speaker, Sentence, SpokenSentence, check_voice   what a speech engine implements
    synthesis.speak(request, speaker) -> events           sentences, pauses, word times
    phoneme_chunks.synthesize_chunks                      for models that output durations
    alignment.align_by_energy, snap_to_energy             word times from the samples
No file here loads a model. Samples are float32 (T,) in [-1, 1]; times are seconds.
"""

from miaobi.core.verbs import make_callable

make_callable(__name__, "miaobi.tasks.speech:speech")  # miaobi.speech is a verb too
