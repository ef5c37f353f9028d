"""An article, every text it ever had, and which of those the public page shows."""

from typing import ClassVar

from django.db import models

LANGUAGES = (("nl", "Nederlands"), ("en", "English"))


class Article(models.Model):
    """One answer on the public page; `anchor` is its place there (`/#bellen`) and never changes."""

    anchor = models.SlugField(max_length=60, unique=True)
    position = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=80)

    class Meta:
        """The page shows them in this order."""

        ordering: ClassVar = ["position", "pk"]

    def __str__(self) -> str:
        return self.anchor


class ArticleText(models.Model):
    """What an article said from some moment on, in one language. Insert-only: the history.

    `body` is Markdown with figures as placeholders (`{answers.guarantee_hours}`). The text with the
    highest number is what staff work on, published or not.
    """

    article = models.ForeignKey(Article, on_delete=models.PROTECT, related_name="texts")
    language = models.CharField(max_length=2, choices=LANGUAGES)
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=140)
    keywords = models.CharField(max_length=400, blank=True)
    body = models.TextField()
    written_at = models.DateTimeField()
    written_by = models.CharField(max_length=80)
    author_name = models.CharField(max_length=140)

    class Meta:
        """Texts are counted per article and language; of two writers at once one is told."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["article", "language", "number"], name="articles_text_number_unique"
            ),
        ]

    def __str__(self) -> str:
        return f"text {self.pk}"


class Publication(models.Model):
    """From a moment on the page shows this text; without one it shows none. Insert-only."""

    article = models.ForeignKey(Article, on_delete=models.PROTECT, related_name="publications")
    language = models.CharField(max_length=2, choices=LANGUAGES)
    number = models.PositiveIntegerField()
    text = models.ForeignKey(ArticleText, on_delete=models.PROTECT, related_name="+", null=True)
    published_at = models.DateTimeField()
    published_by = models.CharField(max_length=80)

    class Meta:
        """The highest number per article and language is in force."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["article", "language", "number"], name="articles_publication_number_unique"
            ),
        ]

    def __str__(self) -> str:
        return f"publication {self.pk}"


class Reaction(models.Model):
    """How often readers said on one day that an answer helped, or did not. Nobody is in it."""

    article = models.ForeignKey(Article, on_delete=models.PROTECT, related_name="reactions")
    language = models.CharField(max_length=2, choices=LANGUAGES)
    day = models.DateField()
    helped = models.PositiveIntegerField(default=0)
    did_not_help = models.PositiveIntegerField(default=0)

    class Meta:
        """One row of counts per article, language and day."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["article", "language", "day"], name="articles_reactions_per_day"
            ),
        ]

    def __str__(self) -> str:
        return f"reactions {self.pk}"
