"""Server, command line, library and studio resolve the same model and the same options."""

import asyncio
import base64
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

import httpx
import openai
import pytest
from PIL import Image

import miaobi as mb
from miaobi import extensions
from miaobi.core import i18n
from miaobi.core.events import Event
from miaobi.core.requests import ImageRequest, Request
from miaobi.engines.registry import choose_model
from miaobi.models.zoo import Model
from miaobi.server import audio, image, requests, text, video
from miaobi.server.files import validate
from miaobi.server.state import AppState, Generation, ServiceConfig
from miaobi.server.text_generation import ChatFormat, TextResponder
from miaobi.tasks import run as pipeline
from miaobi.tasks.run import Run

STUDIO = Path(extensions.__file__).parent / "studio"
OURS = {"may_be_empty", "reuse_cache", "previews", "format"}  # of the surface, not of the content


class Resolved(Exception):  # noqa: N818
    """A request that reached the pipeline, and its model."""

    def __init__(self, request: Request, model: Model) -> None:
        super().__init__(request, model)
        self.request, self.model = request, model


@pytest.fixture
def state(own_home: Path) -> Iterator[AppState]:
    """The state of a server that listens to nobody."""
    state = AppState(ServiceConfig())
    yield state
    state.close()


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    """A file that is only named."""
    path = tmp_path / "a.wav"
    path.write_bytes(b"RIFF")
    return path


@pytest.fixture
def stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    """A pipeline that ends before the model is loaded and tells its request."""

    def stop(request: Request, model: Model) -> Iterator[Event]:
        raise Resolved(request, model)
        yield

    monkeypatch.setattr(pipeline, "_run", stop)


def content(request: Request) -> dict[str, Any]:
    """The fields of a request that decide what is made, but the seed that is drawn."""
    return {name: value for name, value in vars(request).items() if name not in OURS | {"seed"}}


def of_library(call: Any) -> Resolved:
    with pytest.raises(Resolved) as told:
        call()
    return told.value


def of_command(arguments: tuple[str, ...]) -> Resolved:
    from miaobi.cli.main import commands

    with pytest.raises(Resolved) as told:
        commands.main(list(arguments), prog_name="miaobi", standalone_mode=False)
    return told.value


def of_server(generation: Generation) -> Resolved:
    assert isinstance(generation.events, Run)
    assert generation.model is generation.events.model, "the limiter is that of the model at work"
    return Resolved(generation.events.request, generation.model)


def chat(state: AppState, fields: dict[str, Any]) -> Generation:
    body = validate(requests.ChatCompletionBody, fields)
    responder = TextResponder(None, state, body, text._chat_prompts(body), ChatFormat())  # type: ignore[arg-type]
    generation = text.prepare_chat(state, body)
    assert responder.model == generation.model, "answered at once, or as a job"
    return generation


# words -> the calls of the library, the command line and the server; each a pair of a kind
PICTURES = (
    ("a red fox", {}),
    ("a red fox", {"size": (1024, 1024)}),
    ("two yellow birds, flat style", {"size": (512, 512)}),
    ("一只红色的狐狸", {"size": (1536, 1024)}),
    ("a red fox", {"size": (1792, 1024)}),
    ("a red fox", {"steps": 4}),
    ("the feeling of a Monday", {}),
    ("the feeling of a Monday", {"size": (1024, 1024)}),
)


@pytest.mark.usefixtures("stopped")
@pytest.mark.parametrize(("prompt", "options"), PICTURES)
def test_pictures(state: AppState, prompt: str, options: dict[str, Any]) -> None:
    words, told = [prompt], dict(options)
    if "size" in options:
        told["size"] = "{}x{}".format(*options["size"])
        words += ["--size", told["size"]]
    if "steps" in options:
        words += ["--steps", "4"]
    library = of_library(lambda: mb.image(prompt, **options))
    command = of_command(("image", *words, "-o", "x.png"))
    body = validate(requests.ImageGenerationBody, {"prompt": prompt, **told})
    server = of_server(image.prepare_image(state, body))
    assert library.model == command.model == server.model
    assert content(library.request) == content(command.request) == content(server.request)
    assert library.model.name == ("drawings" if "steps" in options else "illustration")


@pytest.mark.usefixtures("stopped")
@pytest.mark.parametrize("prompt", ["heavy rain", "雨声"])
def test_sounds(state: AppState, prompt: str) -> None:
    library = of_library(lambda: mb.sound(prompt))
    command = of_command(("sound", prompt, "-o", "x.wav"))
    server = of_server(audio.prepare_sound(state, validate(requests.SoundBody, {"prompt": prompt})))
    assert library.model == command.model == server.model
    assert content(library.request) == content(command.request) == content(server.request)


