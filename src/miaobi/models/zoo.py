"""The table of models: kind of request, engine, license, memory; and how a name is resolved."""

import difflib
import json
from dataclasses import dataclass
from pathlib import Path

from miaobi import extensions
from miaobi.assets.store import is_installed
from miaobi.assets.table import find_asset
from miaobi.core.errors import NotFoundError


@dataclass(frozen=True)
class Model:
    """One model: the kind of its requests ("text", "image", "speech", "sound", "music",
    "film", "transcript", "embedding"), or an "autoencoder".
    """

    name: str
    kind: str
    engine: str  # a row of engines/registry.py
    asset: str | None  # a row of assets/table.py; None: inside an installed package, or of the Hub
    languages: tuple[str, ...]
    license: str
    memory: int  # MB at work, measured
    summary: str
    context: int = 0  # tokens
    place: str = ""  # a local file or folder, or a Hub repository
    chats: bool = True  # False: it only continues text, and is used when it is asked for by name

    @property
    def is_installed(self) -> bool:
        """True when the model can be used without a download."""
        return self.asset is None or is_installed(find_asset(self.asset))


WEIGHTS = Path(__file__).parent.parent / "weights"  # what comes with the package

# of the models that can serve a request, the first one that is here is the default
MODELS: tuple[Model, ...] = (
    Model(
        "qwen2.5-coder-1.5b", "text", "llamacpp", "qwen2.5-coder-1.5b", ("en", "zh"), "Apache-2.0",
        1900, "chat, stories, JSON and translation; plain prose, since it was tuned for code",
        context=8192,
    ),
    Model(
        "smollm2-135m", "text", "llamacpp", "smollm2-135m", ("en",), "Apache-2.0", 260,
        "tiny chat for tests and small machines; fluent, often wrong", context=4096,
    ),
    Model(
        "shakespeare-gpt", "text", "folder_text", None, ("en",), "Apache-2.0", 330,
        "continues text in Shakespeare's manner; our own Transformer",
        context=256, place=str(WEIGHTS / "shakespeare-gpt"), chats=False,
    ),
    Model(
        "shakespeare-rnn", "text", "folder_text", None, ("en",), "Apache-2.0", 320,
        "the same with a recurrent network, to compare",
        place=str(WEIGHTS / "shakespeare-rnn"), chats=False,
    ),
    Model(
        "tang-gpt", "text", "folder_text", None, ("zh",), "Apache-2.0", 330,
        "Tang poems by form, title or first line, in simplified or traditional characters",
        context=256, place=str(WEIGHTS / "tang-gpt"), chats=False,
    ),
    Model(
        "drawings", "image", "folder_image", None, ("en", "zh"), "Apache-2.0", 600,
        "128 px drawings from a sentence; places, styles and colors, its subjects are still vague",
        place=str(WEIGHTS / "drawings"),
    ),
    Model(
        "illustration", "image", "illustration", "scenes-art", ("en", "zh"),
        "MIT AND Apache-2.0 AND CC-BY-3.0", 600,
        "figures and things in lit places, in 17 looks; understands sentences; sharp at any size",
    ),
    Model(
        "collage", "image", "collage", "scenes-art", ("en", "zh"), "MIT AND Apache-2.0", 300,
        "231 subjects in five styles, composed by rule; sharp at any size; no network behind it",
    ),
    Model(
        "animals-vae", "image", "folder_image", None, ("en", "zh"), "Apache-2.0", 350,
        "78 animals in five styles at 128 px, drawn in one look, and morphs by name; a VAE",
        place=str(WEIGHTS / "animals-vae"),
    ),
    Model(
        "animals-gan", "image", "folder_image", None, ("en", "zh"), "Apache-2.0", 350,
        "78 animals in five styles at 128 px, drawn in one look; a GAN",
        place=str(WEIGHTS / "animals-gan"),
    ),
    Model(
        "drawings-vae", "autoencoder", "folder_image", None, (), "Apache-2.0", 300,
        "128 px drawings to latents of 8x8 and back: what `drawings` learned on",
        place=str(WEIGHTS / "drawings" / "vae"),
    ),
    Model(
        "moving-drawings", "video", "moving", None, ("en", "zh"), "Apache-2.0", 250,
        "drawings and pictures moved by rule, as the words say; no network behind the motion",
    ),
    Model(
        "moving-illustration", "video", "moving_illustration", "scenes-art", ("en", "zh"),
        "MIT AND Apache-2.0", 900,
        "figures that walk, talk and act in lit places, as the words say; by rule, any size",
    ),
    Model(
        "puppets", "video", "folder_video", None, ("en", "zh"), "Apache-2.0", 400,
        "231 subjects in five styles, drawn and moved by networks at 128 px; text to video",
        place=str(WEIGHTS / "puppets"),
    ),
    Model(
        "hibari", "speech", "hibari", None, ("en",), "Apache-2.0", 200,
        "one American English voice, very fast",
    ),
    Model(
        "kokoro-82m", "speech", "kokoro", "kokoro-82m", ("en", "zh"), "Apache-2.0", 750,
        "28 English and 8 Chinese voices",
    ),
    Model(
        "music", "music", "music", "fluidr3-mono", ("en", "zh"), "Apache-2.0", 250,
        "chorales, waltzes, jigs, marches and airs, and settings of a melody; our own Transformer",
        place=str(WEIGHTS / "music"),
    ),
    Model(
        "procedural", "sound", "procedural", None, ("en", "zh"), "Apache-2.0", 120,
        "121 sound effects by rule, from rain and doors to games; no network behind them",
    ),
    Model(
        "cutter", "film", "cutting", None, ("en", "zh"), "Apache-2.0", 600,
        "cuts pictures, sounds and words into a film, by rule; no network behind it",
    ),
    Model(
        "whisper-base", "transcript", "whisper", "whisper-base", ("en", "zh", "…"), "MIT",
        300, "transcription with word times",
    ),
    Model(
        "e5-small", "embedding", "embedding", "e5-small", ("en", "zh", "…"), "MIT", 730,
        "sentences as 384 numbers: close ones mean the same, also across languages",
        context=512,
    ),
)  # fmt: skip

