"""What must always hold of collections (DESIGN section 7: 5, 6, 7, 9, 10 and 11)."""

import hashlib
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from io import BytesIO

from django.db.models import Count, Exists, F, OuterRef, Q, Subquery, Sum, Value
from django.db.models.functions import Coalesce
from lxml import etree

from balie.apps.billing.models import Allocation, InvoiceHold
from balie.apps.directdebit.models import (
    Collection,
    CollectionBatch,
    CollectionPart,
    CollectionStep,
    RTransaction,
)
from balie.apps.mandates.models import Mandate, MandateChange
from balie.apps.promises import queries as policies
from balie.domain import workdays
from balie.domain.policy import Policy
from balie.domain.reasons import reason_for
from balie.infra import clock
from balie.infra.invariants import Result, Violation
from balie.infra.models import OutboxRow

END_TO_END_ID = "{*}EndToEndId"
AMOUNT = "{*}InstdAmt"


def one_live_collection_per_invoice(*, now: datetime) -> Result:
    """5: an invoice is in at most one live collection; only an undone one has parts not live."""
    name = "5 one live collection per invoice"
    twice = (
        CollectionPart.objects.filter(live=True)
        .values("invoice__number")
        .annotate(count=Count("pk"))
        .filter(count__gt=1)
    )
    undone = [
        Collection.State.WITHDRAWN,
        Collection.State.REJECTED,
        Collection.State.RETURNED,
    ]
    stray = CollectionPart.objects.filter(live=True, collection__state__in=undone)
    broken = [_break(name, f"invoice {row['invoice__number']}", "live twice") for row in twice]
    broken += [
        _break(name, f"part {pk}", "live although its collection is undone")
        for pk in stray.values_list("pk", flat=True)
    ]
    free = CollectionPart.objects.filter(live=False).exclude(collection__state__in=undone)
    broken += [
        _break(name, f"part {pk}", "free for another collection although its own goes on")
        for pk in free.values_list("pk", flat=True)
    ]
    return Result(name=name, checked=CollectionPart.objects.count(), violations=tuple(broken))


def parts_sum_to_collection(*, now: datetime) -> Result:
    """5: the parts of a collection are its amount."""
    name = "5 parts sum to their collection"
    wrong = (
        Collection.objects.annotate(parts_cents=Coalesce(Sum("parts__amount_cents"), 0))
        .exclude(parts_cents=F("amount_cents"))
        .values_list("end_to_end_id", "amount_cents", "parts_cents")
    )
    return Result(
        name=name,
        checked=Collection.objects.count(),
        violations=tuple(
            _break(name, reference, f"{amount} cents, its parts {parts}")
            for reference, amount, parts in wrong
        ),
    )


def files_are_as_frozen(*, now: datetime) -> Result:
    """6: bytes match the hash, sums and counts match, each end-to-end id is in exactly one file."""
    name = "6 files are as frozen"
    broken: list[Violation] = []
    seen: Counter[str] = Counter()
    checked = 0
    for batch in CollectionBatch.objects.order_by("pk").iterator(chunk_size=20):
        checked += 1
        content = bytes(batch.content)
        if hashlib.sha256(content).hexdigest() != batch.sha256:
            broken.append(_break(name, f"batch {batch.message_id}", "bytes differ from the hash"))
            continue
        debits = list(_debits(content))
        seen.update(reference for reference, _ in debits)
        booked = dict(batch.collections.values_list("end_to_end_id", "amount_cents"))
        if dict(debits) != booked or len(debits) != batch.count:
            broken.append(_break(name, f"batch {batch.message_id}", "file and collections differ"))
        if sum(cents for _, cents in debits) != batch.total_cents:
            broken.append(_break(name, f"batch {batch.message_id}", "the file's sum differs"))
    broken += [_break(name, reference, "in more than one file") for reference in _twice(seen)]
    return Result(name=name, checked=checked, violations=tuple(broken))


def _debits(content: bytes) -> Iterator[tuple[str, int]]:
    """Yield (end-to-end id, cents) of each debit in one of our own files."""
    events = etree.iterparse(BytesIO(content), tag="{*}DrctDbtTxInf", no_network=True)
    for _, element in events:
        reference = element.findtext(f"{{*}}PmtId/{END_TO_END_ID}") or ""
        euros, _, cents = (element.findtext(AMOUNT) or "0.00").partition(".")
        yield reference, int(euros) * 100 + int(cents.ljust(2, "0"))
        element.clear()


def _twice(seen: Counter[str]) -> list[str]:
    return [reference for reference, count in seen.items() if count > 1]


