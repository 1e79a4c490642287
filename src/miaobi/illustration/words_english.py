"""Words of English prompts: function words by their kind, and prompts cut into known phrases."""

import re

from miaobi.catalog.lexicon import Entry, english, normalize
from miaobi.illustration.chunks import Chunk

DETERMINERS = frozenset(
    [
        "a",
        "an",
        "the",
        "this",
        "that",
        "these",
        "those",
        "his",
        "her",
        "its",
        "their",
        "my",
        "your",
        "our",
        "some",
        "another",
        "each",
        "every",
        "any",
    ]
)
PLACE_WORDS = frozenset(
    [
        "in",
        "at",
        "on",
        "inside",
        "through",
        "across",
        "around",
        "over",
        "near",
        "by",
        "into",
        "onto",
        "within",
        "outside",
        "beyond",
        "along",
        "throughout",
    ]
)
RELATIONS = {
    "on": "stands-on",
    "upon": "stands-on",
    "atop": "stands-on",
    "on top of": "stands-on",
    "onto": "stands-on",
    "above": "above",
    "over": "above",
    "under": "under",
    "underneath": "under",
    "beneath": "under",
    "below": "under",
    "behind": "hides-behind",
    "in": "inside",
    "inside": "inside",
    "into": "inside",
    "beside": "near",
    "next to": "near",
    "near": "near",
    "by": "near",
    "at": "near",
    "in front of": "near",
    "between": "near",
    "around": "near",
    "with": "with",
    "toward": "near",
    "towards": "near",
    "to": "near",
    "against": "near",
    "for": "near",
    "from": "near",
    "after": "near",
    "of": "of",
}
WITHIN = frozenset(
    [
        "in",
        "at",
        "on",
        "inside",
        "through",
        "across",
        "into",
        "along",
        "throughout",
        "within",
        "outside",
    ]
)
FUNCTION = (
    DETERMINERS
    | PLACE_WORDS
    | frozenset(
        [
            "and",
            "or",
            "but",
            "is",
            "are",
            "was",
            "were",
            "be",
            "being",
            "been",
            "am",
            "has",
            "have",
            "had",
            "having",
            "do",
            "does",
            "did",
            "as",
            "it",
            "he",
            "she",
            "they",
            "them",
            "him",
            "there",
            "here",
            "to",
            "of",
            "from",
            "with",
            "for",
            "by",
            "off",
            "up",
            "down",
            "out",
            "about",
            "then",
            "while",
            "when",
            "who",
            "which",
            "what",
            "where",
            "how",
            "than",
            "very",
            "so",
            "too",
            "also",
            "just",
            "together",
            "against",
            "between",
            "among",
            "one",
            "another",
            "other",
            "both",
            "all",
            "while",
            "during",
            "before",
            "after",
            "until",
            "like",
            "i",
            "you",
            "we",
            "me",
            "us",
            "not",
            "no",
            "without",
            "only",
            "even",
            "still",
            "again",
            "while",
            "against",
            "s",
            "t",
            "its",
            "themselves",
            "itself",
            "himself",
            "herself",
            "each",
            "other",
        ]
    )
)
# words that name the picture itself, not what it shows; the ways of drawing among them stay
QUALITIES = (
    "high resolution",
    "low resolution",
    "high quality",
    "beautiful",
    "detailed",
    "realistic",
    "professional",
    "simple",
    "close-up",
    "close up",
    "aerial",
    "top",
    "front",
    "side",
    "macro",
    "studio",
    "stock",
)
MEDIA = (
    "painting",
    "picture",
    "photo",
    "photograph",
    "drawing",
    "illustration",
    "image",
    "portrait",
    "sketch",
    "render",
    "rendering",
    "poster",
    "view",
    "shot",
    "depiction",
    "diagram",
    "scene",
    "artwork",
    "close-up",
    "close up",
)
MEDIUM = re.compile(
    rf"\b(?:an?|the|this)?\s*(?:{'|'.join(QUALITIES)})?\s*(?P<medium>{'|'.join(MEDIA)})s?\s+"
    r"(?:of|showing|depicting|about)\b",
    re.IGNORECASE,
)
# "in the style of Hokusai": the name is said to be left out
STYLE_OF = re.compile(
    r"\b(?:painting |painted |drawn |done )?in the style of (?P<name>[^,.;]+)", re.IGNORECASE
)
MEDIUM_LOOKS = {"sketch": "pencil", "drawing": "pencil"}
BODY_PARTS = frozenset(
    [
        "ear",
        "ear-with-hearing-aid",
        "nose",
        "mouth",
        "tongue",
        "eye",
        "eyes",
        "leg",
        "foot",
        "brain",
        "tooth",
        "bone",
        "flexed-biceps",
        "lungs",
        "wing",
        "feather",
        "paw-prints",
        "waving-hand",
        "raised-hand",
    ]
)
AUXILIARIES = frozenset(["is", "are", "was", "were", "be", "being", "been"])
UNCOUNTED = ("sun", "cloud-with", "snowflake", "droplet", "wind-face", "fog", "umbrella-with-rain")
MOST_WITHOUT_PLURAL = 4  # a larger number before a singular is a name: "a Porsche 356"
FAMILY = ("man", "woman", "boy", "girl")
GOING = ("enter", "visit", "cross", "leave", "rush-to")
LARGEST_HELD = 0.62  # of the height of a figure
NEGATIONS = ("no", "without", "not", "never")
WEARING = ("wearing", "wears", "dressed in", "in", "with", "wore", "wear")


def chunks_of(prompt: str) -> list[Chunk]:
    """Cut a prompt into its longest known phrases, marks and unknown words."""
    lexicon = english()
    chunks = []
    for part in re.split(r"([,.;:!?()\n\"“”—–]+)", prompt):
        words = normalize(part).split()
        if not words:
            if part.strip():
                chunks.append(Chunk(part.strip()[0], function=True))
            continue
        start = 0
        while start < len(words):
            chunk, length = _longest(words, start, lexicon.entries, lexicon.longest)
            chunks.append(chunk)
            start += length
    return chunks


def _longest(
    words: list[str], start: int, entries: dict[str, tuple[Entry, ...]], longest: int
) -> tuple[Chunk, int]:
    for length in range(min(longest, len(words) - start), 0, -1):
        phrase = " ".join(words[start : start + length])
        if phrase in RELATIONS or (length == 1 and phrase in FUNCTION):
            return Chunk(phrase, entries.get(phrase, ()), function=True), length
        if phrase in entries:
            return Chunk(phrase, entries[phrase]), length
    word = words[start]
    if word.isdigit():
        return Chunk(word, (Entry("count", word),)), 1
    return Chunk(word), 1
