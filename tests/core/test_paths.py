"""A file is written whole or not at all, and a bad place is refused before any work."""

import os
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as limits
from hypothesis import strategies as st

from miaobi.core import paths
from miaobi.core.errors import DiskFull, OutputPathError
from miaobi.core.paths import atomic_file, atomic_write, check_target

ROOT_ONLY = pytest.mark.skipif(os.geteuid() != 0, reason="only root may become another user")


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder with nothing in it."""
    (tmp_path / "place").mkdir()
    return tmp_path / "place"


@pytest.fixture
def open_place() -> Iterator[Path]:
    """An empty folder that every user can reach; the tests' own is closed to others."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.mark.parametrize(
    ("name", "format", "good"),
    [
        ("a.wav", "wav", True),
        ("a.WAVE", "wav", True),
        ("a.jpg", "jpeg", True),
        ("a", "flac", True),
        ("a.bin", "png", True),
        ("a.svg", "txt", True),
        ("a.flac", "wav", False),
        ("a.PNG", "jpeg", False),
        ("a.mp3", "txt", False),
    ],
)
def test_an_ending_that_promises_another_format_is_refused(
    place: Path, name: str, format: str, good: bool
) -> None:
    if good:
        return check_target(place / name, format)
    with pytest.raises(OutputPathError, match=f"Name it a.{format}"):
        check_target(place / name, format)
    assert entries(place) == []


def entries(folder: Path) -> list[str]:
    return sorted(os.listdir(folder))


class TestHome:
    def test_one_variable_moves_everything(self, own_home: Path) -> None:
        assert paths.home() == own_home
        inside = [paths.assets_dir(), paths.library_dir(), paths.keys_dir()]
        assert {path.parent for path in inside} == {own_home}
        assert len(set(inside)) == 3

    @pytest.mark.parametrize("value", ["", None])
    def test_default_is_in_the_users_folder(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, value: str | None
    ) -> None:
        monkeypatch.setenv("HOME", str(tmp_path))
        if value is None:
            monkeypatch.delenv("MIAOBI_HOME")
        else:
            monkeypatch.setenv("MIAOBI_HOME", value)
        assert paths.home() == tmp_path / ".miaobi"

    def test_tilde(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        monkeypatch.setenv("HOME", str(tmp_path))
        monkeypatch.setenv("MIAOBI_HOME", "~/studio")
        assert paths.home() == tmp_path / "studio"


class TestAtomic:
    @limits(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(
        name=st.text(
            st.characters(blacklist_categories=["Cs"], blacklist_characters="/\0"),
            min_size=1,
            max_size=60,
        ).filter(lambda name: name not in {".", ".."}),
        before=st.none() | st.binary(),
        data=st.binary(max_size=5000),
    )
    def test_any_name_any_bytes(
        self, place: Path, name: str, before: bytes | None, data: bytes
    ) -> None:
        path = place / name
        if before is not None:
            path.write_bytes(before)
        check_target(path)
        atomic_write(path, data)
        assert path.read_bytes() == data
        assert entries(place) == [name]
        path.unlink()

    def test_longest_name(self, place: Path) -> None:
        for name in ("x" * 255, "笔" * 85):  # 255 bytes, the most a name may have
            check_target(place / name)
            atomic_write(place / name, b"x")
            assert (place / name).read_bytes() == b"x"

    @pytest.mark.parametrize("before", [None, b"the old file"])
    @pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, GeneratorExit])
    def test_an_error_inside_leaves_what_was_there(
        self, place: Path, before: bytes | None, error: type[BaseException]
    ) -> None:
        path = place / "out.wav"
        if before is not None:
            path.write_bytes(before)
        with pytest.raises(error), atomic_file(path) as file:
            file.write(b"half of the new")
            file.flush()
            assert len(entries(place)) == 1 + (before is not None)  # it grows beside the old one
            raise error
        assert entries(place) == ([] if before is None else ["out.wav"])
        assert before is None or path.read_bytes() == before

    def test_a_reader_sees_the_old_file_or_the_new_one(self, place: Path) -> None:
        path = place / "out.bin"
        versions = [bytes([number]) * 200_000 for number in range(2)]
        atomic_write(path, versions[0])
        ended = threading.Event()

        def write() -> None:
            for turn in range(30):
                atomic_write(path, versions[turn % 2])
            ended.set()

        writer = threading.Thread(target=write)
        writer.start()
        seen = {path.read_bytes()}
        while not ended.is_set():
            seen.add(path.read_bytes())
        writer.join()
        assert seen <= set(versions)

    def test_killed_while_writing(self, place: Path) -> None:
        path = place / "out.bin"
        path.write_bytes(b"the old file")
        program = """if True:
            import os, signal, sys
            from pathlib import Path
            from miaobi.core.paths import atomic_file
            with atomic_file(Path(sys.argv[1])) as file:
                file.write(b"half")
                file.flush()
                os.kill(os.getpid(), signal.SIGKILL)
        """
        done = subprocess.run([sys.executable, "-c", program, path], check=False)
        assert done.returncode == -9
        assert path.read_bytes() == b"the old file"

    @pytest.mark.parametrize("mask", [0o022, 0o077, 0o002])
    def test_umask_is_honored(self, place: Path, mask: int) -> None:
        old = os.umask(mask)
        try:
            atomic_write(place / "out", b"x")
            assert os.umask(mask) == mask  # and not changed
        finally:
            os.umask(old)
        assert (place / "out").stat().st_mode & 0o777 == 0o666 & ~mask

    def test_full_disk(self, place: Path) -> None:
        """A file-size limit is the full disk that every machine has."""
        (place / "out").write_bytes(b"the old file")
        program = """if True:
            import resource, sys
            from pathlib import Path
            from miaobi.core.errors import DiskFull
            from miaobi.core.paths import atomic_write
            resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
            try:
                atomic_write(Path(sys.argv[1]), bytes(1001))
            except DiskFull as error:
                print(error)
            atomic_write(Path(sys.argv[1] + ".fits"), bytes(1000))
        """
        done = subprocess.run(
            [sys.executable, "-c", program, place / "out"],
            capture_output=True,
            text=True,
            check=True,
        )
        assert done.stdout == (
            f"No room left on the disk that holds {place}/out. "
            "Free some space, or point MIAOBI_HOME (or -o) at another disk.\n"
        )
        assert entries(place) == ["out", "out.fits"]
        assert (place / "out").read_bytes() == b"the old file"

    def test_full_device(self, place: Path) -> None:
        """ENOSPC itself, from the kernel's own full device."""
        with pytest.raises(OSError, match="No space") as caught, open("/dev/full", "wb") as full:
            full.write(b"x" * 100_000)
        assert isinstance(paths.write_error(place, caught.value), DiskFull)

    def test_a_folder_of_that_name(self, place: Path) -> None:
        (place / "out").mkdir()
        with pytest.raises(OutputPathError, match="out could not be written: Is a directory"):
            atomic_write(place / "out", b"x")
        assert entries(place) == ["out"]

    def test_a_missing_folder(self, place: Path) -> None:
        with pytest.raises(OutputPathError, match="could not be written: No such file"):
            atomic_write(place / "no" / "out", b"x")
        assert entries(place) == []


