"""Search for eyes, nose and mouth among the elements of a head's drawing, by their geometry.

It fills the table of heads (heads.json); a person corrects what it gets wrong.
"""

from dataclasses import dataclass

import numpy as np

from miaobi.actors.svg_parts import render_parts, take_apart
from miaobi.drawing.color import Color, luminance

PROBE = 128  # pixels of the side at which elements are measured


@dataclass(frozen=True)
class Part:
    """One painted element: its box and centroid as fractions of the side, its area and color."""

    index: int
    left: float
    top: float
    right: float
    bottom: float
    x: float
    y: float
    area: float
    color: Color

    @property
    def width(self) -> float:
        """Width of the box."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """Height of the box."""
        return self.bottom - self.top

    @property
    def middle(self) -> float:
        """Horizontal middle of the box."""
        return (self.left + self.right) / 2


@dataclass(frozen=True)
class Face:
    """Parts of a face: indices of elements, and anchors as fractions of the side of the drawing."""

    box: tuple[float, float, float, float]  # of the whole head
    eyes: tuple[tuple[float, float], tuple[float, float]]
    eye: tuple[float, float]  # width and height of an eye
    mouth: tuple[float, float, float, float]  # center and size
    nose: tuple[float, float, float, float] | None
    hidden: tuple[int, ...]  # elements of eyes and mouth, drawn anew by us
    features: tuple[int, ...]  # elements of nose and muzzle, moved when the face turns


def find_face(svg: str) -> Face | None:
    """Return the face of a head's drawing, or None where no pair of eyes is found."""
    root, elements = take_apart(svg)
    box = _box(render_parts(root, elements, range(len(elements)), PROBE)[..., 3] > 40)
    parts = []
    for index in range(len(elements)):
        part = _measure(index, render_parts(root, elements, (index,), PROBE))
        if part:
            parts.append(part)
    pair = _eyes(parts, box)
    if pair is None:
        return None
    return _Finder(parts, box, *pair).face()


def _box(mask: np.ndarray) -> tuple[float, float, float, float]:
    ys, xs = np.nonzero(mask)
    side = mask.shape[0]
    return (
        float(xs.min()) / side,
        float(ys.min()) / side,
        float(xs.max() + 1) / side,
        float(ys.max() + 1) / side,
    )


def _measure(index: int, pixels: np.ndarray) -> Part | None:
    alpha = pixels[..., 3] / 255.0
    total = float(alpha.sum())
    if total < 1 or not (alpha > 0.15).any():
        return None
    color = (pixels[..., :3] * alpha[..., None]).sum((0, 1)) / total
    places = np.arange(PROBE)
    return Part(
        index,
        *_box(alpha > 0.15),
        float((alpha.sum(0) * places).sum() / total / PROBE),
        float((alpha.sum(1) * places).sum() / total / PROBE),
        total / PROBE**2,
        (float(color[0]), float(color[1]), float(color[2])),
    )


def _eyes(parts: list[Part], box: tuple[float, float, float, float]) -> tuple[Part, Part] | None:
    """Return the pair that is most like eyes: dark, small, mirrored about the middle."""
    left, top, right, bottom = box
    width, height = right - left, bottom - top
    candidates = [
        part
        for part in parts
        if 0.004 < part.area / (width * height) < 0.05
        and part.width < 0.28 * width
        and part.height < 0.3 * height
        and luminance(part.color) < 115
    ]
    best: tuple[float, Part, Part] | None = None
    for a in candidates:
        for b in candidates:
            distance = b.x - a.x
            off = abs((a.x + b.x) / 2 - (left + right) / 2) / width
            down = ((a.y + b.y) / 2 - top) / height
            if not 0.12 * width < distance < 0.62 * width or abs(a.y - b.y) > 0.035 * height:
                continue
            if abs(a.area - b.area) > 0.35 * max(a.area, b.area) or off > 0.12:
                continue
            if not 0.2 < down < 0.78:
                continue
            score = off * 3 + abs(down - 0.5) + luminance(a.color) / 600 + luminance(b.color) / 600
            score += 0.0 if a.height > 0.8 * a.width else 0.25
            if best is None or score < best[0]:
                best = score, a, b
    return best[1:] if best else None