@pytest.mark.usefixtures("stopped")
@pytest.mark.parametrize("prompt", ["a calm waltz in D minor", "一首平静的华尔兹"])
def test_music(state: AppState, prompt: str) -> None:
    library = of_library(lambda: mb.music(prompt))
    command = of_command(("music", prompt, "-o", "x.wav"))
    server = of_server(audio.prepare_music(state, validate(requests.MusicBody, {"prompt": prompt})))
    assert library.model == command.model == server.model
    assert content(library.request) == content(command.request) == content(server.request)


@pytest.mark.usefixtures("stopped")
@pytest.mark.parametrize("prompt", ["a red balloon rises over the sea", "一只红气球升上天空"])
def test_videos(state: AppState, prompt: str) -> None:
    library = of_library(lambda: mb.video(prompt, seconds=4))
    command = of_command(("video", prompt, "--seconds", "4", "-o", "x.mp4"))
    server = of_server(video.prepare_video(state, validate(requests.VideoBody, {"prompt": prompt})))
    assert library.model == command.model == server.model  # 4 seconds are OpenAI's default
    assert content(library.request) == content(command.request) == content(server.request)


@pytest.mark.usefixtures("stopped")
@pytest.mark.parametrize("prompt", ["Name three colors.", "说出三种颜色。"])
def test_text(state: AppState, prompt: str) -> None:
    library = of_library(lambda: mb.text(prompt))
    command = of_command(("text", prompt))
    server = of_server(chat(state, {"messages": [{"role": "user", "content": prompt}]}))
    assert library.model == command.model == server.model
    assert content(library.request) == content(command.request) == content(server.request)


@pytest.mark.usefixtures("stopped")
@pytest.mark.parametrize(
    ("words", "voice", "speaks"),
    [
        ("The fox runs.", "", "hibari"),
        ("The fox runs.", "af_bella", "kokoro-82m"),
        ("狐狸在跑。", "", "kokoro-82m"),
        ('<speak><voice name="bf_emma">Hello.</voice></speak>', "", "kokoro-82m"),
        ('<speak>One. <voice name="bf_emma">Two.</voice></speak>', "heart", "kokoro-82m"),
    ],
)
def test_speech(state: AppState, words: str, voice: str, speaks: str) -> None:
    library = of_library(lambda: mb.speech(words, voice=voice))
    command = of_command(("speech", words, "--voice", voice, "-o", "x.wav"))
    body = validate(requests.SpeechBody, {"input": words, "voice": voice})
    server = of_server(audio.prepare_speech(state, body))
    assert library.model == command.model == server.model
    assert content(library.request) == content(command.request) == content(server.request)
    assert library.model.name == speaks


@pytest.mark.usefixtures("stopped")
def test_transcripts(state: AppState, recording: Path) -> None:
    library = of_library(lambda: mb.transcribe(recording))
    command = of_command(("transcribe", str(recording)))
    body = validate(requests.TranscriptionBody, {})
    server = of_server(audio.prepare_transcript(state, body, recording, "transcribe"))
    assert library.model == command.model == server.model
    assert content(library.request) == content(command.request) == content(server.request)


@pytest.mark.usefixtures("stopped")
@pytest.mark.parametrize("tag", ["zh-CN", "zh_TW", "Chinese", "zh"])
def test_languages_of_transcripts(state: AppState, recording: Path, tag: str) -> None:
    library = of_library(lambda: mb.transcribe(recording, language=tag))
    body = validate(requests.TranscriptionBody, {"language": tag})
    server = of_server(audio.prepare_transcript(state, body, recording, "transcribe"))
    assert content(library.request) == content(server.request)
    assert content(server.request)["language"] == "zh"