def undone_at_most_once(*, now: datetime) -> Result:
    """7: what came back of a collection is what was collected, and only of one that was undone."""
    name = "7 returned at most what was collected"
    undone = [Collection.State.REJECTED, Collection.State.RETURNED]
    wrong = RTransaction.objects.exclude(
        amount_cents=F("collection__amount_cents"), collection__state__in=undone
    )
    missing = Collection.objects.filter(state__in=undone, r_transaction__isnull=True)
    broken = [
        _break(name, reference, "its R-transaction does not fit it")
        for reference in wrong.values_list("collection__end_to_end_id", flat=True)
    ]
    broken += [
        _break(name, reference, "undone without an R-transaction")
        for reference in missing.values_list("end_to_end_id", flat=True)
    ]
    return Result(name=name, checked=RTransaction.objects.count(), violations=tuple(broken))


def collected_with_mandate_and_notice(*, now: datetime) -> Result:
    """10: each exported debit had a valid mandate and was announced in time, same amount."""
    name = "10 mandate and pre-notification"
    exported = Collection.objects.filter(batch__isnull=False).select_related(
        "mandate", "policy_version", "batch"
    )
    lives = _lives_of_mandates()
    announced = {
        row.payload["collection"]: row for row in OutboxRow.objects.filter(kind="debit-announced")
    }
    broken = []
    checked = 0
    for collection in exported.iterator(chunk_size=500):
        checked += 1
        policy = policies.policy_of(collection.policy_version)
        fault = _fault_of_mandate(collection, lives.get(collection.mandate_id, []))
        fault = fault or _fault_of_notice(collection, announced.get(collection.pk), policy=policy)
        if fault:
            broken.append(_break(name, collection.end_to_end_id, fault))
    return Result(name=name, checked=checked, violations=tuple(broken))


def _lives_of_mandates() -> dict[int, list[tuple[datetime, str]]]:
    """Return the changes of every mandate by its id, in order."""
    lives: dict[int, list[tuple[datetime, str]]] = {}
    changes = MandateChange.objects.order_by("pk")
    for mandate, at, status in changes.values_list("mandate_id", "changed_at", "to_status"):
        lives.setdefault(mandate, []).append((at, status))
    return lives


def _fault_of_mandate(collection: Collection, life: list[tuple[datetime, str]]) -> str | None:
    if collection.mandate.signed_on > collection.collection_date:
        return "the mandate was signed after the collection date"
    frozen_at = collection.batch.frozen_at if collection.batch else collection.announced_at
    # What changed in the very moment of freezing may have come after it.
    before = [status for at, status in life if at < frozen_at]
    if before and before[-1] != Mandate.Status.ACTIVE:
        return f"the mandate was {before[-1]} when it was put in a file"
    return None


def _fault_of_notice(
    collection: Collection, row: OutboxRow | None, *, policy: Policy
) -> str | None:
    day = collection.collection_date
    if row is None or row.accepted_at is None:
        return "it was not announced"
    frozen_at = collection.batch.frozen_at if collection.batch else None
    if row.bounced_at and frozen_at and row.bounced_at < frozen_at:
        return "its announcement had come back when it was put in a file"
    if row.payload["amount_cents"] != collection.amount_cents:
        return "it was announced with another amount"
    notice = timedelta(days=policy.collecting.prenotification_days)
    if clock.local(row.accepted_at).date() + notice > day:
        return "it was announced too late"
    return None


def customers_are_told_once(*, now: datetime) -> Result:
    """11: one announcement per collection, at most one request to transfer per undone one."""
    name = "11 one announcement, one request to transfer"
    told = Counter(
        row["collection"]
        for row in OutboxRow.objects.filter(kind="debit-announced").values_list(
            "payload", flat=True
        )
    )
    known = Counter(Collection.objects.values_list("pk", flat=True))
    asked = Counter(
        row["r_transaction"]
        for row in OutboxRow.objects.filter(kind="collection-failed").values_list(
            "payload", flat=True
        )
    )
    undone = Counter(RTransaction.objects.values_list("pk", flat=True))
    broken = [
        _break(name, f"collection {pk}", "not announced exactly once")
        for pk in (told - known) + (known - told)
    ]
    broken += [
        _break(name, f"r-transaction {pk}", "asked for without cause, or twice")
        for pk in asked - undone
    ]
    return Result(name=name, checked=len(known) + len(undone), violations=tuple(broken))


