"""The learned model: what it reads, what it says without scikit-learn, and how it is measured."""

import subprocess
import sys
from collections import Counter

import pytest
from sklearn.feature_extraction.text import CountVectorizer

from balie.domain import routing_learning as learning
from balie.domain.routing_features import HOUSE, masked, piece_features, word_features
from balie.domain.routing_learning import Example, Guess, UnableToLearn
from balie.domain.routing_model import LinearModel, UnreadableModel

WORDS = {
    "administration": ("incasso", "factuur", "storno", "betaling", "rekening"),
    "support": ("website", "mailbox", "wachtwoord", "certificaat", "dns"),
    "sales": ("pakket", "offerte", "prijs", "upgrade", "bestellen"),
}


def examples(each: int = 30) -> list[Example]:
    """Short questions with two telling words each."""
    return [
        Example(
            text=f"Een vraag over {own[number % 5]} en {own[(number // 5) % 5]} graag",
            label=label,
            person=person,
        )
        for person, (label, own) in enumerate(WORDS.items(), start=1)
        for number in range(each)
    ]


@pytest.mark.parametrize(
    "text", ["Mijn incasso is  mislukt!", "a b", "één\tu", "", "x", "Wat kost een .nl?"]
)
def test_pieces_and_words_are_those_of_scikit_learn(text: str) -> None:
    pieces = CountVectorizer(analyzer="char_wb", ngram_range=(2, 5)).build_analyzer()
    words = CountVectorizer(ngram_range=(1, 2)).build_analyzer()

    assert Counter(piece_features(text)) == Counter(pieces(text))
    assert Counter(word_features(text)) == Counter(words(text))


def test_addresses_domains_and_numbers_are_not_read_as_themselves() -> None:
    text = "Mail jan@bakker.example over bakker.example, K10023 en NL91ABNA0417164300, 12 stuks"

    read = masked(text)

    assert "bakker" not in read
    assert read.split() == [
        *("mail", "mailadresx", "over", "domeinnaamx", ",", "nummerx", "en", "nummerx", ","),
        *("12", "stuks"),
    ]


def test_forgotten_blank_makes_no_domain_name() -> None:
    assert masked("Ik heb betaald.De factuur is van www.bakker.io/nota en bakker.nl") == (
        "ik heb betaald.de factuur is van  domeinnaamx  en  domeinnaamx "
    )


def test_model_says_without_scikit_learn_what_it_learned_with_it() -> None:
    model, figures = learning.learn(examples())
    guesses = learning.guess_all(examples(), examples(), readers=HOUSE)

    opinions = [model.opinion(one.text) for one in examples()]

    assert [one.ranking for one in opinions] == [one.ranking for one in guesses]
    assert [one.margin for one in opinions] == pytest.approx(
        [one.margin for one in guesses], abs=1e-4
    )
    assert figures.top1 == 1.0
    assert figures.majority == pytest.approx(1 / 3)


def test_model_of_two_labels_says_the_same_too() -> None:
    two = [one for one in examples() if one.label != "sales"]
    model, _ = learning.learn(two)

    guesses = learning.guess_all(two, two, readers=HOUSE)

    assert [model.opinion(one.text).ranking for one in two] == [one.ranking for one in guesses]
    assert model.opinion(two[0].text).margin == pytest.approx(guesses[0].margin, abs=1e-4)


def test_model_is_the_same_after_being_kept() -> None:
    model, _ = learning.learn(examples())

    again = LinearModel.from_bytes(model.to_bytes())

    assert again == model


@pytest.mark.parametrize("content", [b"", b"nonsense", b"x\x9c\x03\x00\x00\x00\x00\x01"])
def test_bytes_that_are_no_model_are_refused(content: bytes) -> None:
    with pytest.raises(UnreadableModel, match="train it again"):
        LinearModel.from_bytes(content)


def test_reason_names_the_words_that_decided_and_counts_the_questions_with_them() -> None:
    model, _ = learning.learn(examples())

    like = model.resemblance("Waarom is de incasso geweigerd?", label="administration")

    holding = [one for one in examples() if "incasso" in one.text and one.label == "administration"]
    assert like.words == ("incasso",)
    assert like.count == len(holding)
    assert like.answered_by == ((1, len(holding)),)


def test_certainty_never_falls_as_the_margin_grows() -> None:
    guesses = [
        Guess(label="a", ranking=("a", "b") if right else ("b", "a"), margin=margin)
        for margin, right in enumerate([0, 0, 1, 0, 1, 1, 0, 1, 1, 1, 1])
    ]

    margins, certainties = learning._steps(guesses)

    assert list(margins) == sorted(margins)
    assert list(certainties) == sorted(certainties)
    assert max(certainties) < 1000


def test_coverage_is_the_largest_share_that_is_right_often_enough() -> None:
    def guess(margin: float, *, right: bool) -> Guess:
        return Guess(label="a", ranking=("a", "b") if right else ("b", "a"), margin=margin)

    nineteen = [guess(10, right=True) for _ in range(19)]

    assert learning.coverage([*nineteen, guess(1, right=False)], precision=0.95) == 1.0
    assert learning.coverage([guess(11, right=False), *nineteen], precision=0.95) == 1.0
    assert learning.coverage(
        [*nineteen, guess(1, right=False), guess(1, right=False)], precision=0.95
    ) == pytest.approx(19 / 21)
    assert learning.coverage([guess(1, right=False)], precision=0.95) == 0.0


def test_folds_spread_every_label_also_the_rare_ones() -> None:
    few = [*examples(11), Example(text="een los geval", label="alleen")]

    folds = learning.folds_of(few)

    for label in WORDS:
        counts = Counter(fold for fold, one in zip(folds, few, strict=True) if one.label == label)
        assert max(counts.values()) - min(counts.values()) <= 1
        assert len(counts) == learning.FOLDS
    assert folds == learning.folds_of(few)


def test_label_with_a_single_example_counts_as_wrong() -> None:
    few = [*examples(10), Example(text="een los geval", label="alleen")]

    guesses = learning.cross_validated(few)

    assert [one.is_right for one in guesses] == [True] * 30 + [False]


def test_figures_are_one_line() -> None:
    figures = learning.Figures(
        top1=0.9116, top3=0.974, coverage_at_95=0.934, majority=0.273, questions=100
    )

    assert figures.line == "top1=0.912 top3=0.974 coverage_at_95=0.93 majority=0.27"


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ([Example(text="incasso", label="a"), Example(text="storno", label="a")], "two or more"),
        ([Example(text="?", label="a"), Example(text="", label="b")], "no words"),
    ],
)
def test_examples_that_teach_nothing_are_refused(given: list[Example], why: str) -> None:
    with pytest.raises(UnableToLearn, match=why):
        learning.guess_all(given, given, readers=("words",))


def test_suggesting_loads_no_scikit_learn() -> None:
    code = (
        "import sys; import balie.domain.routing, balie.domain.routing_learning; "
        "print(sorted({'sklearn', 'scipy', 'numpy'} & set(sys.modules)))"
    )

    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )

    assert result.stdout == "[]\n"