def test_embeddings(state: AppState, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []

    def note(texts: list[str], model: Model, purpose: str) -> NoReturn:
        seen.append((model.name, purpose))
        raise Resolved(ImageRequest(model="x", prompt="x"), model)

    from miaobi.tasks import embed

    monkeypatch.setattr(embed, "stream_embed", note)
    monkeypatch.setattr(text, "stream_embed", note)
    with pytest.raises(Resolved):
        embed.embed(["一只狐狸"])
    body = validate(requests.EmbeddingBody, {"input": "一只狐狸"})

    class Client:
        async def receive(self) -> dict[str, str]:
            await asyncio.sleep(9)
            return {"type": "http.disconnect"}

    async def ask() -> None:
        await text.create_embeddings(Client(), body, state)  # type: ignore[arg-type]

    with pytest.raises(Resolved):
        asyncio.run(ask())
    assert len(set(seen)) == 1 and len(seen) == 2


def test_each_size_of_the_studio_can_be_drawn(state: AppState) -> None:
    """The studio sends no model for "The best model here", and one of these sizes."""
    source = (STUDIO / "picture.js").read_text(encoding="utf-8")
    assert "if (model.value) told.model = model.value;" in source
    [listed] = re.findall(r"const SIZES = (\[.*\]);", source)
    ideas = json.loads(re.findall(r"const IDEAS = (\[.*\]);", source)[0])
    sizes = [value for value, _ in json.loads(listed)]
    assert "1024x1024" in sizes and len(ideas) >= 4
    for prompt in ideas:
        for size in filter(None, sizes):
            fields = {"prompt": prompt, "size": size}
            body = validate(requests.ImageGenerationBody, fields)
            made = of_server(image.prepare_image(state, body))
            assert made.model == choose_model("image", prompt) and made.model.name == "illustration"
            assert isinstance(made.request, ImageRequest)
            assert made.request.size == tuple(map(int, size.split("x")))


@pytest.mark.parametrize("size", ["512x512", "1024x1024", "1536x1024", "1792x1024", "auto", None])
def test_what_clients_send_without_a_model(client: openai.OpenAI, size: Any) -> None:
    sent = {} if size is None else {"size": size}
    made = client.images.generate(prompt="a red fox", extra_body={"seed": 3}, **sent)
    picture = Image.open(io.BytesIO(base64.b64decode(made.data[0].b64_json or "")))  # type: ignore[index]
    expected = tuple(map(int, size.split("x"))) if size not in ("auto", None) else (1280, 720)
    assert picture.size == expected
    assert made.model_extra["miaobi"]["model"] == "illustration"  # type: ignore[index]


@pytest.mark.parametrize("size", ["1024x1024", "100x300"])
def test_words_without_a_known_subject_are_drawn_at_any_size(http: httpx.Client, size: str) -> None:
    asked = {"prompt": "the feeling of a Monday", "size": size, "steps": 2, "seed": 1}
    answer = http.post("/v1/images/generations", json=asked)
    assert answer.status_code == 200, answer.text
    assert answer.json()["miaobi"]["model"] == "drawings"  # steps ask for a network
    picture = Image.open(io.BytesIO(base64.b64decode(answer.json()["data"][0]["b64_json"])))
    assert picture.size == tuple(map(int, size.split("x")))
    named = http.post("/v1/images/generations", json={**asked, "model": "drawings"})
    assert named.status_code == 400
    assert "this model draws sides from" in named.json()["error"]["message"]


@pytest.mark.usefixtures("drawings")
def test_the_same_pixels(http: httpx.Client, tmp_path: Path) -> None:
    """One seed, one picture: of the library, the command line and the server."""
    from miaobi.cli.main import commands

    asked = {"prompt": "a red fox in the snow", "size": "256x192", "seed": 5}
    answer = http.post("/v1/images/generations", json=asked).json()
    made = [base64.b64decode(answer["data"][0]["b64_json"])]
    made.append(mb.image("a red fox in the snow", size=(256, 192), seed=5).data)
    target = tmp_path / "fox.png"
    words = ("image", asked["prompt"], "--size", "256x192", "--seed", "5", "-o", str(target))
    commands.main(list(map(str, words)), prog_name="miaobi", standalone_mode=False)
    made.append(target.read_bytes())
    pixels = {Image.open(io.BytesIO(data)).convert("RGB").tobytes() for data in made}
    assert len(pixels) == 1


def test_messages_name_no_options_of_the_command_line() -> None:
    """The same message is read by programs: whole commands may stand in it, bare options not."""
    catalog = json.loads(i18n.CATALOG.read_text(encoding="utf-8"))
    package = Path(extensions.__file__).parent
    below = [path for path in package.rglob("*.py") if path.parent.name not in ("cli", "train")]
    sources = "\n".join(path.read_text(encoding="utf-8") for path in below)
    for message in catalog:
        if re.search(r"(?<![\w-])--[a-z]", message) and json.dumps(message)[1:-1] in sources:
            assert re.search(r"miaobi \w+|pip install|start the server|MIAOBI_|--data", message), (
                message
            )
