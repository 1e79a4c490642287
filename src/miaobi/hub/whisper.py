"""Whisper checkpoints of any size, from the Hub or a folder, in the format of CTranslate2.

faster-whisper folders: model.bin, checked not to be a pickle ------------------> used in place
transformers folders:   safetensors --converted to float16 on first use--> a folder in the cache
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
    cached_folder,
    checkpoint_folder,
    download,
    list_files,
    no_safetensors,
    silence_libraries,
)
from miaobi.hub.inference import first_line
from miaobi.models.weight_files import WEIGHTS, damaged_file

MODEL = "model.bin"
TOKENIZER, PREPROCESSOR = "tokenizer.json", "preprocessor_config.json"
REQUIRED = ("config.json", MODEL, TOKENIZER)
VOCABULARIES = ("vocabulary.json", "vocabulary.txt")  # one of them is required
FILES = (*REQUIRED, *VOCABULARIES, PREPROCESSOR)
PICKLE_MAGIC = (b"PK", b"\x80")  # first bytes of PyTorch's files


def whisper_folder(source: str) -> Path:
    """Return a CTranslate2 folder of ORG/NAME or of a local path; download missing files.

    Raises NotFoundError, OfflineError, DownloadError, DiskFull or ModelFileError.
    """
    folder = Path(source)
    if not folder.is_dir():
        cached = cached_folder(source, FILES)
        is_transformers = cached is not None and (cached / WEIGHTS).is_file()
        if cached is not None and (cached / MODEL).is_file():
            folder = cached
        elif not is_transformers and MODEL in list_files(source):
            folder = download(source, FILES)
    if (folder / MODEL).is_file():
        _check(folder)
        return folder
    return _cached_conversion(checkpoint_folder(source))


def _check(folder: Path) -> None:
    """Check that a folder is a complete faster-whisper model. Raises ModelFileError."""
    missing = [name for name in REQUIRED if not (folder / name).is_file()]
    if not any((folder / name).is_file() for name in VOCABULARIES):
        missing.append(VOCABULARIES[0])
    if missing:
        raise ModelFileError(
            "{folder} is not complete: {name} is missing.",
            "Download it again.",
            folder=folder,
            name=missing[0],
        )
    with (folder / MODEL).open("rb") as file:
        head = file.read(64)
    if head.startswith(PICKLE_MAGIC):
        raise no_safetensors(folder, [MODEL])
    if b"WhisperSpec" not in head:
        raise damaged_file(folder / MODEL)


def _cached_conversion(source: Path) -> Path:
    """Return the converted copy of a transformers checkpoint in the cache, made on first use."""
    config = json.loads((source / "config.json").read_text(encoding="utf-8"))
    if config.get("model_type") != "whisper":
        raise ModelFileError(
            "{folder} has a model of type {kind}, which is not a Whisper model.",
            "Give a Whisper: a size such as small, a folder, or ORG/NAME of the Hub.",
            folder=source,
            kind=config.get("model_type"),
        )
    target = cache_dir() / "whisper" / _fingerprint(source)
    if not (target / MODEL).is_file():
        with _atomic_folder(target) as folder:
            _convert(source, folder)
    _check(target)
    return target


def _fingerprint(source: Path) -> str:
    """Hash the path of a folder and the names, sizes and times of its files."""
    digest = hashlib.sha256(str(source.resolve()).encode())
    for path in sorted(source.iterdir()):
        if path.is_file():
            digest.update(f"{path.name} {path.stat().st_size} {path.stat().st_mtime_ns}".encode())
    return digest.hexdigest()[:32]


@contextmanager
def _atomic_folder(target: Path) -> Iterator[Path]:
    """Yield a temporary folder, renamed to `target` on success. Raises DiskFull."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent) as parent:
            folder = Path(parent) / "model"
            yield folder
            if not target.exists():  # otherwise another process was faster
                folder.rename(target)
    except OSError as error:
        raise write_error(target, error) from error


def _convert(source: Path, target: Path) -> None:
    """Convert a transformers checkpoint to a CTranslate2 folder. Raises ModelFileError."""
    from ctranslate2.converters import TransformersConverter
    from transformers import WhisperForConditionalGeneration

    from miaobi.hub.loading import load_model, load_tokenizer

    silence_libraries()
    # loads the network twice, since only load_model reports missing weights
    network = load_model(WhisperForConditionalGeneration, source)
    mel_bins = int(network.config.num_mel_bins)
    del network
    tokenizer = load_tokenizer(source)
    try:
        TransformersConverter(str(source)).convert(str(target), quantization="float16")
    except Exception as error:  # the converter raises anything
        raise ModelFileError(
            "{folder} could not be loaded: {reason}.",
            "Choose another model, or another copy.",
            folder=source,
            reason=first_line(error),
        ) from error
    for name in (TOKENIZER, PREPROCESSOR):
        if (source / name).is_file():
            shutil.copyfile(source / name, target / name)
    if not (target / TOKENIZER).is_file():
        tokenizer.backend_tokenizer.save(str(target / TOKENIZER))
    if not (target / PREPROCESSOR).is_file():
        (target / PREPROCESSOR).write_text(json.dumps({"feature_size": mel_bins}))
