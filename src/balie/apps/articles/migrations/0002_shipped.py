"""The articles that Balie comes with, published; what was written is only ever added to."""

from datetime import UTC, datetime

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from balie.apps.articles.shipping import shipped_texts
from balie.infra.append_only import append_only

BEFORE_EVERYTHING = datetime(2000, 1, 1, tzinfo=UTC)


def add_shipped(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Store and publish every shipped text."""
    Article = apps.get_model("articles", "Article")
    ArticleText = apps.get_model("articles", "ArticleText")
    Publication = apps.get_model("articles", "Publication")
    for shipped in shipped_texts():
        article, _new = Article.objects.get_or_create(
            anchor=shipped.anchor,
            defaults={
                "position": shipped.position,
                "created_at": BEFORE_EVERYTHING,
                "created_by": "system",
            },
        )
        text = ArticleText.objects.create(
            article=article,
            language=shipped.language,
            number=1,
            title=shipped.title,
            keywords=shipped.keywords,
            body=shipped.body,
            written_at=BEFORE_EVERYTHING,
            written_by="system",
            author_name="Balie",
        )
        Publication.objects.create(
            article=article,
            language=shipped.language,
            number=1,
            text=text,
            published_at=BEFORE_EVERYTHING,
            published_by="system",
        )


class Migration(migrations.Migration):
    dependencies = [("articles", "0001_initial")]

    operations = [
        migrations.RunPython(add_shipped, migrations.RunPython.noop),
        *append_only("articles_articletext"),
        *append_only("articles_publication"),
    ]
