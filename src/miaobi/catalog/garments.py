"""Garments: from the drawings of clothes to what a figure wears, and things verbs put into its hands."""

GARMENTS: dict[str, str] = {
    "top-hat": "top-hat", "womans-hat": "straw-hat", "billed-cap": "cap", "graduation-cap": "mortarboard", "rescue-workers-helmet": "hard-hat", "military-helmet": "helmet",
    "crown": "crown", "gi:tiara": "tiara", "gi:pointy-hat": "wizard-hat", "gi:santa-hat": "santa-hat", "gi:party-hat": "wizard-hat", "gi:chef-toque": "chef-hat", "gi:western-hat": "cowboy-hat",
    "gi:pirate-hat": "pirate-hat", "gi:sombrero": "straw-hat", "scarf": "scarf", "glasses": "glasses", "sunglasses": "sunglasses", "goggles": "glasses", "diving-mask": "glasses",
    "gi:eyepatch": "eyepatch", "necktie": "tie", "gi:bow-tie": "tie", "ribbon": "bow", "t-shirt": "t-shirt", "running-shirt": "vest", "coat": "coat", "lab-coat": "lab-coat", "safety-vest": "vest",
    "dress": "dress", "womans-clothes": "shirt", "kimono": "hanfu", "sari": "robe", "jeans": "trousers", "shorts": "shorts", "briefs": "shorts", "one-piece-swimsuit": "swimsuit", "bikini": "swimsuit",
    "martial-arts-uniform": "robe", "gloves": "gloves", "boxing-glove": "gloves", "running-shoe": "boots", "mans-shoe": "boots", "high-heeled-shoe": "boots", "flat-shoe": "boots", "womans-boot": "boots",
    "hiking-boot": "boots", "gi:rubber-boot": "boots", "womans-sandal": "boots", "thong-sandal": "boots", "ballet-shoes": "boots", "ice-skate": "boots", "backpack": "backpack", "gi:cape": "cape",
    "gi:breastplate": "armor", "gi:carnival-mask": "mask", "gi:mustache": "mustache", "gi:beard": "long-beard", "gi:skirt": "skirt", "person-in-tuxedo": "suit",
}  # fmt: skip

WORN_KINDS = frozenset("beret hood headscarf witch-hat knight-helmet space-helmet police-cap nurse-cap scholar-hat conical-hat beanie apron overalls uniform suit spacesuit robe sweater skirt mask belt".split())

# what somebody holds while doing this, where the prompt names nothing else
TOOLS: dict[str, str] = {
    "read": "open-book", "write": "pencil", "draw": "crayon", "paint": "paintbrush", "eat": "red-apple", "drink": "teacup-without-handle", "cook": "cooking", "fish": "fishing-pole", "sing": "microphone",
    "sweep": "broom", "clean": "broom", "dig": "shovel", "cast-spell": "magic-wand", "play-instrument": "guitar", "take-photo": "camera", "photograph": "camera", "study": "open-book", "phone": "mobile-phone",
    "call": "mobile-phone", "water": "potted-plant", "fight": "crossed-swords", "row": "canoe",
}  # fmt: skip
# what somebody sits on or in while doing this
MOUNTS: dict[str, str] = {"ride": "horse", "drive": "automobile", "bike": "bicycle", "cycle": "bicycle", "ski": "skis", "skate": "ice-skate", "swing": ""}
MATERIALS: dict[str, str] = {
    "wood": "#a8754a", "gold": "#f0bf4a", "silver": "#c4ccd8", "bronze": "#b8844a", "iron": "#7c828e", "crystal": "#a8e0f0", "glass": "#c0e4ee", "stone": "#9a9aa0", "brick": "#b85a44", "ice": "#b4e0f4", "snow": "#f0f6fc",
    "clay": "#b8744c", "jade": "#58b088", "candy": "#f49ac0", "fire": "#f0703a", "water": "#58a8e0", "straw": "#e4c878", "chocolate": "#6a4030",
}  # fmt: skip
HOURS = {"dawn": "dawn", "morning": "day", "day": "day", "golden-hour": "dusk", "dusk": "dusk", "night": "night"}
WEATHERS = {"sunny": "clear", "cloudy": "cloudy", "rain": "rain", "storm": "storm", "snow": "snow", "fog": "fog", "wind": "wind", "rainbow": "rainbow", "hot": "clear", "cold": "clear", "sandstorm": "wind", "tornado": "storm", "aurora": "clear"}
SEASONS = {"spring": "spring", "summer": "summer", "autumn": "autumn", "winter": "winter", "christmas": "winter", "new-year": "winter", "lantern-festival": "winter", "mid-autumn": "autumn", "dragon-boat": "summer", "halloween": "autumn"}
DARK_PLACES = {"moon", "night-sky", "space"}


def worn_kind(value: str) -> str | None:
    """Return the garment of a value of the table of modifiers that names one itself, else None."""
    return value if value in WORN_KINDS or value.startswith(("hair:", "tone:")) else None
