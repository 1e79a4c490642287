"""Account of a prompt: which of its words a scene does not answer for."""

from miaobi.catalog.lexicon import english, normalize
from miaobi.illustration.scene import Scene
from miaobi.illustration.words_english import FUNCTION, MEDIA, QUALITIES, RELATIONS

SILENT = {"count", "weather", "time", "season", "mood", "look", "shot"}


def unaccounted_words(prompt: str, scene: Scene) -> list[str]:
    """Return English words of a prompt that are neither shown, left out nor function words."""
    said = set(
        normalize(
            " ".join(
                [*scene.left_out, *scene.excluded, scene.place_phrase]
                + [words for thing in scene.things for words in (thing.phrase, *thing.words)]
                + [action.phrase for action in scene.actions]
            )
        ).split()
    )
    understood = (
        FUNCTION | set(" ".join(RELATIONS).split()) | set(" ".join((*MEDIA, *QUALITIES)).split())
    )
    missing = []
    for word in normalize(prompt).split():
        entries = english().entries.get(word, ())
        silent = any(entry.kind in SILENT or entry.value in ("wear", "have") for entry in entries)
        if word in said or word in understood or silent or word.isdigit():
            continue
        if word.rstrip("s") in understood:
            continue
        missing.append(word)
    return missing
