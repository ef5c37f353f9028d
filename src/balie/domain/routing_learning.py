"""Learn who answers what from answered questions, and measure how well: a linear model on text.

TF-IDF of words, pairs of words and pieces of words, with a linear support vector machine: as good
as anything on such short texts, learned in seconds, and its reasons can be read from its weights.
scikit-learn is loaded inside the functions, when somebody learns or measures: 130 MB that no web
process needs. docs/algorithms/routing.md says what each figure means.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from balie.domain.routing_features import HOUSE, IDLE_WORDS, PLAIN, READERS, words_of
from balie.domain.routing_model import LinearModel, feature_key, sorted_features

FOLDS = 5
SEED = 20261123
PRECISION = 0.95
READABLE_FROM = 3
READABLE_UNTIL = 0.2  # a word in more of the questions than this tells nothing
FEWEST_LABELS = 2


class UnableToLearn(ValueError):
    """The examples do not teach anything; the message says why and what to do."""


@dataclass(frozen=True, kw_only=True)
class Example:
    """A question and the label of who answered it; `person` is the employee's key, 0 for nobody."""

    text: str
    label: str
    person: int = 0


@dataclass(frozen=True, kw_only=True)
class Guess:
    """What was thought of one question that was kept apart: labels best first, and the margin."""

    label: str
    ranking: tuple[str, ...]
    margin: float

    @property
    def is_right(self) -> bool:
        """Whether the first label was the right one."""
        return self.ranking[0] == self.label


@dataclass(frozen=True, kw_only=True)
class Figures:
    """How well a model did on questions it had not seen; shares from 0 to 1.

    `coverage_at_95` is the largest share of the questions, surest first, of which at least 95 % got
    the right label; `majority` is what one gets by always naming the commonest label.
    """

    top1: float
    top3: float
    coverage_at_95: float
    majority: float
    questions: int

    @property
    def line(self) -> str:
        """The figures as one line."""
        return (
            f"top1={self.top1:.3f} top3={self.top3:.3f} "
            f"coverage_at_95={self.coverage_at_95:.2f} majority={self.majority:.2f}"
        )


class _Trained:
    """The features and the machine after fitting; scores in the order of `labels`."""

    def __init__(self, examples: Sequence[Example], *, readers: Sequence[str]) -> None:
        from sklearn.svm import LinearSVC  # noqa: PLC0415  # heavy

        labels = Counter(one.label for one in examples)
        if len(labels) < FEWEST_LABELS:
            raise UnableToLearn(
                f"the examples hold {len(labels)} label(s); there must be two or more"
            )
        texts = [one.text for one in examples]
        self.readers: dict[str, Any] = {}
        parts = []
        for reader in readers:
            vectorizer = self._vectorizer(reader)
            try:
                parts.append(vectorizer.fit_transform(texts))
            except ValueError:  # nothing to read this way: no topic, or no word at all
                continue
            self.readers[reader] = vectorizer
        if not parts:
            raise UnableToLearn("the texts hold no words; give texts of a word or more")
        self.machine = LinearSVC(C=1.0, random_state=SEED)
        self.machine.fit(self._stacked(parts), [one.label for one in examples])
        self.labels: tuple[str, ...] = tuple(str(label) for label in self.machine.classes_)

    @staticmethod
    def _vectorizer(reader: str) -> Any:
        from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: PLC0415  # heavy

        return TfidfVectorizer(analyzer=READERS[reader], sublinear_tf=True)

    @staticmethod
    def _stacked(parts: list[Any]) -> Any:
        from scipy.sparse import hstack  # noqa: PLC0415  # heavy

        return hstack(parts, format="csr")

    def guesses(self, examples: Sequence[Example]) -> list[Guess]:
        """Return what the machine thinks of these questions."""
        texts = [one.text for one in examples]
        columns = self._stacked([reader.transform(texts) for reader in self.readers.values()])
        scores = self.machine.decision_function(columns)
        rows = scores.tolist() if scores.ndim > 1 else [[-one, one] for one in scores.tolist()]
        return [
            _guess(example.label, self.labels, row)
            for example, row in zip(examples, rows, strict=True)
        ]

    def rows(self) -> tuple[list[list[float]], list[float]]:
        """Return weights (one row per label) and intercepts, two labels as any other number."""
        weights, intercepts = self.machine.coef_.tolist(), self.machine.intercept_.tolist()
        if len(self.labels) == FEWEST_LABELS:
            weights = [[-one for one in weights[0]], weights[0]]
            intercepts = [-intercepts[0], intercepts[0]]
        return weights, intercepts


