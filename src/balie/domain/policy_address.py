"""The figures of an address that is no longer the customer's: what waits, and what is held after.

The kinds of proof and what each leads to stand in docs/algorithms/address-change.md.
"""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from balie.domain.policy_kinds import Whole
from balie.domain.policy_section import Rule, Section


@dataclass(frozen=True, kw_only=True)
class AddressChanges(Section):
    """How long a change of address waits for its proof, and what is held once it is made.

    Hours count from the change. `money_hours` is how long no repayment may leave and no mandate be
    given on an account that is new; as long the change can be stopped, and at least as long as
    logins are held. `factor_days` keeps who just got in from proving himself by what he made there.
    """

    rules: ClassVar[tuple[Rule, ...]] = (
        Rule(
            names=("money_hours", "employee_hours"),
            holds=lambda money, employee: bool(money >= employee),
            problem="ends before the logins are free again",
            remedy="write more hours, or fewer employee_hours",
        ),
        Rule(
            names=("money_hours", "bank_hours"),
            holds=lambda money, bank: bool(money >= bank),
            problem="ends before the logins are free again",
            remedy="write more hours, or fewer bank_hours",
        ),
        Rule(
            names=("money_hours", "recovery_code_hours"),
            holds=lambda money, code: bool(money >= code),
            problem="ends before the logins are free again",
            remedy="write more hours, or fewer recovery_code_hours",
        ),
        Rule(
            names=("money_hours", "second_factor_hours"),
            holds=lambda money, factor: bool(money >= factor),
            problem="ends before the logins are free again",
            remedy="write more hours, or fewer second_factor_hours",
        ),
    )

    open_days: Annotated[int, Whole(least=1, most=60, unit="days")] = 14
    bank_days: Annotated[int, Whole(least=1, most=400, unit="days")] = 30
    factor_days: Annotated[int, Whole(least=0, most=60, unit="days")] = 3
    second_factor_hours: Annotated[int, Whole(least=0, most=720, unit="hours")] = 0
    recovery_code_hours: Annotated[int, Whole(least=0, most=720, unit="hours")] = 24
    bank_hours: Annotated[int, Whole(least=0, most=720, unit="hours")] = 24
    employee_hours: Annotated[int, Whole(least=0, most=720, unit="hours")] = 72
    money_hours: Annotated[int, Whole(least=1, most=720, unit="hours")] = 72
    alone_days: Annotated[int, Whole(least=1, most=60, unit="days")] = 7
    witness_days: Annotated[int, Whole(least=1, most=60, unit="days")] = 14
    code_tries: Annotated[int, Whole(least=1, most=20, unit="tries")] = 5
    starts_per_day: Annotated[int, Whole(least=1, most=100, unit="changes")] = 10
