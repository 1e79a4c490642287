"""The studio's files are served with headers that keep the page on this machine."""

import re

import httpx

from miaobi.looks.looks import LOOKS
from miaobi.places.conditions import HOURS, SEASONS, WEATHERS
from miaobi.studio import FOLDER


def test_the_page_names_only_files_of_its_own(http: httpx.Client) -> None:
    page = http.get("/")
    assert (
        page.status_code == 200 and "default-src 'none'" in page.headers["content-security-policy"]
    )
    names = re.findall(r'(?:href|src)="(studio/[^"]+)"', page.text)
    assert len(names) >= 5
    for name in names:
        assert http.get(f"/{name}").status_code == 200, name


def test_every_file_names_no_other_machine(http: httpx.Client) -> None:
    for path in FOLDER.iterdir():
        if path.suffix in {".js", ".css", ".html"}:
            told = http.get(f"/studio/{path.name}")
            assert told.status_code == 200 and "nosniff" in told.headers["x-content-type-options"]
            assert not re.findall(r"https?://(?!www\.w3\.org/2000/svg)", told.text), path.name


def test_a_file_is_sent_once(http: httpx.Client) -> None:
    tag = http.get("/studio/style.css").headers["etag"]
    assert http.get("/studio/style.css", headers={"if-none-match": tag}).status_code == 304


def test_the_routes_are_those_of_the_document(http: httpx.Client) -> None:
    routes = http.get("/studio/routes.json").json()
    assert set(http.get("/openapi.json").json()["paths"]) <= set(routes)


def test_no_module_of_the_first_screen_is_asked_for_late(http: httpx.Client) -> None:
    page = http.get("/").text
    assert re.findall(r'<script type="module" src="([^"]+)"', page) == ["studio/main.js"]
    loaded = set(re.findall(r'"modulepreload" href="studio/([^"]+)"', page))
    wanted = ["main.js", "home.js"]  # and all that these import
    for name in wanted:
        text = (FOLDER / name).read_text(encoding="utf-8")
        wanted += [one for one in re.findall(r'from "\./([^"]+)"', text) if one not in wanted]
    assert loaded == set(wanted) - {"main.js"}


def test_no_path_escapes(http: httpx.Client) -> None:
    for name in ("__init__.py", "..%2fserver%2fapp.py", "%2e%2e%2fcore%2fzh.json", "nothing.js"):
        assert http.get(f"/studio/{name}").status_code == 404


def test_all_that_is_read_at_first_paint_is_small() -> None:
    assert sum(path.stat().st_size for path in FOLDER.iterdir() if path.is_file()) <= 300_000


def test_the_page_has_chinese_for_every_sentence() -> None:
    table = (FOLDER / "words.js").read_text(encoding="utf-8")
    known = set(re.findall(r'"((?:[^"\\]|\\.)*)": "', table))
    for path in FOLDER.glob("*.js"):
        asked = re.findall(r'\bt\("((?:[^"\\]|\\.)*)"', path.read_text(encoding="utf-8"))
        assert set(asked) <= known, path.name


def test_the_choices_of_the_picture_screen_are_those_of_the_server() -> None:
    text = (FOLDER / "picture.js").read_text(encoding="utf-8")
    tables = {"const LOOKS =": LOOKS, "hour:": HOURS, "weather:": WEATHERS, "season:": SEASONS}
    chinese = (FOLDER / "words.js").read_text(encoding="utf-8")
    for name, table in tables.items():
        listed = re.search(rf"{name} \[(.*?)\]", text)
        assert listed and re.findall(r'"(.*?)"', listed[1]) == list(table), name
        assert all(f'"{value}": "' in chinese for value in table), name