def what_must_leave_is_queued(*, now: datetime) -> Result:
    """11: each file has its row for the bank, each request to transfer its mail."""
    name = "11 each file and each request to transfer is queued"
    events = set(
        OutboxRow.objects.filter(kind__in=["bank-file", "collection-failed"]).values_list(
            "event", flat=True
        )
    )
    files = list(CollectionBatch.objects.values_list("message_id", flat=True))
    broken = [
        _break(name, f"batch {message_id}", "never queued for the bank")
        for message_id in files
        if f"bank-file:{message_id}" not in events
    ]
    # The hold that came with it tells that something was left to pay when it came back.
    held = InvoiceHold.objects.filter(
        kind=InvoiceHold.Kind.TRANSFER_ASKED,
        invoice=OuterRef("invoice"),
        placed_at=OuterRef("collection__r_transaction__recorded_at"),
    )
    asked = CollectionPart.objects.filter(Exists(held), collection__r_transaction__isnull=False)
    told = asked.values_list(
        "collection_id", "collection__end_to_end_id", "collection__r_transaction__reason_code"
    ).distinct()
    for pk, reference, code in told:
        reason = reason_for(code or None)
        if reason.mail and not reason.silence and f"collection-failed:{pk}" not in events:
            broken.append(_break(name, reference, "came back and nobody was asked to transfer"))
    return Result(name=name, checked=len(files) + len(told), violations=tuple(broken))


def what_came_back_is_held(*, now: datetime) -> Result:
    """5: an invoice that is open because its debit came back is not debited by itself."""
    name = "5 what came back is held"
    back = CollectionPart.objects.filter(
        collection__r_transaction__isnull=False, invoice__open_cents__gt=0
    )
    since = OuterRef("collection__r_transaction__recorded_at")
    held = InvoiceHold.objects.filter(
        Q(lifted_at__isnull=True) | Q(lifted_at__gte=since), invoice=OuterRef("invoice")
    ).exclude(kind__in=[InvoiceHold.Kind.DISPUTE, InvoiceHold.Kind.ARRANGEMENT])
    # Credit that was there paid it at once; then nothing was left to hold.
    paid = Allocation.objects.filter(
        invoice=OuterRef("invoice"),
        allocated_at=since,
        kind__in=[Allocation.Kind.TRANSFERRED, Allocation.Kind.CREDITED],
    )
    free = back.filter(~Exists(held), ~Exists(paid))
    return Result(
        name=name,
        checked=back.count(),
        violations=tuple(
            _break(name, f"invoice {number}", f"{reference} came back and no hold was placed")
            for number, reference in free.values_list(
                "invoice__number", "collection__end_to_end_id"
            )
        ),
    )


def days_follow_from_the_policy(*, now: datetime) -> Result:
    """7: the days until which a debit can come back are those of its policy."""
    name = "7 days until a debit is final"
    days: dict[tuple[int, date], tuple[date, date]] = {}
    versions: dict[int, Policy] = {}
    broken = []
    checked = 0
    for collection in Collection.objects.select_related("policy_version").iterator(chunk_size=500):
        checked += 1
        day = collection.settled_on or collection.collection_date
        version = collection.policy_version
        key = (version.pk, day)
        if key not in days:
            if version.pk not in versions:
                versions[version.pk] = policies.policy_of(version)
            policy = versions[version.pk]
            until = workdays.charge_back_until(day, policy=policy)
            days[key] = (until, workdays.final_on(day, policy=policy))
        found = (collection.charge_back_until, collection.final_on)
        if found != days[key]:
            detail = f"says {found[0]} and {found[1]}, not {days[key][0]} and {days[key][1]}"
            broken.append(_break(name, collection.end_to_end_id, detail))
    return Result(name=name, checked=checked, violations=tuple(broken))


def states_are_steps(*, now: datetime) -> Result:
    """5: the state of a collection is the last step it took."""
    name = "5 state of a collection = its last step"
    last = CollectionStep.objects.filter(collection=OuterRef("pk")).order_by("-pk")
    wrong = Collection.objects.annotate(
        last=Coalesce(Subquery(last.values("state")[:1]), Value("none"))
    ).exclude(state=F("last"))
    return Result(
        name=name,
        checked=Collection.objects.count(),
        violations=tuple(
            _break(name, reference, f"is {state}, its last step was {step}")
            for reference, state, step in wrong.values_list("end_to_end_id", "state", "last")
        ),
    )


def settled_has_claim(*, now: datetime) -> Result:
    """9: a settled collection rests on money that came in."""
    name = "9 settled collections rest on a bank entry"
    came_in = [Collection.State.SETTLED, Collection.State.RETURNED]
    wrong = Collection.objects.filter(
        Q(claim__isnull=True) | Q(settled_on__isnull=True), state__in=came_in
    )
    return Result(
        name=name,
        checked=Collection.objects.filter(state__in=came_in).count(),
        violations=tuple(
            _break(name, reference, "no bank entry")
            for reference in wrong.values_list("end_to_end_id", flat=True)
        ),
    )


def _break(name: str, subject: str, detail: str) -> Violation:
    return Violation(invariant=name, subject=subject, detail=detail)


INVARIANTS = (
    one_live_collection_per_invoice,
    parts_sum_to_collection,
    states_are_steps,
    files_are_as_frozen,
    undone_at_most_once,
    settled_has_claim,
    collected_with_mandate_and_notice,
    customers_are_told_once,
    what_must_leave_is_queued,
    what_came_back_is_held,
    days_follow_from_the_policy,
)
