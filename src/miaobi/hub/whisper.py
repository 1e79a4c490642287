"""Whisper of any size, of the Hub or a local folder, as a folder that CTranslate2 can open.

faster-whisper's folders: model.bin, which is no pickle --------------------------> as they are
transformers' folders: safetensors --converted once, in 16 bits--> a folder of the cache
"""

import hashlib
import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from miaobi.core.errors import ModelFileError
from miaobi.core.paths import cache_dir, write_error
from miaobi.hub.files import (
    WEIGHTS,
    cached,
    checkpoint,
    damaged,
    fetch,
    listing,
    no_safetensors,
    quiet,
)
from miaobi.hub.loading import first_line

MODEL = "model.bin"
NEEDED = ("config.json", MODEL, "tokenizer.json")
WORDS = ("vocabulary.json", "vocabulary.txt")
FILES = (*NEEDED, *WORDS, "preprocessor_config.json")
PICKLED = (b"PK", b"\x80")  # how files of torch begin
COPIED = ("tokenizer.json", "preprocessor_config.json")


def whisper_folder(place: str) -> Path:
    """A folder of ORG/NAME or of a local path that CTranslate2 opens; downloads what is missing.

    Raises NotFoundError, OfflineError, DownloadError, DiskFull or ModelFileError.
    """
    folder = Path(place)
    if not folder.is_dir():
        here = cached(place, FILES)
        if here is not None and (here / MODEL).is_file():
            folder = here
        elif (here is None or not (here / WEIGHTS).is_file()) and MODEL in listing(place):
            folder = fetch(place, FILES)
    if (folder / MODEL).is_file():
        _check(folder)
        return folder
    return _converted(checkpoint(place))


def _check(folder: Path) -> None:
    """Refuse what is no whole folder of faster-whisper. Raises ModelFileError."""
    missing = [name for name in NEEDED if not (folder / name).is_file()]
    if not any((folder / name).is_file() for name in WORDS):
        missing.append(WORDS[0])
    if missing:
        raise ModelFileError(
            "{folder} is not complete: {name} is missing.",
            "Download it again.",
            folder=folder,
            name=missing[0],
        )
    with (folder / MODEL).open("rb") as file:
        start = file.read(64)
    if start.startswith(PICKLED):
        raise no_safetensors(folder, [MODEL])
    if b"WhisperSpec" not in start:
        raise damaged(folder / MODEL)


def _converted(source: Path) -> Path:
    """The copy of a checkpoint of transformers in the cache, made on first use."""
    kind = json.loads((source / "config.json").read_text(encoding="utf-8")).get("model_type")
    if kind != "whisper":
        raise ModelFileError(
            "{folder} holds a model of the kind {kind}, which does not listen.",
            "Give a Whisper: a size such as small, a folder, or ORG/NAME of the Hub.",
            folder=source,
            kind=kind,
        )
    target = cache_dir() / "whisper" / _fingerprint(source)
    if not (target / MODEL).is_file():
        with _beside(target) as work:
            _convert(source, work)
    _check(target)
    return target


def _fingerprint(source: Path) -> str:
    """What changes when the files of a folder do."""
    told = hashlib.sha256(str(source.resolve()).encode())
    for path in sorted(source.iterdir()):
        if path.is_file():
            told.update(f"{path.name} {path.stat().st_size} {path.stat().st_mtime_ns}".encode())
    return told.hexdigest()[:32]


@contextmanager
def _beside(target: Path) -> Iterator[Path]:
    """A folder to work in, which becomes `target` when all went well. Raises DiskFull."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent) as place:
            work = Path(place) / "model"
            yield work
            if not target.exists():  # another process may have been quicker
                work.rename(target)
    except OSError as error:
        raise write_error(target, error) from error


def _convert(source: Path, work: Path) -> None:
    """A checkpoint of transformers -> a folder of CTranslate2. Raises ModelFileError."""
    from ctranslate2.converters import TransformersConverter
    from transformers import WhisperForConditionalGeneration

    from miaobi.hub.loading import load_model, load_tokenizer

    quiet()
    network = load_model(WhisperForConditionalGeneration, source)  # missing weights are told here
    books = int(network.config.num_mel_bins)
    del network
    tokenizer = load_tokenizer(source)
    try:
        TransformersConverter(str(source)).convert(str(work), quantization="float16")
    except Exception as error:  # the converter lets everything through
        raise ModelFileError(
            "{folder} could not be loaded: {reason}.",
            "Choose another model, or another copy.",
            folder=source,
            reason=first_line(error),
        ) from error
    for name in COPIED:
        if (source / name).is_file():
            shutil.copyfile(source / name, work / name)
    if not (work / COPIED[0]).is_file():
        tokenizer.backend_tokenizer.save(str(work / COPIED[0]))
    if not (work / COPIED[1]).is_file():
        (work / COPIED[1]).write_text(json.dumps({"feature_size": books}))
