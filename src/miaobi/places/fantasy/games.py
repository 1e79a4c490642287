"""Levels of games and worlds of computers."""

import math
from dataclasses import replace

from miaobi.drawing.canvas import Stop, linear
from miaobi.drawing.color import Color, mix, shade, tint
from miaobi.drawing.path import Path, ellipse, polygon, rectangle, star
from miaobi.places.conditions import Conditions, palette
from miaobi.places.fantasy import tale_pieces as fantasy_pieces
from miaobi.places.fantasy.lands_of_tales import GLOWS, _colored
from miaobi.places.place import BOTTOM, LEFT, RIGHT, TOP, Light, Place
from miaobi.places.towns.buildings import GOLD, RED
from miaobi.places.towns.site import Part, Plan, Site, bright_tone, build, spread

CYAN, VIOLET = GLOWS[0], GLOWS[2]


CELL = 40.0


def game_level(when: Conditions) -> Place:
    """Paint a level of a game: square clouds and hills, bricks, coins, pipes and a flag."""
    colors = palette(when)

    parts = (
        Part(4, 0.3, _game_level_far),
        Part(2, 0.04, _game_level_middle),
        Part(1.1, 0, _game_level_near),
    )
    return build(Plan(parts, 606, 676, tone=bright_tone(when)), when, colors)


def _cells(site: Site, x: float, y: float, rows: tuple[str, ...], color: Color) -> None:
    for j, line in enumerate(rows):
        for k, mark in enumerate(line):
            if mark != ".":
                c = color if mark == "#" else tint(color, 0.4)
                site.box(
                    x + k * CELL / 2,
                    y + j * CELL / 2,
                    x + k * CELL / 2 + CELL / 2 + 0.5,
                    y + j * CELL / 2 + CELL / 2 + 0.5,
                    c,
                    soft=0.03,
                )


def _game_level_far(site: Site) -> None:
    puff = ("...oooo....", ".oo####oo..", "o##########", "###########")
    for x in spread(site.rng, 330, 0.25):
        _cells(site, x, site.rng.choice((90, 150, 220)), puff, (246.0, 250.0, 255.0))
    for x in spread(site.rng, 260, 0.2):
        for k in range(7):
            site.box(
                x - (7 - k) * 20,
                600 - (k + 1) * CELL * 0.9,
                x + (7 - k) * 20,
                600 - k * CELL * 0.9,
                mix((96.0, 190.0, 110.0), (60.0, 150.0, 110.0), k / 7),
                soft=0.05,
            )


def _game_level_middle(site: Site) -> None:
    for x, y, kinds in (
        (440, 300, "b?b?b"),
        (680, 240, "?b?"),
        (120, 340, "bbb"),
        (1000, 330, "b?b"),
        (-200, 300, "b?b"),
        (1340, 300, "?b?"),
    ):
        for k, kind in enumerate(kinds):
            _game_block(site, x + k * 46, y, 46, kind)
    for x, y in ((486, 250), (578, 250), (726, 190), (190, 292), (1046, 282)):
        coin(site, x, y, 17)


def _game_level_near(site: Site) -> None:
    for x in (90.0, 1200, -190, 1480):
        site.tube(x - 42, 500, x + 42, 606, (70.0, 180.0, 90.0))
        site.tube(x - 54, 464, x + 54, 504, (80.0, 196.0, 100.0))
    site.tube(1036, 250, 1044, 606, (236.0, 240.0, 246.0))
    site.poly(RED, (1040, 262), (1040, 322), (972, 292))
    site.disc(1040, 246, 12, GOLD)
    for column in range(int((RIGHT - LEFT) / 48) + 1):
        x = LEFT + column * 48
        site.box(
            x,
            606,
            x + 48,
            630,
            (106.0, 200.0, 90.0) if column % 2 else (96.0, 186.0, 84.0),
            soft=0.06,
        )
        for row in range(4):
            c = (198.0, 132.0, 84.0) if (row + column) % 2 else (184.0, 118.0, 74.0)
            site.box(x, 630 + row * 48, x + 47, 677 + row * 48, c, 3, 0.1)


def _game_block(site: Site, x: float, y: float, s: float, kind: str) -> None:
    c: Color = (250.0, 190.0, 60.0) if kind == "?" else (204.0, 110.0, 72.0)
    site.box(x, y, x + s - 2, y + s - 2, c, 4, 0.2)
    if kind == "?":
        site.fill(star(x + s / 2 - 1, y + s / 2, s * 0.3), (255.0, 250.0, 226.0), 0.1)
        for dx, dy in ((0.12, 0.12), (0.82, 0.12), (0.12, 0.82), (0.82, 0.82)):
            site.disc(x + dx * s, y + dy * s, 2.6, (150.0, 96.0, 40.0))
    else:
        for k in (0.33, 0.66):
            site.line(shade(c, 0.3), 2, (x, y + k * s), (x + s - 2, y + k * s))
        site.line(shade(c, 0.3), 2, (x + s * 0.5, y), (x + s * 0.5, y + s * 0.33))
        site.line(shade(c, 0.3), 2, (x + s * 0.25, y + s * 0.33), (x + s * 0.25, y + s * 0.66))
        site.line(shade(c, 0.3), 2, (x + s * 0.7, y + s * 0.66), (x + s * 0.7, y + s))


