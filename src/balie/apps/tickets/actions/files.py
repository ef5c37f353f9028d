"""Keep the files that came with a message, once per content, and never more than we said."""

import hashlib
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from balie.apps.promises.queries import policy_in_force
from balie.apps.tickets.models.conversations import Message
from balie.apps.tickets.models.files import Attachment, StoredFile
from balie.apps.tickets.queries.files import GivenFile, within_limits
from balie.formats.file_kinds import kind_of, shown_name


class UnableToKeepFiles(Exception):
    """Files are too large or too many; the message says which and what to do. None was kept."""


@transaction.atomic
def keep_files(*, message: Message, files: Sequence[GivenFile], now: datetime) -> list[Attachment]:
    """Keep the files of a message, in the caller's transaction with it.

    What is of no known kind is kept as a download and as nothing else. Raises UnableToKeepFiles
    over the limits of the policy (`queries.files.within_limits` parts them beforehand).
    """
    if not files:
        return []
    _, left_out = within_limits(files, policy=policy_in_force(now=now))
    if left_out:
        names = ", ".join(shown_name(file.name) for file in left_out)
        msg = f"too large or too many: {names}; send fewer or smaller files"
        raise UnableToKeepFiles(msg)
    return [
        Attachment.objects.create(
            message=message,
            name=shown_name(file.name),
            content_type=kind_of(name=file.name, content=file.content),
            size=file.size,
            stored=_store(file.content),
            kept_at=now,
        )
        for file in files
    ]


def _store(content: bytes) -> StoredFile:
    """Return the row of these bytes; of two that store the same at once one finds the other's."""
    sha256 = hashlib.sha256(content).hexdigest()
    known = StoredFile.objects.filter(sha256=sha256).only("pk").first()
    if known is not None:
        return known
    stored, _ = StoredFile.objects.get_or_create(sha256=sha256, defaults={"content": content})
    return stored
