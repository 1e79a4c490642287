"""Conditions of a place: hour, weather and season, and the colors of sky, air and light."""

from dataclasses import dataclass, replace

from miaobi.drawing.color import Color, luminance, mix

HOURS = ("day", "dawn", "dusk", "night")
WEATHERS = ("clear", "cloudy", "rain", "storm", "snow", "fog", "wind", "rainbow")
SEASONS = ("spring", "summer", "autumn", "winter")


@dataclass(frozen=True)
class Conditions:
    """Time of day, season and weather of a place."""

    hour: str = "day"
    weather: str = "clear"
    season: str = "summer"
    seed: int = 0


@dataclass(frozen=True)
class Palette:
    """Colors of light and air."""

    sky_top: Color
    sky_middle: Color
    sky_bottom: Color
    haze: Color  # what far things fade to
    ambient: Color  # multiplies the figures; white changes nothing
    key: Color  # of the strongest light
    shadow: Color
    lit: bool  # windows and lamps are on
    stars: bool
    foliage: Color
    grass: Color


CLEAR = {
    "day": Palette(
        (86.0, 168.0, 238.0),
        (150.0, 206.0, 248.0),
        (222.0, 240.0, 250.0),
        (190.0, 218.0, 240.0),
        (255.0, 252.0, 246.0),
        (255.0, 246.0, 214.0),
        (40.0, 60.0, 90.0),
        False,
        False,
        (86.0, 160.0, 84.0),
        (122.0, 184.0, 92.0),
    ),
    "dawn": Palette(
        (96.0, 128.0, 206.0),
        (222.0, 176.0, 204.0),
        (255.0, 220.0, 178.0),
        (236.0, 200.0, 200.0),
        (255.0, 234.0, 226.0),
        (255.0, 216.0, 170.0),
        (66.0, 54.0, 90.0),
        False,
        False,
        (96.0, 148.0, 102.0),
        (140.0, 172.0, 104.0),
    ),
    "dusk": Palette(
        (58.0, 56.0, 126.0),
        (190.0, 112.0, 150.0),
        (255.0, 178.0, 118.0),
        (222.0, 146.0, 142.0),
        (248.0, 214.0, 206.0),
        (255.0, 196.0, 130.0),
        (44.0, 28.0, 66.0),
        True,
        False,
        (84.0, 112.0, 92.0),
        (124.0, 130.0, 86.0),
    ),
    "night": Palette(
        (14.0, 18.0, 58.0),
        (38.0, 52.0, 118.0),
        (104.0, 124.0, 186.0),
        (74.0, 98.0, 158.0),
        (172.0, 184.0, 236.0),
        (222.0, 230.0, 255.0),
        (8.0, 8.0, 30.0),
        True,
        True,
        (46.0, 84.0, 104.0),
        (58.0, 96.0, 112.0),
    ),
}
LEAVES = {
    "spring": ((124.0, 190.0, 96.0), (150.0, 206.0, 104.0)),
    "summer": ((86.0, 160.0, 84.0), (122.0, 184.0, 92.0)),
    "autumn": ((226.0, 140.0, 60.0), (196.0, 170.0, 92.0)),
    "winter": ((206.0, 220.0, 232.0), (236.0, 242.0, 248.0)),
}
GRAY = {"cloudy": 0.45, "rain": 0.7, "storm": 0.85, "snow": 0.55, "fog": 0.75}


def palette(conditions: Conditions) -> Palette:
    """Return the colors of these conditions; unknown words mean a clear summer day."""
    base = CLEAR.get(conditions.hour, CLEAR["day"])
    leaves, grass = LEAVES.get(conditions.season, LEAVES["summer"])
    tinted = 0.0 if conditions.hour == "day" else 0.3 if conditions.hour == "dawn" else 0.5
    if conditions.hour == "night":
        tinted = 0.72
    base = replace(
        base,
        foliage=mix(leaves, base.foliage, tinted),
        grass=mix(grass, base.grass, tinted),
    )
    if conditions.weather == "snow":
        snow = mix((240.0, 246.0, 252.0), base.sky_bottom, 0.25)
        base = replace(
            base, grass=mix(base.grass, snow, 0.85), foliage=mix(base.foliage, snow, 0.5)
        )
    amount = GRAY.get(conditions.weather, 0.0)
    if not amount:
        return base
    return replace(
        base,
        sky_top=_grayed(base.sky_top, amount, 0.86),
        sky_middle=_grayed(base.sky_middle, amount, 0.88),
        sky_bottom=_grayed(base.sky_bottom, amount, 0.92),
        haze=_grayed(base.haze, amount, 0.94),
        ambient=_grayed(base.ambient, amount * 0.5, 0.92 if conditions.weather != "storm" else 0.8),
        key=_grayed(base.key, amount * 0.6, 0.95),
        stars=False,
        lit=base.lit or conditions.weather in ("storm", "fog", "rain"),
    )


def air(color: Color, colors: Palette, distance: float) -> Color:
    """Return a color as it is seen through the air; distance in [0, 1]."""
    return mix(color, colors.haze, distance)


def _grayed(color: Color, amount: float, darker: float) -> Color:
    gray = luminance(color) * darker
    return mix(color, (gray * 0.96, gray, gray * 1.05), amount)
