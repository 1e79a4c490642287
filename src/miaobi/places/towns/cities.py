"""Towns of other times and seasons, and squares, on the generator of streets."""

from miaobi.drawing.color import Color, shade, tint
from miaobi.drawing.path import star
from miaobi.places import greenery
from miaobi.places.towns import buildings, chinese, pavements, street_pieces, streets
from miaobi.places.towns.buildings import GOLD, RED, WOOD
from miaobi.places.towns.site import WARM, Site, spread
from miaobi.places.towns.streets import Street, street

PLANKS: tuple[Color, ...] = (
    (176.0, 128.0, 88.0),
    (154.0, 106.0, 78.0),
    (190.0, 152.0, 110.0),
    (140.0, 112.0, 96.0),
)
SAND: Color = (214.0, 170.0, 120.0)


def _snow_things(site: Site) -> None:
    for x in (-190.0, 262, 1018, 1480):
        greenery.fir(site.canvas, x, 628, 250, site.color((58.0, 112.0, 88.0)), site.rng, 0.9)
    x, y, hues = 640.0, 604.0, ((255.0, 90.0, 90.0), (255.0, 210.0, 100.0), (120.0, 200.0, 255.0))
    greenery.fir(site.canvas, x, y, 330, site.color((50.0, 116.0, 84.0)), site.rng, 0.7)
    for k in range(26):
        t = site.rng.uniform(0.2, 0.95)
        bx, by = x + site.rng.uniform(-0.9, 0.9) * 66 * t, y - 330 + 320 * t
        if site.lit:
            site.shine(bx, by, 20, hues[k % 3], 0.6)
        site.disc(bx, by, 5, hues[k % 3])
    site.shine(x, y - 330, 60, WARM, 0.7)
    site.fill(star(x, y - 332, 20), GOLD, 0.1)
    for px, s in ((190, 1.0),):  # a snowman
        for dy, r in ((26, 34), (76, 25), (114, 18)):
            site.disc(px, 640 - dy * s, r * s, buildings.SNOW)
        site.poly((240.0, 140.0, 60.0), (px, 526), (px + 26, 531), (px, 535))
        for dx in (-6, 8):
            site.disc(px + dx, 520, 2.6, (40.0, 40.0, 50.0))
        site.box(px - 20, 506, px + 20, 511, (60.0, 60.0, 74.0))
        site.box(px - 13, 480, px + 13, 507, (60.0, 60.0, 74.0))
        site.box(px - 22, 542, px + 22, 550, RED, 4)


snow_village = street(
    Street(
        streets.timber_house,
        streets.cobbled((176.0, 158.0, 142.0)),
        extras=(streets.strings(False, 330), _snow_things, streets.lamps(380, 900)),
        conditions={"season": "winter", "weather": "snow"},
    )
)


def _gate(site: Site) -> None:
    site = site.at(0.24)
    for x in (360, 920):
        chinese.pagoda(site, x, 604, 120, 300, 3, streets.SLATE)
    site.box(330, 520, 950, 604, (128.0, 122.0, 124.0))
    for k in range(31):
        site.box(330 + k * 20, 508, 342 + k * 20, 522, (128.0, 122.0, 124.0))
    site.fill(buildings.arch(640, 606, 110, 80), (70.0, 56.0, 60.0))
    chinese.hall(site, 640, 522, 470, 220, streets.SLATE)


def _banners(site: Site) -> None:
    for k, x in enumerate((236, 1010)):
        street_pieces.banner(site, x, 634, 62, 300, (RED, (60.0, 120.0, 110.0))[k])
    for x in (330, 950):
        street_pieces.stall(site, x, 622, 150, streets.CANVASES[site.rng.randrange(5)])


ancient_china = street(
    Street(
        streets.chinese_house,
        streets.paved((186.0, 174.0, 160.0)),
        middle=None,
        near=(330.0, 390.0),
        extras=(_gate, streets.strings(True, 210), _banners),
    )
)


def _mesas(site: Site) -> None:
    for x in spread(site.rng, 300, 0.3):
        w, h = site.rng.uniform(90, 160), site.rng.uniform(120, 230)
        rock: Color = (206.0, 116.0, 76.0)
        site.poly(
            rock,
            (x - w, 600),
            (x - w * 0.6, 600 - h),
            (x + w * 0.55, 600 - h),
            (x + w, 600),
            soft=0.3,
        )
        for k in range(3):
            site.line(
                shade(rock, 0.2),
                4,
                (x - w * (0.7 + k * 0.08), 600 - h * (0.8 - k * 0.24)),
                (x + w * (0.64 + k * 0.08), 600 - h * (0.8 - k * 0.24)),
                alpha=0.5,
            )


