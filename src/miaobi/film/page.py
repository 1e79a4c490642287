"""The HTML page of a film: the film, its storyboard and its parts.

It links the files beside it and needs no network.
"""

from html import escape
from importlib.resources import files
from pathlib import Path
from urllib.parse import quote

from miaobi.core.film import FilmRequest
from miaobi.core.paths import atomic_write
from miaobi.film.project import Narration, Project
from miaobi.film.storyboard import Storyboard
from miaobi.film.timeline import NOTICE
from miaobi.media.subtitles import format_time

LABELS = {  # texts of the page, in the language of the film
    "en": {
        "board": "Storyboard",
        "parts": "Parts",
        "picture": "Picture",
        "motion": "Camera",
        "voice": "Narration",
        "sound": "Sound",
        "music": "Music",
        "edit": "Edit any file of this folder and run the same command again: only the parts "
        "that depend on it are made again. Delete a file to have it made again.",
    },
    "zh": {
        "board": "分镜",
        "parts": "文件",
        "picture": "画面",
        "motion": "镜头",
        "voice": "旁白",
        "sound": "声音",
        "music": "音乐",
        "edit": "改动这个文件夹里的任何文件，再运行同一条命令：只重做与它有关的部分。"
        "删掉一个文件，它就会重做。",
    },
}


def write_page(
    board: Storyboard,
    narration: list[Narration | None],
    request: FilmRequest,
    project: Project,
) -> Path:
    """Write index.html into the folder of a film and return its path."""
    page = (files("miaobi.film") / "film_page.html").read_text(encoding="utf-8")
    labels = LABELS[board.language]
    starts = [0.0]
    for cut, following in zip(request.cuts, request.cuts[1:], strict=False):
        starts.append(starts[-1] + cut.seconds - following.fade)
    rows = "\n".join(
        _row(board, narration[number], number, starts[number], project)
        for number in range(min(len(board.shots), len(starts)))
    )
    values = {
        "language": "zh-CN" if board.language == "zh" else "en",
        "title": escape(board.title),
        "notice": NOTICE[board.language],
        "rows": rows,
        "ratio": "{} / {}".format(*request.size),
        "music": _music(board, project),
        "files": _files(project),
        "film": _film(board, request, project),
        **{f"word_{name}": escape(label) for name, label in labels.items()},
    }
    for name, value in values.items():
        page = page.replace("{{" + name + "}}", value)
    path = project.folder / "index.html"
    atomic_write(path, page.encode())
    return path


def _row(
    board: Storyboard, voice: Narration | None, number: int, start: float, project: Project
) -> str:
    """Return one shot: its picture, narration, card, sound and camera motion."""
    shot, labels = board.shots[number], LABELS[board.language]
    picture = _link(project, project.picture_path(number + 1))
    body = [f"<p class=say>{escape(shot.narration)}</p>"] if shot.narration else []
    body += [f"<p class=say>{escape(line)}</p>" for line in shot.card]
    if voice is not None:
        body.append(_player(project, voice.path))
    facts = [(labels["picture"], shot.picture), (labels["motion"], shot.motion)]
    if sound := project.audio_path(f"sounds/{number + 1:02}"):
        facts.append((labels["sound"], shot.sound))
        body.append(_player(project, sound))
    table = "".join(f"<dt>{escape(name)}<dd>{escape(value)}" for name, value in facts)
    return (
        f'<section><a href="#film" data-at="{start:.2f}"><img src="{picture}" alt="" loading=lazy>'
        f"</a><div><h3>{number + 1} <small>{format_time(int(start), '.')[3:8]}</small></h3>"
        f"{''.join(body)}<dl>{table}</dl></div></section>"
    )


def _music(board: Storyboard, project: Project) -> str:
    path = project.audio_path("music")
    if path is None:
        return ""
    label = LABELS[board.language]["music"]
    return f"<h2>{label}</h2><p>{escape(board.music)}</p>{_player(project, path)}"


def _player(project: Project, path: Path) -> str:
    return f'<audio controls preload=none src="{_link(project, path)}"></audio>'


def _files(project: Project) -> str:
    """Return links to the parts, without manifests, rendered segments and hidden files."""
    shown = [
        path
        for path in sorted(project.folder.rglob("*"))
        if path.is_file()
        and path.suffix != ".c2pa"
        and path.parent.name != "cuts"
        and not path.name.startswith(".")
        and path.name != "index.html"
    ]
    links = (f'<li><a href="{_link(project, path)}">{_link(project, path)}</a>' for path in shown)
    return "\n".join(links)


def _film(board: Storyboard, request: FilmRequest, project: Project) -> str:
    """Return the player of the film, with a track of subtitles to switch on."""
    name = f"film.{request.format}"
    if request.format in ("gif", "webp"):
        return f'<img id="film" src="{name}" alt="">'
    track = ""
    if (project.folder / "film.vtt").is_file():
        track = f'<track kind=captions srclang={board.language} src="film.vtt">'
    return f'<video id="film" controls preload="metadata" src="{name}">{track}</video>'


def _link(project: Project, path: Path) -> str:
    return quote(path.relative_to(project.folder).as_posix())
