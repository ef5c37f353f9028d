"""Calls, call-backs and attachments."""

from typing import ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    """Follows `0005_desk`."""

    dependencies: ClassVar = [("tickets", "0005_desk")]
    operations: ClassVar = []
