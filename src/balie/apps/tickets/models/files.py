"""What came with a message: the file as one sees it, and its bytes, kept once."""

from typing import ClassVar

from django.db import models

from balie.apps.tickets.models.conversations import Message


class StoredFile(models.Model):
    """The bytes of a file, kept once however often they are sent; found by their hash."""

    sha256 = models.CharField(max_length=64, unique=True)
    content = models.BinaryField()

    def __str__(self) -> str:
        return self.sha256


class Attachment(models.Model):
    """A file that came with a message. `content_type` is what its bytes are, not what it says."""

    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="attachments")
    name = models.CharField(max_length=140)
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    stored = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="attachments")
    kept_at = models.DateTimeField()

    class Meta:
        """Listed in the order in which they came."""

        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return f"attachment {self.pk}"

    @property
    def is_known(self) -> bool:
        """Whether its bytes are of a kind that we know."""
        return self.content_type != "application/octet-stream"
