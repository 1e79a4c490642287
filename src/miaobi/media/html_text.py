"""The text of HTML inside Markdown: without tags, comments, scripts and tables, in linear time."""

import re
from collections.abc import Callable
from html import unescape

TAG = re.compile(r"<(/?)([a-zA-Z][\w-]*)([^>]*)>")
TAGS = re.compile(
    r"a|abbr|address|article|aside|audio|b|bdi|bdo|big|blockquote|body|br|button|caption|"
    r"center|cite|code|col|colgroup|data|dd|del|details|dfn|dialog|div|dl|dt|em|embed|"
    r"fieldset|figcaption|figure|font|footer|form|frame|h1|h2|h3|h4|h5|h6|head|header|hr|"
    r"html|i|iframe|img|input|ins|kbd|label|legend|li|link|main|map|mark|meta|nav|noscript|"
    r"object|ol|option|p|param|picture|pre|progress|q|rp|rt|ruby|s|samp|script|section|"
    r"select|small|source|span|strike|strong|style|sub|summary|sup|svg|table|tbody|td|"
    r"textarea|tfoot|th|thead|time|title|tr|track|tt|u|ul|var|video|wbr",
    re.I,
)
SILENT = re.compile(
    r"<!--|<\?|<!\[CDATA\[|<![a-zA-Z]|<(script|style|table|svg|pre|head|template)\b", re.I
)
SILENT_ENDS = {"<!--": "-->", "<?": "?>", "<![": "]]>"}  # others end with > or their own tag
HEADING = re.compile(r"<h([1-6])\b[^>]*>", re.I)
BREAK = re.compile(r"</?(?:p|div|li|ul|ol|blockquote|dd|dt|tr|summary|section|hr)\b[^>]*>", re.I)

Replace = Callable[[re.Match[str], str], str]


def html_to_text(html: str) -> str:
    """Return the text with headings as lines of Markdown, without comments, scripts and tables."""
    text = _replace_spans(html, SILENT, _silent_end, lambda opener, content: "")
    text = _replace_spans(text, HEADING, _heading_end, _heading)
    text = _replace_tags(BREAK, lambda match: "\n\n", text)
    return unescape(_without_tags(text).replace("<!--", "")).strip()


def tag_text(tag: str) -> str:
    """Return the text of an HTML tag: a line break of <br>, and a word like <Enter> itself."""
    match = TAG.fullmatch(tag)
    if match is None:
        return ""
    closing, name, attributes = match.groups()
    if name.lower() == "br":
        return "\n"
    is_word = not TAGS.fullmatch(name) and not (closing or attributes.strip() or "-" in name)
    return name if is_word else ""


def _replace_spans(
    html: str, opener: re.Pattern[str], end_of: Callable[[re.Match[str]], str], replace: Replace
) -> str:
    """Replace each opener with what follows up to its end; one without an end stays."""
    out, start, position = [], 0, 0
    last = html.rfind(">") + 1  # every end has one
    unclosed: set[str] = set()  # an end that was not found once is not searched again
    while match := opener.search(html, position, last):
        position = match.end()
        pattern = end_of(match)
        end = None
        if pattern not in unclosed:
            end = re.compile(pattern, re.I).search(html, position)
        if end is None:
            unclosed.add(pattern)
            continue
        out += [html[start : match.start()], replace(match, html[position : end.start()])]
        start = position = end.end()
    return "".join(out) + html[start:]


def _silent_end(opener: re.Match[str]) -> str:
    """Return the pattern that ends a silent span."""
    if opener[1]:
        return rf"</{opener[1].lower()}\s*>"
    ends = (end for start, end in SILENT_ENDS.items() if opener[0].startswith(start))
    return re.escape(next(ends, ">"))


def _heading_end(opener: re.Match[str]) -> str:
    return rf"</h{opener[1]}\s*>"


def _heading(opener: re.Match[str], content: str) -> str:
    return f"\n\n{'#' * int(opener[1])} {' '.join(_without_tags(content).split())}\n\n"


def _without_tags(html: str) -> str:
    return _replace_tags(TAG, lambda match: tag_text(match[0]), html)


def _replace_tags(
    pattern: re.Pattern[str], replace: Callable[[re.Match[str]], str], html: str
) -> str:
    """Replace the tags before the last ">": behind it, every "<" would be searched to the end."""
    last = html.rfind(">") + 1
    return pattern.sub(replace, html[:last]) + html[last:]
