"""From the Markdown of an article to what a page shows, with the figures of the policy in it."""

import re
from functools import lru_cache

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token

from balie.apps.articles.figures import PLACEHOLDER
from balie.apps.articles.links import SCHEMES
from balie.domain.policy import Policy
from balie.infra.templatetags.balie import figure_link
from balie.infra.templatetags.figures import FIGURES, figure_words

TAGS = {"p", "h3", "h4", "ul", "ol", "li", "strong", "em", "a", "code", "pre", "blockquote", "br"}
ATTRIBUTES = {"a": {"href"}, "p": {"class"}, "ol": {"start"}}
REMEMBERED = 200  # a site has some tens of articles in two languages

# Without HTML: what looks like a tag is shown as it was typed.
_markdown = MarkdownIt("commonmark", {"html": False})


def article_html(body: str, *, policy: Policy, language: str) -> SafeString:
    """Return the body as HTML. Pictures are left out; an unknown placeholder stays as it is."""
    html = _cleaned(body)

    def fill(match: re.Match[str]) -> str:
        path = match[1]
        if path not in FIGURES:
            return match[0]
        return figure_link(figure_words(policy, path, language=language), path)

    return mark_safe(PLACEHOLDER.sub(fill, html))  # noqa: S308  (cleaned by an allow-list)


@lru_cache(maxsize=REMEMBERED)
def _cleaned(body: str) -> str:
    tokens = _markdown.parse(body)
    for before, inline, _after in zip(tokens, tokens[1:], tokens[2:], strict=False):
        if before.type == "paragraph_open" and _is_one_link(inline):
            before.attrSet("class", "next-step")
    for token in tokens:
        if token.type in {"heading_open", "heading_close"}:
            # The title of the article is the h2 of its part of the page.
            token.tag = "h3" if token.tag in {"h1", "h2", "h3"} else "h4"
    html = _markdown.renderer.render(tokens, _markdown.options, {})
    return nh3.clean(
        html,
        tags=TAGS,
        attributes=ATTRIBUTES,
        url_schemes=set(SCHEMES),
        link_rel="noopener",
    )


def _is_one_link(inline: Token) -> bool:
    """Whether a paragraph is nothing but a link: the one next step."""
    children = inline.children or []
    return (
        len(children) >= 3
        and children[0].type == "link_open"
        and children[-1].type == "link_close"
        and sum(child.type == "link_open" for child in children) == 1
    )
