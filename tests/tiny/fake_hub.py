"""As much of the Hugging Face Hub as a download needs, on the loopback interface."""

import hashlib
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote

COMMIT = "0123456789abcdef0123456789abcdef01234567"


class FakeHub:
    """Repositories are folders ORG/NAME below `root`; `asked` keeps the requests."""

    def __init__(self, root: Path) -> None:
        self.root, self.status = root, 0  # status: what every request is answered, if not 0
        self.asked: list[str] = []

    def answer(self, path: str) -> tuple[int, bytes, dict[str, str]]:
        self.asked.append(path)
        if self.status:
            return self.status, b"", {}
        parts = unquote(path.partition("?")[0]).strip("/").split("/")
        api = parts[:2] == ["api", "models"]
        owner, name, *rest = parts[2:] if api else parts
        repository = self.root / owner / name
        if name == "gated":
            return 403, b"", {"X-Error-Code": "GatedRepo"}
        if not repository.is_dir():
            return 401, b"{}", {"X-Error-Code": "RepoNotFound"}
        if api:
            return 200, json.dumps(self.listing(repository, rest)).encode(), {}
        file = repository.joinpath(*rest[2:])
        if not file.is_file():
            return 404, b"", {"X-Error-Code": "EntryNotFound", "X-Repo-Commit": COMMIT}
        data = file.read_bytes()
        return 200, data, {"X-Repo-Commit": COMMIT, "ETag": hashlib.sha1(data).hexdigest()}

    def listing(self, repository: Path, rest: list[str]) -> Any:
        names = [path for path in sorted(repository.rglob("*")) if path.is_file()]
        relative = [path.relative_to(repository).as_posix() for path in names]
        if rest[:1] == ["tree"]:
            return [
                {"type": "file", "path": name, "size": path.stat().st_size, "oid": name}
                for name, path in zip(relative, names, strict=True)
            ]
        siblings = [{"rfilename": name} for name in relative]
        return {"id": "org/tiny", "modelId": "org/tiny", "sha": COMMIT, "siblings": siblings}

    def start(self) -> str:
        """Serve in a thread; the address."""
        fake = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                status, data, headers = fake.answer(self.path)
                self.send_response(status)
                for name, value in {"Content-Length": str(len(data)), **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                if self.command == "GET":
                    self.wfile.write(data)

            do_HEAD = do_GET

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{self.server.server_port}"

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()
