"""Pulling assets from a real registry on this machine: whole and checked, or not there."""

import hashlib
import os
import pickle
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from filelock import FileLock

from miaobi.assets import store
from miaobi.assets.asset import Asset, AssetFile, Hub, Package
from miaobi.assets.store import asset_folder, is_installed, pull, remove
from miaobi.core.errors import (
    DiskFull,
    DownloadError,
    MiaobiError,
    MissingAsset,
    NotFoundError,
    OfflineError,
    OutputPathError,
    WrongHash,
)
from miaobi.core.events import Progress

SIZE = 600_000

# a pull in a process of its own: what came on standard output, an error as its name and sentence
PULL = """if True:
    import pickle, resource, sys
    from pathlib import Path
    from miaobi.assets import store, table
    from miaobi.core.errors import MiaobiError

    table.ASSETS = pickle.loads(Path(sys.argv[1]).read_bytes())
    if len(sys.argv) > 3:
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]),) * 2)
    print("ready", flush=True)
    try:
        for event in store.pull(sys.argv[2]):
            print(int(event.done), flush=True)
    except MiaobiError as error:
        print(type(error).__name__, error, flush=True)
        sys.exit(error.exit_code)
"""


def file_of(data: bytes, *sources: Package | Hub, name: str = "model.bin") -> AssetFile:
    return AssetFile(name, len(data), hashlib.sha256(data).hexdigest(), sources)


def asset_of(*files: AssetFile, name: str = "tiny") -> Asset:
    return Asset(name, "a few random bytes", "Apache-2.0", "the tests", files)


def got(name: str = "model.bin", asset: str = "tiny") -> bytes:
    return (asset_folder(asset) / name).read_bytes()


def leftovers(assets: Path) -> list[str]:
    """Files under .incoming other than locks."""
    growing = [path.name for path in (assets / ".incoming").rglob("*") if path.is_file()]
    return [name for name in growing if not name.endswith(".lock")]


def asset_files(assets: Path) -> list[str]:
    return sorted(path.name for path in (assets / "tiny").glob("*"))


def archive_part(assets: Path) -> Path:
    """The archive that was coming when the pull ended."""
    (found,) = (assets / ".incoming").rglob("*.archive-part")
    return found


@pytest.fixture
def tiny(registry, noise, listed, empty_assets: Path):
    """One asset of one file from one wheel: (bytes of the file, path of the wheel, its size)."""
    data = noise(SIZE, 1)
    purl = registry.wheel("tiny-part", {"tiny_part/data.bin": data})
    listed(asset_of(file_of(data, Package((f"{purl}#tiny_part/data.bin",)))))
    path = registry.path_of(purl)
    return data, path, len(registry.files[path])


