"""Licenses of everything that is installed to run Miaobi, read from its metadata.

Walked are the dependencies in pyproject.toml, its extras but `dev`, what the Makefile installs
without dependencies, and everything these require on this machine. Metadata says too little of
libraries that lie inside wheels, so their files are looked at by name as well.
"""

import ast
import re
import sys
import tomllib
from collections.abc import Callable, Iterable, Iterator
from importlib.metadata import Distribution, PackageNotFoundError, packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PROJECT = Path(__file__).parents[2]
SOURCE = PROJECT / "src" / "miaobi"

# licenses that ask for a notice at most; of MPL-2.0 only changed files would have to be published
ALLOWED = {
    "0BSD", "Apache-2.0", "Apache-2.0 WITH LLVM-exception", "BSD-2-Clause", "BSD-3-Clause",
    "BSL-1.0", "CC0-1.0", "CNRI-Python", "ISC", "MIT", "MIT-0", "MIT-CMU", "MPL-2.0", "PSF-2.0",
    "Zlib",
}  # fmt: skip
# how older metadata calls them, in lower case
NAMES = {
    "apache": "Apache-2.0",
    "apache 2.0": "Apache-2.0",
    "apache 2.0 license": "Apache-2.0",
    "apache license 2.0": "Apache-2.0",
    "apache software license": "Apache-2.0",
    "bsd": "BSD-3-Clause",
    "bsd license": "BSD-3-Clause",
    "bsd 2-clause license": "BSD-2-Clause",
    "bsd 3-clause license": "BSD-3-Clause",
    "3-clause bsd license": "BSD-3-Clause",
    "isc license": "ISC",
    "isc license (iscl)": "ISC",
    "mit license": "MIT",
    "mozilla public license 2.0 (mpl 2.0)": "MPL-2.0",
}
GENERIC = {"osi approved", "dfsg approved"}  # classifiers that name no license
# libraries and programs under the LGPL or GPL, by the names of their files
COPYLEFT = re.compile(
    r"(?:lib)?(?:x264|x265|av(?:codec|device|filter|format|util)|postproc|sw(?:resample|scale)"
    r"|sndfile|mp3lame|mpg123|soxr|fluidsynth|espeak(?:-ng)?|rubberband|fribidi|asound"
    r"|gnutls|gmp|nettle|hogweed|unistring|idn2|keyutils|quadmath|crypt)[-_.\d].*(?:so|dylib|dll)\b.*"
    r"|(?:lib)?(?:x264|x265|sndfile|mp3lame|mpg123|quadmath)\.(?:so|dylib|dll)"
    r"|ffmpeg[-_]?(?:linux|osx|macos|win).*"
)
EXPLAINED = {
    "av": "Its LICENSE.txt is BSD-3-Clause, for PyAV itself. Its wheel bundles FFmpeg's libraries, "
    "which call themselves LGPL version 3 or later though they are built with libx264 and libx265, "
    "and bundles these two, which are GPL-2.0-or-later; also LAME, GMP, Nettle, GnuTLS, "
    "libunistring and ALSA's library, all LGPL. No license text of any of them is inside. Nothing "
    "in src imports it. faster_whisper/audio.py does, to read sound files, which Miaobi never asks "
    "it for: engines/whisper.py imports faster_whisper without it, and a test sees that neither "
    "x264 nor x265 is loaded.",
    "imageio-ffmpeg": "Its LICENSE is BSD-2-Clause, for the Python part, which says where the "
    "program lies. The ffmpeg in binaries/ says with -L that it is GPL version 3 or later: it is "
    "run as a program of its own and never imported.",
    "numpy": "Its LICENSE.txt: BSD-3-Clause; the wheel bundles libquadmath, LGPL-2.1-or-later, as a "
    "library of its own that can be exchanged, and libgfortran, GPL-3.0-or-later with the GCC "
    "runtime exception, which allows it in anything.",
    "psycopg": "Its LICENSE.txt is LGPL-3.0. Comes only with miaobi[postgres]; SQLAlchemy imports "
    "it, unchanged, from its own files, which anyone may exchange. Nothing in src imports it.",
    "psycopg-binary": "The compiled part of psycopg: its LICENSE.txt is LGPL-3.0, and the same "
    "holds. Its wheel bundles libpq, OpenSSL, Kerberos, OpenLDAP, SASL, and libkeyutils and "
    "libcrypt, which are LGPL; no license text of those is inside.",
    "resvg-py": "Its metadata names no license; its LICENSE is the text of the MIT license.",
    "soundfile": "Its license_notes.md: BSD-3-Clause, linked against libsndfile (its COPYING is "
    "LGPL-2.1), which contains LAME (LGPL-2+) and mpg123 (LGPL-2.1) and BSD codecs. libsndfile is "
    "a library file of its own that anyone may exchange.",
    "thorvg-python": "Its LICENSE is LGPL-2.1, for its Python bindings, imported unchanged from their "
    "own files, which anyone may exchange. libthorvg inside is MIT.",
    "soxr": "Its LICENSE.txt and that of libsoxr are LGPL-2.1-or-later. A module of its own, "
    "imported unchanged, that anyone may exchange.",
}  # fmt: skip
# never in src, whoever installs them
FORBIDDEN = {
    "av": "its wheel bundles x264 and x265, which are under the GPL",
    "mutagen": "it is under the GPL",
}
# installed before everything else, as the build for this machine; setuptools comes with it
UNPINNED = {"torch", "setuptools"}


