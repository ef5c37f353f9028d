"""The articles of the public page and the search over them.

An article is a template per language in `templates/faq/articles/`, prose with figures of the
policy in it. The search reads a question as `balie.js` does while one types: words of two letters
or more, without accents, that begin a word of the title (3), the keywords (2) or the text (1).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.html import strip_tags
from django.utils.safestring import SafeString

from balie.domain.policy import Policy

WORD = re.compile(r"[^\W_]{2,}")
IN_TITLE, IN_KEYWORDS, IN_TEXT = 3, 2, 1
LONG = 5  # letters from which a word may be the first part of a compound

# Words that every question holds and no answer is found by.
IGNORED: Mapping[str, str] = {
    "nl": (
        "aan als bij dan dat de der die dit doe een en er ga had heb hebben heeft het hoe hun iets"
        " ik in is je jullie kan kun kunnen kunt maar me met mij mijn mogelijk moet na naar niet"
        " nu of om omdat ons onze ook op over te tot uit uw van via voor waar waarom wat we welk"
        " welke wie wij wil word wordt zal ze zijn zo zou"
    ),
    "en": (
        "am an and are as at be but by can could did do does for from get had has have how if in is"
        " it its me my no not of on or our please should so that the their them there they this to"
        " up us want was we what when where which who why will with would you your"
    ),
}


@dataclass(frozen=True, kw_only=True)
class Article:
    """One answer: the name of its templates, its place on the page, its titles and keywords."""

    name: str
    anchor: str
    title: Mapping[str, str]
    keywords: str


@dataclass(frozen=True, kw_only=True)
class Shown:
    """An article as a page shows it, in one language and under one policy."""

    article: Article
    title: str
    body: SafeString

    @property
    def text(self) -> str:
        """The words of the body without its marks."""
        return strip_tags(self.body)


ARTICLES: Sequence[Article] = (
    Article(
        name="login_lost",
        anchor="inloggegevens-kwijt",
        title={
            "nl": "Ik ben mijn inloggegevens kwijt",
            "en": "I have lost my login details",
        },
        keywords=(
            "login inloggen inloglink wachtwoord vergeten gebruikersnaam account toegang"
            " directadmin plesk cpanel password forgotten username sign access control panel"
        ),
    ),
    Article(
        name="address_wrong",
        anchor="e-mailadres-klopt-niet",
        title={
            "nl": "Mijn e-mailadres klopt niet meer",
            "en": "My e-mail address is no longer right",
        },
        keywords=(
            "mail mailadres e-mail adres wijzigen veranderen verhuisd oud gewijzigd change email"
            " address old moved update"
        ),
    ),
    Article(
        name="can_i_call",
        anchor="bellen",
        title={"nl": "Kan ik u bellen?", "en": "Can I call you?"},
        keywords=(
            "bellen bel telefoon telefoonnummer telefonisch nummer contact openingstijden"
            " kantooruren hoelang antwoordtijd support phone call number telephone"
            " opening hours response"
        ),
    ),
    Article(
        name="how_do_i_pay",
        anchor="factuur-betalen",
        title={"nl": "Hoe betaal ik mijn factuur?", "en": "How do I pay my invoice?"},
        keywords=(
            "betalen betaling betaal factuur facturen rekening maandelijks jaarlijks termijn"
            " incasso pay payment invoice invoices bill monthly yearly"
        ),
    ),
    Article(
        name="why_direct_debit",
        anchor="waarom-automatische-incasso",
        title={"nl": "Waarom automatische incasso?", "en": "Why direct debit?"},
        keywords=(
            "incasso afschrijving afgeschreven machtiging storneren stornering terugboeken"
            " terugboeking terug onterecht fout oneens ideal veilig debit mandate refund"
            " chargeback wrong safe"
        ),
    ),
    Article(
        name="payment_failed",
        anchor="betaling-mislukt",
        title={"nl": "Mijn betaling is mislukt", "en": "My payment has failed"},
        keywords=(
            "mislukt mislukte gelukt geweigerd storno saldo aanmaning herinnering achterstand open"
            " failed refused reminder balance overdue unpaid"
        ),
    ),
    Article(
        name="how_to_transfer",
        anchor="zelf-overmaken",
        title={
            "nl": "Hoe maak ik het bedrag over?",
            "en": "How do I transfer the amount?",
        },
        keywords=(
            "overmaken overboeken overschrijven iban rekeningnummer bankrekening internetbankieren"
            " omschrijving kenmerk bank transfer account number reference description"
        ),
    ),
    Article(
        name="another_question",
        anchor="andere-vraag",
        title={"nl": "Ik heb een andere vraag", "en": "I have another question"},
        keywords=(
            "vraag vragen ticket helpdesk hulp klacht contact opzeggen verhuizen domein hosting"
            " question help complaint support cancel"
        ),
    ),
)


def show_all(*, policy: Policy, language: str) -> list[Shown]:
    """Return all articles in the order of the page, with the figures of the policy."""
    with translation.override(language):
        return [
            Shown(
                article=article,
                title=article.title[language],
                body=render_to_string(
                    f"faq/articles/{article.name}.{language}.html", {"policy": policy}
                ),
            )
            for article in ARTICLES
        ]


def find(shown: Sequence[Shown], question: str, *, language: str) -> list[Shown]:
    """Return the articles that answer a question, best first; all of them when it asks nothing."""
    ignored = set(words(IGNORED[language]))
    asked = [word for word in words(question) if word not in ignored]
    if not asked:
        return list(shown)
    scored = [(_score(one, asked), one) for one in shown]
    best = max(points for points, _ in scored)
    found = [(points, one) for points, one in scored if points and points * 2 >= best]
    return [one for _, one in sorted(found, key=lambda each: -each[0])]


def words(text: str) -> list[str]:
    """Return the words of a text in small letters without accents."""
    marked = unicodedata.normalize("NFD", text)
    plain = "".join(sign for sign in marked if not unicodedata.combining(sign))
    return WORD.findall(plain.lower())


def _score(shown: Shown, asked: Sequence[str]) -> int:
    """Return the points of an article for the words of a question."""
    places = (
        (IN_TITLE, words(shown.title)),
        (IN_KEYWORDS, words(shown.article.keywords)),
        (IN_TEXT, words(shown.text)),
    )
    return sum(
        next((points for points, place in places if _meets(word, place)), 0) for word in asked
    )


def _meets(asked: str, place: Sequence[str]) -> bool:
    """Whether a word begins one of a place, or is a compound that begins with a long one."""
    return any(
        word.startswith(asked) or (len(word) >= LONG and asked.startswith(word)) for word in place
    )
