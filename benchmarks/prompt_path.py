"""Count of the files that hold a prompt on its way to a picture, and of its parses.

    python -m benchmarks.prompt_path

A file holds the prompt when one of its functions is called with the text itself, or with an object
that has it as its `prompt`. Counted for the command, for the HTTP route and for one shot of a film.
"""

import asyncio
import sys
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

from benchmarks.measuring import figure, write
from miaobi.cli.console import guarded
from miaobi.cli.main import commands
from miaobi.scenes.prompt import parse_scene_prompt

SOURCE = Path(sys.modules["miaobi"].__file__ or "").parent
PROMPT = "a fox under a full moon"
PARSERS = ("parse_scene_prompt",)
TARGETS = {"miaobi image": 7, "POST /v1/images/generations": 8, "one shot of a film": 7}


class Trace:
    """Files whose calls hold the prompt, in order, and the calls of the parser's body."""

    def __init__(self) -> None:
        self.files: list[str] = []
        self.parses = 0

    def __call__(self, frame: FrameType, event: str, _: Any) -> None:
        """Look at the arguments of every call inside our source."""
        path = frame.f_code.co_filename
        if event != "call" or not path.startswith(str(SOURCE)):
            return
        if frame.f_code.co_name in PARSERS:
            self.parses += 1
        count = frame.f_code.co_argcount + frame.f_code.co_kwonlyargcount
        for name in frame.f_code.co_varnames[:count]:
            if _holds(frame.f_locals.get(name)):
                file = Path(path).relative_to(SOURCE).as_posix()
                if file not in self.files:
                    self.files.append(file)
                return


def _holds(value: Any) -> bool:
    return value == PROMPT if isinstance(value, str) else _field(value) == PROMPT


def _field(value: Any) -> Any:
    try:
        return vars(value).get("prompt")
    except TypeError:  # without a __dict__
        return None


def traced(work: Callable[[], object]) -> Trace:
    """Run work in this and in its threads, and return the trace; nothing is parsed before."""
    parse_scene_prompt.cache_clear()
    trace = Trace()
    threading.setprofile(trace)
    sys.setprofile(trace)
    try:
        work()
    finally:
        sys.setprofile(None)
        threading.setprofile(None)  # type: ignore[arg-type]
    return trace


def command(folder: Path) -> None:
    """Run `miaobi image`."""
    words = ["image", PROMPT, "--size", "64x64", "-o", str(folder / "fox.png")]
    assert guarded(lambda: commands.main(words, standalone_mode=False)) == 0


def route(_: Path) -> None:
    """Post to the route without a socket."""
    from httpx import ASGITransport, AsyncClient

    from miaobi.server.app import create_app
    from miaobi.server.state import ServiceConfig

    async def post() -> None:
        app = create_app(ServiceConfig())
        async with app.router.lifespan_context(app):
            transport = ASGITransport(app=app, client=("127.0.0.1", 1))
            async with AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
                body = {"prompt": PROMPT, "model": "collage", "size": "64x64"}
                answer = await client.post("/v1/images/generations", json=body)
                assert answer.status_code == 200, answer.text

    asyncio.run(post())


def shot(folder: Path) -> None:
    """Make a film of one scene from a script that shows the prompt."""
    import json

    import miaobi as mb

    script = {
        "title": "Night",
        "hero": "a fox",
        "scenes": [{"say": "Night.", "show": PROMPT, "place": "grass", "sound": "none"}],
    }
    film = folder / "film"
    film.mkdir()
    (film / "script.json").write_text(json.dumps(script), encoding="utf-8")
    mb.film("a fox", folder=film, scenes=1, seconds=2, height=144, voice="heart", music="none")


def main() -> None:
    """Trace the three ways and write benchmarks/results/prompt_path.json."""
    figures = []
    ways = zip(TARGETS.items(), (command, route, shot), strict=True)
    for (name, most), work in ways:
        with tempfile.TemporaryDirectory() as folder:
            place = Path(folder)
            trace = traced(lambda work=work, place=place: work(place))  # type: ignore[misc]
        count = float(len(trace.files))
        figures.append(
            figure(
                f"files a prompt passes, {name}", "files", [count], at_most=most, files=trace.files
            )
        )
        figures.append(
            figure(f"times a prompt is parsed, {name}", "", [float(trace.parses)], at_most=1)
        )
    write("prompt_path", "python -m benchmarks.prompt_path", figures)


if __name__ == "__main__":
    main()
