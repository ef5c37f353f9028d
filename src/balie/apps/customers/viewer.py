"""Who is looking: the one argument by which a face gets an object (DESIGN rule 7)."""

from dataclasses import dataclass
from typing import Literal

from balie.infra.audit import Actor


@dataclass(frozen=True, kw_only=True)
class Viewer:
    """A contact (for one customer at a time) or an employee, his role and how he signed in.

    `looked_at_by` names the employee who looks at the portal through his eyes, and may only look.
    `has_second_factor`: this session was opened with a passkey, or with a code beside the password.
    `factor_id`: which of his factors that was (saved codes are one), where what it proves depends
    on how long he has had it; another that he has does not count for this session.
    """

    kind: Literal["contact", "employee"]
    person_id: int
    name: str
    role: str
    customer_id: int | None
    signed_in_by: str
    has_second_factor: bool = False
    factor_id: int | None = None
    looked_at_by: str = ""

    @property
    def actor(self) -> Actor:
        """The same person as the author of a change."""
        return Actor(kind=self.kind, id=self.person_id, name=self.name)

    @property
    def is_employee(self) -> bool:
        """Whether he sits on our side of the desk."""
        return self.kind == "employee"

    @property
    def sees_money(self) -> bool:
        """A technical contact sees services and questions, not invoices or mandates.

        Nor does a session that came from a control panel, whoever he is.
        """
        if self.signed_in_by == "panel":
            return False
        return self.is_employee or self.role in {"owner", "finance"}