def _guess(label: str, labels: Sequence[str], scores: Sequence[float]) -> Guess:
    ranked = sorted(range(len(labels)), key=lambda index: -scores[index])
    return Guess(
        label=label,
        ranking=tuple(labels[index] for index in ranked),
        margin=scores[ranked[0]] - scores[ranked[1]],
    )


def _only_guess(label: str, only: str) -> Guess:
    return Guess(label=label, ranking=(only,), margin=0.0)


def folds_of(examples: Sequence[Example], *, folds: int = FOLDS, seed: int = SEED) -> list[int]:
    """Return the fold of each example: every label is spread over the folds as evenly as it goes.

    A label with fewer examples than folds is in as many as it has; one with a single example is
    learned from or asked for, never both, so it counts as wrong when it is asked for.
    """
    chance = Random(seed)  # noqa: S311  # the same folds each time, not a secret
    of_label: dict[str, list[int]] = defaultdict(list)
    for index, example in enumerate(examples):
        of_label[example.label].append(index)
    answer = [0] * len(examples)
    turn = 0
    for label in sorted(of_label):
        chance.shuffle(of_label[label])
        for index in of_label[label]:
            answer[index] = turn % folds
            turn += 1
    return answer


def cross_validated(examples: Sequence[Example], *, readers: Sequence[str] = PLAIN) -> list[Guess]:
    """Return a guess for each example by a model that was learned from the other folds.

    Where a rare label leaves the others with one label between them, that label is the guess, as
    unsure as a guess can be.
    Raises UnableToLearn when all the examples have one label.
    """
    labels = {one.label for one in examples}
    folds = min(FOLDS, len(examples))
    where = folds_of(examples, folds=folds)
    guesses: dict[int, Guess] = {}
    for fold in range(folds):
        apart = [index for index, one in enumerate(where) if one == fold]
        others = [examples[index] for index, one in enumerate(where) if one != fold]
        asked = [examples[index] for index in apart]
        if len({one.label for one in others}) < FEWEST_LABELS <= len(labels):
            found = [_only_guess(one.label, others[0].label) for one in asked]
        else:
            found = _Trained(others, readers=readers).guesses(asked)
        guesses.update(zip(apart, found, strict=True))
    return [guesses[index] for index in range(len(examples))]


def guess_all(
    examples: Sequence[Example], questions: Sequence[Example], *, readers: Sequence[str] = PLAIN
) -> list[Guess]:
    """Return a guess for each question by a model learned from the examples."""
    return _Trained(examples, readers=readers).guesses(questions)


def figures_of(guesses: Sequence[Guess], *, majority: float) -> Figures:
    """Return how well the guesses did."""
    count = len(guesses)
    return Figures(
        top1=sum(one.is_right for one in guesses) / count,
        top3=sum(one.label in one.ranking[:3] for one in guesses) / count,
        coverage_at_95=coverage(guesses, precision=PRECISION),
        majority=majority,
        questions=count,
    )


