"""Start-up, chat, speech, pipeline and memory, compared with the bare engines: `make bench`."""

import sys
from pathlib import Path
from typing import Any

from benchmarks import measuring
from benchmarks.measuring import figure

MIAOBI = str(Path(sys.executable).parent / "miaobi")
PROMPT = "Explain in a few sentences why the sky is blue."
TOKENS = 128
TINY = "smollm2-135m"
LONG = "Once upon a time, a small fox found a fallen star and carried it home through the snow. "


def startup() -> list[dict[str, Any]]:
    """Measure whole processes.

    This comes first: on Linux the peak memory of a child includes that of its parent at the fork,
    so the parent must be small.
    """
    with_import = [sys.executable, "-c", "import miaobi"]
    shows_help = [measuring.process_seconds([MIAOBI, "--help"]) for _ in range(20)]
    imports = [measuring.process_seconds(with_import) for _ in range(20)]
    cold = [MIAOBI, "text", PROMPT, "-m", TINY, "--max-tokens", "8"]
    first = [measuring.first_byte_seconds(cold) for _ in range(5)]
    peak = [measuring.process_peak_mb([*cold[:-1], "128"]) for _ in range(3)]
    return [
        figure("miaobi --help, whole process", "s", shows_help, at_most=0.15),
        figure("import miaobi, whole process", "s", imports, at_most=0.1),
        figure("time to first token, cold `miaobi text`", "s", first, at_most=2, model=TINY),
        figure("peak memory of `miaobi text`", "MB", peak, at_most=350, model=TINY),
    ]


def chat() -> list[dict[str, Any]]:
    """Compare tokens per second of our engine and of xllamacpp, in turns."""
    import xllamacpp

    from miaobi.assets.store import asset_folder
    from miaobi.core.requests import Message, TextRequest
    from miaobi.core.settings import threads
    from miaobi.engines.registry import engine_for
    from miaobi.models.zoo import find_model

    model = find_model(TINY, "text")
    engine = engine_for(model)
    parameters = xllamacpp.CommonParams()
    parameters.model.path = str(asset_folder(model.name) / "model.gguf")
    parameters.n_ctx, parameters.n_parallel = model.context, 1
    parameters.cpuparams.n_threads = parameters.cpuparams_batch.n_threads = threads()
    parameters.verbosity = -1
    server = xllamacpp.Server(parameters)
    messages = (Message("user", PROMPT),)
    request = TextRequest(model=model.name, messages=messages, seed=1, max_tokens=TOKENS)
    body = {
        "messages": [{"role": "user", "content": PROMPT}],
        **request.parameters(),
        "seed": 1,
        "stream": True,
        "cache_prompt": False,
    }

    def directly() -> int:
        pieces: list[Any] = []
        server.handle_chat_completions(body, lambda chunk: pieces.append(chunk) and False)
        return sum(1 for piece in pieces if piece["choices"][0]["delta"].get("content"))

    def ours() -> int:
        return sum(1 for event in engine.generate(request)) - 1

    rates: dict[str, list[float]] = {"ours": [], "direct": []}
    for turn in range(8):
        for name, work in (("ours", ours), ("direct", directly)):
            count: list[int] = []
            elapsed = measuring.seconds(lambda work=work, count=count: count.append(work()))
            if turn:  # the first turn warms up
                rates[name].append(count[0] / elapsed)
    ratios = [ours / direct for ours, direct in zip(rates["ours"], rates["direct"], strict=True)]
    return [
        figure("chat: Miaobi", "tokens/s", rates["ours"], model=model.name, threads=threads()),
        figure("chat: xllamacpp", "tokens/s", rates["direct"], model=model.name),
        figure("chat: throughput relative to xllamacpp", "ratio", ratios, at_least=0.97),
    ]


def speech() -> list[dict[str, Any]]:
    """Measure real-time factors of warm engines; below 1 is faster than real time."""
    from miaobi.core.requests import SpeechRequest
    from miaobi.engines.registry import engine_for
    from miaobi.models.zoo import find_model

    rows = []
    for name, target in (("hibari", 0.02), ("kokoro-82m", 0.5)):
        engine = engine_for(find_model(name, "speech"))
        request = SpeechRequest(model=name, text=LONG * 2, seed=1)
        factors = []
        for turn in range(6):
            output: list[Any] = []
            elapsed = measuring.seconds(
                lambda engine=engine, request=request, output=output: output.extend(
                    engine.generate(request)
                )
            )
            if turn:
                factors.append(elapsed / (len(output[-1].samples) / output[-1].rate))
        rows.append(figure(f"real-time factor, {name}", "s/s", factors, at_most=target))
    return rows


def pipeline() -> list[dict[str, Any]]:
    """Time policy, label, signature, file, read-back and index of a 10 s WAV."""
    import numpy as np

    from miaobi.core.events import Output
    from miaobi.core.requests import SpeechRequest
    from miaobi.models.zoo import find_model
    from miaobi.safety import policy
    from miaobi.tasks.run import publish

    model = find_model("hibari", "speech")
    request = SpeechRequest(model=model.name, text=LONG, seed=1)
    wave = (np.sin(np.arange(240_000) / 20) * 0.3).astype(np.float32)
    output = Output(samples=wave, rate=24_000)

    def publish_once() -> None:
        policy.check(request.text, "prompt")
        policy.check("", "output")
        publish(request, model, output, [], {})

    first = [measuring.seconds(publish_once)]
    later = [measuring.seconds(publish_once) for _ in range(20)]
    return [
        figure("pipeline after the engine, 10 s WAV", "s", later, at_most=0.06),
        figure("pipeline after the engine, first run (loads libraries, creates keys)", "s", first),
    ]


if __name__ == "__main__":
    rows = [*startup(), *chat(), *speech(), *pipeline()]
    measuring.write("foundation", "make bench", rows)
