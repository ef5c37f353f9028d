"""What is counted of promises as bars, for whichever page shows them."""

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from balie.apps.promises.queries import AnswerTimes, KeptRate, KeptWeek
from balie.infra.templatetags.balie import day as day_words
from balie.infra.templatetags.balie import language
from balie.infra.templatetags.chart import Bar
from balie.infra.templatetags.moments import duration_words


def week_bars(weeks: Sequence[KeptWeek], name: str) -> list[Bar]:
    """Return a rate per week as bars of how many per cent was kept; an empty week has none."""
    return [_bar(week.monday, week.rate(name)) for week in weeks]


def _bar(monday: date, rate: KeptRate) -> Bar:
    decided = rate.kept + rate.broken
    if not decided or rate.per_cent is None:
        return Bar(label=day_words(monday), value=0, words=_("nothing fell due"))
    words = ngettext(
        "%(rate)s%% of %(count)d answer in time", "%(rate)s%% of %(count)d answers in time", decided
    )
    return Bar(
        label=day_words(monday),
        value=rate.per_cent,
        words=words % {"rate": f"{rate.per_cent:.0f}", "count": decided},
    )


def time_bars(times: AnswerTimes) -> list[Bar]:
    """Return how long answers took as bars, one per stretch of time."""
    labels = [
        (_("within %(time)s") % {"time": duration_words(bound, language=language())}, count)
        for bound, count in times.within
    ]
    labels.append((_("longer"), times.longer))
    labels.append((_("not answered yet"), times.unanswered))
    return [
        Bar(
            label=label,
            value=count,
            words=ngettext("%(count)d question", "%(count)d questions", count) % {"count": count},
        )
        for label, count in labels
    ]
