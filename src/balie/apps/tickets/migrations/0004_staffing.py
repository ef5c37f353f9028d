"""Skills, rosters, rules, and what was suggested for a ticket."""

from typing import ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    """Follows `0003_inbound`."""

    dependencies: ClassVar = [("tickets", "0003_inbound")]
    operations: ClassVar = []
