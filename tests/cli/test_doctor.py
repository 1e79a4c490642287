"""`miaobi doctor`: what there is, what is missing, and the way out."""

import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from miaobi.models.zoo import MODELS
from miaobi.tasks import library

Run = Callable[..., subprocess.CompletedProcess[str]]


def test_as_json_with_one_model(miaobi: Run, own_home: Path) -> None:
    real = (own_home / "assets").resolve()
    (own_home / "assets").unlink()
    (own_home / "assets").mkdir()
    (own_home / "assets" / "smollm2-135m").symlink_to(real / "smollm2-135m")
    done = miaobi("doctor", "--json", "--measure")
    assert (done.returncode, done.stderr) == (0, "")
    findings = {finding["subject"]: finding for finding in json.loads(done.stdout)}
    assert {"system", "processor", "memory", "accelerator", "libraries", "folder", "network"} < set(
        findings
    )
    assert {model.name for model in MODELS} < set(findings)
    assert all(finding["state"] in ("ok", "warn") for finding in findings.values())
    assert re.match(r"[1-9]\d* tokens/s \(measured\)", findings["smollm2-135m"]["detail"])
    assert re.match(r"[1-9]\d* × real time \(measured\)", findings["hibari"]["detail"])
    assert findings["kokoro-82m"]["state"] == "warn"
    assert findings["kokoro-82m"]["advice"] == "Download it: miaobi pull kokoro-82m"
    assert str(own_home) in findings["folder"]["detail"]
    assert library.find() == []  # what was measured is not kept


def test_a_home_that_cannot_be_used_in_chinese(
    miaobi: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MIAOBI_HOME", "/proc/miaobi")
    monkeypatch.setenv("MIAOBI_OFFLINE", "1")
    monkeypatch.setenv("MIAOBI_LANG", "zh")
    done = miaobi("doctor")
    assert (done.returncode, done.stderr) == (1, "")
    bad, advice = re.findall(r"^✗ (.*/proc/miaobi.*)\n    → (.*)$", done.stdout, re.M)[0]
    assert "MIAOBI_HOME" in advice and "MIAOBI_OFFLINE" in done.stdout
    lines = [line for line in done.stdout.splitlines() if not line.startswith("    ")]
    assert all(re.match(r"[✓!✗] ", line) for line in lines)
    assert len(re.findall(r"[\u4e00-\u9fff]", done.stdout)) > 50
    assert "not installed" not in done.stdout and "miaobi pull smollm2-135m" in done.stdout