def coin(site: Site, x: float, y: float, r: float) -> None:
    """Draw a coin of gold."""
    site.shine(x, y, r * 2, (255.0, 226.0, 120.0), 0.4)
    site.disc(x, y, r * 0.8, (250.0, 200.0, 60.0), r)
    site.box(x - r * 0.16, y - r * 0.5, x + r * 0.16, y + r * 0.5, (255.0, 240.0, 170.0), 3)


def cyberspace(when: Conditions) -> Place:
    """Paint a world of data: a shining grid, falling code, cubes and lines between points."""
    top, low = (6.0, 10.0, 40.0), (20.0, 80.0, 130.0)
    colors = replace(
        _colored(when, top, low, (26.0, 90.0, 140.0), (206.0, 226.0, 255.0)),
        key=(120.0, 240.0, 255.0),
        lit=True,
    )

    lights = (Light(200, 480, 560, CYAN, 0.3), Light(1080, 480, 560, VIOLET, 0.36))
    parts = (Part(2.4, 0, _cyberspace_middle), Part(1, 0, _cyberspace_ground))
    return build(
        Plan(parts, 590, 668, lights=lights, sky=_cyberspace_back, weather=False), when, colors
    )


def _cyberspace_back(site: Site) -> None:
    fantasy_pieces.sky(site, site.colors.sky_top, (16.0, 36.0, 90.0), site.colors.sky_bottom)
    for x in spread(site.rng, 44, 0.3):
        y, hue = site.rng.uniform(TOP, 200), site.rng.choice((CYAN, GLOWS[3], VIOLET))
        for k in range(site.rng.randint(6, 15)):
            on = site.rng.random() < 0.5
            digit = rectangle(x, y + k * 24, x + (3 if on else 9), y + k * 24 + 13)
            if on:
                site.canvas.fill(digit, hue, 0.12 + 0.04 * k)
            else:
                site.canvas.stroke(digit, hue, 2, 0.12 + 0.04 * k)


def _cyberspace_middle(site: Site) -> None:
    points = [(x, site.rng.uniform(120, 480)) for x in spread(site.rng, 130, 0.3)]
    for a, b in zip(points, [*points[1:], points[0]], strict=True):
        if abs(a[0] - b[0]) < 400:
            site.canvas.stroke(Path().move(*a).line(b), CYAN, 1.6, 0.45)
        site.shine(a[0], a[1], 30, CYAN, 0.6)
        site.canvas.fill(ellipse(a[0], a[1], 5), tint(CYAN, 0.7))
    for x, y, r in (
        (640, 300, 90),
        (210, 380, 56),
        (1080, 360, 60),
        (-160, 340, 60),
        (1440, 350, 60),
    ):
        _cube(site, x, y, r, VIOLET if x != 640 else CYAN)


def _cyberspace_ground(site: Site) -> None:
    site.canvas.fill(
        rectangle(LEFT, 590, RIGHT, BOTTOM),
        linear((0, 590), (0, BOTTOM), (30.0, 110.0, 160.0), (8.0, 14.0, 50.0)),
    )
    lines = Path()
    for k in range(-26, 27):
        lines.move(640 + k * 34, 590).line((640 + k * 130, BOTTOM))
    y, step = 590.0, 7.0
    while y < BOTTOM:
        lines.move(LEFT, y).line((RIGHT, y))
        y, step = y + step, step * 1.36
    site.canvas.stroke(lines, CYAN, 4, 0.16)
    site.canvas.stroke(lines, tint(CYAN, 0.3), 1.4, 0.7)
    haze = rectangle(LEFT, 540, RIGHT, 640)
    site.canvas.fill(
        haze,
        linear((0, 540), (0, 640), Stop(0, CYAN, 0), Stop(0.5, CYAN, 0.5), Stop(1, CYAN, 0)),
    )


def _cube(site: Site, x: float, y: float, r: float, color: Color) -> None:
    site.shine(x, y, r * 2.4, color, 0.5)
    ring = [
        (x + r * math.cos(math.pi * (k / 3 + 1 / 6)), y + r * math.sin(math.pi * (k / 3 + 1 / 6)))
        for k in range(6)
    ]
    faces = (
        (ring[5], ring[0], ring[1], (x, y)),
        (ring[1], ring[2], ring[3], (x, y)),
        (ring[3], ring[4], ring[5], (x, y)),
    )
    for alpha, face in zip((0.3, 0.5, 0.7), faces, strict=True):
        site.canvas.fill(polygon(face), color, alpha)
        site.canvas.stroke(polygon(face), tint(color, 0.6), 2.4)
