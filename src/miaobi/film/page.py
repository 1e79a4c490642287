"""The page of a film: the film itself, its storyboard, and every part, in one HTML file.

It names the files beside it and needs nothing from anywhere else.
"""

from html import escape
from importlib.resources import files
from pathlib import Path

from miaobi.core.film import FilmRequest
from miaobi.core.paths import atomic_write
from miaobi.film.project import Parts
from miaobi.film.shots import Spoken, picture_of, sound_of
from miaobi.film.storyboard import Board
from miaobi.film.timeline import NOTICE
from miaobi.media.subtitles import clock

NAMES = {  # what the page says, in the language of the film
    "en": {
        "board": "Storyboard",
        "parts": "Parts",
        "picture": "Picture",
        "motion": "Camera",
        "voice": "Narration",
        "sound": "Sound",
        "music": "Music",
        "edit": "Change any file of this folder and run the same command again: only what "
        "depends on it is made anew. Delete a file to have it made again.",
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


def write(board: Board, voices: list[Spoken | None], request: FilmRequest, parts: Parts) -> Path:
    """Write index.html into the folder of a film."""
    page = (files("miaobi.film") / "film_page.html").read_text(encoding="utf-8")
    words = NAMES[board.language]
    starts = [0.0]
    for cut, following in zip(request.cuts, request.cuts[1:], strict=False):
        starts.append(starts[-1] + cut.seconds - following.fade)
    rows = "\n".join(
        _row(board, voices[number], number, starts[number], parts)
        for number in range(min(len(board.shots), len(starts)))
    )
    told = {
        "language": "zh-CN" if board.language == "zh" else "en",
        "title": escape(board.title),
        "notice": NOTICE[board.language],
        "rows": rows,
        "ratio": "{} / {}".format(*request.size),
        "music": _music(board, parts),
        "files": _files(parts),
        "film": _film(board, request, parts),
        **{f"word_{name}": escape(word) for name, word in words.items()},
    }
    for name, value in told.items():
        page = page.replace("{{" + name + "}}", value)
    path = parts.folder / "index.html"
    atomic_write(path, page.encode())
    return path


def _row(board: Board, voice: Spoken | None, number: int, start: float, parts: Parts) -> str:
    """One shot: its picture, and what is said, seen and heard in it."""
    shot, words = board.shots[number], NAMES[board.language]
    picture = _link(parts, picture_of(parts, number + 1))
    told = [f"<p class=say>{escape(shot.narration)}</p>"] if shot.narration else []
    told += [f"<p class=say>{escape(line)}</p>" for line in shot.card]
    if voice is not None:
        told.append(f'<audio controls preload=none src="{_link(parts, voice.path)}"></audio>')
    facts = [(words["picture"], shot.picture), (words["motion"], shot.motion)]
    if sound := sound_of(parts, f"sounds/{number + 1:02}"):
        facts.append((words["sound"], shot.sound))
        told.append(f'<audio controls preload=none src="{_link(parts, sound)}"></audio>')
    table = "".join(f"<dt>{escape(name)}<dd>{escape(value)}" for name, value in facts)
    seconds = int(start)
    return (
        f'<section><a href="#film" data-at="{start:.2f}"><img src="{picture}" alt="" loading=lazy>'
        f"</a><div><h3>{number + 1} <small>{clock(seconds, '.')[3:8]}</small></h3>"
        f"{''.join(told)}<dl>{table}</dl></div></section>"
    )


def _music(board: Board, parts: Parts) -> str:
    path = sound_of(parts, "music")
    if path is None:
        return ""
    words = NAMES[board.language]["music"]
    return (
        f"<h2>{words}</h2><p>{escape(board.music)}</p>"
        f'<audio controls preload=none src="{_link(parts, path)}"></audio>'
    )


def _files(parts: Parts) -> str:
    kept = [path for path in sorted(parts.folder.rglob("*")) if path.is_file()]
    shown = [
        path
        for path in kept
        if path.suffix != ".c2pa"
        and path.parent.name != "cuts"
        and not path.name.startswith(".")
        and path.name != "index.html"
    ]
    links = (f'<li><a href="{_link(parts, path)}">{_link(parts, path)}</a>' for path in shown)
    return "\n".join(links)


def _film(board: Board, request: FilmRequest, parts: Parts) -> str:
    """The film as it can be played: subtitles are in the picture, and can be switched on beside."""
    name = f"film.{request.format}"
    if request.format in ("gif", "webp"):
        return f'<img id="film" src="{name}" alt="">'
    track = ""
    if (parts.folder / "film.vtt").is_file():
        track = f'<track kind=captions srclang={board.language} src="film.vtt">'
    return f'<video id="film" controls preload="metadata" src="{name}">{track}</video>'


def _link(parts: Parts, path: Path) -> str:
    from urllib.parse import quote

    return quote(path.relative_to(parts.folder).as_posix())
