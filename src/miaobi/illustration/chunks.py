"""Chunks: a prompt cut into the phrases that the lexicon knows, and the words it does not know."""

from dataclasses import dataclass

from miaobi.catalog.lexicon import Entry


@dataclass(frozen=True)
class Chunk:
    """A phrase of the prompt with its possible meanings; none for a word that is not known."""

    phrase: str
    entries: tuple[Entry, ...] = ()
    function: bool = False  # an article, preposition, particle or mark

    def entry(self, *kinds: str) -> Entry | None:
        """Return the meaning of the first of these kinds that the phrase has."""
        for kind in kinds:
            for entry in self.entries:
                if entry.kind == kind:
                    return entry
        return None

    @property
    def kinds(self) -> frozenset[str]:
        """Kinds of its meanings."""
        return frozenset(entry.kind for entry in self.entries)
