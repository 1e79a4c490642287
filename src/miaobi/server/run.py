"""uvicorn around the application: sockets, logs, and an end that lets requests finish."""

import contextlib
import logging
import os
import sys

from miaobi.server.config import ServiceConfig

GRACE = 10  # seconds that requests at work have to finish when the server is told to stop


def run(config: ServiceConfig) -> None:
    """Serve until told to stop (SIGINT, SIGTERM)."""
    import uvicorn

    from miaobi.server.app import create_app

    _raise_limit()
    os.environ["MIAOBI_SLOTS"] = str(config.slots)
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(message)s"))
    logger = logging.getLogger("miaobi.server")
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    uvicorn.run(
        create_app(config), host=config.host, port=config.port, access_log=False,
        log_level="warning", timeout_graceful_shutdown=GRACE, server_header=False,
    )  # fmt: skip


def _raise_limit() -> None:
    """As many open files as the system allows: each client at work or waiting holds one."""
    try:
        import resource
    except ImportError:  # not a Unix
        return
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
