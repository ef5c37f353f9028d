"""The reason of a suggestion in words, in the language of the page, from the evidence kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from balie.apps.tickets.models import Suggestion, Team
from balie.infra.templatetags.balie import moment, named

TOPICS: Mapping[str, LazyText] = {
    "login": pgettext_lazy("topic", "logging in"),
    "email": pgettext_lazy("topic", "e-mail"),
    "dns": pgettext_lazy("topic", "DNS"),
    "website": pgettext_lazy("topic", "website"),
    "ssl": pgettext_lazy("topic", "certificate"),
    "backup": pgettext_lazy("topic", "backup"),
    "moving": pgettext_lazy("topic", "moving a domain"),
    "invoice": pgettext_lazy("topic", "invoice"),
    "debit": pgettext_lazy("topic", "direct debit"),
    "cancel": pgettext_lazy("topic", "cancelling"),
    "details": pgettext_lazy("topic", "details on file"),
    "upgrade": pgettext_lazy("topic", "another package"),
    "sales": pgettext_lazy("topic", "ordering"),
    "other": gettext_lazy("something else"),
}


@dataclass(frozen=True, kw_only=True)
class Reason:
    """Why this team and why this colleague, each in a few sentences."""

    team: tuple[str, ...]
    colleague: tuple[str, ...]


def reason_for(
    suggestion: Suggestion, *, teams: Sequence[Team], rules: Mapping[int, str]
) -> Reason:
    """Return the reason of a suggestion. `rules` names what each rule looks at."""
    evidence = suggestion.evidence
    by = evidence.get("by")
    if by == "rule":
        why = [_by_rule(evidence, rules)]
    elif by == "learned":
        why = _by_example(suggestion)
    elif by == "words":
        why = [
            _("The words %(words)s are about %(topic)s.")
            % {"words": quoted(evidence["words"]), "topic": topic_name(evidence["topic"])},
            _("From word lists: too few questions were answered yet to learn from."),
        ]
    else:
        why = [_unknown(evidence, teams)]
    return Reason(team=tuple(why), colleague=tuple(_colleague(suggestion)))


def topic_name(code: str) -> str:
    """Return the name of a topic."""
    return str(TOPICS.get(code, code))


def quoted(words: Sequence[str]) -> str:
    """Return words in quotes: “incasso” and “storno”."""
    marked = [f"“{word}”" for word in words]
    if len(marked) < 2:
        return "".join(marked)
    return _("%(most)s and %(last)s") % {"most": ", ".join(marked[:-1]), "last": marked[-1]}


def _by_rule(evidence: Mapping[str, object], rules: Mapping[int, str]) -> str:
    words, sender, topic = evidence["words"], evidence["sender_domain"], evidence["topic"]
    if isinstance(words, list) and words:
        return _("A rule says so: it holds %(words)s.") % {"words": quoted(words)}
    if sender:
        return _("A rule says so: it comes from %(domain)s.") % {"domain": sender}
    if topic:
        return _("A rule says so: it is about %(topic)s.") % {"topic": topic_name(str(topic))}
    rule = evidence["rule"]
    return _("A rule says so: %(rule)s.") % {
        "rule": rules.get(rule, "") if isinstance(rule, int) else ""
    }


def _by_example(suggestion: Suggestion) -> list[str]:
    """Like earlier questions, and how often so sure a suggestion was right."""
    words, count = suggestion.evidence["words"], suggestion.evidence["count"]
    team = named(suggestion.team) if suggestion.team else ""
    if words:
        like = ngettext(
            "Resembles %(count)s earlier question about %(words)s, answered by %(team)s.",
            "Resembles %(count)s earlier questions about %(words)s, answered by %(team)s.",
            count,
        ) % {"count": count, "words": quoted(words), "team": team}
    else:
        like = _("Put as questions are that %(team)s answered.") % {"team": team}
    sure = _("Of suggestions as sure as this, %(share)s%% were right.")
    return [like, sure % {"share": (suggestion.certainty or 0) // 10}]


def _unknown(evidence: Mapping[str, object], teams: Sequence[Team]) -> str:
    between = evidence.get("between")
    names = {team.code: named(team) for team in teams}
    if isinstance(between, list) and len(between) == 2:
        one, other = (names.get(code, code) for code in between)
        return _("It could be for %(one)s or for %(other)s.") % {"one": one, "other": other}
    return _("Nothing in it looks like what was asked before.")


def _colleague(suggestion: Suggestion) -> list[str]:
    """Why this person: there, load, skill, answered similar ones; or why nobody."""
    evidence = suggestion.evidence.get("colleague")
    if suggestion.team is None or evidence is None:
        return []
    team = named(suggestion.team)
    if suggestion.employee is None:
        if evidence.get("why") == "nobody there":
            return [_("Nobody of %(team)s is at work before it falls due.") % {"team": team}]
        return [_("Nobody is in %(team)s yet.") % {"team": team}]
    said = [_there(suggestion.employee.name, evidence)]
    if evidence["knows"] and suggestion.skill:
        said.append(_("Knows %(skill)s.") % {"skill": named(suggestion.skill)})
    if evidence["similar"]:
        said.append(
            ngettext(
                "Answered %(count)s of those questions.",
                "Answered %(count)s of those questions.",
                evidence["similar"],
            )
            % {"count": evidence["similar"]}
        )
    return said


def _there(name: str, evidence: Mapping[str, object]) -> str:
    load = evidence["load"]
    count = load if isinstance(load, int) else 0
    if not evidence["there_at"]:
        words = ngettext(
            "%(name)s was at work then, with %(count)s open question.",
            "%(name)s was at work then, with %(count)s open questions.",
            count,
        )
        return words % {"name": name, "count": count}
    there_at = moment(datetime.fromisoformat(str(evidence["there_at"])))
    words = ngettext(
        "%(name)s is at work from %(moment)s, with %(count)s open question.",
        "%(name)s is at work from %(moment)s, with %(count)s open questions.",
        count,
    )
    return words % {"name": name, "moment": there_at, "count": count}