@pytest.fixture
def pulling(tmp_path: Path) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Start a pull in another process: `pulling(asset, *limits)`."""
    started: list[subprocess.Popen[str]] = []

    def start(asset: Asset, *limits: int) -> subprocess.Popen[str]:
        rows = tmp_path / "rows.pickle"
        rows.write_bytes(pickle.dumps((asset,)))
        process = subprocess.Popen(
            [sys.executable, "-c", PULL, rows, asset.name, *map(str, limits)],
            stdout=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


class TestPull:
    def test_parts_of_several_packages_are_joined_in_order(
        self, registry, noise, listed, empty_assets: Path
    ) -> None:
        """Their order is the row's, whatever their names; both archive types and compression."""
        blocks = [noise(70_000, seed) for seed in range(4)]
        first = registry.wheel("zz-part", {"zz/b.bin": blocks[0]})
        second = registry.tarball("voices", {"v/one.bin": blocks[1]})
        third = registry.wheel("aa-part", {"aa/x": blocks[3], "aa/y": blocks[2]}, deflate=True)
        parts = (
            f"{first}#zz/b.bin",
            f"{second}#package/v/one.bin",
            f"{third}#aa/y",
            f"{third}#aa/x",
        )
        data = b"".join(blocks)
        listed(asset_of(file_of(data, Package(parts))))
        events = list(pull("tiny"))
        assert got() == data
        assert events[-1] == Progress("tiny", len(data), len(data))
        assert all(0 <= event.done <= event.total for event in events)
        assert leftovers(empty_assets) == []
        for purl in (first, second, third):
            assert len(registry.requests(registry.path_of(purl))) == 1

    def test_a_package_may_come_back(self, registry, noise, listed, empty_assets: Path) -> None:
        blocks = [noise(1000, seed) for seed in range(3)]
        one = registry.wheel("one", {"one/a": blocks[0], "one/c": blocks[2]})
        two = registry.wheel("two", {"two/b": blocks[1]})
        listed(
            asset_of(
                file_of(b"".join(blocks), Package((f"{one}#one/a", f"{two}#two/b", f"{one}#one/c")))
            )
        )
        list(pull("tiny"))
        assert got() == b"".join(blocks)

    def test_files_of_one_package_share_one_download(
        self, registry, noise, listed, empty_assets: Path
    ) -> None:
        model, words = noise(SIZE, 1), b"the license\n"
        purl = registry.wheel(
            "both", {"both/model.bin": model, "both-1.0.0.dist-info/LICENSE": words}
        )
        other = registry.wheel("other", {"other/x": b"between"})
        listed(
            asset_of(
                file_of(model, Package((f"{purl}#both/model.bin",))),
                file_of(b"between", Package((f"{other}#other/x",)), name="between"),
                file_of(words, Package((f"{purl}#both-1.0.0.dist-info/LICENSE",)), name="LICENSE"),
            )
        )
        list(pull("tiny"))
        assert (got(), got("between"), got("LICENSE")) == (model, b"between", words)
        assert len(registry.requests(registry.path_of(purl))) == 1
        assert leftovers(empty_assets) == []

    def test_nothing_of_a_package_is_imported_or_run(
        self, registry, noise, listed, empty_assets: Path, tmp_path: Path
    ) -> None:
        marker = tmp_path / "it ran"
        code = f"open({str(marker)!r}, 'w')\n".encode()
        data = noise(1000, 1)
        wheel = registry.wheel(
            "wolf-pack",
            {
                "wolf_pack/__init__.py": code,
                "wolf_pack/data.bin": data[:500],
                "wolf_pack.pth": b"import wolf_pack\n",
                "setup.py": code,
            },
        )
        scripts = f'{{"scripts": {{"install": "touch \\"{marker}\\""}}}}'.encode()
        tarball = registry.tarball("wolf", {"package.json": scripts, "data.bin": data[500:]})
        parts = (f"{wheel}#wolf_pack/data.bin", f"{tarball}#package/data.bin")
        listed(asset_of(file_of(data, Package(parts))))
        list(pull("tiny"))
        assert got() == data
        assert not marker.exists()
        assert not [name for name in sys.modules if name.startswith("wolf_pack")]
        assert asset_files(empty_assets) == ["model.bin"]

    def test_what_is_here_is_not_asked_for_again(self, registry, tiny) -> None:
        list(pull("tiny"))
        before = len(registry.asked)
        assert list(pull("tiny")) == [Progress("tiny", SIZE, SIZE)]
        assert len(registry.asked) == before

    def test_a_name_that_is_not_in_the_table(self, registry, tiny, empty_assets: Path) -> None:
        with pytest.raises(NotFoundError, match="no asset called 'tinny'"):
            list(pull("tinny"))
        assert list(empty_assets.iterdir()) == []

    def test_a_truncated_file_is_not_here(self, registry, tiny, empty_assets: Path) -> None:
        data, _, _ = tiny
        list(pull("tiny"))
        assert is_installed(store.find_asset("tiny"))
        os.truncate(empty_assets / "tiny" / "model.bin", SIZE - 1)
        assert not is_installed(store.find_asset("tiny"))
        with pytest.raises(
            MissingAsset, match=r"Get it with: miaobi pull tiny \(1 MB, Apache-2.0\)"
        ):
            asset_folder("tiny")
        list(pull("tiny"))
        assert got() == data

    def test_only_the_missing_file_is_fetched(self, registry, noise, listed, empty_assets) -> None:
        one = registry.wheel("one", {"one/a": b"a" * 100})
        two = registry.wheel("two", {"two/b": b"b" * 100})
        listed(
            asset_of(
                file_of(b"a" * 100, Package((f"{one}#one/a",)), name="a"),
                file_of(b"b" * 100, Package((f"{two}#two/b",)), name="b"),
            )
        )
        list(pull("tiny"))
        (empty_assets / "tiny" / "b").unlink()
        list(pull("tiny"))
        assert got("b") == b"b" * 100
        assert len(registry.requests(registry.path_of(one))) == 1
        assert len(registry.requests(registry.path_of(two))) == 2


