"""HTML of strangers: shown without what acts, moves or fetches; read as text."""

from pathlib import Path

import pytest

from balie.formats.mail_html import clean, is_too_odd, plain, remote_pictures
from balie.formats.mail_in import read_mail

MAILS = Path(__file__).parent / "mails"
LOGO = {"logo@klant.example": "/bijlage/7/logo.png"}


@pytest.mark.parametrize(
    ("html", "shown"),
    [
        ("<p>a<script>b()</script>c", "<p>ac</p>"),
        ("<style>p{position:fixed}</style><p>a", "<p>a</p>"),
        ('<p onclick="b()" style="position:fixed;color:red">a</p>', '<p style="color:red">a</p>'),
        ('<p style="color:red;background:url(https://x.example/)">a</p>', "<p>a</p>"),
        ('<form action="https://x.example"><input name=p>a</form>', "a"),
        ('<iframe src="https://x.example"></iframe>a', "a"),
        ("<svg onload=b()><a>c</a></svg>d", "d"),
        ("<math><mtext><img src=x onerror=b()></math>d", "d"),
        ('<base href="https://x.example"><p>a', "<p>a</p>"),
        ('<meta http-equiv=refresh content="0;url=https://x.example">a', "a"),
        ('<img src="https://x.example/a.gif" alt="Logo">', '<img alt="Logo">'),
        ('<img src="//x.example/a.gif">', "<img>"),
        ('<img src="data:image/png;base64,AAAA">', "<img>"),
        ('<img src="cid:logo@klant.example">', '<img src="/bijlage/7/logo.png">'),
        ('<img src="CID:logo%40klant.example">', '<img src="/bijlage/7/logo.png">'),
        ('<img src="cid:onbekend">', "<img>"),
        (
            '<table background="https://x.example/a.gif"><tr><td>a',
            "<table><tbody><tr><td>a</td></tr></tbody></table>",
        ),
        ("a<!-- b -->c", "ac"),
        ("a < b & c", "a &lt; b &amp; c"),
    ],
)
def test_clean_leaves_what_gives_a_mail_its_shape(html: str, shown: str) -> None:
    assert clean(html, pictures=LOGO) == shown


@pytest.mark.parametrize(
    "target",
    [
        "javascript:b()",
        " java\nscript:b()",
        "data:text/html,b",
        "cid:logo@klant.example",
        "/uit",
        "vbscript:b",
        "file:///etc/passwd",
    ],
)
def test_link_that_goes_nowhere_safe_loses_its_target(target: str) -> None:
    assert "href" not in clean(f'<a href="{target}">a</a>', pictures=LOGO)


def test_link_opens_apart_and_tells_nobody_where_from() -> None:
    assert clean('<a href="https://x.example/?a=1&b=2">a</a>', pictures={}) == (
        '<a href="https://x.example/?a=1&amp;b=2" target="_blank"'
        ' rel="noopener noreferrer nofollow">a</a>'
    )


def test_hostile_mail_is_shown_without_anything_that_acts() -> None:
    html = read_mail((MAILS / "20-hostile-html.eml").read_bytes()).html or ""

    shown = clean(html, pictures=LOGO)

    for bad in ("steal", "elders.example", "volgen.example", "<form", "<iframe", "position"):
        assert bad in html
        assert bad not in shown
    assert "/bijlage/7/logo.png" in shown
    assert remote_pictures(html) == 2


@pytest.mark.parametrize(
    ("html", "count"),
    [
        ("<p>a</p>", 0),
        ('<img src="cid:a"><img src="data:image/png;base64,A">', 0),
        ("<img src=https://x.example/a><img src='//x.example/b'>", 2),
        ('<img src="&#104;ttps://x.example/a">', 1),
        ('<td background="http://x.example/a">', 1),
        ('<div style="background:URL(https://x.example/a)">', 1),
        ("<!-- <img src=https://x.example/a> -->", 0),
    ],
)
def test_remote_pictures_are_counted(html: str, count: int) -> None:
    assert remote_pictures(html) == count


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>a</p><p>b</p>", "a\n\nb"),
        ("<div>a</div><div>b</div>", "a\nb"),
        ("a<br>b<br><br>c", "a\nb\n\nc"),
        ("<ul><li>a<li>b</ul><ol><li>c<li>d</ol>", "- a\n- b\n\n1. c\n2. d"),
        ("<b>a</b> <i>b</i>\n\n c", "a b c"),
        ("<pre>a\n  b</pre>", "a\n  b"),
        ('<a href="https://x.example/">x.example</a>', "x.example"),
        ('<a href="https://x.example/a">hier</a>', "hier <https://x.example/a>"),
        ('<a href="mailto:a@x.example">a@x.example</a>', "a@x.example"),
        ("a<blockquote>b<blockquote>c</blockquote></blockquote>d", "a\n\n> b\n>\n>> c\n\nd"),
        ('<blockquote style="margin:0 0 0 40px;border:none">a</blockquote>', "a"),
        ("Jan <jan@x.example> schreef", "Jan <jan@x.example> schreef"),
        ("1 < 2 &amp; 3 &gt; 2 &euro;", "1 < 2 & 3 > 2 €"),
        ("a<style>b</style><title>c</title><script>d</script>e", "ae"),
        ("a<!-- nooit gesloten b", "a nooit gesloten b"),
        ("<p title='a>b'>c</p>", "c"),
        ("<p it's>a</p><p>it's</p>", "a\n\nit's"),
        ("&#99999999999999999999;&#x110000000;", "\ufffd\ufffd"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</table>", "a b\nc"),
        ('<img alt="Logo" src="cid:x">', "[Logo]"),
    ],
)
def test_plain_gives_the_words(html: str, text: str) -> None:
    assert plain(html) == text


@pytest.mark.parametrize(
    "html",
    [
        "<div>" * 5_000,
        "<b>" * 5_000,
        "<b id=1><select></b></select><p>x" * 5_000,
        "<p><font color=red>" * 5_000,
        "<table><tr><td>" * 5_000,
        "</b><i></p>" * 5_000,
    ],
)
def test_html_that_would_hold_a_parser_up_comes_back_as_text(html: str) -> None:
    assert is_too_odd(html)
    assert clean(f"{html}<p>Mijn vraag", pictures={}).startswith("<pre>")
    assert plain(f"{html}<p>Mijn vraag").endswith("Mijn vraag")


def test_long_newsletter_is_not_odd() -> None:
    row = "<table><tr><td><p><font color=red><b>Nieuws <a href='https://x.example'>lees</a></b></font>"

    assert not is_too_odd(f"<html><body>{f'{row}</td></tr></table>' * 1_000}</body></html>")


def test_five_megabytes_are_cut_before_a_tag() -> None:
    shown = clean("<p>Mijn vraag</p>" * 300_000, pictures={})

    assert shown.endswith("<p>Mijn vraag</p>")
    assert len(shown) < 600_000
