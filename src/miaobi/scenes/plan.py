"""Plan of a composed picture: style, background, items and their relation.

A hash of the plan assigns it to training or held-out data, identically for every seed and size.
"""

import hashlib
from dataclasses import dataclass

from miaobi.scenes.sprites import subjects

SPLITS = ("train", "held-out")
HELD_OUT = 20  # one composition in 20 is held out
# equivalent relations with the items swapped
MIRRORED_RELATIONS = {"right of": "left of", "below": "above"}


@dataclass(frozen=True)
class SceneItem:
    """One subject of a plan."""

    subject: int  # index in `subjects()`
    size: str = ""  # a key of SIZE_WORDS; "": usual size
    color: str = ""  # a key of RECOLORS; "": its own colors


@dataclass(frozen=True)
class ScenePlan:
    """Content of a picture before it is rendered."""

    style: str
    background: str
    items: tuple[SceneItem, ...]
    relation: str = ""  # of the first item to the second
    count: int = 1  # above 1: copies of the only item

    @property
    def composition(self) -> str:
        """Key of equivalent plans: sizes, colors and the direction of a relation do not count."""
        names = [subjects()[item.subject].name for item in self.items]
        if self.relation in MIRRORED_RELATIONS:
            names.reverse()
        elif not self.relation:
            names.sort()
        relation = MIRRORED_RELATIONS.get(self.relation, self.relation)
        return "|".join((self.style, self.background, relation, str(self.count), *names))

    @property
    def split(self) -> str:
        """ "held-out" for one composition in twenty, else "train"."""
        digest = hashlib.blake2b(self.composition.encode(), digest_size=8).digest()
        return SPLITS[int.from_bytes(digest, "big") % HELD_OUT == 0]
