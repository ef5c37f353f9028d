"""What came in by e-mail, where it went, and what waits in quarantine."""

from typing import ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    """Follows `0002_teams`."""

    dependencies: ClassVar = [("tickets", "0002_teams")]
    operations: ClassVar = []
