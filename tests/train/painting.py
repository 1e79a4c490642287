"""The smallest picture models, and pictures they learn from within a few seconds."""

from pathlib import Path
from typing import Any

from miaobi.core.errors import MiaobiError
from miaobi.train.loop import Step
from miaobi.train.plan import plan
from miaobi.train.run import run, train
from tests.scenes.drawn import draw_folder

CLASSES = ("cat", "fox")
CAPTIONS = {"cat": ("a white cat", "一只猫"), "fox": ("a red fox in the snow", "一只狐狸")}
# everything that can be random or averaged is on
TINY: dict[str, Any] = {
    "data.size": 32,
    "data.rows": 4,
    "train.steps": 6,
    "train.save_every": 2,
    "train.validate_every": 3,
    "train.log_every": 1,
    "train.warmup": 1,
    "train.ema": 0.8,
}
# kind -> (family, what makes it small)
KINDS: dict[str, tuple[str, dict[str, Any]]] = {
    "grid": ("vae", {"size": "tiny", "model.latent": 4}),
    "vector": (
        "vae",
        {"size": "tiny", "model.bottleneck": "vector", "model.latent": 8, "model.labels": True},
    ),
    "gan": ("gan", {"data.size": 64, "model.latent": 8}),
    "t2i": (
        "t2i",
        {"size": "tiny", "model.vocab": 300, "model.context": 16, "model.text_layers": 1},
    ),
}


def tiny(kind: str, **changes: Any) -> dict[str, Any]:
    """The options of the smallest model of a kind: tiny("gan", **{"train.steps": 3})."""
    return TINY | KINDS[kind][1] | changes


def going_on(kind: str, **changes: Any) -> dict[str, Any]:
    """The same for a run that starts from a checkpoint, which brings its network."""
    options = tiny(kind, **changes)
    return {k: v for k, v in options.items() if not k.startswith("model.") and k != "size"}


def captioned_folder(place: Path, count: int = 24) -> Path:
    """Pictures of CLASSES, each with a caption in English or Chinese beside it."""
    draw_folder(place, count, CLASSES)
    for number, file in enumerate(sorted(place.rglob("*.png"))):
        words = CAPTIONS[file.parent.name][number % 2]
        file.with_suffix(".txt").write_text(words, encoding="utf-8")
    return place


def begin(kind: str, place: Path, folder: Path, steps: int, **changes: Any) -> None:
    """A run that is stopped after so many of its steps."""
    family, _ = KINDS[kind]
    planned = plan(family, [str(place)], output=folder, options=tiny(kind, **changes))
    seen = 0
    for event in (events := run(planned)):
        seen += isinstance(event, Step)
        if seen == steps:
            break
    events.close()  # type: ignore[attr-defined]
    if seen != steps:
        raise MiaobiError("The run ended too early.")


class Painted:
    """painted("gan") is the folder of one smallest model; all tests share it: copy to change."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.pictures = root / "pictures"
        if not self.pictures.is_dir():
            captioned_folder(self.pictures)

    def __call__(self, kind: str) -> Path:
        folder = self.root / kind
        if not (folder / "run.json").is_file():
            self.train(kind, folder)
        return folder

    def train(self, kind: str, output: Path, place: Path | str = "", **changes: Any) -> Path:
        """Train one to its end, or go on with one that was stopped."""
        if kind == "t2i":
            changes = {"model.autoencoder": str(self("grid"))} | changes
        place = str(place or self.pictures)
        return train(KINDS[kind][0], place, output=output, options=tiny(kind, **changes))

    def begin(self, kind: str, folder: Path, steps: int) -> None:
        """The same run, stopped after so many steps."""
        changes = {"model.autoencoder": str(self("grid"))} if kind == "t2i" else {}
        begin(kind, self.pictures, folder, steps, **changes)
