"""Drawings in SVG taken apart into elements that can be shown or hidden, one a contour."""

import copy
import io
import re
import xml.etree.ElementTree as ET
from collections.abc import Collection, Iterator

import numpy as np

from miaobi.core.arrays import Pixels

NAMESPACE = "{http://www.w3.org/2000/svg}"
UNPAINTED = {"defs", "clipPath", "mask", "linearGradient", "radialGradient", "filter", "pattern"}
MOST_CONTOURS = 12  # a path with more is hair or fur, which stays whole

ET.register_namespace("", "http://www.w3.org/2000/svg")
ET.register_namespace("xlink", "http://www.w3.org/1999/xlink")

Box = tuple[float, float, float, float]


def take_apart(svg: str) -> tuple[ET.Element, list[ET.Element]]:
    """Return the root of a drawing and its painted elements in painting order.

    A path of several contours becomes several elements; contours inside one another (holes) stay
    together. The order is the same on every call, so a table may refer to elements by index.
    """
    root = ET.fromstring(svg)
    return root, list(_painted(root))


def render_parts(
    root: ET.Element, elements: list[ET.Element], shown: Collection[int], side: int
) -> Pixels:
    """Render the elements with these indices alone: (side, side, 4) uint8, straight alpha."""
    for index, element in enumerate(elements):
        if index in shown:
            element.attrib.pop("display", None)
        else:
            element.set("display", "none")
    root.set("width", str(side))
    root.set("height", str(side))
    return _render(ET.tostring(root, encoding="unicode"))


def _render(svg: str) -> Pixels:
    import resvg_py
    from PIL import Image

    data = bytes(resvg_py.svg_to_bytes(svg_string=svg))
    return np.asarray(Image.open(io.BytesIO(data)).convert("RGBA"))


def _painted(parent: ET.Element) -> Iterator[ET.Element]:
    for child in list(parent):
        tag = child.tag.removeprefix(NAMESPACE)
        if tag in UNPAINTED:
            continue
        if tag in ("g", "svg"):
            yield from _painted(child)
            continue
        groups = _contours(child.get("d", "")) if tag == "path" else []
        if len(groups) < 2:
            yield child
            continue
        index = list(parent).index(child)
        parent.remove(child)
        for offset, contours in enumerate(groups):
            part = copy.deepcopy(child)
            part.set("d", contours)
            parent.insert(index + offset, part)
            yield part


def _contours(data: str) -> list[str]:
    """Split path data into groups of contours; a contour and its holes are one group."""
    if len(re.findall("[Mm]", data)) < 2:
        return []
    import svgelements

    contours = [svgelements.Path(part) for part in svgelements.Path(data).as_subpaths()]
    contours = [contour for contour in contours if len(contour) > 1 and contour.bbox()]
    if not 2 <= len(contours) <= MOST_CONTOURS:
        return []
    boxes: list[Box] = [tuple(map(float, contour.bbox())) for contour in contours]  # type: ignore[misc]
    groups = list(range(len(contours)))
    for i, inner in enumerate(boxes):
        for j, outer in enumerate(boxes):
            if i != j and _inside(inner, outer):
                old, new = groups[i], groups[j]
                groups = [new if group == old else group for group in groups]
    parts: dict[int, list[str]] = {}
    for group, contour in zip(groups, contours, strict=True):
        parts.setdefault(group, []).append(contour.d(relative=False))
    return [" ".join(part) for part in parts.values()]


def _inside(inner: Box, outer: Box, slack: float = 0.01) -> bool:
    return (
        inner[0] >= outer[0] - slack
        and inner[1] >= outer[1] - slack
        and inner[2] <= outer[2] + slack
        and inner[3] <= outer[3] + slack
    )