class TestResume:
    def test_within_one_pull(self, registry, tiny, trouble) -> None:
        data, path, size = tiny
        registry.trouble[path] = iter([trouble(after=200_000), trouble(after=100_000)])
        list(pull("tiny"))
        assert got() == data
        assert [asked.start for asked in registry.requests(path)] == [None, 200_000, 300_000]
        assert registry.sent(path) == size

    def test_across_two_pulls(self, registry, tiny, trouble, empty_assets: Path) -> None:
        data, path, size = tiny
        registry.trouble[path] = iter([trouble(after=60_000)] * 4)
        with pytest.raises(DownloadError, match="connection was lost .* it continues where"):
            list(pull("tiny"))
        assert asset_files(empty_assets) == []
        assert not is_installed(store.find_asset("tiny"))
        list(pull("tiny"))
        assert got() == data
        assert registry.requests(path)[-1].start == 240_000
        assert registry.sent(path) == size

    def test_whole_parts_are_not_fetched_again(
        self, registry, noise, listed, trouble, empty_assets: Path
    ) -> None:
        blocks = [noise(200_000, seed) for seed in range(3)]
        purls = [registry.wheel(f"p{n}", {f"p{n}/x": block}) for n, block in enumerate(blocks)]
        parts = tuple(f"{purl}#p{n}/x" for n, purl in enumerate(purls))
        listed(asset_of(file_of(b"".join(blocks), Package(parts))))
        paths = [registry.path_of(purl) for purl in purls]
        registry.trouble[paths[2]] = iter([trouble(after=1000)] * 4)
        with pytest.raises(DownloadError):
            list(pull("tiny"))
        list(pull("tiny"))
        assert got() == b"".join(blocks)
        assert [registry.sent(path) for path in paths] == [len(registry.files[p]) for p in paths]

    def test_after_kill_9(self, registry, tiny, trouble, pulling, empty_assets: Path) -> None:
        data, path, size = tiny
        killed = threading.Event()
        registry.trouble[path] = iter([trouble(after=300_000, until=killed)])
        process = pulling(store.find_asset("tiny"))
        assert process.stdout is not None
        for line in process.stdout:
            if line.strip().isdigit() and int(line) >= 200_000:
                break
        process.send_signal(signal.SIGKILL)
        assert process.wait(10) == -signal.SIGKILL
        killed.set()
        assert asset_files(empty_assets) == []
        kept = archive_part(empty_assets).stat().st_size
        assert 200_000 - 10_000 < kept <= 300_000  # but for what lay in the file's buffer
        list(pull("tiny"))
        assert got() == data
        assert [asked.start for asked in registry.requests(path)] == [None, kept]
        assert registry.requests(path)[-1].sent == size - kept
        assert leftovers(empty_assets) == []

    def test_a_note_torn_by_a_crash_only_costs_time(
        self, registry, noise, listed, trouble, empty_assets: Path
    ) -> None:
        blocks = [noise(1000, seed) for seed in range(2)]
        purls = [registry.wheel(f"p{n}", {f"p{n}/x": block}) for n, block in enumerate(blocks)]
        listed(
            asset_of(
                file_of(
                    b"".join(blocks), Package(tuple(f"{p}#p{n}/x" for n, p in enumerate(purls)))
                )
            )
        )
        second = registry.path_of(purls[1])
        for torn in ("", '{"parts": 1, "si', '{"parts": 1, "size": 99999999}'):
            registry.trouble[second] = iter([trouble(after=10)] * 4)
            with pytest.raises(DownloadError):
                list(pull("tiny"))
            (note,) = (empty_assets / ".incoming").rglob("*.json")
            assert note.read_text() == '{"parts": 1, "size": 1000}'
            note.write_text(torn)
            list(pull("tiny"))
            assert got() == b"".join(blocks)
            assert leftovers(empty_assets) == []
            remove("tiny")

    def test_what_rotted_in_the_meantime_is_fetched_again(
        self, registry, noise, listed, trouble, empty_assets: Path
    ) -> None:
        """After a power failure a half file may hold anything; the user need not know."""
        one = registry.wheel("one", {"one/x": noise(1000, 1)})
        two = registry.wheel("two", {"two/x": noise(1000, 2)})
        data = noise(1000, 1) + noise(1000, 2)
        listed(asset_of(file_of(data, Package((f"{one}#one/x", f"{two}#two/x")))))
        registry.trouble[registry.path_of(two)] = iter([trouble(after=10)] * 4)
        with pytest.raises(DownloadError):
            list(pull("tiny"))
        (growing,) = (empty_assets / ".incoming").rglob("*.part")
        growing.write_bytes(bytes(1000))
        list(pull("tiny"))
        assert got() == data
        assert len(registry.requests(registry.path_of(one))) == 2

    def test_closing_midway_stops_and_a_later_pull_completes(
        self, registry, tiny, trouble, empty_assets: Path
    ) -> None:
        data, path, size = tiny
        going_on = threading.Event()
        registry.trouble[path] = iter([trouble(after=200_000, until=going_on, cut=False)])
        events = pull("tiny")
        while next(events).done < 150_000:
            pass
        threading.Timer(0.2, going_on.set).start()
        events.close()
        assert len(registry.requests(path)) == 1  # a reader who leaves is not a broken line
        assert asset_files(empty_assets) == []
        kept = archive_part(empty_assets).stat().st_size
        assert 150_000 <= kept < size
        time.sleep(0.2)
        assert archive_part(empty_assets).stat().st_size == kept  # nobody writes any more
        list(pull("tiny"))
        assert got() == data
        assert [asked.start for asked in registry.requests(path)] == [None, kept]


