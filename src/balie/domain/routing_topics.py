"""What customers of a hosting company write about, by words: the desk's knowledge on its first day.

Each topic belongs to a team. A word counts when a word of the question begins with it, two words
when they stand next to each other, so "incasso" also finds "incassobedrag". The lists serve the
rules ("topic is ...") and suggest a team until enough questions were answered to learn from.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

_WORD = re.compile(r"\w+")


@dataclass(frozen=True, kw_only=True)
class Topic:
    """One subject, the code of the team that answers it, and the words that tell it."""

    team: str
    words: tuple[str, ...]


TOPICS: dict[str, Topic] = {
    "login": Topic(
        team="support",
        words=(
            *("inlog", "login", "log in", "ingelogd", "aanmelden", "wachtwoord", "password"),
            *("gebruikersnaam", "username", "sign in", "control panel", "controlpanel", "2fa"),
        ),
    ),
    "email": Topic(
        team="support",
        words=(
            *("mailbox", "imap", "pop3", "smtp", "outlook", "thunderbird", "webmail", "spam"),
            *("mailadres", "emailadres", "email", "e mail", "mails", "mailtje", "bounce"),
            *("doorsturen", "handtekening", "inbox", "bijlage"),
        ),
    ),
    "dns": Topic(
        team="support",
        words=(
            *("dns", "nameserver", "naamserver", "a record", "cname", "mx", "txt record", "ttl"),
            *("spf", "dkim", "dmarc", "subdomein", "subdomain", "verwijzen", "doorverwijz"),
        ),
    ),
    "website": Topic(
        team="support",
        words=(
            *("website", "site", "wordpress", "plugin", "plug in", "foutmelding", "error 500"),
            *("wit scherm", "witte pagina", "traag", "offline", "php", "database", "ftp", "404"),
            *("hack", "gehackt", "joomla", "white screen"),
        ),
    ),
    "ssl": Topic(
        team="support",
        words=("ssl", "certifica", "https", "slotje", "niet veilig", "onveilig", "not secure"),
    ),
    "backup": Topic(
        team="support",
        words=("backup", "back up", "reservekopie", "terugzetten", "restore", "per ongeluk"),
    ),
    "moving": Topic(
        team="support",
        words=(
            *("verhuiz", "verhuis", "verhuist", "migr", "overzetten", "overzet", "transfer"),
            *("authcode", "auth code", "verhuiscode", "verhuistoken", "token"),
        ),
    ),
    "invoice": Topic(
        team="administration",
        words=(
            *("factu", "invoice", "btw", "vat", "rekening", "creditnota", "aanmaning"),
            *("herinnering", "betaling", "betaald", "betalen", "overgemaakt", "paid"),
        ),
    ),
    "debit": Topic(
        team="administration",
        words=(
            *("incasso", "afgeschreven", "afschrijving", "storno", "storneren", "machtiging"),
            *("mandaat", "mandate", "direct debit", "iban", "teruggeboekt", "dubbel afgeschreven"),
        ),
    ),
    "cancel": Topic(
        team="administration",
        words=("opzeg", "opgezegd", "zeg op", "beeindig", "beëindig", "cancel", "stopzetten"),
    ),
    "details": Topic(
        team="administration",
        words=(
            *("adreswijziging", "verhuisd", "tenaamstelling", "bedrijfsnaam", "op naam", "kvk"),
            *("nieuw adres", "gegevens wijzigen", "contactpersoon", "overname", "overdragen"),
        ),
    ),
    "upgrade": Topic(
        team="sales",
        words=(
            *(
                "upgrade",
                "upgraden",
                "groter pakket",
                "downgrade",
                "pakket wijzigen",
                "schijfruimte",
            ),
            *("meer ruimte", "ander pakket", "overstappen", "hoger pakket", "uitbreiden"),
        ),
    ),
    "sales": Topic(
        team="sales",
        words=(
            *(
                "offerte",
                "bestellen",
                "bestelling",
                "kosten",
                "kost",
                "prijs",
                "quote",
                "aanbieding",
            ),
            *("registreren", "beschikbaar", "vps", "reseller", "korting", "domein kopen", "price"),
        ),
    ),
    "other": Topic(team="support", words=()),
}


@dataclass(frozen=True, kw_only=True)
class TopicFound:
    """A topic whose words stand in a question: which words, as they stand in the list."""

    topic: str
    team: str
    words: tuple[str, ...]


def words_in(text: str, wanted: Iterable[str]) -> tuple[str, ...]:
    """Return which of the wanted words a text holds; the last word may go on ("factu")."""
    read = " " + " ".join(_WORD.findall(text.casefold()))
    return tuple(word for word in wanted if " " + " ".join(_WORD.findall(word.casefold())) in read)


def topics_in(text: str) -> list[TopicFound]:
    """Return the topics whose words a text holds, most words first, then in the order above."""
    found = [
        TopicFound(topic=name, team=topic.team, words=words)
        for name, topic in TOPICS.items()
        if (words := words_in(text, topic.words))
    ]
    return sorted(found, key=lambda one: -len(one.words))


def clearest_topic(text: str) -> TopicFound | None:
    """Return the topic with most words; None when nothing is found, or two teams have as many."""
    found = topics_in(text)
    if not found:
        return None
    rivals = {one.team for one in found if len(one.words) == len(found[0].words)}
    return found[0] if len(rivals) == 1 else None