def roots() -> list[str]:
    """Return the requirements of Miaobi at run time."""
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    optional = [line for name, lines in extras.items() if name != "dev" for line in lines]
    return [*project["dependencies"], *optional]


def alone() -> list[str]:
    """Return the distributions that the Makefile installs with --no-deps."""
    makefile = (PROJECT / "Makefile").read_text(encoding="utf-8")
    return re.findall(r"--no-deps (\S+)", makefile)


def walk(
    wanted: Iterable[str], find: Callable[[str], Distribution] = Distribution.from_name
) -> dict[str, Distribution]:
    """{canonical name: distribution} of requirements and all that they require here.

    Raises PackageNotFoundError for one that is not installed.
    """
    found: dict[str, Distribution] = {}
    seen: set[tuple[str, str]] = set()
    waiting = [(Requirement(line), "") for line in wanted]
    while waiting:
        requirement, extra = waiting.pop()
        if requirement.marker and not requirement.marker.evaluate({"extra": extra}):
            continue
        name = canonicalize_name(requirement.name)
        found.setdefault(name, find(requirement.name))
        for chosen in {"", *requirement.extras}:
            if (name, chosen) not in seen:
                seen.add((name, chosen))
                lines = found[name].requires or []
                waiting += [(Requirement(line), chosen) for line in lines]
    return found


def stated(distribution: Distribution) -> list[str]:
    """The licenses that metadata states, in its own words."""
    metadata = distribution.metadata
    expression = metadata.get("License-Expression")
    if expression:
        return [expression]
    text = " ".join((metadata.get("License") or "").split())
    if text.startswith("Apache License Version 2.0"):
        text = "Apache-2.0"
    classifiers = [line.split(" :: ")[-1] for line in metadata.get_all("Classifier") or []
                   if line.startswith("License ::")]  # fmt: skip
    rows = [text if text.upper() != "UNKNOWN" else "", *classifiers]
    return [row for row in rows if row and row.lower() not in GENERIC]


def permitted(license: str) -> bool:
    """Says if a license may be used: an SPDX expression, or one of NAMES."""
    license = NAMES.get(license.lower(), license)
    while group := re.search(r"\(([^()]*)\)", license):
        inner = "MIT" if permitted(group[1]) else "none"
        license = license[: group.start()] + inner + license[group.end() :]
    choices = (re.split(r"\s+AND\s+", choice) for choice in re.split(r"\s+OR\s+", license))
    return any(all(part.strip() in ALLOWED for part in parts) for parts in choices)


def doubts(distribution: Distribution) -> list[str]:
    """Return the reasons that forbid a distribution unless it is explained; [] for most."""
    licenses = stated(distribution)
    found = [f"says {license[:60]!r}" for license in licenses if not permitted(license)]
    if not licenses:
        found.append("says nothing of its license")
    return found + [f"brings {name}" for name in files(distribution) if COPYLEFT.fullmatch(name)]


def files(distribution: Distribution) -> list[str]:
    """The names of its files without folders, as its RECORD lists them."""
    record = distribution.read_text("RECORD") or ""
    return [line.split(",")[0].rpartition("/")[2] for line in record.splitlines()]