def western_house(site: Site, x: float, y: float, w: float, h: float) -> None:
    """Draw a wooden house of the west with a false front and a porch."""
    wall = site.rng.choice(PLANKS)
    site.shadow(x, y + 2, w * 0.6, h * 0.05)
    site.box(x - w / 2, y - h * 0.92, x + w / 2, y, wall, soft=0.24)
    site.box(x - w * 0.3, y - h, x + w * 0.3, y - h * 0.9, wall)
    for k in range(1, 16):
        ly = y - h * 0.92 * k / 16
        site.line(shade(wall, 0.25), 1.4, (x - w / 2, ly), (x + w / 2, ly), alpha=0.5)
    for left, right, top in ((-0.53, 0.53, 0.93), (-0.33, 0.33, 1.0)):
        site.box(x + left * w, y - h * top - 5, x + right * w, y - h * top + 5, shade(wall, 0.3))
    site.box(x - w * 0.32, y - h * 0.86, x + w * 0.32, y - h * 0.7, (232.0, 208.0, 160.0), 3)
    for k in range(site.rng.randint(5, 7)):  # letters nobody reads
        lx = x - w * 0.24 + k * w * 0.08
        site.box(lx - w * 0.022, y - h * 0.82, lx + w * 0.022, y - h * 0.74, (120.0, 60.0, 46.0), 2)
    for dx in (-0.3, 0.3):
        buildings.window(site, x + dx * w, y - h * 0.48, w * 0.16, h * 0.15)
        buildings.window(site, x + dx * w, y - h * 0.12, w * 0.18, h * 0.18)
    for sign in (-1, 1):  # swinging doors
        site.box(
            x + (0 if sign > 0 else -0.11 * w),
            y - h * 0.27,
            x + (0.11 * w if sign > 0 else 0),
            y - h * 0.05,
            shade(wall, 0.42),
            4,
        )
    site.poly(
        shade(wall, 0.2),
        (x - w * 0.5, y - h * 0.42),
        (x + w * 0.5, y - h * 0.42),
        (x + w * 0.6, y - h * 0.34),
        (x - w * 0.6, y - h * 0.34),
    )
    for dx in (-0.56, -0.2, 0.2, 0.56):
        site.tube(x + dx * w - w * 0.014, y - h * 0.34, x + dx * w + w * 0.014, y, WOOD)
    site.box(x - w * 0.6, y - h * 0.03, x + w * 0.6, y + 3, shade(wall, 0.15))


def cactus(site: Site, x: float, y: float, h: float) -> None:
    """Draw a cactus with two arms."""
    green: Color = (96.0, 146.0, 92.0)
    w = h * 0.17
    site.box(x - w / 2, y - h, x + w / 2, y + 2, green, w / 2, 0.3)
    for sign, low, top in ((-1, 0.42, 0.74), (1, 0.34, 0.62)):
        a = x + sign * w * 1.5
        site.box(min(x, a), y - h * low - w * 0.6, max(x, a), y - h * low, green, w * 0.2)
        site.box(a - w * 0.34, y - h * top, a + w * 0.34, y - h * low, green, w * 0.34, 0.3)


def _western_things(site: Site) -> None:
    for x in (286, 1000):
        cactus(site, x, 632, 130)
    for x, y in ((-10, 650), (1250, 654)):
        for dx, dy in ((0, 0), (56, 0), (28, -50)):
            site.tube(x + dx - 24, y - 50 + dy, x + dx + 24, y + dy, (156.0, 104.0, 66.0))
            for band in (12, 36):
                site.box(
                    x + dx - 25,
                    y - 50 + dy + band,
                    x + dx + 25,
                    y - 46 + dy + band,
                    (80.0, 76.0, 80.0),
                )
    x, y = 640, 600  # the water tower
    far = site.at(0.2)
    for dx in (-46, -16, 16, 46):
        far.line(WOOD, 7, (x + dx, y), (x + dx * 0.8, y - 130))
    far.line(WOOD, 4, (x - 46, y), (x + 40, y - 120))
    far.line(WOOD, 4, (x + 46, y), (x - 40, y - 120))
    far.tube(x - 56, y - 222, x + 56, y - 124, (168.0, 120.0, 84.0))
    far.poly((130.0, 90.0, 70.0), (x - 66, y - 220), (x, y - 270), (x + 66, y - 220))


wild_west = street(
    Street(
        western_house,
        lambda site: pavements.dirt(site, 594, SAND),
        _mesas,
        (190.0, 210.0),
        (290.0, 380.0),
        (_western_things,),
    )
)
market = street(
    Street(
        streets.plain_house,
        streets.cobbled((190.0, 172.0, 152.0)),
        middle=(180.0, 270.0),
        near=None,
        extras=(
            streets.strings(False, 250),
            streets.stalls(612, 236, False, -310, -60, 190, 440, 690, 940, 1190, 1440),
        ),
    )
)


def _square_things(site: Site) -> None:
    far = site.at(0.2)
    stone: Color = (226.0, 208.0, 184.0)
    far.box(470, 400, 810, 600, stone)
    buildings.windows(far, (480, 420, 800, 500), 8, 1)
    chinese.columns(far, 484, 600, 796, 96, tint(stone, 0.3), 9)
    buildings.roof(far, 640, 402, 370, 56, (130.0, 92.0, 96.0), 0.12)
    far.box(600, 230, 680, 400, stone)
    far.poly((130.0, 92.0, 96.0), (590, 232), (640, 140), (690, 232))
    far.disc(640, 280, 27, (250.0, 246.0, 232.0))
    far.line((60.0, 50.0, 60.0), 3, (640, 262), (640, 280), (653, 286))
    street_pieces.fountain(site, 640, 622, 270)
    for x in (250, 1030):
        street_pieces.planter(site, x, 622, 200)
    for x in (340, 940):
        street_pieces.bench(site, x, 622, 110)


town_square = street(
    Street(
        streets.plain_house,
        streets.paved((206.0, 190.0, 172.0)),
        extras=(_square_things, streets.lamps(190, 1090)),
        near=None,
        middle=(200.0, 250.0),
    )
)