# names people know, as the Hub spells them today
ALIASES = {"gpt2": "openai-community/gpt2"}
HUB_ENGINES = {
    "text": "folder_text",
    "image": "folder_image",
    "video": "folder_video",
    "speech": "hub_speech",
    "music": "hub_sound",
    "sound": "hub_sound",
    "transcript": "whisper",
}
# sizes of Whisper that are not in the table, as faster-whisper has them
WHISPER = {
    "tiny": "Systran/faster-whisper-tiny",
    "small": "Systran/faster-whisper-small",
    "medium": "Systran/faster-whisper-medium",
    "large-v3": "Systran/faster-whisper-large-v3",
    "turbo": "mobiuslabsgmbh/faster-whisper-large-v3-turbo",
}
EVENTS = "events.json"  # what the tokens of a composer trained here mean
PICKLES = (".bin", ".pt", ".pth", ".ckpt", ".pkl", ".pickle")


def register_models() -> tuple[Model, ...]:
    """Return the built-in models (the hook of extensions.py)."""
    return MODELS


def all_models() -> tuple[Model, ...]:
    """Return every model: the built-in ones, then those of plugins."""
    return extensions.rows("register_models")


def find_model(name: str | Model, kind: str) -> Model:
    """Resolve a name to a model: a row of the table, a file or folder, or ORG/NAME of the Hub.

    A Model is returned as it is, so that a request resolves its model once. Of Whisper the size is
    enough. Raises NotFoundError.
    """
    if isinstance(name, Model):
        return name
    if kind == "transcript" and name in ("base", *WHISPER):
        name = f"whisper-{name}"
    for model in all_models():
        if model.name == name and model.kind == kind:
            return model
    if kind == "transcript" and (size := name.removeprefix("whisper-")) in WHISPER:
        return Model(name, kind, "whisper", None, ("…",), "MIT", 0, "", place=WHISPER[size])
    place = Path(name).expanduser()
    if place.is_file() and kind == "text":
        return Model(
            place.stem,
            kind,
            "llamacpp",
            None,
            (),
            "as its file says",
            0,
            "",
            context=4096,
            place=str(place),
        )
    repository = ALIASES.get(name, name)
    if kind in HUB_ENGINES and (place.is_dir() or _looks_like_repository(repository)):
        composes = kind == "music" and (place / EVENTS).is_file()
        engine = "music" if composes else HUB_ENGINES[kind]
        return Model(
            repository,
            kind,
            engine,
            None,
            (),
            "as its card says",
            0,
            "",
            place=str(place) if place.is_dir() else repository,
            chats=not is_ours(place),
        )
    raise _unknown(name, kind)


def is_ours(folder: Path) -> bool:
    """Return True for a folder of models/checkpoint.py, which was trained here."""
    return bool(architecture_of(folder))


def architecture_of(folder: Path) -> str:
    """Return the architecture of a folder of models/checkpoint.py; "" for any other folder."""
    try:
        document = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return ""
    if not isinstance(document, dict) or not {"architecture", "config"} <= set(document):
        return ""
    return str(document["architecture"])


def default_model(kind: str, language: str) -> Model:
    """Return the first model of the table that serves this kind in this language and is installed.

    When none is installed, the first that could serve: using it says how to get it. Raises
    NotFoundError when the table has none at all.
    """
    able = [
        row for row in all_models() if row.kind == kind and row.chats and _speaks(row, language)
    ]
    if not able:
        raise NotFoundError(
            "No {kind} model comes with this version.",
            "Name one: model=ORG/NAME of the Hub, or a local folder.",
            kind=kind,
        )
    return next((row for row in able if row.is_installed), able[0])


def _speaks(model: Model, language: str) -> bool:
    return language in model.languages or model.kind in ("image", "video", "transcript")


def _looks_like_repository(name: str) -> bool:
    owner, _, rest = name.partition("/")
    return bool(owner and rest) and "/" not in rest and not name.startswith((".", "~"))


def _unknown(name: str, kind: str) -> NotFoundError:
    names = [model.name for model in MODELS if model.kind == kind]
    names += [f"whisper-{size}" for size in WHISPER] if kind == "transcript" else []
    names.sort(key=lambda known: -difflib.SequenceMatcher(None, name, known).ratio())
    return NotFoundError(
        "There is no {kind} model {name!r}.",
        "Known: {names}; or ORG/NAME of the Hub, or a local file or folder."
        if kind in HUB_ENGINES
        else "Known: {names}.",
        kind=kind,
        name=name,
        names=", ".join(names),
    )