@pytest.fixture(scope="module")
def installed() -> dict[str, Distribution]:
    found = walk(roots())
    return found | {canonicalize_name(row.name): row for row in map(one, alone())}


def one(line: str) -> Distribution:
    return Distribution.from_name(Requirement(line).name)


@pytest.fixture(scope="module")
def doubtful(installed: dict[str, Distribution]) -> dict[str, list[str]]:
    rows = {name: doubts(distribution) for name, distribution in sorted(installed.items())}
    return {name: found for name, found in rows.items() if found}


def test_every_license_may_be_used_or_is_explained(doubtful: dict[str, list[str]]) -> None:
    assert {name: found for name, found in doubtful.items() if name not in EXPLAINED} == {}


@pytest.mark.skipif(sys.platform != "linux", reason="wheels of other systems bundle other files")
def test_no_explanation_is_stale(doubtful: dict[str, list[str]]) -> None:
    assert set(EXPLAINED) - set(doubtful) == set()


def test_the_walk_reaches_what_is_only_required_by_others(
    installed: dict[str, Distribution],
) -> None:
    direct = {canonicalize_name(Requirement(line).name) for line in (*roots(), *alone())}
    assert direct <= set(installed)
    assert {"av", "jieba", "sympy", "tinysoundfont", "psycopg-binary"} <= set(installed)
    assert "pytest" not in installed and "pyaudio" not in installed
    assert len(installed) > 100


