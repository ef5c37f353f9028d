"""Files at the door: the form field they come in by, and the response they go out by."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext_lazy as _

from balie.apps.tickets.models import Attachment
from balie.apps.tickets.queries import FileFault, GivenFile, faults_of
from balie.domain.policy import Policy
from balie.formats.file_kinds import BY_ENDING, UNKNOWN, shown_name

FAULTS: Mapping[str, Any] = {
    "too_many": _("%(name)s is one too many; send at most %(most)s files, or a zip of them."),
    "too_large": _("%(name)s is larger than %(most)s MB; send a smaller one, or a part of it."),
    "too_much": _("Together these files are larger than %(most)s MB; send fewer."),
    "empty": _("%(name)s is empty; choose the file again."),
    "not_allowed": _(
        "%(name)s is not a kind of file that we take. Send a PDF, a picture, a text or Office file,"
        " or a zip of it."
    ),
}


class FilesInput(forms.FileInput):
    """Chooses several files at once."""

    allow_multiple_selected = True

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[UploadedFile[bytes]]:
        """Return every file that came under the name."""
        return list(files.getlist(name)) if hasattr(files, "getlist") else []

    def use_required_attribute(self, initial: Any) -> bool:
        """Files are never required."""
        return False


class FilesField(forms.Field):
    """Files that go with a question, within the limits of the policy; gives GivenFile's."""

    widget = FilesInput

    def __init__(self, *, policy: Policy) -> None:
        super().__init__(
            label=_("Files"),
            required=False,
            help_text=_("A picture, PDF or text file: at most %(count)s, each up to %(size)s MB.")
            % {"count": policy.desk.attachments, "size": policy.desk.attachment_megabytes},
            widget=FilesInput(attrs={"multiple": True, "accept": _endings()}),
        )
        self._policy = policy

    def clean(self, value: Iterable[UploadedFile[bytes]]) -> list[GivenFile]:
        """Return the files with their bytes; says of each file that is not taken what to do."""
        files = [GivenFile(name=one.name or "", content=one.read()) for one in value or ()]
        faults = faults_of(files, policy=self._policy)
        if faults:
            raise ValidationError([_error(fault) for fault in faults])
        return files


def download(attachment: Attachment) -> HttpResponse:
    """Send a file to be saved and never to be shown: no browser runs what a stranger sent."""
    response = HttpResponse(bytes(attachment.stored.content), content_type=UNKNOWN)
    disposition = content_disposition_header(as_attachment=True, filename=attachment.name)
    response["Content-Disposition"] = disposition or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, no-store"
    return response


def _error(fault: FileFault) -> ValidationError:
    values = {"name": shown_name(fault.name), "most": fault.most}
    return ValidationError(FAULTS[fault.kind], code=fault.kind, params=values)


def _endings() -> str:
    return ",".join(f".{ending}" for ending in sorted(BY_ENDING))
