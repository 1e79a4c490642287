"""uvicorn around the application: sockets, logs, and an end that lets requests finish."""

import contextlib
import logging
import os
import sys
from typing import Any

from miaobi.server.config import ServiceConfig

GRACE = 10  # seconds that requests at work have to finish when the server is told to stop


def run(config: ServiceConfig) -> None:
    """Serve until told to stop (SIGINT, SIGTERM).

    Raises OptionError for a database it has not, NotFoundError for a model there is not, and
    AssetError for one that is not fetched yet.
    """
    import uvicorn

    from miaobi.server.app import create_app
    from miaobi.tasks.database import check_database

    check_database(config.database)
    _raise_limit()
    os.environ["MIAOBI_SLOTS"] = str(config.slots)
    for name in config.load:
        _load(name)
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(message)s"))
    logger = logging.getLogger("miaobi.server")
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    uvicorn.run(create_app(config), host=config.host, port=config.port, **options())


def _load(name: str) -> None:
    """Load a model by its name, so that no request waits for it: llama.cpp holds up all others."""
    from miaobi.engines.registry import engine_for
    from miaobi.models.zoo import MODELS, find_model

    rows = [model for model in MODELS if model.name == name]
    engine_for(rows[0] if rows else find_model(name, "text"))


def options() -> dict[str, Any]:
    """How uvicorn serves: the loop is uvloop's where there is one (not on Windows)."""
    from miaobi.server.wire import Bounded

    return {
        "http": Bounded,
        "loop": "auto",
        "access_log": False,
        "log_level": "warning",
        "timeout_graceful_shutdown": GRACE,
        "server_header": False,
    }


def _raise_limit() -> None:
    """As many open files as the system allows: each client at work or waiting holds one."""
    try:
        import resource
    except ImportError:  # not a Unix
        return
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
