"""Every text that we ship: registered, whole in both languages, and the same words in its HTML."""

import re
from html import unescape
from pathlib import Path

import pytest

import balie.apps
from balie.infra import mail_texts
from balie.infra.mail_html import html_from, without_markers
from balie.infra.mail_texts import LANGUAGES, MailKind

APPS = Path(balie.apps.__file__).parent
KINDS = [pytest.param(kind, id=kind.kind) for kind in mail_texts.kinds()]
TAGS = re.compile(r"<style>.*?</style>|<title>.*?</title>|<[^>]+>", re.DOTALL)
PICTURES = {"qr": "QR"}


def words_of(text: str) -> list[str]:
    return re.findall(r"[^\s:-]+", text)


def test_every_shipped_text_is_of_a_registered_kind() -> None:
    shipped = {path.name for path in APPS.glob("*/templates/*/mail/*.txt")}

    assert shipped == {
        f"{kind.kind.replace('-', '_')}.{language}.txt"
        for kind in mail_texts.kinds()
        for language in LANGUAGES
    }


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_shipped_text_has_no_fault(kind: MailKind, language: str) -> None:
    text = mail_texts.shipped(kind.kind, language=language)

    assert mail_texts.faults(kind.kind, subject=text.subject, body=text.body) == {}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_both_forms_of_a_mail_say_the_same(kind: MailKind, language: str) -> None:
    text = mail_texts.shipped(kind.kind, language=language)
    subject, body = mail_texts.fill(kind, text, values=kind.examples(language=language))

    html = html_from(body, subject=subject, language=language, pictures=PICTURES)

    assert "{" not in subject + body
    assert words_of(unescape(TAGS.sub(" ", html))) == words_of(without_markers(body, PICTURES))


@pytest.mark.parametrize("kind", KINDS)
def test_placeholders_are_explained_in_both_languages(kind: MailKind) -> None:
    names = [one.name for one in kind.placeholders]

    assert len(names) == len(set(names))
    assert kind.nl
    assert kind.en
    for one in kind.placeholders:
        assert all((one.nl, one.en, one.example_nl, one.example_en)), one.name


@pytest.mark.parametrize("kind", KINDS)
def test_both_languages_say_the_same_things(kind: MailKind) -> None:
    used = [
        set(re.findall(r"{(\w+)}", text.subject + text.body))
        for text in (mail_texts.shipped(kind.kind, language=language) for language in LANGUAGES)
    ]

    assert used[0] == used[1]