def coverage(guesses: Sequence[Guess], *, precision: float) -> float:
    """Return the largest share of the guesses, surest first, that are right so often.

    Guesses with the same margin stand or fall together: no threshold could tell them apart.
    """
    surest = sorted(guesses, key=lambda one: -one.margin)
    right, largest = 0, 0
    for count, guess in enumerate(surest, start=1):
        right += guess.is_right
        ends_here = count == len(surest) or surest[count].margin < guess.margin
        if ends_here and right >= precision * count:
            largest = count
    return largest / len(surest) if surest else 0.0


def majority_of(examples: Iterable[Example], questions: Sequence[Example]) -> float:
    """Return the share of the questions that has the commonest label of the examples."""
    (label, _), *_ = Counter(one.label for one in examples).most_common(1)
    return sum(one.label == label for one in questions) / len(questions)


def learn(examples: Sequence[Example]) -> tuple[LinearModel, Figures]:
    """Learn a model to suggest with, and measure it by cross-validation.

    The certainty of a margin is the share that was right among the guesses with such a margin
    (isotonic, never falling).
    Raises UnableToLearn when there are fewer than two labels.
    """
    guesses = cross_validated(examples, readers=HOUSE)
    trained = _Trained(examples, readers=HOUSE)
    weights, intercepts = trained.rows()
    features, column = [], 0
    for reader, vectorizer in trained.readers.items():
        rarity = vectorizer.idf_.tolist()
        for feature, place in vectorizer.vocabulary_.items():
            row = [of_label[column + place] for of_label in weights]
            features.append((feature_key(reader, feature), rarity[place], row))
        column += len(rarity)
    keys, idf, numbers = sorted_features(features)
    margins, certainties = _steps(guesses)
    places = {label: index for index, label in enumerate(trained.labels)}
    model = LinearModel(
        labels=trained.labels,
        readers=tuple(trained.readers),
        keys=keys,
        idf=idf,
        weights=numbers,
        intercepts=tuple(intercepts),
        margins=margins,
        certainties=certainties,
        word_questions=_readable(examples),
        question_labels=tuple(places[one.label] for one in examples),
        question_people=tuple(one.person for one in examples),
    )
    return model, figures_of(guesses, majority=majority_of(examples, examples))


def learned_bytes(examples: Sequence[Example]) -> tuple[bytes, Figures]:
    """Learn as `learn` does and return the model as bytes: what a process of its own hands back."""
    model, figures = learn(examples)
    return model.to_bytes(), figures


def _steps(guesses: Sequence[Guess]) -> tuple[tuple[float, ...], tuple[int, ...]]:
    """Return margins and, from each on, how many per mille were right (isotonic regression).

    Adjacent violators are pooled. One success and one failure are added to each pool (Laplace): a
    handful that was right is no certainty of 100 %.
    """
    blocks: list[tuple[float, int, int]] = []  # the lowest margin, how many, how many right
    for guess in sorted(guesses, key=lambda one: one.margin):
        blocks.append((guess.margin, 1, int(guess.is_right)))
        while len(blocks) > 1 and blocks[-2][2] * blocks[-1][1] >= blocks[-1][2] * blocks[-2][1]:
            _, count, right = blocks.pop()
            margin, earlier, earlier_right = blocks.pop()
            blocks.append((margin, earlier + count, earlier_right + right))
    certainties: list[int] = []
    for _, count, right in blocks:
        so_far = certainties[-1] if certainties else 0
        certainties.append(max(so_far, 1000 * (right + 1) // (count + 2)))
    return tuple(margin for margin, _, _ in blocks), tuple(certainties)


def _readable(examples: Sequence[Example]) -> dict[str, list[int]]:
    """Return the telling words that stand in at least three questions, with the questions."""
    found: dict[str, list[int]] = defaultdict(list)
    for index, example in enumerate(examples):
        for word in set(words_of(example.text)) - IDLE_WORDS:
            found[word].append(index)
    often = READABLE_UNTIL * len(examples)
    return {
        word: where
        for word, where in sorted(found.items())
        if READABLE_FROM <= len(where) <= max(often, READABLE_FROM)
    }
