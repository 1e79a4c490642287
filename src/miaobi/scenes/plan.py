"""What a picture is to show, decided before it is drawn.

A hash of it says whether it is for training or held out, the same for every seed and size.
"""

import hashlib
from dataclasses import dataclass

from miaobi.scenes.sprites import subjects

SPLITS = ("train", "held-out")
HELD_OUT = 20  # one composition in so many is held out
# the same relation, said from the other side
MIRRORED = {"right of": "left of", "below": "above"}


@dataclass(frozen=True)
class Item:
    """One thing of a plan."""

    subject: int  # place in the table of subjects
    size: str = ""  # a key of SIZE_WORDS, or "" for the usual size
    color: str = ""  # a key of RECOLORS, or "" for its own colors


@dataclass(frozen=True)
class Plan:
    """What a picture is to show."""

    style: str
    background: str
    items: tuple[Item, ...]
    relation: str = ""  # of the first item to the second
    count: int = 1  # above 1: so many of the only item

    @property
    def composition(self) -> str:
        """What plans share that mean the same: not sizes, colors or the side they tell it from."""
        names = [subjects()[item.subject].name for item in self.items]
        if self.relation in MIRRORED:
            names.reverse()
        elif not self.relation:
            names.sort()
        relation = MIRRORED.get(self.relation, self.relation)
        return "|".join((self.style, self.background, relation, str(self.count), *names))

    @property
    def split(self) -> str:
        """ "held-out" for one composition in twenty, "train" for the others."""
        digest = hashlib.blake2b(self.composition.encode(), digest_size=8).digest()
        return SPLITS[int.from_bytes(digest, "big") % HELD_OUT == 0]
