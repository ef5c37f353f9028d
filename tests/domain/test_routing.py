"""What is advised: rules first, then what was learned, then word lists, else "I don't know"."""

from datetime import UTC, datetime, timedelta

import pytest

from balie.domain.routing import (
    SUGGEST_FROM,
    Advice,
    Asked,
    Candidate,
    Rule,
    advise,
    choose_colleague,
    fits,
)
from balie.domain.routing_model import Opinion, Resemblance
from balie.domain.routing_topics import TOPICS, clearest_topic, topics_in, words_in

NOW = datetime(2026, 3, 9, 9, tzinfo=UTC)


class FakeModel:
    """Thinks what it is told to."""

    def __init__(self, *, certainty: int) -> None:
        self.certainty = certainty

    def opinion(self, text: str) -> Opinion:
        return Opinion(ranking=("sales", "support"), margin=1.0, certainty=self.certainty)

    def resemblance(self, text: str, *, label: str) -> Resemblance:
        return Resemblance(words=("pakket",), count=14, answered_by=((3, 9), (4, 5)))


def asked(body: str, *, sender_domain: str = "klant.example") -> Asked:
    return Asked(subject="", body=body, sender_domain=sender_domain)


def test_rule_decides_before_a_model_that_is_sure() -> None:
    rule = Rule(key=7, words=("incasso",), team="administration")

    advice = advise(asked("De incasso klopt niet"), rules=[rule], model=FakeModel(certainty=999))

    assert advice.team == "administration"
    assert advice.evidence == {
        "by": "rule",
        "rule": 7,
        "words": ["incasso"],
        "sender_domain": "",
        "topic": "",
    }


def test_first_rule_that_fits_decides() -> None:
    rules = [
        Rule(key=1, words=("storno",), team="support"),
        Rule(key=2, words=("incasso",), team="sales"),
        Rule(key=3, words=("incasso",), team="administration"),
    ]

    assert advise(asked("De incasso"), rules=rules, model=None).team == "sales"


def test_rule_with_a_skill_alone_leaves_the_team_to_the_model() -> None:
    rule = Rule(key=1, words=("wordpress",), skill="wordpress")

    advice = advise(asked("Mijn WordPress"), rules=[rule], model=FakeModel(certainty=900))

    assert (advice.team, advice.skill, advice.certainty) == ("sales", "wordpress", 900)


def test_model_that_is_sure_enough_gives_its_reason() -> None:
    advice = advise(asked("Welk pakket?"), rules=[], model=FakeModel(certainty=SUGGEST_FROM))

    assert advice == Advice(
        team="sales",
        certainty=SUGGEST_FROM,
        evidence={"by": "learned", "words": ["pakket"], "count": 14},
        answered_by=((3, 9), (4, 5)),
    )


def test_model_that_is_not_sure_says_so() -> None:
    advice = advise(asked("incasso"), rules=[], model=FakeModel(certainty=SUGGEST_FROM - 1))

    assert advice.team is None
    assert advice.evidence == {"by": "unknown", "why": "unsure", "between": ["sales", "support"]}


@pytest.mark.parametrize(
    ("rule", "fitting"),
    [
        (Rule(key=1), False),
        (Rule(key=1, words=("factu",)), True),
        (Rule(key=1, words=("fax", "factu")), True),
        (Rule(key=1, words=("actuur",)), False),
        (Rule(key=1, topic="invoice"), True),
        (Rule(key=1, topic="dns"), False),
        (Rule(key=1, sender_domain="bank.example"), True),
        (Rule(key=1, sender_domain="ank.example"), False),
        (Rule(key=1, sender_domain="bank.example", words=("fax",)), False),
        (Rule(key=1, sender_domain="bank.example", words=("factuur",), topic="invoice"), True),
    ],
)
def test_all_that_a_rule_names_must_fit(rule: Rule, *, fitting: bool) -> None:
    question = asked("Waar is mijn Factuur?", sender_domain="mail.bank.example")

    assert fits(rule, question) is fitting


def test_words_are_found_at_the_start_of_a_word_and_next_to_each_other() -> None:
    found = words_in(
        "Het incassobedrag: e-mail, per\nongeluk", ["incasso", "e mail", "per ongeluk"]
    )

    assert found == ("incasso", "e mail", "per ongeluk")
    assert words_in("de mailincasso per heel ongeluk", ["incasso", "per ongeluk"]) == ()


def test_topic_with_most_words_is_the_clearest_unless_two_teams_have_as_many() -> None:
    assert [one.topic for one in topics_in("incasso en machtiging op mijn website")] == [
        "debit",
        "website",
    ]
    clearest = clearest_topic("incasso en machtiging op mijn website")
    assert clearest is not None
    assert (clearest.topic, clearest.team) == ("debit", "administration")
    assert clearest_topic("factuur van de website") is None
    assert clearest_topic("goedemorgen") is None


def test_every_topic_has_one_of_the_three_teams() -> None:
    assert {one.team for one in TOPICS.values()} == {"support", "administration", "sales"}


def someone(person: int, *, knows: bool = False, in_hours: int | None = 0, load: int = 0,
            similar: int = 0) -> Candidate:  # fmt: skip
    there_at = None if in_hours is None else NOW + timedelta(hours=in_hours)
    return Candidate(person=person, knows=knows, there_at=there_at, load=load, similar=similar)


@pytest.mark.parametrize(
    ("candidates", "best"),
    [
        ([], None),
        ([someone(1, in_hours=None)], None),
        ([someone(1, load=2), someone(2, load=1)], 2),
        ([someone(1, in_hours=1), someone(2, load=9)], 2),
        ([someone(1), someone(2, knows=True, in_hours=3, load=9)], 2),
        ([someone(1), someone(2, knows=True, in_hours=None)], 1),
        ([someone(1, similar=1), someone(2, similar=4)], 2),
        ([someone(2), someone(1)], 1),
    ],
    ids=["nobody", "away", "load", "now", "skill", "skill away", "similar", "same"],
)
def test_colleague_is_chosen(candidates: list[Candidate], best: int | None) -> None:
    found = choose_colleague(candidates, now=NOW)

    assert (found.person if found else None) == best
