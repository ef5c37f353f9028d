"""How long what is held of people is kept: the law asks for a reason, and for an end."""

from dataclasses import dataclass
from typing import Annotated

from balie.domain.policy_kinds import Whole
from balie.domain.policy_section import Section


@dataclass(frozen=True, kw_only=True)
class Privacy(Section):
    """After how long data of people goes by itself. The books stay seven years (AWR art. 52).

    `raw_mail_months` counts from the moment a mail came in, `ticket_months` from the closing of a
    ticket: then its words, names and files go, its figures stay. Telephone numbers stay while
    somebody waits for a call. `error_months`: what mail servers said of a mail of ours.
    """

    raw_mail_months: Annotated[int, Whole(least=1, most=120, unit="months")] = 12
    ticket_months: Annotated[int, Whole(least=1, most=120, unit="months")] = 36
    error_months: Annotated[int, Whole(least=1, most=120, unit="months")] = 6
    sign_in_months: Annotated[int, Whole(least=1, most=60, unit="months")] = 6
    session_days: Annotated[int, Whole(least=1, most=400, unit="days")] = 30
    recovery_days: Annotated[int, Whole(least=2, most=400, unit="days")] = 30
    number_days: Annotated[int, Whole(least=1, most=400, unit="days")] = 30