class TestWrongBytes:
    def test_wrong_hash_is_one_sentence_and_leaves_nothing(
        self, registry, noise, listed, empty_assets: Path
    ) -> None:
        wanted, came = noise(SIZE, 1), noise(SIZE, 2)
        purl = registry.wheel("tiny-part", {"tiny_part/data.bin": came})
        listed(asset_of(file_of(wanted, Package((f"{purl}#tiny_part/data.bin",)))))
        with pytest.raises(WrongHash) as caught:
            list(pull("tiny"))
        seen, expected = (hashlib.sha256(data).hexdigest()[:12] for data in (came, wanted))
        assert str(caught.value) == (
            f"tiny/model.bin has the wrong SHA-256: {seen}… instead of {expected}…. "
            "The copy is damaged or was replaced; it was deleted. Try again, or another source "
            "with --from FOLDER."
        )
        assert asset_files(empty_assets) == []
        assert leftovers(empty_assets) == []

    def test_second_source_after_a_wrong_first(
        self, registry, noise, listed, empty_assets: Path
    ) -> None:
        data = noise(SIZE, 1)
        bad = registry.wheel("bad", {"bad/x": noise(SIZE, 2)})
        good = registry.wheel("good", {"good/x": data})
        sources = Package((f"{bad}#bad/x",)), Package((f"{good}#good/x",))
        listed(asset_of(file_of(data, *sources)))
        list(pull("tiny"))
        assert got() == data
        assert registry.sent(registry.path_of(bad)) == len(registry.files[registry.path_of(bad)])
        assert leftovers(empty_assets) == []

    def test_a_wrong_first_half_does_not_spoil_the_second_source(
        self, registry, noise, listed, empty_assets: Path
    ) -> None:
        """The first source gives wrong bytes and then fails: the second must not build on them."""
        data = noise(SIZE, 1)
        bad = registry.wheel("bad", {"bad/x": noise(SIZE // 2, 2)})
        good = registry.wheel("good", {"good/x": data})
        sources = Package((f"{bad}#bad/x", "pkg:pypi/gone@1.0.0#y")), Package((f"{good}#good/x",))
        listed(asset_of(file_of(data, *sources)))
        list(pull("tiny"))
        assert got() == data

    def test_repaired_at_the_source(self, registry, tiny, noise) -> None:
        """A wrong copy is not kept, so the next pull gets the right one."""
        data, path, _ = tiny
        whole = registry.files[path]
        registry.files[path] = whole.replace(data, noise(SIZE, 2))
        with pytest.raises(DownloadError, match="Bad CRC-32"):
            list(pull("tiny"))
        registry.files[path] = whole
        list(pull("tiny"))
        assert got() == data

    def test_a_wrong_package_is_not_kept_for_its_later_files(
        self, registry, noise, listed, empty_assets: Path
    ) -> None:
        model, words = noise(1000, 1), b"the license\n"
        purl = registry.wheel("both", {"both/x": noise(1000, 2), "both/LICENSE": words})
        listed(
            asset_of(
                file_of(model, Package((f"{purl}#both/x",))),
                file_of(words, Package((f"{purl}#both/LICENSE",)), name="LICENSE"),
            )
        )
        with pytest.raises(WrongHash):
            list(pull("tiny"))
        assert leftovers(empty_assets) == []
        registry.wheel("both", {"both/x": model, "both/LICENSE": words})
        list(pull("tiny"))
        assert (got(), got("LICENSE")) == (model, words)

    @pytest.mark.parametrize("came", [b"<html>Please log in</html>", b"PK\x03\x04 and no more"])
    def test_not_an_archive_at_all(self, registry, tiny, empty_assets: Path, came: bytes) -> None:
        data, path, _ = tiny
        whole = registry.files[path]
        registry.files[path] = came
        with pytest.raises(DownloadError, match="is damaged or not what it was"):
            list(pull("tiny"))
        assert asset_files(empty_assets) == []
        registry.files[path] = whole
        list(pull("tiny"))
        assert got() == data

    def test_a_member_that_is_not_there(self, registry, noise, listed, empty_assets: Path) -> None:
        purl = registry.wheel("tiny-part", {"tiny_part/data.bin": noise(100, 1)})
        listed(asset_of(file_of(noise(100, 1), Package((f"{purl}#tiny_part/other.bin",)))))
        with pytest.raises(DownloadError, match="no item named 'tiny_part/other.bin'"):
            list(pull("tiny"))
        assert asset_files(empty_assets) == []

    def test_the_hub_goes_on_where_the_packages_stopped(
        self, registry, noise, listed, pulling, empty_assets: Path
    ) -> None:
        """In a process of its own: the hub's library reads HF_ENDPOINT once, when imported."""
        data = noise(SIZE, 1)
        half = registry.wheel("half", {"half/x": data[: SIZE // 2]})
        path = registry.hub_file("studio/tiny", "tiny.bin", data)
        sources = (
            Package((f"{half}#half/x", "pkg:pypi/gone@1.0.0#y")),
            Hub("studio/tiny", "tiny.bin"),
        )
        asset = asset_of(file_of(data, *sources))
        listed(asset)
        process = pulling(asset)
        process.communicate(timeout=30)
        assert process.returncode == 0
        assert got() == data
        assert [asked.start for asked in registry.requests(path)] == [SIZE // 2]


class TestNoSource:
    def test_404_is_one_sentence(self, registry, tiny, empty_assets: Path) -> None:
        _, path, _ = tiny
        del registry.files[path]
        registry.html = False
        with pytest.raises(DownloadError) as caught:
            list(pull("tiny"))
        assert str(caught.value) == "tiny_part-1.0.0-py3-none-any.whl answered 404."
        assert asset_files(empty_assets) == []
        assert leftovers(empty_assets) == []

    def test_all_sources_fail(self, registry, noise, listed, empty_assets: Path) -> None:
        sources = Package(("pkg:pypi/gone@1.0.0#x",)), Package(("pkg:npm/away@2.0.0#x",))
        listed(asset_of(file_of(b"x", *sources)))
        with pytest.raises(DownloadError) as caught:
            list(pull("tiny"))
        assert str(caught.value) == (
            "No source could give model.bin: The package gone 1.0.0 is not in the index any more. "
            "/ away-2.0.0.tgz answered 404."
        )

    def test_no_source_at_all(self, listed, empty_assets: Path) -> None:
        listed(asset_of(file_of(b"x")))
        with pytest.raises(DownloadError, match="There is no source for model.bin."):
            list(pull("tiny"))

    def test_no_network(
        self, registry, tiny, closed_url, monkeypatch: pytest.MonkeyPatch, empty_assets: Path
    ) -> None:
        monkeypatch.setenv("PIP_INDEX_URL", f"{closed_url}/simple")
        with pytest.raises(DownloadError, match="Check the network connection, or PIP_INDEX_URL."):
            list(pull("tiny"))
        assert asset_files(empty_assets) == []

    @pytest.mark.parametrize("count", [1, 2], ids=["one source", "two sources"])
    def test_offline_asks_nobody(
        self, registry, listed, monkeypatch: pytest.MonkeyPatch, count: int, empty_assets: Path
    ) -> None:
        monkeypatch.setenv("MIAOBI_OFFLINE", "1")
        purl = registry.wheel("tiny-part", {"tiny_part/x": b"x"})
        sources = Package((f"{purl}#tiny_part/x",)), Hub("studio/tiny", "tiny.bin")
        listed(asset_of(file_of(b"x", *sources[:count])))
        with pytest.raises(OfflineError) as caught:
            list(pull("tiny"))
        assert str(caught.value) == (
            f"{purl} would have to be downloaded, and the network is switched off. "
            "Unset MIAOBI_OFFLINE, or give the file with `miaobi pull --from FOLDER`."
        )
        assert not registry.asked

    def test_offline_with_the_archive_half_here(
        self, registry, tiny, trouble, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        data, path, _ = tiny
        registry.trouble[path] = iter([trouble(after=60_000)] * 4)
        with pytest.raises(DownloadError):
            list(pull("tiny"))
        before = len(registry.asked)
        monkeypatch.setenv("MIAOBI_OFFLINE", "1")
        with pytest.raises(OfflineError):
            list(pull("tiny"))
        assert len(registry.asked) == before
        monkeypatch.delenv("MIAOBI_OFFLINE")
        list(pull("tiny"))
        assert got() == data
        assert registry.requests(path)[-1].start == 240_000  # switching off costs nothing


class TestLocalFolder:
    @pytest.mark.parametrize("place", ["model.bin", "tiny/model.bin"])
    @pytest.mark.parametrize("how", ["--from", "MIAOBI_ASSETS"])
    def test_comes_before_the_network(
        self, registry, tiny, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str, how: str
    ) -> None:
        data, _, _ = tiny
        path = tmp_path / "usb" / place
        path.parent.mkdir(parents=True)
        path.write_bytes(data)
        if how == "--from":
            list(pull("tiny", tmp_path / "usb"))
        else:
            monkeypatch.setenv("MIAOBI_ASSETS", str(tmp_path / "usb"))
            list(pull("tiny"))
        assert got() == data
        assert path.read_bytes() == data
        assert not registry.asked

    def test_works_offline(self, registry, tiny, tmp_path: Path, monkeypatch) -> None:
        monkeypatch.setenv("MIAOBI_OFFLINE", "1")
        (tmp_path / "model.bin").write_bytes(tiny[0])
        list(pull("tiny", tmp_path))
        assert got() == tiny[0]

    @pytest.mark.parametrize("size", [SIZE, SIZE - 1], ids=["wrong bytes", "wrong size"])
    def test_a_wrong_local_file_is_passed_over(
        self, registry, tiny, noise, tmp_path: Path, size: int, empty_assets: Path
    ) -> None:
        wrong = noise(size, 9)
        (tmp_path / "model.bin").write_bytes(wrong)
        list(pull("tiny", tmp_path))
        assert got() == tiny[0]
        assert (tmp_path / "model.bin").read_bytes() == wrong
        assert leftovers(empty_assets) == []

    def test_both_folders_are_looked_into(
        self, registry, tiny, noise, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A wrong copy in the given folder is noticed, and the variable's folder serves."""
        for name, data in (("given", noise(SIZE, 9)), ("variable", tiny[0])):
            (tmp_path / name).mkdir()
            (tmp_path / name / "model.bin").write_bytes(data)
        monkeypatch.setenv("MIAOBI_ASSETS", str(tmp_path / "variable"))
        list(pull("tiny", tmp_path / "given"))
        assert got() == tiny[0]
        assert not registry.asked


@pytest.fixture
def small_disk(own_home: Path, listed) -> Iterator[Callable[..., None]]:
    """A real disk of 1 MB as the home; `small_disk("size=9m")` changes it."""
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", own_home], capture_output=True, text=True
    )
    if mounted.returncode != 0:
        pytest.skip(f"a disk cannot be mounted here: {mounted.stderr.strip()}")

    def change(option: str) -> None:
        subprocess.run(["mount", "-o", f"remount,{option}", own_home], check=True)

    yield change
    subprocess.run(["umount", "--lazy", own_home], check=True)


class TestDisk:
    def test_full_while_downloading(
        self, registry, tiny, noise, listed, small_disk, own_home: Path
    ) -> None:
        """The file would fit, the package around it does not."""
        big = registry.wheel("big", {"big/x": noise(1000, 1), "big/rest": noise(1_500_000, 2)})
        listed(asset_of(file_of(noise(1000, 1), Package((f"{big}#big/x",)))))
        with pytest.raises(
            DiskFull, match="No room left on the disk that holds .* Free some space"
        ):
            list(pull("tiny"))
        assert len(registry.requests(registry.path_of(big))) == 1
        assert asset_files(own_home / "assets") == []
        assert leftovers(own_home / "assets") == []
        small_disk("size=9m")
        list(pull("tiny"))
        assert got() == noise(1000, 1)

    def test_full_while_joining(self, registry, tiny, small_disk, own_home: Path) -> None:
        """The package fits and the file would, but not both."""
        with pytest.raises(DiskFull, match="No room left on the disk that holds"):
            list(pull("tiny"))
        assert registry.sent(tiny[1]) == tiny[2]
        assert asset_files(own_home / "assets") == []
        assert leftovers(own_home / "assets") == []
        small_disk("size=9m")
        list(pull("tiny"))
        assert got() == tiny[0]

    def test_a_package_makes_room_once_it_is_joined(
        self, registry, noise, listed, small_disk
    ) -> None:
        """800 kB in ten packages need room for the file and one package, not for all of them."""
        blocks = [noise(80_000, seed) for seed in range(10)]
        purls = [registry.wheel(f"p{n}", {f"p{n}/x": block}) for n, block in enumerate(blocks)]
        parts = tuple(f"{purl}#p{n}/x" for n, purl in enumerate(purls))
        listed(asset_of(file_of(b"".join(blocks), Package(parts))))
        list(pull("tiny"))
        assert got() == b"".join(blocks)

    def test_too_small_from_the_start(
        self, registry, noise, listed, small_disk, own_home: Path
    ) -> None:
        data = noise(1_500_000, 1)
        purl = registry.wheel("big", {"big/x": data})
        listed(asset_of(file_of(data, Package((f"{purl}#big/x",)))))
        with pytest.raises(DiskFull, match=r"model.bin needs 2 MB and the disk .* has 1 MB left"):
            list(pull("tiny"))
        assert not registry.asked
        assert leftovers(own_home / "assets") == []

    def test_no_room_for_another_name(self, registry, tiny, small_disk, own_home: Path) -> None:
        """A disk can run out of names before it runs out of bytes, at any step of a pull."""
        small_disk("size=9m")
        used = os.statvfs(own_home).f_files - os.statvfs(own_home).f_ffree
        refused = 0
        for room in range(20):
            small_disk(f"nr_inodes={used + room}")
            try:
                list(pull("tiny"))
            except DiskFull as error:
                assert str(error).startswith("No room left on the disk that holds")
                refused += 1
                assert asset_files(own_home / "assets") == []
                assert leftovers(own_home / "assets") == []
            else:
                break
            shutil.rmtree(own_home / "assets", ignore_errors=True)
        assert refused >= 5  # assets, .incoming and the asset's two folders, the lock …
        assert got() == tiny[0]

    @pytest.mark.parametrize("pulled_before", [False, True])
    def test_read_only(
        self, registry, tiny, small_disk, own_home: Path, pulled_before: bool
    ) -> None:
        if pulled_before:
            small_disk("size=9m")
            list(pull("tiny"))
            (asset_folder("tiny") / "model.bin").unlink()
        small_disk("ro")
        with pytest.raises(OutputPathError, match="cannot be written: it is read-only"):
            list(pull("tiny"))

    @pytest.mark.parametrize("in_package", [True, False])
    def test_file_size_limit_is_a_full_disk(
        self, registry, noise, listed, pulling, in_package: bool, empty_assets: Path
    ) -> None:
        """What `ulimit -f` or a quota does; the package is smaller than the file it holds."""
        data = noise(1000, 1) * (SIZE // 1000)
        purl = registry.wheel("deflated", {"deflated/x": data}, deflate=True)
        whole = len(registry.files[registry.path_of(purl)])
        assert whole < SIZE // 2
        limit = whole // 2 if in_package else SIZE // 2
        asset = asset_of(file_of(data, Package((f"{purl}#deflated/x",))))
        listed(asset)
        process = pulling(asset, limit)
        said, _ = process.communicate(timeout=30)
        assert said.splitlines()[-1].startswith("DiskFull No room left on the disk that holds")
        assert process.returncode == DiskFull.exit_code
        assert len(registry.requests(registry.path_of(purl))) == 1
        assert asset_files(empty_assets) == []
        assert leftovers(empty_assets) == []
        list(pull("tiny"))
        assert got() == data


class TestTogether:
    def test_two_processes_get_one_asset(
        self, registry, tiny, trouble, pulling, empty_assets: Path
    ) -> None:
        data, path, size = tiny
        both_run = threading.Event()
        registry.trouble[path] = iter([trouble(after=200_000, until=both_run, cut=False)])
        processes = [pulling(store.find_asset("tiny")) for _ in range(2)]
        for process in processes:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
        time.sleep(0.5)  # both are in pull() now, one of them with half the package
        both_run.set()
        lines = [process.communicate(timeout=30)[0].splitlines() for process in processes]
        assert [process.returncode for process in processes] == [0, 0]
        assert [said[-1] for said in lines] == [str(SIZE), str(SIZE)]
        assert min(len(said) for said in lines) == 1  # the second found it here
        assert got() == data
        assert asset_files(empty_assets) == ["model.bin"]
        assert registry.sent(path) == size
        assert leftovers(empty_assets) == []

    def test_two_assets_may_share_a_file(
        self, registry, noise, listed, trouble, empty_assets: Path
    ) -> None:
        """The same license text is in several assets, and each has a lock of its own."""
        words, more = noise(SIZE, 1), noise(1000, 2)
        purls = [registry.wheel(f"{name}-license", {"x": words, "y": more}) for name in "ab"]
        rest = registry.wheel("rest", {"y": more})
        listed(
            *(
                asset_of(file_of(words + more, Package((f"{purl}#x", f"{rest}#y"))), name=name)
                for name, purl in zip("ab", purls, strict=True)
            )
        )
        first = pull("a")
        while not list((empty_assets / ".incoming").rglob("*.json")):
            next(first)  # until the first part is in
        list(pull("b"))
        remove("b")
        list(first)
        assert got(asset="a") == words + more
        assert len(registry.requests(registry.path_of(purls[0]))) == 1

    def test_a_pull_may_move_between_threads(self, registry, tiny, empty_assets: Path) -> None:
        """A server drives a generator from whichever thread is free; the lock must go with it."""
        events = pull("tiny")
        closed = threading.Event()
        starter = threading.Thread(target=lambda: (next(events), closed.wait(10)))
        starter.start()
        while not registry.requests(tiny[1]):
            time.sleep(0.01)
        while events.gi_running:
            time.sleep(0.01)
        events.close()
        with FileLock(empty_assets / ".incoming" / "tiny.lock", timeout=1):
            closed.set()
        starter.join()
        list(pull("tiny"))
        assert got() == tiny[0]


class TestRemove:
    def test_frees_and_says_how_much(self, registry, noise, listed, empty_assets: Path) -> None:
        purl = registry.wheel("one", {"one/a": noise(5000, 1), "one/b": b"words"})
        listed(
            asset_of(
                file_of(noise(5000, 1), Package((f"{purl}#one/a",))),
                file_of(b"words", Package((f"{purl}#one/b",)), name="LICENSE"),
            )
        )
        list(pull("tiny"))
        assert remove("tiny") == 5005
        assert not (empty_assets / "tiny").exists()
        assert not is_installed(store.find_asset("tiny"))
        assert remove("tiny") == 0

    def test_also_what_was_half_done(self, registry, tiny, trouble, empty_assets: Path) -> None:
        data, path, _ = tiny
        registry.trouble[path] = iter([trouble(after=60_000)] * 4)
        with pytest.raises(DownloadError):
            list(pull("tiny"))
        assert leftovers(empty_assets)
        assert remove("tiny") == 0
        assert leftovers(empty_assets) == []
        list(pull("tiny"))
        assert got() == data

    def test_unknown(self, tiny) -> None:
        with pytest.raises(NotFoundError):
            remove("tinny")


def test_every_failure_is_one_of_ours(registry, tiny, empty_assets: Path) -> None:
    """Whatever the index answers, a pull ends with a sentence, never with a traceback."""
    for status in (401, 403, 404, 429, 500, 503):
        registry.index_status = status
        with pytest.raises(MiaobiError) as caught:
            list(pull("tiny"))
        assert str(caught.value).endswith(".")
    assert asset_files(empty_assets) == []
