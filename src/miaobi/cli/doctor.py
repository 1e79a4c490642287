"""`miaobi doctor`: hardware, libraries and models of this machine, with advice."""

import importlib.util
import json
import os
import platform
import shutil
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import click

from miaobi import extensions
from miaobi.cli.options import option
from miaobi.core.errors import MiaobiError
from miaobi.core.i18n import tr
from miaobi.core.paths import check_target, home
from miaobi.core.settings import offline, threads
from miaobi.models.zoo import Model, all_models

# required library -> the feature that is unavailable without it
LIBRARIES = {
    "xllamacpp": "text from GGUF models",
    "onnxruntime": "Kokoro and hibari speech",
    "hibari": "English speech",
    "misaki": "Chinese speech",
    "faster_whisper": "transcription",
    "c2pa": "signed labels, which every output needs",
    "torch": "models of the Hub",
    "transformers": "models of the Hub",
}
OK, WARN, BAD = "ok", "warn", "bad"
MARKS = {OK: "✓", WARN: "!", BAD: "✗"}
SAMPLE = {
    "en": "The quick brown fox jumps over the lazy dog by the river bank.",
    "zh": "敏捷的棕色狐狸跳过了河边那只懒惰的狗。",
}


@dataclass(frozen=True)
class Finding:
    """One line of the report: state, subject, detail, and advice if something is wrong."""

    state: str
    subject: str
    detail: str
    advice: str = ""


@click.command(help=tr("Check what this machine can run and how fast, with advice for the rest."))
@option("--measure", is_flag=True, help=tr("Run and time every installed model."))
@option("--json", "as_json", is_flag=True, help=tr("Print the findings as JSON."))
def doctor(measure: bool, as_json: bool) -> int:
    findings = [*_machine(), *_libraries(), *_folders(), *_models(measure), *_plugins()]
    if as_json:
        click.echo(json.dumps([asdict(finding) for finding in findings], ensure_ascii=False))
    else:
        for finding in findings:
            click.echo(f"{MARKS[finding.state]} {finding.subject}: {finding.detail}")
            if finding.advice:
                click.echo(f"    → {finding.advice}")
    return 1 if any(finding.state == BAD for finding in findings) else 0


def _machine() -> list[Finding]:
    import psutil

    memory = psutil.virtual_memory()
    cores = tr("{cores} cores, {threads} used for text", cores=os.cpu_count(), threads=threads())
    available = tr(
        "{total:.1f} GB, {free:.1f} GB free", total=memory.total / 1e9, free=memory.available / 1e9
    )
    return [
        Finding(OK, tr("system"), f"{platform.platform()}, Python {platform.python_version()}"),
        Finding(OK, tr("processor"), f"{platform.machine()}, {cores}"),
        Finding(OK, tr("memory"), available),
        _accelerator(),
    ]


def _accelerator() -> Finding:
    import torch

    if torch.cuda.is_available():
        card = torch.cuda.get_device_properties(0)
        return Finding(OK, tr("accelerator"), f"{card.name}, {card.total_memory / 1e9:.0f} GB")
    if torch.backends.mps.is_available():
        return Finding(OK, tr("accelerator"), "Apple Metal")
    detail = tr("none that PyTorch {version} can use; models run on the processor")
    return Finding(OK, tr("accelerator"), detail.format(version=torch.__version__))


def _libraries() -> list[Finding]:
    missing = [name for name in LIBRARIES if importlib.util.find_spec(name) is None]
    if not missing:
        return [Finding(OK, tr("libraries"), ", ".join(LIBRARIES))]
    advice = tr("Install again in this environment: {command}")
    command = f"{sys.executable} -m pip install --force-reinstall miaobi"
    return [
        Finding(
            BAD,
            name,
            tr("missing: {lost}", lost=tr(LIBRARIES[name])),
            advice.format(command=command),
        )
        for name in missing
    ]


def _folders() -> list[Finding]:
    folder = home()
    existing = next(path for path in (folder, *folder.parents) if path.exists())
    free = shutil.disk_usage(existing).free / 1e9
    is_writable = _is_writable(existing)
    advice = "" if is_writable else tr("Point MIAOBI_HOME at a folder you can write to.")
    if is_writable and free < 2:
        advice = tr("The default models need 1.4 GB: free some space, or move MIAOBI_HOME.")
    state = BAD if not is_writable else WARN if advice else OK
    network = tr("switched off (MIAOBI_OFFLINE)") if offline() else tr("used only by `miaobi pull`")
    return [
        Finding(
            state, tr("folder"), tr("{path}, {free:.0f} GB free", path=folder, free=free), advice
        ),
        Finding(OK, tr("network"), network),
    ]


