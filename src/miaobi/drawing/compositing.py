"""Compositing of premultiplied RGBA pixels: over, multiply, add, blur. All pictures are uint8."""

import numpy as np

from miaobi.core.arrays import FloatArray, Pixels
from miaobi.drawing.color import Color


def paste(target: Pixels, source: Pixels, left: int, top: int) -> None:
    """Draw source (H, W, 4) over target (H, W, 3 or 4) in place; parts outside are cut off."""
    y0, x0 = max(top, 0), max(left, 0)
    y1 = min(top + source.shape[0], target.shape[0])
    x1 = min(left + source.shape[1], target.shape[1])
    if y1 <= y0 or x1 <= x0:
        return
    part = source[y0 - top : y1 - top, x0 - left : x1 - left]
    below = target[y0:y1, x0:x1]
    rest = 255 - part[..., 3:].astype(np.uint16)
    channels = target.shape[2]
    mixed = part[..., :channels] + ((below * rest + 127) // 255).astype(np.uint8)
    target[y0:y1, x0:x1] = mixed


def multiply(pixels: Pixels, factors: FloatArray) -> Pixels:
    """Return pixels whose colors are multiplied by factors that broadcast to (H, W, 3)."""
    result = pixels.copy()
    result[..., :3] = np.clip(pixels[..., :3] * factors, 0, 255)
    return result


def add_light(pixels: Pixels, light: FloatArray) -> Pixels:
    """Return pixels with light added in proportion to their alpha; light: (H, W, 3) in [0, 255]."""
    result = pixels.copy()
    alpha = pixels[..., 3:].astype(np.float32)
    colors = pixels[..., :3] + light * (alpha / 255)
    result[..., :3] = np.minimum(colors, alpha)
    return result


def blur_mask(mask: Pixels, sigma: float) -> Pixels:
    """Return a mask (H, W) uint8 blurred by a Gaussian of this standard deviation in pixels."""
    from PIL import Image, ImageFilter

    if sigma < 0.3:
        return mask
    blurred = Image.fromarray(mask, "L").filter(ImageFilter.GaussianBlur(sigma))
    return np.asarray(blurred)


def shift_mask(mask: Pixels, dx: int, dy: int) -> Pixels:
    """Return a mask moved by whole pixels, with zeros where it came from."""
    moved = np.zeros_like(mask)
    height, width = mask.shape
    moved[max(dy, 0) : height + min(dy, 0), max(dx, 0) : width + min(dx, 0)] = mask[
        max(-dy, 0) : height - max(dy, 0), max(-dx, 0) : width - max(dx, 0)
    ]
    return moved


def recolor(pixels: Pixels, color: Color) -> Pixels:
    """Return a drawing (H, W, 4) whose colors take this hue and keep their light and shade."""
    alpha = pixels[..., 3:].astype(np.float32)
    straight = pixels[..., :3] / np.maximum(alpha, 1) * 255
    light = straight @ np.array([0.299, 0.587, 0.114], np.float32)
    mean = float((light * alpha[..., 0]).sum() / max(alpha.sum(), 1))
    factor = (light / max(mean, 1))[..., None]
    tinted = np.array(color, np.float32) * (0.35 + 0.65 * factor)
    bright = np.clip((light - 215) / 40, 0, 1)[..., None]  # white stays white: eyes, shine
    tinted = tinted * (1 - bright * 0.8) + straight * bright * 0.8
    result = pixels.copy()
    result[..., :3] = np.minimum(np.clip(tinted, 0, 255) * alpha / 255, alpha)
    return result
