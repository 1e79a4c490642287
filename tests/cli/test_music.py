"""`miaobi music`."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

from miaobi.music.formats import read_score

Run = Callable[..., subprocess.CompletedProcess[str]]


def test_a_file_by_its_ending(miaobi: Run, tmp_path: Path) -> None:
    done = miaobi("music", "march in G, 120 bpm", "-s", "6", "--seed", "1", "-o", "march.midi")
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "march.midi"
    score = read_score(tmp_path / "march.midi")
    assert (score.tempo, score.meter, score.key.name) == (120, (4, 4), "G major")
    assert (tmp_path / "march.midi.c2pa").is_file()
    told = miaobi(
        "music", "--melody", "march.midi", "--mode", "vary", "--format", "musicxml", "--json"
    )
    record = json.loads(told.stdout)
    assert record["parameters"]["use"] == "vary" and Path(tmp_path, record["path"]).is_file()


def test_refused(refused: Callable[..., str], tmp_path: Path) -> None:
    (tmp_path / "bad.mid").write_bytes(b"MThd")
    for arguments, sentence in (
        (("waltz", "--key", "H"), "There is no key 'H'."),
        (("waltz", "-s", "36000"), "seconds is 36000"),
        (("waltz", "--instruments", "kazooo"), "There is no instrument 'kazooo'."),
        (("--melody", "bad.mid"), "bad.mid cannot be read as MIDI"),
        (("waltz", "-o", "music.aiff"), "format is 'aiff'."),
    ):
        refused("music", *arguments, code=2 if "bad.mid" not in arguments else 1, says=(sentence,))
