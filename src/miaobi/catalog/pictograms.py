"""Pictograms in one color, for things that no color drawing shows: pictograms.json.gz.

They are by Lorc, Delapouite and contributors of game-icons.net, under CC BY 3.0; every picture that
uses one carries CREDIT.
"""

import functools
import gzip
import json
from importlib.resources import files

PREFIX = "gi:"
SIDE = 512
CREDIT = "Pictograms by Lorc, Delapouite and contributors of game-icons.net, CC BY 3.0"


@functools.cache
def pictograms() -> dict[str, str]:
    """Return the SVG bodies of all pictograms by name."""
    data = (files("miaobi.catalog") / "pictograms.json.gz").read_bytes()
    bodies: dict[str, str] = json.loads(gzip.decompress(data))
    return bodies
