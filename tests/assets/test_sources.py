"""From a source to bytes, against a real registry on this machine."""

import io
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as limits
from hypothesis import strategies as st

from miaobi.assets import sources
from miaobi.assets.asset import Hub
from miaobi.assets.sources import Part, download, package_url, read_members
from miaobi.core.errors import DownloadError, OfflineError

SIZE = 600_000


def fetch(url: str, path: Path) -> list[int]:
    """Download and return everything that was told."""
    told: list[int] = []
    download(url, path, told.append)
    return told


@pytest.fixture
def archive(registry, noise):
    """A wheel of SIZE random bytes and its address on the server: (bytes, path, url)."""
    path = registry.path_of(registry.wheel("part", {"part/data.bin": noise(SIZE, 1)}))
    return registry.files[path], path, registry.url + path


class TestAddresses:
    def test_part_is_a_package_and_a_member(self) -> None:
        assert Part.parse("pkg:pypi/a@1.0#a/data.bin") == Part("pkg:pypi/a@1.0", "a/data.bin")

    @pytest.mark.parametrize("html", [False, True], ids=["json", "html"])
    def test_exact_version_among_others(self, registry, html: bool) -> None:
        registry.html = html
        for version in ("1.0.0", "1.1.0", "2.0.0"):
            registry.wheel("several", {"several/x": b"x"}, version)
        found = package_url("pkg:pypi/several@1.1.0")
        assert found == f"{registry.url}/files/several-1.1.0-py3-none-any.whl"

    def test_name_is_normalized_as_registries_do(self, registry) -> None:
        registry.wheel("two-words", {"two_words/x": b"x"})
        assert package_url("pkg:pypi/Two_Words@1.0.0").endswith("/two_words-1.0.0-py3-none-any.whl")

    @pytest.mark.parametrize("purl", ["pkg:pypi/known@9.9.9", "pkg:pypi/unknown@1.0.0"])
    def test_what_the_index_lacks(self, registry, purl: str) -> None:
        registry.wheel("known", {"known/x": b"x"})
        with pytest.raises(DownloadError) as caught:
            package_url(purl)
        name, _, version = purl.removeprefix("pkg:pypi/").partition("@")
        assert str(caught.value) == f"The package {name} {version} is not in the index any more."

    def test_no_index_there(self, registry, closed_url, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("PIP_INDEX_URL", f"{closed_url}/simple")
        with pytest.raises(DownloadError, match="could not be reached .* Check the network"):
            package_url("pkg:pypi/known@1.0.0")
        assert not registry.asked

    @pytest.mark.parametrize("slash", ["", "/"])
    def test_npm_follows_the_owners_registry(
        self, registry, monkeypatch: pytest.MonkeyPatch, slash: str
    ) -> None:
        monkeypatch.setenv("NPM_CONFIG_REGISTRY", registry.url + slash)
        assert package_url("pkg:npm/voices@1.2.1") == f"{registry.url}/voices/-/voices-1.2.1.tgz"
        scoped = package_url("pkg:npm/%40studio/voices@1.2.1")
        assert scoped == f"{registry.url}/@studio/voices/-/voices-1.2.1.tgz"

    def test_npm_goes_to_a_safe_line_by_default(
        self, registry, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.delenv("NPM_CONFIG_REGISTRY")
        url = package_url("pkg:npm/voices@1.2.1")
        assert url.startswith("https://")
        assert url.endswith("/voices/-/voices-1.2.1.tgz")

    @pytest.mark.parametrize("switch", ["MIAOBI_OFFLINE", "HF_HUB_OFFLINE"])
    def test_offline_asks_nobody(
        self, registry, monkeypatch: pytest.MonkeyPatch, switch: str
    ) -> None:
        registry.wheel("known", {"known/x": b"x"})
        monkeypatch.setenv(switch, "1")
        for ask in (
            lambda: package_url("pkg:pypi/known@1.0.0"),
            lambda: package_url("pkg:npm/known@1.0.0"),
            lambda: sources.hub_url(Hub("studio/tiny", "model.bin")),
        ):
            with pytest.raises(OfflineError, match="the network is switched off. Unset MIAOBI"):
                ask()
        assert not registry.asked

    def test_hub_follows_the_owners_endpoint(self, registry, noise, tmp_path: Path) -> None:
        """In a process of its own: the hub's library reads HF_ENDPOINT once, when imported."""
        data = noise(SIZE, 2)
        path = registry.hub_file("studio/tiny", "sub folder/model.bin", data).replace(" ", "%20")
        registry.files[path] = data
        program = """if True:
            import sys
            from pathlib import Path
            from miaobi.assets import sources
            from miaobi.assets.asset import Hub
            url = sources.hub_url(Hub("studio/tiny", "sub folder/model.bin"))
            sources.download(url, Path(sys.argv[1]), lambda count: None)
            print(url)
        """
        got = tmp_path / "got"
        done = subprocess.run(
            [sys.executable, "-c", program, got], capture_output=True, text=True, check=True
        )
        assert done.stdout.strip() == registry.url + path
        assert got.read_bytes() == data


class TestDownload:
    def test_whole(self, registry, archive, tmp_path: Path) -> None:
        data, path, url = archive
        told = fetch(url, tmp_path / "got")
        assert (tmp_path / "got").read_bytes() == data
        assert told == sorted(set(told))
        assert told[-1] == len(data)
        assert [asked.start for asked in registry.requests(path)] == [None]

    def test_progress_is_told_often(self, registry, archive, tmp_path: Path) -> None:
        """A slow line should show signs of life long before a megabyte."""
        _, _, url = archive
        assert fetch(url, tmp_path / "got")[0] <= SIZE // 4

    def test_redirect_is_followed(self, registry, archive, tmp_path: Path) -> None:
        data, path, _ = archive
        registry.moved["/old"] = path
        fetch(f"{registry.url}/old", tmp_path / "got")
        assert (tmp_path / "got").read_bytes() == data

    def test_endless_redirect_is_one_sentence(self, registry, tmp_path: Path) -> None:
        registry.moved["/round"] = "/round"
        with pytest.raises(DownloadError, match="while fetching round"):
            fetch(f"{registry.url}/round", tmp_path / "got")

    def test_continues_what_is_there(self, registry, archive, tmp_path: Path) -> None:
        data, path, url = archive
        (tmp_path / "got").write_bytes(data[:123_456])
        fetch(url, tmp_path / "got")
        assert (tmp_path / "got").read_bytes() == data
        assert [asked.start for asked in registry.requests(path)] == [123_456]
        assert registry.sent(path) == len(data) - 123_456

    def test_all_there_already(self, registry, archive, tmp_path: Path) -> None:
        data, path, url = archive
        (tmp_path / "got").write_bytes(data)
        assert fetch(url, tmp_path / "got") == []
        assert (tmp_path / "got").read_bytes() == data
        assert registry.sent(path) == 0

    def test_server_without_ranges_starts_over(self, registry, archive, tmp_path: Path) -> None:
        data, path, url = archive
        registry.ranges = False
        (tmp_path / "got").write_bytes(b"x" * 1000)
        fetch(url, tmp_path / "got")
        assert (tmp_path / "got").read_bytes() == data

    def test_broken_once_goes_on_where_it_broke(
        self, registry, archive, trouble, tmp_path: Path
    ) -> None:
        data, path, url = archive
        registry.trouble[path] = iter([trouble(after=250_000)])
        fetch(url, tmp_path / "got")
        assert (tmp_path / "got").read_bytes() == data
        assert [asked.start for asked in registry.requests(path)] == [None, 250_000]
        assert registry.sent(path) == len(data)

    def test_broken_again_and_again(self, registry, archive, trouble, tmp_path: Path) -> None:
        """It gives up with one sentence, keeps what came, and the next call goes on from there."""
        data, path, url = archive
        registry.trouble[path] = iter([trouble(after=50_000)] * sources.ATTEMPTS)
        with pytest.raises(DownloadError, match=r"while fetching part-1.0.0-py3.*it continues"):
            fetch(url, tmp_path / "got")
        kept = 50_000 * sources.ATTEMPTS
        assert (tmp_path / "got").read_bytes() == data[:kept]
        fetch(url, tmp_path / "got")
        assert (tmp_path / "got").read_bytes() == data
        starts = [asked.start for asked in registry.requests(path)]
        assert starts == [None, 50_000, 100_000, 150_000, kept]
        assert registry.sent(path) == len(data)

    def test_bytes_come_unpacked_by_nobody(self, registry, trouble, tmp_path: Path) -> None:
        """A server may compress on the way; then a Range would count other bytes than ours."""
        text = b'{"a row": "of a file that looks like text"}\n' * 20_000
        path = registry.hub_file("studio/tiny", "vocab.json", text)
        registry.trouble[path] = iter([trouble(after=1000)])
        fetch(registry.url + path, tmp_path / "got")
        assert (tmp_path / "got").read_bytes() == text
        assert registry.sent(path) == len(text)

    def test_404_is_one_sentence_and_one_request(self, registry, tmp_path: Path) -> None:
        with pytest.raises(DownloadError) as caught:
            fetch(f"{registry.url}/a/b.whl", tmp_path / "got")
        assert str(caught.value) == "b.whl answered 404."
        assert len(registry.asked) == 1
        assert not (tmp_path / "got").exists()

    def test_nobody_listens(self, closed_url, tmp_path: Path) -> None:
        with pytest.raises(DownloadError, match=r"lost while fetching a.whl \(.*refused"):
            fetch(f"{closed_url}/a.whl", tmp_path / "got")

    def test_a_reader_who_leaves_is_not_a_broken_line(
        self, registry, archive, tmp_path: Path
    ) -> None:
        _, path, url = archive

        def leave(_: int) -> None:
            raise InterruptedError

        with pytest.raises(InterruptedError):
            download(url, tmp_path / "got", leave)
        assert len(registry.requests(path)) == 1

    def test_a_failing_disk_is_not_a_broken_line(self, registry, archive, tmp_path: Path) -> None:
        _, path, url = archive
        with pytest.raises(FileNotFoundError):
            fetch(url, tmp_path / "no folder" / "got")
        assert len(registry.requests(path)) == 1


def joined(archive: Path, names: list[str]) -> bytes:
    buffer = io.BytesIO()
    read_members(archive, names, buffer.write)
    return buffer.getvalue()


def small_wheel(method: int) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        archive.writestr("a/one.bin", b"one " * 60)
        archive.writestr("a/two.bin", bytes(range(256)))
    return buffer.getvalue()


def small_tarball() -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for name, data in (("a/one.bin", b"one " * 60), ("a/two.bin", bytes(range(256)))):
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
        folder = tarfile.TarInfo("a/folder")
        folder.type = tarfile.DIRTYPE
        archive.addfile(folder)
    return buffer.getvalue()


ARCHIVES = {
    "stored wheel": small_wheel(zipfile.ZIP_STORED),
    "deflated wheel": small_wheel(zipfile.ZIP_DEFLATED),
    "tarball": small_tarball(),
}
BOTH = bytes(range(256)) + b"one " * 60  # two.bin, then one.bin
NAMES = ["a/two.bin", "a/one.bin"]


class TestMembers:
    @pytest.mark.parametrize("kind", ARCHIVES)
    def test_in_the_order_asked_for(self, tmp_path: Path, kind: str) -> None:
        path = tmp_path / "x.archive"
        path.write_bytes(ARCHIVES[kind])
        assert joined(path, NAMES) == BOTH
        assert sorted(entry.name for entry in tmp_path.iterdir()) == ["home", "x.archive"]

    @pytest.mark.parametrize("kind", ARCHIVES)
    @pytest.mark.parametrize("name", ["a/three.bin", "a/folder", "../one.bin"])
    def test_a_member_that_is_not_there(self, tmp_path: Path, kind: str, name: str) -> None:
        path = tmp_path / "x.archive"
        path.write_bytes(ARCHIVES[kind])
        with pytest.raises(DownloadError, match="The package x.archive is damaged or not what"):
            joined(path, [name])

    @pytest.mark.parametrize("kind", ARCHIVES)
    def test_without_a_member_the_archive_itself(self, tmp_path: Path, kind: str) -> None:
        path = tmp_path / "x.archive"
        path.write_bytes(ARCHIVES[kind])
        assert joined(path, [""]) == ARCHIVES[kind]

    @pytest.mark.parametrize("kind", ARCHIVES)
    def test_all_that_fit_a_pattern_by_name(self, tmp_path: Path, kind: str) -> None:
        path = tmp_path / "x.archive"
        path.write_bytes(ARCHIVES[kind])
        assert joined(path, ["a/*.bin"]) == b"one " * 60 + bytes(range(256))
        with pytest.raises(DownloadError, match="damaged or not what it was"):
            joined(path, ["a/*.abc"])

    @pytest.mark.parametrize("data", [b"", b"not an archive", b"\0" * 2000, b"\x1f\x8b" * 50])
    def test_not_an_archive(self, tmp_path: Path, data: bytes) -> None:
        path = tmp_path / "x.archive"
        path.write_bytes(data)
        with pytest.raises(DownloadError, match="damaged"):
            joined(path, NAMES)

    def test_a_failing_disk_is_not_a_damaged_package(self, tmp_path: Path) -> None:
        path = tmp_path / "x.archive"
        path.write_bytes(ARCHIVES["stored wheel"])
        with open("/dev/full", "wb", buffering=0) as full, pytest.raises(OSError, match="No space"):
            read_members(path, NAMES, full.write)

    @limits(deadline=None)
    @given(kind=st.sampled_from(sorted(ARCHIVES)), data=st.data())
    def test_any_damage_is_a_download_error(
        self, tmp_path_factory: pytest.TempPathFactory, kind: str, data: st.DataObject
    ) -> None:
        """Whatever byte is changed or cut off: an error of ours, or bytes to be hashed."""
        whole = bytearray(ARCHIVES[kind])
        where = data.draw(st.integers(0, len(whole) - 1))
        if data.draw(st.booleans()):
            whole[where] ^= data.draw(st.integers(1, 255))
        else:
            del whole[where:]
        path = tmp_path_factory.mktemp("damage") / "x.archive"
        path.write_bytes(whole)
        try:
            got = joined(path, NAMES)
        except DownloadError:
            return
        if "wheel" in kind:  # a zip file has a checksum of every member
            assert got == BOTH
