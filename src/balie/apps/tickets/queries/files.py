"""Reads about attachments. Every byte goes out through `file_for`, which takes the viewer."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q

from balie.apps.customers.viewer import Viewer
from balie.apps.tickets.models.conversations import Message
from balie.apps.tickets.models.files import Attachment
from balie.apps.tickets.queries.conversations import AMONG_OURSELVES, BY_A_STRANGER
from balie.domain.policy import Policy
from balie.formats.file_kinds import UNKNOWN, kind_of

MEGABYTE = 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class GivenFile:
    """A file as somebody sent it: the name it came under and its bytes."""

    name: str
    content: bytes

    @property
    def size(self) -> int:
        """Its length in bytes."""
        return len(self.content)


@dataclass(frozen=True, kw_only=True)
class FileFault:
    """Why a file is not taken: `kind` is too_many, too_large, too_much, empty or not_allowed."""

    kind: str
    name: str
    most: int


def faults_of(files: Sequence[GivenFile], *, policy: Policy) -> list[FileFault]:
    """Return what is wrong with files that somebody sends by a form; empty when all are taken.

    `most` is the limit in files or megabytes. What its bytes do not show to be of a known kind is
    not allowed: a form can ask for another file, so nothing is lost by refusing.
    """
    desk = policy.desk
    faults = [
        FileFault(kind="too_many", name=file.name, most=desk.attachments)
        for file in files[desk.attachments :]
    ]
    for file in files[: desk.attachments]:
        if file.size > desk.attachment_megabytes * MEGABYTE:
            most = desk.attachment_megabytes
            faults.append(FileFault(kind="too_large", name=file.name, most=most))
        elif not file.content:
            faults.append(FileFault(kind="empty", name=file.name, most=0))
        elif kind_of(name=file.name, content=file.content) == UNKNOWN:
            faults.append(FileFault(kind="not_allowed", name=file.name, most=0))
    if not faults and sum(file.size for file in files) > desk.mail_megabytes * MEGABYTE:
        faults.append(FileFault(kind="too_much", name="", most=desk.mail_megabytes))
    return faults


def within_limits(
    files: Sequence[GivenFile], *, policy: Policy
) -> tuple[list[GivenFile], list[GivenFile]]:
    """Part the files of a mail in what is kept and what is too large or too much.

    A mail has come in already: what is left out stays in its raw source, and the reader is told.
    """
    fit: list[GivenFile] = []
    left_out: list[GivenFile] = []
    for file in files:
        small = file.size <= policy.desk.attachment_megabytes * MEGABYTE
        fits = small and len(fit) < policy.desk.attachments
        (fit if fits else left_out).append(file)
    return fit, left_out


def file_for(*, viewer: Viewer, pk: int) -> Attachment:
    """Return an attachment with its bytes: of any ticket for an employee, of his own for a contact.

    Raises Attachment.DoesNotExist, for what `conversation` hides from him too.
    """
    found = Attachment.objects.select_related("stored", "message__ticket")
    if viewer.is_employee:
        return found.get(pk=pk)
    his = Q(message__ticket__customer=viewer.customer_id, message__ticket__customer__isnull=False)
    his |= Q(message__ticket__customer__isnull=True, message__ticket__contact=viewer.person_id)
    # A merge brings messages of others into his ticket; those stay theirs.
    his &= Q(message__origin__isnull=True) | Q(message__origin__customer=viewer.customer_id)
    seen = Message.objects.exclude(kind__in=AMONG_OURSELVES).filter(~BY_A_STRANGER)
    return found.filter(his, message__in=seen).get(pk=pk)
