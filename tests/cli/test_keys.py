"""`miaobi keys`, as the owner of a server meets it."""

import subprocess
from collections.abc import Callable

import pytest

from miaobi.core.errors import AccessError
from miaobi.server.auth import Keys

Run = Callable[..., subprocess.CompletedProcess[str]]


def test_a_key_is_made_listed_and_taken_back(miaobi: Run) -> None:
    done = miaobi("keys", "create", "ann", "--scope", "text", "--limit", "5")
    key = done.stdout.strip()
    assert done.returncode == 0 and key.startswith("mb-") and len(key) > 40
    listed = miaobi("keys", "list").stdout
    assert listed == "ann\ttext\t5\n" and key not in listed
    assert miaobi("keys", "revoke", "ann").returncode == 0
    assert miaobi("keys", "list").stdout == ""


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("create", "ann", "--scope", "all"), "scope is 'all'."),
        (("create", " "), "The name is empty."),
        (("create", "ann", "--limit", "-1"), "limit is -1."),
        (("revoke", "nobody"), "nobody"),
    ],
)
def test_refused(words: tuple[str, ...], says: str, miaobi: Run) -> None:
    done = miaobi("keys", *words)
    assert done.returncode == 2 and says in done.stderr and done.stdout == ""
    assert Keys().names() == []


def test_what_was_taken_back_opens_nothing() -> None:
    keys = Keys()
    key = keys.create("ann", ("text",))
    assert keys.find(key)["name"] == "ann"
    keys.revoke("ann")
    with pytest.raises(AccessError, match="This API key is not valid."):
        keys.find(key)
    with pytest.raises(AccessError):
        keys.find("mb-of-nobody")
    keys.close()