def test_every_library_is_pinned_as_it_is_installed(installed: dict[str, Distribution]) -> None:
    lines = (PROJECT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    rows = (line.split("==") for line in lines if "==" in line)
    pins = {canonicalize_name(name): version.strip() for name, version in rows}
    different = {
        name: (distribution.version, pins.get(name))
        for name, distribution in installed.items()
        if name not in UNPINNED and pins.get(name) != distribution.version
    }
    assert different == {}


# what src imports


def imports(text: str) -> Iterator[str]:
    """Yields the first names of modules that a source text imports, also by their names as words."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]
        elif isinstance(node, ast.Call) and node.args:
            called = ast.unparse(node.func).rpartition(".")[2]
            word = node.args[0]
            if called in ("import_module", "__import__") and isinstance(word, ast.Constant):
                yield str(word.value).partition(".")[0]


@pytest.fixture(scope="module")
def imported() -> dict[str, list[str]]:
    """{module: files of src that import it}, without the standard library and our own."""
    found: dict[str, list[str]] = {}
    for path in sorted(SOURCE.rglob("*.py")):
        for name in set(imports(path.read_text(encoding="utf-8"))):
            if name not in sys.stdlib_module_names and name != "miaobi":
                found.setdefault(name, []).append(path.relative_to(SOURCE).as_posix())
    return found


def test_src_imports_only_what_was_walked(
    imported: dict[str, list[str]], installed: dict[str, Distribution]
) -> None:
    owners = packages_distributions()
    strange = {
        name: files
        for name, files in imported.items()
        if not {canonicalize_name(owner) for owner in owners.get(name, [])} & set(installed)
    }
    assert strange == {}
    assert len(imported) > 30


def test_src_never_imports_what_is_forbidden(imported: dict[str, list[str]]) -> None:
    assert {name: files for name, files in imported.items() if name in FORBIDDEN} == {}


def test_what_is_forbidden_is_no_dependency_of_ours() -> None:
    direct = {canonicalize_name(Requirement(line).name) for line in (*roots(), *alone())}
    assert direct & set(FORBIDDEN) == set()


# these tests can fail


def made(folder: Path, name: str, *lines: str, files: Iterable[str] = ()) -> Distribution:
    """A distribution that is nothing but its metadata."""
    info = folder / f"{name.replace('-', '_')}-1.0.dist-info"
    info.mkdir()
    head = ["Metadata-Version: 2.4", f"Name: {name}", "Version: 1.0"]
    (info / "METADATA").write_text("\n".join([*head, *lines]) + "\n", encoding="utf-8")
    (info / "RECORD").write_text("".join(f"{file},,\n" for file in files), encoding="utf-8")
    return Distribution.at(info)


@pytest.mark.parametrize(
    ("lines", "doubt"),
    [
        (["License-Expression: GPL-3.0-or-later"], "says 'GPL-3.0-or-later'"),
        (["License-Expression: MIT AND GPL-2.0-only"], "says 'MIT AND GPL-2.0-only'"),
        (["License-Expression: MIT AND (LGPL-3.0-only OR AGPL-3.0-only)"], "says 'MIT AND ("),
        (["License-Expression: Apache-2.0 WITH Commons-Clause"], "says 'Apache-2.0 WITH Commons"),
        (["License: LGPL"], "says 'LGPL'"),
        (["License: GNU GENERAL PUBLIC LICENSE Version 3, 29 June 2007"], "says 'GNU GENERAL"),
        (["License: CC-BY-NC-4.0"], "says 'CC-BY-NC-4.0'"),
        (["License: Proprietary"], "says 'Proprietary'"),
        (
            ["Classifier: License :: OSI Approved :: GNU Affero General Public License v3"],
            "says 'GNU Affero General",
        ),
        (["License: GPLv3", "Classifier: License :: OSI Approved :: MIT License"], "says 'GPLv3'"),
        (["Classifier: License :: OSI Approved"], "says nothing"),
        (["License: UNKNOWN"], "says nothing"),
        ([], "says nothing"),
    ],
)
def test_a_license_that_may_not_be_used_is_caught(
    lines: list[str], doubt: str, tmp_path: Path
) -> None:
    (found,) = doubts(made(tmp_path, "example", *lines))
    assert found.startswith(doubt)


@pytest.mark.parametrize(
    "line",
    [
        "License-Expression: MIT",
        "License-Expression: GPL-2.0-or-later OR MIT",
        "License-Expression: (MIT OR GPL-3.0-only) AND BSD-3-Clause",
        "License-Expression: Apache-2.0 WITH LLVM-exception AND MIT",
        "License: BSD 3-Clause License",
        "Classifier: License :: OSI Approved :: MIT License",
    ],
)
def test_a_license_that_may_be_used_is_not(line: str, tmp_path: Path) -> None:
    assert doubts(made(tmp_path, "example", line)) == []


@pytest.mark.parametrize(
    "file",
    [
        "av.libs/libx264-d6533a8d.so.165",
        "example/libavcodec.62.dylib",
        "example/avcodec-62.dll",
        "example/libsndfile_x86_64.so",
        "example/libx265.so",
        "example/binaries/ffmpeg-linux-x86_64-v9.0.2",
        "example/binaries/ffmpeg-win64-v7.1.exe",
    ],
)
def test_a_bundled_library_is_caught(file: str, tmp_path: Path) -> None:
    found = made(tmp_path, "example", "License-Expression: MIT", files=[file, "example/ffmpeg.py"])
    assert doubts(found) == [f"brings {file.rpartition('/')[2]}"]


def test_what_is_required_by_what_is_required_is_caught(tmp_path: Path) -> None:
    free = "License-Expression: MIT"
    rows = {
        "top": made(tmp_path, "top", free, 'Requires-Dist: middle[more]; python_version > "3"'),
        "middle": made(
            tmp_path,
            "middle",
            free,
            'Requires-Dist: not-here; sys_platform == "never"',
            'Requires-Dist: not-chosen; extra == "other"',
            'Requires-Dist: Bottom_Part; extra == "more"',
            "Requires-Dist: top",
        ),
        "Bottom_Part": made(tmp_path, "bottom-part", "License: GPL-3.0"),
    }
    found = walk(["top"], rows.__getitem__)
    assert set(found) == {"top", "middle", "bottom-part"}
    assert {name: doubts(row) for name, row in found.items() if doubts(row)} == {
        "bottom-part": ["says 'GPL-3.0'"]
    }


def test_what_is_not_installed_is_not_passed_over() -> None:
    with pytest.raises(PackageNotFoundError):
        walk(["no-such-distribution-of-anyone"])


def test_every_way_to_import_is_seen() -> None:
    text = """
import os.path, av.audio as sound
from mutagen.id3 import ID3
from . import near
def later():
    import yaml
    importlib.import_module("numpy.linalg")
    __import__("PIL")
"""
    assert sorted(imports(text)) == ["PIL", "av", "mutagen", "numpy", "os", "yaml"]
