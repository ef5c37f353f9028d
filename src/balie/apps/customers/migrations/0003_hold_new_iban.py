"""A hold on what goes elsewhere: a mandate on another account, and repayments."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0002_accounts"),
    ]

    operations = [
        migrations.AlterField(
            model_name="hold",
            name="blocks",
            field=models.CharField(
                choices=[
                    ("credentials", "Credentials"),
                    ("money", "Money"),
                    ("new_iban", "New Iban"),
                ],
                max_length=12,
            ),
        ),
    ]
