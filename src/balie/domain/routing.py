"""Who can best help: rules first, then what was learned, then word lists, else "I don't know".

A suggestion is a team with the evidence for it; the words of the reason are made from that evidence
when it is shown. Whoever does not know says so: a question that is routed wrongly loses more time
than one that a person routes. Rules, thresholds and figures: docs/algorithms/routing.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from balie.domain.routing_model import Opinion, Resemblance
from balie.domain.routing_topics import clearest_topic, topics_in, words_in

# Below this measured certainty (per mille) the model keeps silent.
SUGGEST_FROM = 700
# A model is learned from so many answered questions, of which so many for each team it may name.
FEWEST_EXAMPLES = 100
FEWEST_PER_TEAM = 10
FEWEST_TEAMS = 2
MOST_EXAMPLES = 5000

Fact = str | int | list[str]


class Learned(Protocol):
    """A learned model, as suggesting needs it."""

    def opinion(self, text: str) -> Opinion: ...

    def resemblance(self, text: str, *, label: str) -> Resemblance: ...


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A question as routing reads it: subject and body, and what stands behind the sender's @."""

    subject: str
    body: str
    sender_domain: str

    @property
    def text(self) -> str:
        """What is read: the subject, and the body below it."""
        return f"{self.subject}\n{self.body}" if self.subject else self.body


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A rule that people made. All that it names must fit; any one of its words will do."""

    key: int
    words: tuple[str, ...] = ()
    sender_domain: str = ""
    topic: str = ""
    team: str | None = None
    skill: str | None = None


@dataclass(frozen=True, kw_only=True)
class Advice:
    """Which team (None: "I don't know") and skill, how certain (per mille, when measured), and why.

    `evidence["by"]` is "rule" (`rule`, `words`, `sender_domain`, `topic`), "learned" (`words`,
    `count`), "words" (`topic`, `words`) or "unknown" (`why`: "unsure" with `between`, "nothing").
    """

    team: str | None
    skill: str | None = None
    certainty: int | None = None
    evidence: dict[str, Fact] = field(default_factory=dict)
    answered_by: tuple[tuple[int, int], ...] = ()


def advise(asked: Asked, *, rules: Sequence[Rule], model: Learned | None) -> Advice:
    """Return who can best help with a question, or that nobody knows.

    The first rule that fits decides. A rule that names only a skill leaves the team to what was
    learned; a model that is not sure is not helped by the word lists, for it has read them too.
    """
    rule = fitting_rule(asked, rules=rules)
    if rule is not None and rule.team is not None:
        evidence = _why(rule, asked)
        return Advice(team=rule.team, skill=rule.skill, evidence=evidence)
    skill = rule.skill if rule is not None else None
    if model is not None:
        return _learned(asked, model=model, skill=skill)
    return _by_words(asked, skill=skill)


def fitting_rule(asked: Asked, *, rules: Sequence[Rule]) -> Rule | None:
    """Return the first rule that fits, or None."""
    return next((rule for rule in rules if fits(rule, asked)), None)


def fits(rule: Rule, asked: Asked) -> bool:
    """Return whether all that a rule names is so; a rule that names nothing never fits."""
    if not (rule.words or rule.sender_domain or rule.topic):
        return False
    if rule.words and not words_in(asked.text, rule.words):
        return False
    if rule.sender_domain and not _comes_from(asked.sender_domain, rule.sender_domain):
        return False
    return not rule.topic or any(one.topic == rule.topic for one in topics_in(asked.text))


def _comes_from(sender: str, wanted: str) -> bool:
    """The domain itself or one below it; "bank.nl" is not "mybank.nl"."""
    sender, wanted = sender.lower(), wanted.lower()
    return sender == wanted or sender.endswith(f".{wanted}")


def _why(rule: Rule, asked: Asked) -> dict[str, Fact]:
    return {
        "by": "rule",
        "rule": rule.key,
        "words": list(words_in(asked.text, rule.words)),
        "sender_domain": rule.sender_domain,
        "topic": rule.topic,
    }


def _learned(asked: Asked, *, model: Learned, skill: str | None) -> Advice:
    opinion = model.opinion(asked.text)
    team = opinion.ranking[0]
    if opinion.certainty < SUGGEST_FROM:
        unsure: dict[str, Fact] = {
            "by": "unknown",
            "why": "unsure",
            "between": list(opinion.ranking[:2]),
        }
        return Advice(team=None, skill=skill, certainty=opinion.certainty, evidence=unsure)
    like = model.resemblance(asked.text, label=team)
    return Advice(
        team=team,
        skill=skill,
        certainty=opinion.certainty,
        evidence={"by": "learned", "words": list(like.words), "count": like.count},
        answered_by=like.answered_by,
    )


def _by_words(asked: Asked, *, skill: str | None) -> Advice:
    found = clearest_topic(asked.text)
    if found is not None:
        said: dict[str, Fact] = {"by": "words", "topic": found.topic, "words": list(found.words)}
        return Advice(team=found.team, skill=skill, evidence=said)
    between = list(dict.fromkeys(one.team for one in topics_in(asked.text)))[:2]
    why: dict[str, Fact] = {"by": "unknown", "why": "nothing"}
    if between:
        why = {"by": "unknown", "why": "unsure", "between": list(between)}
    return Advice(team=None, skill=skill, evidence=why)


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """Somebody of the team: whether he knows what is needed, from when he is there, and his load.

    `there_at` is the moment from which he is at work, `now` itself when he is already, None when he
    is not before the question falls due. `similar` is how many similar questions he answered.
    """

    person: int
    knows: bool
    there_at: datetime | None
    load: int
    similar: int = 0


def choose_colleague(candidates: Sequence[Candidate], *, now: datetime) -> Candidate | None:
    """Return who can best take a question, or None when nobody is there before it falls due.

    Only who knows what is needed counts, as long as one such person is there in time. Who is at
    work goes before who comes later, however little load he has: the promise runs. Then fewest
    open questions, then most similar questions answered.
    """
    there = [one for one in candidates if one.there_at is not None]
    if any(one.knows for one in there):
        there = [one for one in there if one.knows]
    return min(there, key=lambda one: _order(one, now=now), default=None)


def _order(one: Candidate, *, now: datetime) -> tuple[datetime, int, int, int]:
    return (max(one.there_at or now, now), one.load, -one.similar, one.person)