class _Finder:
    """Everything else on the face, given the eyes."""

    def __init__(
        self, parts: list[Part], box: tuple[float, float, float, float], left: Part, right: Part
    ) -> None:
        self.parts, self.box, self.left, self.right = parts, box, left, right
        self.width, self.height = box[2] - box[0], box[3] - box[1]
        self.middle = (left.middle + right.middle) / 2
        self.distance = right.middle - left.middle
        self.eye_y = (left.top + left.bottom + right.top + right.bottom) / 4

    def face(self) -> Face:
        """Return the face."""
        eyes = self._eye_elements()
        nose, features = self._nose(eyes)
        bottom = nose[3] if nose else self.eye_y + 0.12 * self.height
        mouth, box = self._mouth(eyes | features, bottom)
        if box is None:
            box = self.middle, bottom + 0.07 * self.height, 0.2 * self.width, 0.05 * self.height
        return Face(
            self.box,
            (
                (self.left.middle, (self.left.top + self.left.bottom) / 2),
                (self.right.middle, (self.right.top + self.right.bottom) / 2),
            ),
            (self.left.width, self.left.height),
            box,
            nose,
            tuple(sorted(eyes | mouth)),
            tuple(sorted(features)),
        )

    def _eye_elements(self) -> set[int]:
        """Return the pupils with their shine and glow, and the white of the eyes around them."""
        found = set()
        for eye in (self.left, self.right):
            for part in self.parts:
                within = (
                    part.left >= eye.left - 0.3 * eye.width - 0.008
                    and part.right <= eye.right + 0.3 * eye.width + 0.008
                    and part.top >= eye.top - 0.35 * eye.height
                    and part.bottom <= eye.bottom + 0.3 * eye.height + 0.01
                )
                holds = (
                    part.left <= eye.left + 0.01
                    and part.right >= eye.right - 0.01
                    and part.top <= eye.top + 0.02
                    and part.bottom >= eye.bottom - 0.02
                )
                white = min(part.color) > 200 and part.width < 0.3 * self.width
                small = part.width < 0.19 * self.width and part.height < 0.165 * self.height
                if within or (holds and (small or (white and part.height < 0.3 * self.height))):
                    found.add(part.index)
        return found

    def _low(self, taken: set[int]) -> list[Part]:
        """Return small parts below the eyes and near the axis."""
        return [
            part
            for part in self.parts
            if part.index not in taken
            and part.y > self.eye_y + 0.02
            and part.width < 0.75 * self.distance + 0.2 * self.width
            and part.height < 0.32 * self.height
            and part.area < 0.06 * self.width * self.height
            and abs(part.middle - self.middle) < 0.6 * self.distance
            and part.bottom < self.box[3] - 0.005
        ]

    def _nose(self, taken: set[int]) -> tuple[tuple[float, float, float, float] | None, set[int]]:
        low = self._low(taken)
        dark = [
            part
            for part in low
            if abs(part.middle - self.middle) < 0.06 * self.width
            and part.top < self.eye_y + 0.36 * self.height
            and part.width < 0.3 * self.width
            and 0.03 * self.height < part.height < 0.24 * self.height
            and luminance(part.color) < 150
        ]
        if not dark:
            return None, set()
        top = min(part.top for part in dark)
        near = [part for part in dark if part.top < top + 0.05 * self.height]
        darkest = min(near, key=lambda part: luminance(part.color))
        same = [part for part in near if part.bottom <= darkest.bottom + 0.02 * self.height]
        nose = (
            min(part.left for part in same),
            min(part.top for part in same),
            max(part.right for part in same),
            darkest.bottom,
        )
        features = {
            part.index
            for part in low
            if part.left >= nose[0] - 0.03 * self.width
            and part.right <= nose[2] + 0.03 * self.width
            and part.top >= nose[1] - 0.03 * self.height
            and part.bottom <= nose[3] + 0.025 * self.height
        }
        return nose, features

    def _mouth(
        self, taken: set[int], nose_bottom: float
    ) -> tuple[set[int], tuple[float, float, float, float] | None]:
        lips = []
        for part in self._low(taken):
            red, green, blue = part.color
            dark = luminance(part.color) < 105
            reddish = red > 150 and green < 110 and blue < 150
            near = abs(part.middle - self.middle) < 0.3 * self.distance + 0.03
            below = part.bottom > nose_bottom and part.top > nose_bottom - 0.1 * self.height
            if (dark or reddish) and near and below:
                lips.append(part)
        if not lips:
            return set(), None
        left, top = min(part.left for part in lips), min(part.top for part in lips)
        right, bottom = max(part.right for part in lips), max(part.bottom for part in lips)
        # tongue, teeth, shine and shadow lie within the mouth; without them a smudge is left
        found = {
            part.index
            for part in self.parts
            if part.index not in taken
            and part.left >= left - 0.06
            and part.right <= right + 0.06
            and part.top >= top - 0.07
            and part.bottom <= bottom + 0.06
            and part.width < 0.6 * self.width
        }
        return found, ((left + right) / 2, (top + bottom) / 2, right - left, bottom - top)
