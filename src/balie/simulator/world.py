"""The state of the fictional world: its seed, its bank, its people and what they still mean to do.

Everything random is drawn anew from (seed, day, purpose), so a world that was saved and loaded goes
on exactly as one that was not.
"""

import heapq
import json
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from pathlib import Path
from random import Random
from typing import Any

from balie.simulator.bank import SimulatedBank
from balie.simulator.people import Persona

FILE_NAME = "demo.json"


@dataclass(order=True, frozen=True)
class Intention:
    """Something somebody will do at a moment (UTC); `serial` keeps the order of equal moments."""

    at: datetime
    serial: int
    what: str = field(compare=False)
    details: dict[str, Any] = field(compare=False)


@dataclass(kw_only=True)
class World:
    """All that lives outside Balie. `moment` is how far it was lived through."""

    seed: int
    moment: datetime
    bank: SimulatedBank
    personas: list[Persona]
    home: Path
    intentions: list[Intention] = field(default_factory=list)
    serial: int = 0
    noticed: set[int] = field(default_factory=set)

    def chance(self, day: date, purpose: str) -> Random:
        """Return the dice for one purpose on one day."""
        return Random(f"{self.seed}/{day}/{purpose}")

    def persona_of(self, customer_id: int) -> Persona | None:
        """Return how a customer behaves."""
        return next((one for one in self.personas if one.customer_id == customer_id), None)

    def intend(self, at: datetime, what: str, **details: Any) -> None:
        """Let somebody do something at a moment."""
        self.serial += 1
        heapq.heappush(
            self.intentions, Intention(at=at, serial=self.serial, what=what, details=details)
        )

    def next_intention(self, *, until: datetime) -> Intention | None:
        """Take out the next intention at or before `until`, or None."""
        if not self.intentions or self.intentions[0].at > until:
            return None
        return heapq.heappop(self.intentions)

    def save(self) -> None:
        """Write the world beside the database; whole or not at all."""
        content = {
            "seed": self.seed,
            "moment": self.moment.isoformat(),
            "bank": self.bank.to_json(),
            "personas": [asdict(persona) for persona in self.personas],
            "intentions": [
                {**asdict(one), "at": one.at.isoformat()} for one in sorted(self.intentions)
            ],
            "serial": self.serial,
            "noticed": sorted(self.noticed),
        }
        target = self.home / FILE_NAME
        part = target.with_suffix(".part")
        part.write_text(json.dumps(content), encoding="utf-8")
        part.replace(target)


def load(home: Path) -> World:
    """Read the world that was saved in `home`. Raises OSError or ValueError when there is none."""
    content = json.loads((home / FILE_NAME).read_text(encoding="utf-8"))
    intentions = [
        Intention(**{**one, "at": datetime.fromisoformat(one["at"])})
        for one in content["intentions"]
    ]
    heapq.heapify(intentions)
    return World(
        seed=content["seed"],
        moment=datetime.fromisoformat(content["moment"]),
        bank=SimulatedBank.from_json(content["bank"]),
        personas=[Persona(**one) for one in content["personas"]],
        home=home,
        intentions=intentions,
        serial=content["serial"],
        noticed=set(content["noticed"]),
    )
