"""Files and records that commands write at the end."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import click

from miaobi.cli.progress import watch
from miaobi.cli.pulling import with_missing_pulled
from miaobi.core.artifact import Artifact
from miaobi.core.events import Event
from miaobi.core.paths import check_target


def generate(stream: Callable[[], Iterator[Event]], preview: Path | None = None) -> Artifact:
    """Run a generation with progress and previews; offer to download missing models."""
    return with_missing_pulled(lambda: watch(stream(), preview))


def unused_path(stem: str, extension: str) -> Path:
    """Return the first of stem.wav, stem-2.wav, … that does not exist in the working folder."""
    suffixes = ("", *(f"-{number}" for number in range(2, 10_000)))
    paths = (Path(f"{stem}{suffix}.{extension}") for suffix in suffixes)
    return next(path for path in paths if not path.exists())


def save_with_parts(artifact: Artifact, path: Path) -> list[Path]:
    """Save an artifact, and the parts of a contact sheet next to it as name-1, name-2, …"""
    part_paths = [
        path.with_name(f"{path.stem}-{number}{path.suffix}")
        for number in range(1, len(artifact.parts) + 1)
    ]
    for part_path in part_paths:
        check_target(part_path)
    saved = [artifact.save(path)]
    parts = zip(artifact.parts, part_paths, strict=True)
    return [*saved, *(part.save(part_path) for part, part_path in parts)]


def print_artifact(
    artifact: Artifact,
    paths: Sequence[Path],
    as_json: bool,
    fields: Mapping[str, object] | None = None,
) -> None:
    """Print the paths, or the record of the artifact as JSON with extra fields."""
    if not as_json:
        click.echo("\n".join(map(str, paths)))
        return
    record = {**artifact.manifest, "path": str(paths[0]), "timings": artifact.timings}
    click.echo(json.dumps({**record, **(fields or {})}, ensure_ascii=False))


def save_and_print(artifact: Artifact, path: Path, as_json: bool) -> None:
    """Save an artifact with its parts, and print the paths or the record."""
    paths = save_with_parts(artifact, path)
    fields = {"parts": [str(part) for part in paths[1:]]} if artifact.parts else {}
    print_artifact(artifact, paths, as_json, fields)
