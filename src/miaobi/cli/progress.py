"""Progress on standard error while a generation runs."""

import sys
from collections.abc import Generator, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from miaobi.core.artifact import Artifact
from miaobi.core.events import Done, Event, Preview, Progress
from miaobi.core.i18n import tr
from miaobi.core.paths import atomic_write

if TYPE_CHECKING:
    from rich.progress import Progress as RichProgress

T = TypeVar("T")


class ProgressBar:
    """A progress bar on a terminal, and occasional plain lines elsewhere."""

    def __init__(self, unit: str = "", interval: float = 0.25) -> None:
        self.unit = unit
        self.interval = interval  # fraction between two plain lines
        self.bar: RichProgress | None = None
        self.stage = ""
        self.printed = 0.0  # fraction of the last plain line

    def __enter__(self) -> "ProgressBar":
        if sys.stderr.isatty():
            from rich.console import Console
            from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

            columns = [
                TextColumn("{task.description}"),
                BarColumn(),
                TextColumn("{task.percentage:>3.0f}%"),
                TextColumn("{task.fields[detail]}"),
                TimeRemainingColumn(),
            ]
            self.bar = Progress(*columns, console=Console(stderr=True), transient=True)
            self.bar.start()
        return self

    def update(self, stage: str, done: float, total: float, detail: str = "") -> None:
        """Show `done` of `total` of a stage; a total of 0 is unknown."""
        if self.unit == "bytes":
            detail = f"{done / 1e6:.0f}/{total / 1e6:.0f} MB"
        if self.bar is not None:
            if stage != self.stage:
                for task in self.bar.tasks:
                    self.bar.remove_task(task.id)
                self.task = self.bar.add_task(stage, total=total or None, detail="")
            self.bar.update(self.task, completed=done, total=total or None, detail=detail)
        else:
            self._print(stage, done, total, detail)
        self.stage = stage

    def print_above(self, line: str) -> None:
        """Print a line above the bar."""
        if self.bar is not None:
            self.bar.console.print(line, markup=False, highlight=False)
        else:
            click.echo(line, err=True)

    def _print(self, stage: str, done: float, total: float, detail: str) -> None:
        fraction = done / total if total else 0
        if stage != self.stage:
            self.printed = 0.0
        if stage != self.stage or fraction >= self.printed + self.interval:
            self.printed = fraction
            percent = f" {fraction:.0%}" if total else ""
            click.echo(f"{stage}{percent} {detail}".rstrip(), err=True)

    def __exit__(self, *_: object) -> None:
        if self.bar is not None:
            self.bar.stop()


def show_progress(
    events: Iterator[Progress | T], labels: Mapping[str, str] | None = None
) -> Iterator[T]:
    """Show the Progress events on a bar and yield all others; `labels` maps stages to labels."""
    try:
        with ProgressBar() as bar:
            for event in events:
                if isinstance(event, Progress):
                    left = tr("{seconds:.0f} s left", seconds=event.left) if event.left >= 0 else ""
                    stage = (labels or {}).get(event.stage, event.stage)
                    bar.update(tr(stage), event.done, event.total, left)
                else:
                    yield event
    finally:
        if isinstance(events, Generator):  # stop the engine at once, also on Ctrl-C
            events.close()


def watch(
    events: Iterator[Event],
    preview: Path | None = None,
    labels: Mapping[str, str] | None = None,
) -> Artifact:
    """Show progress until the artifact is done; write every preview to a PNG file."""
    for event in show_progress(events, labels):
        if isinstance(event, Preview) and preview is not None:
            from miaobi.media.image import encode

            atomic_write(preview, encode(event.pixels, "png"))
        elif isinstance(event, Done):
            return event.artifact
    raise AssertionError("the last event of the pipeline is Done")
