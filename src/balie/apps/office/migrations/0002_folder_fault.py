"""What cannot be read in the watched folder of the bank."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("office", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="FolderFault",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=255, unique=True)),
                ("code", models.CharField(max_length=20)),
                ("values", models.JSONField(default=dict)),
                ("since_at", models.DateTimeField()),
            ],
        ),
    ]
