"""What the desk does with tickets: merge, tag, save replies, keep drafts."""

from typing import ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    """Follows `0004_staffing`."""

    dependencies: ClassVar = [("tickets", "0004_staffing")]
    operations: ClassVar = []
