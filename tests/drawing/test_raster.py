"""Canvas to pixels: colors, edges, groups and bitmaps come out as they were drawn."""

import numpy as np
import pytest

from miaobi.drawing.canvas import Canvas, Stop, compose, linear, radial
from miaobi.drawing.path import ellipse, rectangle, star
from miaobi.drawing.raster import rasterize

RED, BLUE, WHITE = (255.0, 0.0, 0.0), (0.0, 0.0, 255.0), (255.0, 255.0, 255.0)


def test_a_rectangle_fills_its_pixels_alone() -> None:
    canvas = Canvas()
    canvas.fill(rectangle(2, 1, 6, 3), RED)
    pixels = rasterize(canvas, 8, 4)
    inside = np.zeros((4, 8), bool)
    inside[1:3, 2:6] = True
    assert (pixels[inside] == (255, 0, 0, 255)).all() and not pixels[~inside].any()


def test_scale_and_corner_choose_what_is_seen() -> None:
    canvas = Canvas()
    canvas.fill(rectangle(10, 10, 12, 12), RED)
    pixels = rasterize(canvas, 8, 8, scale=2, x=9, y=9)
    assert (pixels[2:6, 2:6, 0] == 255).all() and not pixels[:2].any() and not pixels[6:].any()


def test_a_rotated_and_scaled_frame() -> None:
    canvas = Canvas()
    with canvas.transformed(8, 8, 90, 2), canvas.transformed(1, 0):
        canvas.fill(rectangle(0, -1, 2, 1), BLUE)
    pixels = rasterize(canvas, 16, 16)
    assert tuple(pixels[12, 8]) == (0, 0, 255, 255) and not pixels[8, 12].any()


def test_alpha_of_a_shape_and_of_a_group() -> None:
    canvas = Canvas()
    canvas.fill(rectangle(0, 0, 4, 4), WHITE)
    canvas.fill(rectangle(0, 0, 2, 4), (0.0, 0.0, 0.0), alpha=0.5)
    with canvas.grouped(alpha=0.5):  # one layer: overlaps are no darker
        canvas.fill(rectangle(2, 0, 4, 4), (0.0, 0.0, 0.0))
        canvas.fill(rectangle(3, 0, 4, 4), (0.0, 0.0, 0.0))
    pixels = rasterize(canvas, 4, 4)
    assert abs(int(pixels[1, 0, 0]) - 127) <= 2 and abs(int(pixels[1, 2, 0]) - 127) <= 2
    assert abs(int(pixels[1, 3, 0]) - 127) <= 2


def test_a_clip_cuts() -> None:
    canvas = Canvas()
    with canvas.grouped(clip=rectangle(0, 0, 2, 4)):
        canvas.fill(rectangle(0, 0, 4, 4), RED)
    pixels = rasterize(canvas, 4, 4)
    assert (pixels[:, :2, 3] == 255).all() and not pixels[:, 2:].any()


def test_gradients_begin_and_end_with_their_colors() -> None:
    canvas = Canvas()
    canvas.fill(rectangle(0, 0, 100, 10), linear((0, 0), (100, 0), RED, BLUE))
    row = rasterize(canvas, 100, 10)[5].astype(int)
    assert row[1, 0] > 245 and row[98, 2] > 245 and abs(row[50, 0] - row[50, 2]) < 12
    canvas = Canvas()
    canvas.fill(rectangle(0, 0, 40, 40), radial((20, 20), 20, Stop(0, RED), Stop(1, RED, 0.0)))
    alpha = rasterize(canvas, 40, 40)[20, :, 3].astype(int)
    assert alpha[20] > 240 and alpha[0] < 16 and alpha[5] < alpha[15]


def test_a_blur_spreads_and_keeps_the_sum() -> None:
    sharp, soft = Canvas(), Canvas()
    sharp.fill(ellipse(32, 32, 10), WHITE)
    soft.fill(ellipse(32, 32, 10), WHITE, blur=4)
    a, b = rasterize(sharp, 64, 64)[..., 3], rasterize(soft, 64, 64)[..., 3]
    assert b[32, 46] > 20 > a[32, 46] and b[32, 32] < 255
    assert b.sum() == pytest.approx(a.sum(), rel=0.06)


def test_a_bitmap_keeps_its_sides() -> None:
    pixels = np.zeros((2, 4, 4), np.uint8)
    pixels[0, :2] = (255, 0, 0, 255)  # upper left
    canvas = Canvas()
    canvas.bitmap(pixels, 4, 4, 8, 4)
    drawn = rasterize(canvas, 16, 16)
    assert drawn[4, 5, 0] > 200 and not drawn[7, 5].any() and not drawn[4, 11].any()


@pytest.mark.parametrize(("blend", "expected"), [("add", 200), ("multiply", 39), ("screen", 161)])
def test_blends(blend: str, expected: int) -> None:
    gray = (100.0, 100.0, 100.0)
    canvas = Canvas()
    canvas.fill(rectangle(0, 0, 4, 4), gray)
    with canvas.grouped(blend=blend):
        canvas.fill(rectangle(0, 0, 4, 4), gray)
    assert abs(int(rasterize(canvas, 4, 4)[2, 2, 0]) - expected) <= 2


def test_matrices_compose_from_inside_out() -> None:
    move, double = (1.0, 0.0, 0.0, 1.0, 5.0, 0.0), (2.0, 0.0, 0.0, 2.0, 0.0, 0.0)
    assert compose(move, double) == (2.0, 0.0, 0.0, 2.0, 5.0, 0.0)
    assert compose(double, move) == (2.0, 0.0, 0.0, 2.0, 10.0, 0.0)


def test_a_star_points_up() -> None:
    assert min(star(0, 0, 10).points, key=lambda point: point[1]) == pytest.approx((0, -10))
