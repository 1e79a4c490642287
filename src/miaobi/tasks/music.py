"""`music`: audio, notation or a piano roll from a prompt or a melody.

`stream_music` yields the events of the pipeline; the last one is Done.
"""

from typing import Unpack

from miaobi.core.artifact import Artifact
from miaobi.core.checks import check_choice
from miaobi.core.music import MusicRequest
from miaobi.engines.registry import choose_model
from miaobi.models.zoo import Model, find_model
from miaobi.tasks.inputs import existing_file, with_parents
from miaobi.tasks.options import MusicOptions, without_none
from miaobi.tasks.run import Run, run, wait_for_artifact

OPTIONS = tuple(sorted(set(MusicRequest.__dataclass_fields__) - {"prompt", "model"}))


def music(
    prompt: str = "", *, model: str | Model | None = None, **options: Unpack[MusicOptions]
) -> Artifact:
    """Compose "calm waltz in D minor, 90 bpm, strings"; options are the fields of MusicRequest.

    Options override the prompt: seconds (2 to 600), key, meter, tempo, mood, instruments, chords,
    loop, seed. A `melody` (MIDI, MusicXML, ABC, or a monophonic recording) is harmonized; `use`
    selects "continue", "vary" or "rhythm" instead. format is wav, flac, mp3, ogg, mid, musicxml or
    png (a piano roll). Models of the Hub also take steps, guidance, negative and lyrics. Raises
    MiaobiError.
    """
    return wait_for_artifact(stream_music(prompt, model=model, **options))


def stream_music(
    prompt: str = "", *, model: str | Model | None = None, **options: Unpack[MusicOptions]
) -> Run:
    """Compose music and yield the events."""
    for name in options:
        check_choice("option", name, OPTIONS)
    fields = without_none(options)
    if fields.get("melody"):
        fields["melody"] = existing_file(fields["melody"])
    if isinstance(fields.get("instruments"), list):
        fields["instruments"] = tuple(fields["instruments"])
    row = find_model(model, "music") if model else choose_model("music", prompt)
    request = MusicRequest(model=row.name, prompt=prompt, **fields)
    return run(with_parents(request, [request.melody] if request.melody else []), row)
