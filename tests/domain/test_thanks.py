"""Which messages only thank: ninety lines by hand, half of them friendly and asking still."""

import pytest

from balie.domain.thanks import own_words, says_only_thanks

THANKS = """\
Bedankt!
Bedankt
bedankt voor de snelle reactie
Dank je wel!
Dankjewel :)
Dank u wel voor uw hulp.
Hartelijk dank voor de duidelijke uitleg!
Super, bedankt!
Top!
Top, dank!
Oké
ok
Okee, prima
Prima, bedankt.
Helemaal duidelijk, dank je!
Duidelijk.
Helder, bedankt
Perfect, het werkt weer
Het werkt weer, bedankt!
Het is gelukt, dank u
Opgelost, bedankt voor de goede service
Fijn, dank voor de moeite
Geweldig, heel erg bedankt!
Hoi Marit, bedankt voor je antwoord. Groetjes, Jan
Beste helpdesk, bedankt voor de vlotte afhandeling. Met vriendelijke groet, Piet
Akkoord
Alvast bedankt
Nogmaals dank!
Bedankt en fijn weekend!
Merci!
Thanks!
Thank you
Thank you very much for your help
Thanks, all clear
Great, thanks!
Perfect, it works now
Solved, thank you so much
ok thx
Awesome support, thanks again
Cheers
Much appreciated!
Hi Marit, thanks for the quick reply. Kind regards, John
Beste mevrouw De Vries, hartelijk dank. Met vriendelijke groet, J. van der Meer
Thanks, problem solved
👍
🙏🙏
👍🏻
❤️
:)
Bedankt! 😊
Dankuwel
Super fijn, dank jullie wel"""

NOT = """\
Bedankt, maar het werkt nog niet
Bedankt! Hoe zet ik het terug?
Dank je wel. Kunt u ook mijn mail bekijken?
Bedankt voor uw antwoord, alleen klopt het bedrag niet
Ok, en wanneer is het klaar
Oké maar waarom
Top. Nog een vraag: wat kost een tweede domein
Prima, graag per 1 januari opzeggen
Dank, mijn nummer is 0612345678
Bedankt, mijn klantnummer is K10023
Thanks but it still fails
Thank you. Could you also check the other site
Great, when will it be done
ok, please cancel
It does not work
Nee
Ja
Ja graag
Doe maar
Nog steeds niet opgelost
Het is niet opgelost
Niet bedankt
Thanks, no
?
...
!
hallo
Hoi
Goedemorgen
Mijn site doet het niet
Duidelijk niet
Helaas, bedankt voor niets
Jammer
Fijn dat u reageert, de storing duurt al drie dagen voort
Bedankt. Ik stuur later de logbestanden mee van beide servers
Super, dan betaal ik de factuur morgen via overboeking naar jullie rekening
👎 waarom
Help
Dank, zet het domein over naar Bakkerij Zeezicht alstublieft
Bedankt voor het meedenken; verwijder de oude mailbox info zeezicht
Thanks, delete the account tomorrow morning
Ok verhuis alles naar server twee vanavond
Goed, stuur de nieuwe factuur naar mijn boekhouder Klaas
Prima, zet mijn telefoonnummer op de lijst
Perfect. Site is weer down
Top, site ligt plat
Top! Mail stuk
Top. Alles is weer een probleem
Bedankt. Bel mij
Bedankt! Bel
Bedankt. Stuur factuur
Bedankt! Groeten, bel mij
Groeten. Bel Mij. Bedankt
Ok, incasso terugboeken
Goed, annuleer dan alles
Thanks, refund me
Dag Site Plat bedankt
I am not happy with this"""


@pytest.mark.parametrize("text", THANKS.split("\n"))
def test_thanks_asks_nothing(text: str) -> None:
    assert says_only_thanks(text)


@pytest.mark.parametrize("text", [*NOT.split("\n"), "", " \n ", "bedankt " * 40])
def test_anything_else_keeps_its_promise(text: str) -> None:
    assert not says_only_thanks(text)


def test_corpus_is_large_enough_and_says_each_line_once() -> None:
    lines = THANKS.split("\n") + NOT.split("\n")

    assert len(lines) == len(set(lines)) >= 80


@pytest.mark.parametrize(
    "text",
    [
        "Bedankt!\n\nOp ma 23 nov 2026 om 10:15 schreef Marit <m@delinde.example>:\n> Wilt u ook?",
        "Thanks!\n\nOn Mon, 23 Nov 2026 at 10:15, Marit wrote:\n> Could you?",
        "Bedankt!\n> Hoe gaat het nu?",
        "Bedankt!\n\nVerzonden vanaf mijn iPhone 15",
        "Bedankt!\n-- \nJ. Bakker, 058 212 34 56",
        "> Zo dan?\nBedankt!",
    ],
)
def test_what_is_quoted_or_added_by_a_phone_does_not_count(text: str) -> None:
    assert own_words(text) == "Bedankt!" or own_words(text) == "Thanks!"
    assert says_only_thanks(text)


@pytest.mark.parametrize(
    "text",
    [
        "Bedankt!\n> oude tekst\nMaar het werkt nog steeds niet",
        "Bedankt!\n> Bel ons\nStuur factuur",
        "Bedankt!\n\nOp ma 23 nov 2026 om 10:15 schreef Marit:\n> Zo dan.\nSite plat",
        "Bedankt!\n---\nSite plat",
        "Groeten,\nJan\nBedankt! Site plat",
    ],
)
def test_what_is_asked_below_a_quote_keeps_its_promise(text: str) -> None:
    assert not says_only_thanks(text)
