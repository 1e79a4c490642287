"""The keys: private, stable, made once even by processes that start together."""

import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from miaobi.core.errors import LabelError, OutputPathError
from miaobi.provenance import keys
from miaobi.provenance.keys import install_keys


def test_owner_alone_can_read_them(own_home: Path) -> None:
    install_keys()
    path = own_home / "keys" / "signer.pem"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert [file.name for file in path.parent.iterdir()] == ["signer.pem"]


def test_they_stay_the_same(own_home: Path) -> None:
    first = install_keys()
    written = (own_home / "keys" / "signer.pem").read_bytes()
    keys._load_keys.cache_clear()  # as a new process would
    assert install_keys() == first
    assert (own_home / "keys" / "signer.pem").read_bytes() == written


def test_another_home_has_other_keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = install_keys()
    monkeypatch.setenv("MIAOBI_HOME", str(tmp_path / "elsewhere"))
    assert install_keys().private != first.private


def test_processes_that_start_together_agree(own_home: Path, tmp_path: Path) -> None:
    gate = tmp_path / "gate"
    program = (
        "import pathlib, sys, time\n"
        "from cryptography import x509\n"  # the slow imports come before the race
        "from miaobi.provenance.keys import install_keys\n"
        "print('here', flush=True)\n"
        f"while not pathlib.Path({str(gate)!r}).exists(): time.sleep(0.001)\n"
        "sys.stdout.write(install_keys().chain)\n"
    )
    racers = [
        subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    for racer in racers:
        assert racer.stdout is not None and racer.stdout.readline() == "here\n"
    time.sleep(0.05)
    gate.touch()
    chains = {racer.communicate(timeout=60)[0] for racer in racers}
    assert all(racer.returncode == 0 for racer in racers)
    assert chains == {install_keys().chain}
    assert [file.name for file in (own_home / "keys").iterdir()] == ["signer.pem"]


def test_the_authority_vouches_for_the_signer() -> None:
    from cryptography import x509
    from cryptography.hazmat.primitives import serialization
    from cryptography.x509.oid import ExtendedKeyUsageOID

    made = install_keys()
    leaf, authority = x509.load_pem_x509_certificates(made.chain.encode())
    assert authority == x509.load_pem_x509_certificate(made.authority.encode())
    leaf.verify_directly_issued_by(authority)  # raises when the signature is wrong
    private = serialization.load_pem_private_key(made.private.encode(), None)
    assert private.public_key() == leaf.public_key()
    assert not leaf.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    purposes = leaf.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert list(purposes) == [ExtendedKeyUsageOID.EMAIL_PROTECTION]
    assert (leaf.not_valid_after_utc - leaf.not_valid_before_utc).days >= 3650


@pytest.mark.parametrize("content", ["", "not keys", "-----BEGIN PRIVATE KEY-----\nhalf"])
def test_damaged_keys_say_so(own_home: Path, content: str) -> None:
    path = own_home / "keys" / "signer.pem"
    path.parent.mkdir()
    path.write_text(content)
    with pytest.raises(LabelError, match=r"signer\.pem cannot be read: .* move it away"):
        install_keys()
    assert path.read_text() == content  # never silently replaced


def test_a_home_that_cannot_be_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MIAOBI_HOME", "/proc/miaobi")  # where even root can write nothing
    with pytest.raises(OutputPathError, match="/proc/miaobi/keys"):
        install_keys()
