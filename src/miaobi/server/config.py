"""How a server is set up: where it listens, whom it lets in, how much it takes on."""

import ipaddress
from dataclasses import dataclass
from functools import cached_property

from miaobi.core.checks import check_range
from miaobi.core.errors import OptionError

LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
PORT = 8765


@dataclass(frozen=True)
class ServiceConfig:
    """What the owner of the machine decides; everything is closed until it is opened here."""

    host: str = "127.0.0.1"
    port: int = PORT
    keys: bool | None = None  # ask for API keys; None: where it listens beyond this machine
    hosts: tuple[str, ...] = ()  # names by which it may be called besides those of loopback
    origins: tuple[str, ...] = ()  # other web pages that may call it: https://example.org
    any_model: bool = False  # let clients name folders of this machine and models of the Hub
    slots: int = 16  # conversations that one language model continues at a time
    waiting: int = 512  # requests that may wait for a model; the next one is told to come back
    workers: int = 1  # jobs at work at a time
    load: tuple[str, ...] = ()  # models that are loaded before anything is answered
    database: str = ""  # URL of jobs and keys; "": an SQLite file under MIAOBI_HOME
    retention: int = 30  # days that jobs which ended are kept
    body_limit: int = 64_000_000  # bytes of a request, uploads included
    keep_words: bool = True  # prompts are kept beside what was made, for searching and again
    log_words: bool = False  # prompts may stand in the log

    def __post_init__(self) -> None:
        check_range("port", self.port, 0, 65535)
        check_range("slots", self.slots, 1, 256)
        check_range("waiting", self.waiting, 0, 100_000)
        check_range("workers", self.workers, 1, 64)
        check_range("retention", self.retention, 1, 36_500)
        for origin in self.origins:
            if not origin.startswith(("http://", "https://")) or origin.count("/") != 2:
                raise OptionError(
                    "origin is {value!r}.", "Write it as https://example.org", value=origin
                )

    @cached_property
    def is_local(self) -> bool:
        """True when only programs of this machine can reach it."""
        if self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False

    @property
    def asks_for_keys(self) -> bool:
        """True when nobody is let in without a key."""
        return not self.is_local if self.keys is None else self.keys
