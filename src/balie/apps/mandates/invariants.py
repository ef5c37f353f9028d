"""What must always hold of mandates (DESIGN section 7: 10)."""

import hashlib
from collections.abc import Callable
from datetime import datetime

from django.db.models import F, OuterRef, Q, Subquery

from balie.apps.mandates.models import Mandate, MandateChange, MandateEvidence
from balie.infra.invariants import Result, Violation


def status_is_last_change(*, now: datetime) -> Result:
    """10: a mandate stands as its last change says."""
    name = "10 status of a mandate = its last change"
    last = MandateChange.objects.filter(mandate=OuterRef("pk")).order_by("-pk")
    wrong = (
        Mandate.objects.annotate(last=Subquery(last.values("to_status")[:1]))
        .filter(Q(last__isnull=True) | ~Q(status=F("last")))
        .values_list("mandate_reference", "status", "last")
    )
    return Result(
        name=name,
        checked=Mandate.objects.count(),
        violations=tuple(
            Violation(
                invariant=name, subject=reference, detail=f"is {status}, its last change was {last}"
            )
            for reference, status, last in wrong
        ),
    )


def evidence_is_as_given(*, now: datetime) -> Result:
    """10: each mandate has its evidence, with the words that were shown when it was given."""
    name = "10 evidence of a mandate is as given"
    without = Mandate.objects.filter(evidence__isnull=True)
    broken = [
        Violation(invariant=name, subject=reference, detail="there is no evidence of it")
        for reference in without.values_list("mandate_reference", flat=True)
    ]
    evidence = MandateEvidence.objects.values_list(
        "mandate__mandate_reference", "text", "text_sha256"
    )
    checked = 0
    for reference, text, sha256 in evidence.order_by("pk").iterator(chunk_size=1000):
        checked += 1
        if hashlib.sha256(text.encode()).hexdigest() != sha256:
            detail = "its text differs from the hash"
            broken.append(Violation(invariant=name, subject=reference, detail=detail))
    return Result(name=name, checked=checked + len(without), violations=tuple(broken))


INVARIANTS: tuple[Callable[..., Result], ...] = (status_is_last_change, evidence_is_as_given)
