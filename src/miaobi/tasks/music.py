"""Words and melodies to music: `music`, as sound, as notes or as a picture of them.

`stream_music` yields the events of the road as they come; the last one is Done.
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from miaobi.core.artifact import Artifact
from miaobi.core.checks import check_choice
from miaobi.core.errors import NotFoundError
from miaobi.core.events import Event
from miaobi.core.music import MusicRequest
from miaobi.core.sentences import language_of
from miaobi.models.zoo import default_model, find_model
from miaobi.provenance.verify import verify
from miaobi.tasks.run import artifact_of, run

OPTIONS = tuple(sorted(set(MusicRequest.__dataclass_fields__) - {"prompt", "model"}))


def music(prompt: str = "", *, model: str | None = None, **options: Any) -> Artifact:
    """Compose "calm waltz in D minor, 90 bpm, strings"; options are the fields of MusicRequest.

    Options win over words: seconds (2 to 600), key, meter, tempo, mood, instruments, chords, loop,
    seed. A `melody` (MIDI, MusicXML, ABC, or a recording of one voice) is harmonized, or what `use`
    says: "continue", "vary", "rhythm". format is wav, flac, mp3, ogg, mid, musicxml or png (a piano
    roll). Models of the Hub also take steps, guidance, negative and lyrics. Raises MiaobiError.
    """
    return artifact_of(stream_music(prompt, model=model, **options))


def stream_music(prompt: str = "", *, model: str | None = None, **options: Any) -> Iterator[Event]:
    """The same, event by event."""
    for name in options:
        check_choice("option", name, OPTIONS)
    given = {name: value for name, value in options.items() if value is not None}
    if given.get("melody"):
        given["melody"] = _melody(given["melody"])
    if isinstance(given.get("instruments"), list):
        given["instruments"] = tuple(given["instruments"])
    row = find_model(model, "music") if model else default_model("music", language_of(prompt))
    request = MusicRequest(model=row.name, prompt=prompt, **given)
    return run(_with_parents(request), row)


def _melody(given: str | Path) -> Path:
    path = Path(given).expanduser()
    if not path.is_file():
        raise NotFoundError("There is no file {path}.", "Check the name.", path=path)
    return path


def _with_parents(request: MusicRequest) -> MusicRequest:
    """With the id of a labeled melody among its parents."""
    told = verify(request.melody).record.get("id") if request.melody else None
    return replace(request, parents=(*request.parents, str(told))) if told else request
