"""The learned model as plain weights: it suggests without numpy and fits in a few megabytes.

A feature is kept as the hash of its text, so the weights hold nobody's words. Words that stood in
at least three answered questions are kept readable, with the questions they stood in: they make
the reason ("14 earlier questions about ..."). `balie.domain.routing_learning` makes such a model.
"""

from __future__ import annotations

import json
import math
import sys
import zlib
from array import array
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b

from balie.domain.routing_features import READERS, words_of

FORMAT = "balie-routing-1"
MOST_WORDS = 2


class UnreadableModel(ValueError):
    """Stored bytes are no model of this version; train it again."""


def feature_key(reader: str, feature: str) -> int:
    """Return the 64-bit name of a feature."""
    return int.from_bytes(blake2b(f"{reader}:{feature}".encode(), digest_size=8).digest(), "big")


@dataclass(frozen=True, kw_only=True)
class Opinion:
    """What the model thinks of a question: labels, best first, and how far the first is ahead.

    `certainty` is per mille: of questions with such a margin, so many were right when measured.
    """

    ranking: tuple[str, ...]
    margin: float
    certainty: int


@dataclass(frozen=True, kw_only=True)
class Resemblance:
    """Earlier questions of one label that hold at least one of the words that decided."""

    words: tuple[str, ...]
    count: int
    answered_by: tuple[tuple[int, int], ...]


@dataclass(frozen=True, kw_only=True)
class LinearModel:
    """One weight per feature and label, and what certainty and reasons are read from.

    `keys` are sorted; `weights` holds `len(labels)` numbers per key. `margins` and `certainties`
    are the steps of the measured certainty. `word_questions` maps a readable word to the questions
    (indexes into `question_labels` and `question_people`) in which it stood.
    """

    labels: tuple[str, ...]
    readers: tuple[str, ...]
    keys: array[int]
    idf: array[float]
    weights: array[float]
    intercepts: tuple[float, ...]
    margins: tuple[float, ...] = ()
    certainties: tuple[int, ...] = ()
    word_questions: dict[str, list[int]] = field(default_factory=dict)
    question_labels: tuple[int, ...] = ()
    question_people: tuple[int, ...] = ()

    def opinion(self, text: str) -> Opinion:
        """Return what the model thinks of a question."""
        scores = self._scores(text)
        ranked = sorted(range(len(self.labels)), key=lambda index: -scores[index])
        margin = scores[ranked[0]] - scores[ranked[1]]
        return Opinion(
            ranking=tuple(self.labels[index] for index in ranked),
            margin=margin,
            certainty=self.certainty_of(margin),
        )

    def certainty_of(self, margin: float) -> int:
        """Return the measured certainty (per mille) of a margin; 0 below all that was measured."""
        step = bisect_right(self.margins, margin) - 1
        return self.certainties[step] if step >= 0 else 0

    def resemblance(self, text: str, *, label: str) -> Resemblance:
        """Return the words that spoke most for a label and the earlier questions that hold them."""
        place = self.labels.index(label)
        spoken = {
            word: gain
            for word in dict.fromkeys(words_of(text))
            if word in self.word_questions and (gain := self._gain(word, place)) > 0
        }
        words = tuple(sorted(spoken, key=lambda word: (-spoken[word], word))[:MOST_WORDS])
        questions = {
            question
            for word in words
            for question in self.word_questions[word]
            if self.question_labels[question] == place
        }
        people = Counter(self.question_people[question] for question in questions)
        return Resemblance(
            words=words,
            count=len(questions),
            answered_by=tuple(sorted(people.items(), key=lambda one: (-one[1], one[0]))),
        )

    def _find(self, key: int) -> int | None:
        at = bisect_left(self.keys, key)
        return at if at < len(self.keys) and self.keys[at] == key else None

    def _gain(self, word: str, place: int) -> float:
        """How much a word speaks for a label, more than for the others on average."""
        at = self._find(feature_key("words", word))
        if at is None:
            return 0.0
        width = len(self.labels)
        row = self.weights[at * width : (at + 1) * width]
        return self.idf[at] * (row[place] - sum(row) / width)

    def _scores(self, text: str) -> list[float]:
        width = len(self.labels)
        scores = list(self.intercepts)
        for reader in self.readers:
            values: list[tuple[int, float]] = []
            for feature, count in Counter(READERS[reader](text)).items():
                at = self._find(feature_key(reader, feature))
                if at is not None:
                    values.append((at, (1 + math.log(count)) * self.idf[at]))
            norm = math.sqrt(sum(value * value for _, value in values)) or 1.0
            for at, value in values:
                for label in range(width):
                    scores[label] += value / norm * self.weights[at * width + label]
        return scores

    def to_bytes(self) -> bytes:
        """Return the model as bytes to keep."""
        head = {
            "format": FORMAT,
            "labels": self.labels,
            "readers": self.readers,
            "features": len(self.keys),
            "intercepts": self.intercepts,
            "margins": self.margins,
            "certainties": self.certainties,
            "word_questions": self.word_questions,
            "question_labels": self.question_labels,
            "question_people": self.question_people,
        }
        parts = [json.dumps(head, ensure_ascii=False).encode(), b"\n"]
        parts += [_little(numbers) for numbers in (self.keys, self.idf, self.weights)]
        return zlib.compress(b"".join(parts), 6)

    @classmethod
    def from_bytes(cls, content: bytes) -> LinearModel:
        """Read a model back. Raises UnreadableModel for anything else."""
        try:
            line, _, numbers = zlib.decompress(content).partition(b"\n")
            head = json.loads(line)
            if head["format"] != FORMAT:
                raise UnreadableModel(f"a model of format {head['format']!r}, not {FORMAT!r}")
            features, width = head["features"], len(head["labels"])
            keys, idf = features * 8, features * 4
            return cls(
                labels=tuple(head["labels"]),
                readers=tuple(head["readers"]),
                keys=_numbers("Q", numbers[:keys]),
                idf=_numbers("f", numbers[keys : keys + idf]),
                weights=_numbers("f", numbers[keys + idf : keys + idf + idf * width]),
                intercepts=tuple(head["intercepts"]),
                margins=tuple(head["margins"]),
                certainties=tuple(head["certainties"]),
                word_questions=head["word_questions"],
                question_labels=tuple(head["question_labels"]),
                question_people=tuple(head["question_people"]),
            )
        except (zlib.error, ValueError, KeyError, TypeError) as error:
            if isinstance(error, UnreadableModel):
                raise
            raise UnreadableModel(f"no routing model: {error}; train it again") from error


def sorted_features(
    features: Iterable[tuple[int, float, Sequence[float]]],
) -> tuple[array[int], array[float], array[float]]:
    """Return keys, idf and weights of features as the model holds them."""
    keys, idf, weights = array("Q"), array("f"), array("f")
    for key, rarity, row in sorted(features, key=lambda one: one[0]):
        keys.append(key)
        idf.append(rarity)
        weights.extend(row)
    return keys, idf, weights


def _little(numbers: array[int] | array[float]) -> bytes:
    if sys.byteorder == "big":
        numbers = numbers[:]
        numbers.byteswap()
    return numbers.tobytes()


def _numbers(kind: str, content: bytes) -> array:  # type: ignore[type-arg]  # of either kind
    numbers = array(kind)
    numbers.frombytes(content)
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers
