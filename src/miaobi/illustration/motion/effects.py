"""Effects at figures: dust of feet, tears, hearts, notes, sparks of a spell, bubbles, sleep."""

import math
from collections.abc import Callable, Iterator
from random import Random

from miaobi.drawing.canvas import Canvas, glow
from miaobi.drawing.color import WHITE, Color
from miaobi.drawing.path import Path, ellipse, polygon, star
from miaobi.illustration.motion.timeline import APPROACH
from miaobi.illustration.motion.tracks import Moment, Track

DUST: Color = (226.0, 210.0, 184.0)
TEAR: Color = (120.0, 200.0, 255.0)
HEART: Color = (240.0, 80.0, 110.0)
NOTE: Color = (60.0, 50.0, 90.0)
SPARK: tuple[Color, ...] = ((255.0, 226.0, 120.0), (150.0, 220.0, 255.0), (230.0, 160.0, 255.0))
CONFETTI: tuple[Color, ...] = (
    (240.0, 90.0, 100.0),
    (255.0, 200.0, 80.0),
    (90.0, 190.0, 140.0),
    (90.0, 150.0, 240.0),
)
Effect = Callable[[Canvas, float, Moment, str, float], None]


def draw_effects(
    canvas: Canvas, track: Track, now: Moment, t: float, seconds: float, unit: float
) -> None:
    """Draw the effects of a track; the canvas is at its feet, 100 units are its height."""
    effect = EFFECTS.get(track.verb)
    if effect is None or (track.verb == "fight" and not track.item.thing.character):
        return
    since = t
    if track.verb in ("hug", "kiss", "love", "give", "feed", "welcome"):
        since = t - seconds * APPROACH - 0.5
        if since < 0:
            return
    effect(canvas, since, now, track.seed, unit)


def _stream(t: float, rate: float, life: float, seed: str) -> Iterator[tuple[float, Random]]:
    """Yield (age in [0, 1], chance) of everything that is sent out, `rate` a second."""
    first, last = math.ceil((t - life) * rate), math.floor(t * rate)
    for number in range(first, last + 1):
        age = (t - number / rate) / life
        if number >= 0 and 0 <= age < 1:
            yield age, Random(f"{seed} {number}")


def _dust(canvas: Canvas, t: float, now: Moment, seed: str, unit: float) -> None:
    if now.pose.lift > 20 or now.speed < 150:  # on foot, or a boat
        return
    for age, rng in _stream(t + 1, 7, 0.7, seed):
        x = -now.facing * (6 + age * 0.5 * now.speed / unit)
        r = 2 + 6 * age
        y = -2 - 7 * age * rng.uniform(0.4, 1)
        canvas.fill(ellipse(x, y, r, r * 0.8), DUST, 0.5 * (1 - age) ** 1.3)


def _sleep(canvas: Canvas, t: float, now: Moment, seed: str, unit: float) -> None:
    for age, _ in _stream(t + 2, 0.9, 2.4, seed):
        x = now.facing * (-34 + 10 * math.sin(4 * age)) + 12 * age
        y, size = -40 - 34 * age, 3 + 5 * age
        letter = (
            Path()
            .move(x - size, y - size)
            .line((x + size, y - size), (x - size, y + size), (x + size, y + size))
        )
        canvas.stroke(letter, WHITE, 1.8, min(1, 3 * age) * (1 - age) * 1.2)


def _tears(canvas: Canvas, t: float, now: Moment, seed: str, unit: float) -> None:
    for age, rng in _stream(t + 1, 6, 0.75, seed):
        side = rng.choice((-1, 1))
        x = side * (9 + 22 * age)
        y = -66 - 16 * age + 62 * age * age
        drop = Path().move(x, y - 3.6).cubic((x + 3, y), (x + 2, y + 2.6), (x, y + 2.6))
        drop.cubic((x - 2, y + 2.6), (x - 3, y), (x, y - 3.6)).close()
        canvas.fill(drop, TEAR, 0.9 * (1 - age * age))


def _hearts(canvas: Canvas, t: float, now: Moment, seed: str, unit: float) -> None:
    for age, rng in _stream(t, 1.6, 1.8, seed):
        x = now.facing * 12 + rng.uniform(-18, 18) + 5 * math.sin(6 * age)
        y, s = -92 - 34 * age, (2.2 + 3.2 * min(1, age * 3)) * rng.uniform(0.8, 1.2)
        heart = Path().move(x, y + s * 1.1)
        heart.cubic((x - s * 2, y - s * 0.3), (x - s, y - s * 1.6), (x, y - s * 0.5))
        heart.cubic((x + s, y - s * 1.6), (x + s * 2, y - s * 0.3), (x, y + s * 1.1)).close()
        canvas.fill(heart, HEART, min(1, 2.2 * (1 - age)))


def _notes(canvas: Canvas, t: float, now: Moment, seed: str, unit: float) -> None:
    for age, rng in _stream(t + 1, 1.5, 1.7, seed):
        x = now.facing * (20 + 22 * age) + 5 * math.sin(7 * age + rng.random() * 6)
        y, alpha = -62 - 40 * age, min(1, 2 * (1 - age))
        canvas.fill(ellipse(x, y, 3.0, 2.3), NOTE, alpha)
        stem = Path().move(x + 2.7, y).line((x + 2.7, y - 11), (x + 7.5, y - 8))
        canvas.stroke(stem, NOTE, 1.3, alpha)


def _spell(canvas: Canvas, t: float, now: Moment, seed: str, unit: float) -> None:
    q = t % 2.8
    x, y = now.facing * 30.0, -48.0
    power = min(1.0, max(0.0, (q - 0.85) / 0.25)) * min(1.0, max(0.0, (2.75 - q) / 0.4))
    if 0.2 < q < 1.05:  # light gathers
        r = 18 * (q - 0.2)
        spot = now.facing * 12.0, -50.0
        canvas.fill(ellipse(*spot, r), glow(spot, r, SPARK[1], 0.8))
    if power <= 0:
        return
    with canvas.grouped(blend="screen"):
        canvas.fill(ellipse(x, y, 34), glow((x, y), 34, SPARK[0], 0.85 * power))
    for age, rng in _stream(t, 26, 0.9, seed):
        angle = rng.uniform(-0.5, 0.42)
        way = 8 + 90 * age * rng.uniform(0.6, 1.1)
        px, py = x + now.facing * way * math.cos(angle), y + way * math.sin(angle) + 10 * age * age
        size = rng.uniform(1.6, 4.2) * (1.15 - age)
        canvas.fill(star(px, py, size * 1.5, 4, 0.34), rng.choice(SPARK), power * (1 - age * 0.7))


def _confetti(canvas: Canvas, t: float, now: Moment, seed: str, unit: float) -> None:
    for age, rng in _stream(t + 1, 9, 1.6, seed):
        x = rng.uniform(-52, 52) + 6 * math.sin(8 * age)
        y = -118 + 112 * age
        with canvas.transformed(x, y, 400 * age + 90 * rng.random()):
            piece = polygon([(-1.8, -1), (1.8, -1), (1.8, 1), (-1.8, 1)])
            canvas.fill(piece, rng.choice(CONFETTI), min(1, 3 * (1 - age)))


def _impact(canvas: Canvas, t: float, now: Moment, seed: str, unit: float) -> None:
    q = (t % 1.1 - 0.42) / 0.24
    if 0 <= q <= 1:
        spot = now.facing * 34.0, -46.0
        canvas.fill(star(*spot, 8 + 8 * q, 7, 0.5), (255.0, 220.0, 90.0), 1 - q)
        canvas.fill(star(*spot, 4 + 5 * q, 7, 0.5), WHITE, 1 - q)


def _breath(canvas: Canvas, t: float, now: Moment, seed: str, unit: float) -> None:
    for age, rng in _stream(t + 2, 2.2, 1.5, seed):
        x = now.facing * 26 + rng.uniform(-3, 3) + 4 * math.sin(8 * age)
        y, r = -58 - 60 * age, rng.uniform(1.4, 3.4)
        canvas.stroke(ellipse(x, y, r), (230.0, 246.0, 255.0), 0.9, 0.8 * (1 - age))


def _thought(canvas: Canvas, t: float, now: Moment, seed: str, unit: float) -> None:
    for number, (x, y, r) in enumerate(((24, -98, 2.2), (31, -108, 3.4), (42, -122, 8.0))):
        grown = min(1.0, max(0.0, (t - 0.4 - 0.3 * number) / 0.25))
        if grown:
            spot = now.facing * x, y + math.sin(2 * t + number)
            canvas.fill(ellipse(*spot, r * grown, r * 0.8 * grown), WHITE, 0.85)
    for number in range(3):
        if t > 1.4:
            up = max(0.0, math.sin(5 * t - number))
            dot = ellipse(now.facing * 42 + (number - 1) * 4.4, -122 - 1.6 * up, 1.2)
            canvas.fill(dot, (90.0, 90.0, 120.0), 0.9)


EFFECTS: dict[str, Effect] = {
    **dict.fromkeys(
        ("run", "chase", "flee", "rush-to", "race", "ride", "drive", "ski", "pounce"), _dust
    ),
    **dict.fromkeys(("sleep", "sleep-in", "dream"), _sleep),
    **dict.fromkeys(("hug", "kiss", "love", "give", "feed", "pet", "welcome"), _hearts),
    **dict.fromkeys(("sing", "play-instrument", "listen"), _notes),
    **dict.fromkeys(("cheer", "win"), _confetti),
    **dict.fromkeys(("think", "miss"), _thought),
    "cry": _tears,
    "cast-spell": _spell,
    "fight": _impact,
    "swim": _breath,
}
