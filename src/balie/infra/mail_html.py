"""Simple HTML with the same words as a mail's text.

Four shapes are recognised, each by how it looks in the text: paragraphs, two or more lines of
``Label: value`` (a table), lines that begin with ``- `` (a list), and an address alone on a line
(a button).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape

MARKER = re.compile(r"\[\[([a-z0-9-]+)\]\]")
ROW = re.compile(r"([^:\n]{1,40}): (\S.*)")
ADDRESS = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:!?)]")

# The colours of the pages (tokens.css), written out: a mail loads nothing.
STYLE = """
body{margin:0;padding:1.5rem 1rem;background:#faf7f0;color:#1b2230;
font:1rem/1.55 "Public Sans",system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
main{max-width:36rem;margin:0 auto;padding:1.5rem;background:#fffdf9;border:1px solid #ddd5c6;
border-top:4px solid #1b2230}
table{border-collapse:collapse;margin:1rem 0}
th{text-align:left;font-weight:400;padding:.2rem 1.5rem .2rem 0;vertical-align:top;color:#555b66}
td{padding:.2rem 0;font-weight:600;font-variant-numeric:tabular-nums;overflow-wrap:anywhere}
a{color:#1f4390}
.button{display:inline-block;padding:.6rem 1rem;background:#1f4390;color:#fffdf9;
border-radius:3px;text-decoration:none;overflow-wrap:anywhere}
img{max-width:100%}
@media (max-width:30rem){body{padding:0}main{padding:1.25rem 1rem;border-width:4px 0 0}
th,td{display:block;padding:0}td{padding-bottom:.5rem}}
@media (prefers-color-scheme:dark){body{background:#15181d;color:#ece7dc}
main{background:#1c2026;border-color:#363c45}th{color:#b4b2aa}
.button{background:#a9c2f7;color:#111a2e}a{color:#a9c2f7}}
""".replace("\n", "")


def without_markers(text: str, pictures: Mapping[str, str]) -> str:
    """The text as it is sent, without the lines that say where a picture stands."""
    kept = [line for line in text.splitlines() if _picture(line.strip(), pictures) is None]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip() + "\n"


def _picture(line: str, pictures: Mapping[str, str]) -> str | None:
    """The name of the picture whose place this line marks, if any."""
    marker = MARKER.fullmatch(line)
    return marker[1] if marker is not None and marker[1] in pictures else None


def html_from(
    text: str, *, subject: str = "", language: str = "nl", pictures: Mapping[str, str] | None = None
) -> str:
    """An HTML document with the words of ``text``; ``pictures`` maps a marker to its description.

    Everything is escaped: what a customer wrote is shown, never interpreted.
    """
    blocks = [block for block in re.split(r"\n\s*\n", text.strip()) if block.strip()]
    body = "\n".join(_block(block.splitlines(), pictures or {}) for block in blocks)
    return (
        f'<!doctype html>\n<html lang="{escape(language)}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        '<meta name="color-scheme" content="light dark">'
        f"<title>{escape(subject)}</title><style>{STYLE}</style></head>\n"
        f"<body><main>\n{body}\n</main></body></html>\n"
    )


def _block(lines: list[str], pictures: Mapping[str, str]) -> str:
    stripped = [line.strip() for line in lines]
    rows = [line for line in stripped if ROW.fullmatch(line) and not ADDRESS.match(line)]
    if len(stripped) > 1 and rows == stripped:
        return "<table>" + "".join(_row(line) for line in stripped) + "</table>"
    if all(line.startswith("- ") for line in stripped):
        return "<ul>" + "".join(f"<li>{_linked(line[2:])}</li>" for line in stripped) + "</ul>"
    parts: list[str] = []
    paragraph: list[str] = []
    for line in stripped:
        special = _special(line, pictures)
        if special is None:
            paragraph.append(_linked(line))
        else:
            parts += [_paragraph(paragraph), special]
            paragraph = []
    return "".join([*parts, _paragraph(paragraph)])


def _paragraph(lines: list[str]) -> str:
    return f"<p>{'<br>'.join(lines)}</p>" if lines else ""


def _special(line: str, pictures: Mapping[str, str]) -> str | None:
    """A line that is no text: a bare address or the place of a picture."""
    picture = _picture(line, pictures)
    if picture is not None:
        return f'<p><img src="cid:{picture}" alt="{escape(pictures[picture])}"></p>'
    if ADDRESS.fullmatch(line):
        return f'<p><a class="button" href="{escape(line)}">{escape(line)}</a></p>'
    return None


def _row(line: str) -> str:
    label, _, value = line.partition(": ")
    return f'<tr><th scope="row">{escape(label)}</th><td>{_linked(value)}</td></tr>'


def _linked(line: str) -> str:
    """The line escaped, with the addresses in it as links."""
    parts: list[str] = []
    last = 0
    for found in ADDRESS.finditer(line):
        target = escape(found[0])
        parts += [escape(line[last : found.start()]), f'<a href="{target}">{target}</a>']
        last = found.end()
    return "".join([*parts, escape(line[last:])])
