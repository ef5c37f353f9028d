"""What an import did, or would do: counts, totals before and after, and what a person must see."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from balie.formats.moving.records import Remark

Totals = Mapping[str, int]


@dataclass(frozen=True, kw_only=True)
class Report:
    """The outcome of one file. `expected` is what the file adds by its own sums."""

    source: str
    kind: str
    rows: int
    new: int = 0
    known: int = 0
    changed: Sequence[Remark] = field(default=())
    refused: Sequence[Remark] = field(default=())
    left_out: Sequence[Remark] = field(default=())
    warnings: Sequence[Remark] = field(default=())
    before: Totals = field(default_factory=dict)
    after: Totals = field(default_factory=dict)
    expected: Totals = field(default_factory=dict)

    @property
    def differences(self) -> list[str]:
        """The totals that did not move as the file says: there must be none."""
        names = sorted({*self.before, *self.after, *self.expected})
        return [
            f"{name}: {self.before.get(name, 0)} + {self.expected.get(name, 0)}"
            f" is not {self.after.get(name, 0)}"
            for name in names
            if self.before.get(name, 0) + self.expected.get(name, 0) != self.after.get(name, 0)
        ]

    @property
    def is_whole(self) -> bool:
        """Whether every row that was meant is here now, and the totals agree."""
        return not (self.refused or self.changed or self.differences)