def refusal(path: Path) -> str:
    """What check_target says against `path`; it leaves no trace."""
    with pytest.raises(OutputPathError) as caught:
        check_target(path)
    return str(caught.value)


class TestCheckTarget:
    def test_a_good_place_is_left_as_it_was(self, place: Path) -> None:
        check_target(place / "new.wav")
        assert entries(place) == []
        (place / "old.wav").write_bytes(b"old")
        check_target(place / "old.wav")
        assert (place / "old.wav").read_bytes() == b"old"
        assert entries(place) == ["old.wav"]

    def test_working_folder(self, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(place)
        check_target(Path("new.wav"))
        assert refusal(Path(".")) == ". is a folder. Give a file name, such as out.wav."

    def test_a_folder(self, place: Path) -> None:
        assert refusal(place) == (
            f"{place} is a folder. Give a file name, such as {place}/out.wav."
        )

    def test_a_missing_folder(self, place: Path) -> None:
        assert refusal(place / "no" / "out.wav") == (
            f"The folder {place}/no does not exist. Make it first: mkdir -p {place}/no"
        )
        assert entries(place) == []

    def test_a_file_is_no_folder(self, place: Path) -> None:
        (place / "file").touch()
        assert "does not exist" in refusal(place / "file" / "out.wav")

    def test_a_read_only_file_system(self) -> None:
        """Not even root may make a file in /sys."""
        said = refusal(Path("/sys/out.wav"))
        assert said.startswith("/sys/out.wav cannot be written: it is read-only for this user.")

    def test_a_name_that_is_too_long(self, place: Path) -> None:
        name = place / ("x" * 256)
        assert "could not be written: File name too long" in refusal(name)
        with pytest.raises(OutputPathError):
            atomic_write(name, b"x")
        assert entries(place) == []

    def test_pipes_devices_and_sockets_are_not_replaced(self, place: Path) -> None:
        """Moving a file into place would put it where /dev/null was."""
        os.mkfifo(place / "pipe")
        with socket.socket(socket.AF_UNIX) as server:
            server.bind(str(place / "socket"))
        for path in (place / "pipe", place / "socket", Path("/dev/null"), Path("/dev/full")):
            assert "could not be written: not a regular file" in refusal(path)

    def test_a_link_to_a_file(self, place: Path) -> None:
        (place / "file").write_bytes(b"x")
        (place / "link").symlink_to("file")
        (place / "dangling").symlink_to("nothing")
        check_target(place / "link")
        check_target(place / "dangling")
        assert entries(place) == ["dangling", "file", "link"]

    @ROOT_ONLY
    def test_as_another_user(self, open_place: Path) -> None:
        """Closed folders and read-only files, as somebody who is not root meets them."""
        place = open_place
        closed, mine, theirs = place / "closed", place / "mine", place / "theirs"
        for folder in (closed, mine, theirs):
            folder.mkdir(0o755)
        (mine / "read-only").touch()
        (closed / "there").touch()
        for path in (mine, mine / "read-only"):
            os.chown(path, 65534, 65534)
        (mine / "read-only").chmod(0o444)
        closed.chmod(0o700)
        program = """if True:
            import os, sys
            from pathlib import Path
            from miaobi.core.errors import OutputPathError
            from miaobi.core.paths import atomic_write, check_target
            os.chdir(sys.argv[1])
            os.setgroups([])
            os.setgid(65534)
            os.setuid(65534)
            for name in ("mine/new", "mine/read-only", "theirs/new", "closed/new", "closed/there"):
                try:
                    check_target(Path(name))
                    print("good")
                except OutputPathError as error:
                    print(error)
            try:
                atomic_write(Path("closed/new"), b"x")
            except OutputPathError as error:
                print(error)
        """
        done = subprocess.run(
            [sys.executable, "-c", program, place], capture_output=True, text=True, check=True
        )
        assert done.stdout.splitlines() == ["good"] + [
            f"{name} cannot be written: it is read-only for this user. "
            "Choose another path, or change its permissions."
            for name in ("mine/read-only", "theirs/new", "closed/new", "closed/there", "closed/new")
        ]