def _is_writable(folder: Path) -> bool:
    try:
        check_target(folder / "probe")
    except MiaobiError:
        return False
    return True


def _plugins() -> list[Finding]:
    """Report every installed plugin; call this last, so that all hooks have been read."""
    findings = []
    for hook in extensions.BUILT_IN:
        extensions.rows(hook)
    for plugin in extensions.plugins():
        detail = "; ".join((plugin.distribution, *plugin.problems))
        package = plugin.distribution.partition(" ")[0]
        command = f"{sys.executable} -m pip uninstall {package}"
        advice = tr("Update it, or remove it: {command}", command=command)
        problem = bool(plugin.problems)
        state = WARN if problem else OK
        subject = tr("plugin {name}", name=plugin.name)
        findings.append(Finding(state, subject, detail, advice if problem else ""))
    return findings


def _models(measure: bool) -> list[Finding]:
    import psutil

    free = psutil.virtual_memory().available / 1e6
    bandwidth = _bandwidth()
    return [_model(model, free, bandwidth, measure) for model in all_models()]


def _model(model: Model, free: float, bandwidth: float, measure: bool) -> Finding:
    if not model.is_installed:
        advice = tr("Download it: miaobi pull {name}", name=model.asset)
        return Finding(WARN, model.name, tr("not installed"), advice)
    if model.memory > free:
        detail = tr(
            "needs {need} MB of memory, {free:.0f} MB are free", need=model.memory, free=free
        )
        return Finding(
            WARN, model.name, detail, tr("Close other programs, or use a smaller model.")
        )
    if measure:
        try:
            return Finding(OK, model.name, _measure(model))
        except MiaobiError as error:
            return Finding(BAD, model.name, str(error))
    if model.kind == "text" and (size := _bytes_per_token(model)):
        # decoding reads every weight once per token; half the bandwidth is typical
        speed = tr("about {speed:.0f} tokens/s (estimated)", speed=bandwidth / size / 2)
        return Finding(OK, model.name, speed)
    return Finding(OK, model.name, tr("ready"))


def _bytes_per_token(model: Model) -> int:
    """Return the bytes read per token (16-bit weights are used in 32 bits), 0 where unknown."""
    from miaobi.assets.table import find_asset

    if model.asset:
        return find_asset(model.asset).size
    weights = Path(model.place) / "model.safetensors"
    return 2 * weights.stat().st_size if model.place and weights.is_file() else 0


def _bandwidth() -> float:
    """Measure the single-threaded memory read bandwidth in bytes per second."""
    import numpy as np

    block = np.ones(32 << 20, np.float32)  # 128 MB: larger than any cache
    fastest = min(_time(block.sum) for _ in range(3))
    return block.nbytes / fastest


def _time(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _measure(model: Model) -> str:
    """Time a warm run through the pipeline and describe the speed; the outputs are deleted."""
    from miaobi.tasks import library
    from miaobi.tasks.image import image
    from miaobi.tasks.speech import speech
    from miaobi.tasks.text import text

    if model.kind == "image":
        for _ in range(2):
            picture = image("a fox", model=model.name)
            library.forget(picture.id)
        seconds = picture.timings["generate"]
        return tr("{seconds:.1f} s per picture (measured)", seconds=seconds)
    if model.kind not in ("text", "speech"):
        return tr("ready")
    if model.kind == "text":
        answer = text(SAMPLE["en"], model=model.name, max_tokens=32)
        library.forget(answer.id)
        speed = answer.usage["completion_tokens"] / answer.usage["seconds"]
        return tr("{speed:.0f} tokens/s (measured)", speed=speed)
    for _ in range(2):  # the first run loads the model and its normalization rules
        spoken = speech(SAMPLE[model.languages[-1]], model=model.name)
        library.forget(spoken.id)
    length = (len(spoken.data) - 44) / 2 / 24_000  # 16-bit WAV at 24 kHz
    factor = length / spoken.timings["generate"]
    return tr("{times:.0f} × real time (measured)", times=factor)
