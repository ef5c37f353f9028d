"""The links inside an article: where they lead, and which of them lead nowhere."""

from urllib.parse import urlsplit

from django.urls import Resolver404, resolve
from markdown_it import MarkdownIt

SCHEMES = ("https", "http", "mailto", "tel")

_markdown = MarkdownIt("commonmark", {"html": False})


def links(body: str) -> list[str]:
    """Return the targets of the links in a Markdown text, in order."""
    return [
        str(child.attrs["href"])
        for token in _markdown.parse(body)
        for child in token.children or []
        if child.type == "link_open"
    ]


def dead_links(body: str) -> list[str]:
    """Return the links that lead nowhere: an address of ours that does not exist, an odd scheme.

    Another site is not asked whether it is there.
    """
    return [target for target in dict.fromkeys(links(body)) if not _leads_somewhere(target)]


def _leads_somewhere(target: str) -> bool:
    parts = urlsplit(target)
    if parts.scheme or parts.netloc:
        return parts.scheme in SCHEMES and bool(parts.netloc or parts.path)
    if not parts.path:
        return bool(parts.fragment)
    try:
        resolve(parts.path)
    except Resolver404:
        return False
    return True
