"""The HTML of a mail: hostile until cleaned, and never handed to a parser that it could hold up.

`clean` leaves what gives a mail its shape: no script, form, frame, style sheet, position, nothing
that is fetched from elsewhere. `plain` gives the words. Show the former in a sandboxed frame under
a content security policy all the same.
"""

import re
from collections.abc import Mapping
from html import escape
from urllib.parse import unquote

import nh3

from balie.formats.mail_plain import plain, unescaped
from balie.formats.mail_tags import tokens

__all__ = ["clean", "is_too_odd", "plain", "remote_pictures"]

LONGEST = 500_000
# How deep tags may stand in tags, and how often they may cross: beyond it a parser that follows the
# standard copies every open <b> into every <p>, and takes minutes.
DEEPEST = 250
MOST_CROSSED = 100
MOST_WORK = 300_000

TAGS = set(
    "a abbr address article b bdi blockquote br caption center cite code col colgroup dd del"
    " details"
    " div dl dt em figcaption figure font footer h1 h2 h3 h4 h5 h6 header hr i img ins kbd li main"
    " mark ol p pre q s samp section small span strike strong sub summary sup table tbody td tfoot"
    " th thead time tr tt u ul var wbr".split()
)
DROPPED = set(
    "script style title head noscript template iframe object embed applet audio video svg math"
    " select option textarea button xml".split()
)
ATTRIBUTES: dict[str, set[str]] = {
    "*": {"dir", "lang", "title", "style", "align"},
    "a": {"href"},
    "img": {"src", "alt", "width", "height"},
    "td": {"colspan", "rowspan", "valign", "bgcolor", "width"},
    "th": {"colspan", "rowspan", "valign", "bgcolor", "width", "scope"},
    "table": {"border", "cellpadding", "cellspacing", "bgcolor", "width"},
    "font": {"color"},
    "ol": {"start", "type"},
    "col": {"span", "width"},
}
# Nothing that moves, covers, hides or loads.
STYLES = set(
    "color background-color font-weight font-style text-decoration text-align vertical-align"
    " white-space border-left border-collapse".split()
)
HOSTILE_STYLE = re.compile(r"url|expression|@|\\|/\*|javascript|image|var\(", re.IGNORECASE)
LINK = re.compile(r"(?:https?://|mailto:|tel:)[^\s]{1,2000}", re.IGNORECASE)
VOID = frozenset(
    "area base br col embed frame hr img input link meta param source track wbr".split()
)
# Their closing tags may be left out.
OPTIONAL = frozenset("p li td th tr dt dd option thead tbody tfoot colgroup html body".split())
FORMATTING = frozenset("a b big code em font i nobr s small strike strong tt u".split())
REMOTE = re.compile(r"\s*(?:https?:|//|ftp:)", re.IGNORECASE)


def clean(html: str, *, pictures: Mapping[str, str]) -> str:
    """Return what of `html` may be shown. `pictures` are our addresses by Content-ID.

    Pictures from elsewhere lose their address (count them with `remote_pictures`), links keep
    http, https, mailto and tel. HTML that no parser should be given comes back as its text.
    """
    cut = _cut(html)
    if is_too_odd(cut):
        return f"<pre>{escape(plain(cut))}</pre>"

    def checked(tag: str, attribute: str, value: str) -> str | None:
        return _checked(tag, attribute, value, pictures)

    return nh3.clean(
        cut,
        tags=TAGS,
        clean_content_tags=DROPPED,
        attributes=ATTRIBUTES,
        attribute_filter=checked,
        link_rel="noopener noreferrer nofollow",
        url_schemes={"http", "https", "mailto", "tel", "cid"},
        filter_style_properties=STYLES,
        set_tag_attribute_values={"a": {"target": "_blank"}},
    )


def _checked(tag: str, attribute: str, value: str, pictures: Mapping[str, str]) -> str | None:
    if attribute == "href":
        return value if tag == "a" and LINK.fullmatch(value.strip()) else None
    if attribute == "src":
        head, _, name = value.strip().partition(":")
        return pictures.get(unquote(name)) if head.lower() == "cid" else None
    if attribute == "style":
        return None if HOSTILE_STYLE.search(value) else value
    return value


def _cut(html: str) -> str:
    """At most `LONGEST` characters, cut before a tag so that none is torn."""
    if len(html) <= LONGEST:
        return html
    return html[: max(html.rfind("<", 0, LONGEST), 1)]


def remote_pictures(html: str) -> int:
    """How many pictures `html` wants to fetch from elsewhere; that tells its sender it was read."""
    found = 0
    for token in tokens(html[:LONGEST]):
        if token.name and not token.closing:
            held = token.attributes()
            sources = [held.get("background", "")]
            if token.name in {"img", "input", "image"}:
                sources.append(held.get("src", ""))
            found += any(REMOTE.match(unescaped(one)) for one in sources)
            found += "url(" in held.get("style", "").lower()
    return found


def is_too_odd(html: str) -> bool:
    """Whether `html` is built to hold a parser up: too deep, too crossed, too much to copy."""
    open_tags: list[str] = []
    formatting = crossed = work = 0
    for token in tokens(html):
        work += 1 + formatting + crossed
        if work > MOST_WORK or len(open_tags) > DEEPEST or crossed > MOST_CROSSED:
            return True
        name = token.name
        if not name or name in VOID or token.text.endswith("/>"):
            continue
        if not token.closing:
            open_tags.append(name)
            formatting += name in FORMATTING
        else:
            crossed += not _close(open_tags, name)
            formatting -= name in FORMATTING and formatting > 0
    return False


def _close(open_tags: list[str], name: str) -> bool:
    """Take `name` off, with those above it that close by themselves; False when it crosses."""
    at = len(open_tags)
    while at and open_tags[at - 1] != name and open_tags[at - 1] in OPTIONAL:
        at -= 1
    if at and open_tags[at - 1] == name:
        del open_tags[at - 1 :]
        return True
    return name in OPTIONAL
