"""Text to image: `image`, also image to image and inpainting.

`stream_image` yields the events of the pipeline as they come; the last one is Done.
"""

from typing import Any

from miaobi.core.artifact import Artifact
from miaobi.core.checks import TRY_ANOTHER_MODEL, check_choice, check_supported, check_text
from miaobi.core.requests import SETTING, ImageRequest
from miaobi.engines.registry import choose_model, engine_row
from miaobi.media.image import check_format
from miaobi.models.zoo import Model, find_model
from miaobi.tasks.inputs import existing_file, with_parents
from miaobi.tasks.run import Run, run, wait_for_artifact

OPTIONS = tuple(sorted(set(ImageRequest.__dataclass_fields__) - {"prompt", "model"}))


def image(prompt: str, *, model: str | Model | None = None, **options: Any) -> Artifact:
    """Generate an image; options are the fields of ImageRequest (size, seed, steps, init, mask …).

    With n above 1 the artifact is a contact sheet and its `parts` are the n images: number i has
    the seed `seed` + i and equals the image of that seed alone. Raises MiaobiError.
    """
    return wait_for_artifact(stream_image(prompt, model=model, **options))


def stream_image(prompt: str, *, model: str | Model | None = None, **options: Any) -> Run:
    """Generate an image event by event; `previews` yields a small one every so many steps."""
    check_text("prompt", prompt)
    for name in options:
        check_choice("option", name, OPTIONS)
    inputs = {name: value for name, value in options.items() if value is not None}
    check_format(inputs.get("format", "png"))
    for name in ("init", "mask"):
        if name in inputs:
            inputs[name] = existing_file(inputs[name])
    if "loras" in inputs:
        inputs["loras"] = tuple(existing_file(path) for path in inputs["loras"])
    if isinstance(inputs.get("size"), list):
        inputs["size"] = tuple(inputs["size"])
    if model:
        row = find_model(model, "image")
    else:  # who names no model does not know the sizes it draws
        row = choose_model("image", prompt, inputs)
        draws_any_size = bool(engine_row(row.engine).accepts)
        inputs.setdefault("fit", "size" in inputs and not draws_any_size)
    if not engine_row(row.engine).takes_setting:
        used = {name: bool(inputs.get(name)) for name in SETTING}
        check_supported(row.name, used, TRY_ANOTHER_MODEL)
    request = ImageRequest(model=row.name, prompt=prompt, **inputs)
    return run(with_parents(request, [inputs["init"]] if "init" in inputs else []), row)
