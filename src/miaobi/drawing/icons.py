"""Icons of the asset of drawings as SVG, by the name of a drawing."""

import functools
import json
import tarfile
from pathlib import Path
from typing import Any

from miaobi.assets.store import asset_folder

ASSET = "scenes-art"
SETS = ("fluent-color", "fluent-flat", "noto", "fluent-ink")  # in order of preference


def drawing_svg(name: str) -> str:
    """Return the SVG of a drawing by its name, of the first set that has it.

    Raises MissingAsset or KeyError.
    """
    for file in SETS:
        icons = _icons(asset_folder(ASSET) / f"{file}.tgz")
        found = name
        while found not in icons["icons"] and found in icons["aliases"]:
            found = icons["aliases"][found]["parent"]
        if found in icons["icons"]:
            body = icons["icons"][found]["body"]
            return as_svg(body, icons.get("width", 16), icons.get("height", 16))
    raise KeyError(name)


def as_svg(body: str, width: int, height: int, color: str = "#000") -> str:
    """Return the SVG of an icon's body; color stands for its current color."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'viewBox="0 0 {width} {height}">{body.replace("currentColor", color)}</svg>'
    )


@functools.lru_cache(maxsize=len(SETS))
def _icons(archive: Path) -> dict[str, Any]:
    with tarfile.open(archive) as tarball:
        member = tarball.extractfile("package/icons.json")
        assert member is not None
        icons: dict[str, Any] = json.load(member)
    return icons
