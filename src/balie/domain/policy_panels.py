"""What a session may do that comes from a control panel: nothing, until a company says so."""

from dataclasses import dataclass
from typing import Annotated

from balie.domain.policy_kinds import Flag, Whole
from balie.domain.policy_section import Section


@dataclass(frozen=True, kw_only=True)
class Panels(Section):
    """Whether a customer may come in from his control panel, and how long such a link lives.

    Who comes in that way asks questions. He sees no invoice and touches no login.
    """

    arrivals: Annotated[bool, Flag()] = False
    arrival_seconds: Annotated[int, Whole(least=10, most=600, unit="seconds")] = 60
