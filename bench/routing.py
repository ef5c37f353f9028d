"""Routing on our own evidence: the learned model beside the commonest label and the word lists.

`make bench-routing` reads bench/routing/hosting-questions.csv (Dutch, labelled by topic; a topic
belongs to a team), cross-validates, and prints what docs/measured.md keeps. `ARGS="--quick"` leaves
out the learning curve.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from pathlib import Path
from random import Random

from balie.config.commands.evaluate_routing import read
from balie.domain import routing_learning as learning
from balie.domain.routing import SUGGEST_FROM
from balie.domain.routing_features import HOUSE, PLAIN
from balie.domain.routing_learning import Example
from balie.domain.routing_topics import TOPICS, clearest_topic

EVIDENCE = Path(__file__).parent / "routing" / "hosting-questions.csv"
CURVE = (50, 100, 200, 300)
DRAWS = 5


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="leave out the learning curve")
    args = parser.parse_args()
    topics = read(EVIDENCE)
    teams = [Example(text=one.text, label=TOPICS[one.label].team) for one in topics]
    print(f"{len(topics)} questions, {len(TOPICS)} topics, three teams; five folds")
    compare("topic", topics, [_topic(one.text) for one in topics])
    compare("team", teams, [_team(one.text) for one in teams])
    suggested(teams)
    if not args.quick:
        curve(teams)


def compare(name: str, examples: Sequence[Example], by_words: Sequence[str | None]) -> None:
    """Print the model in both readings, beside the word lists and the commonest label."""
    majority = learning.majority_of(examples, examples)
    for reading, readers in (("text alone", PLAIN), ("text and topics", HOUSE)):
        guesses = learning.cross_validated(examples, readers=readers)
        print(
            f"{name:5}  model, {reading:15}  {learning.figures_of(guesses, majority=majority).line}"
        )
    right = sum(one.label == said for one, said in zip(examples, by_words, strict=True))
    said = sum(one is not None for one in by_words)
    print(
        f"{name:5}  word lists             top1={right / len(examples):.3f} "
        f"(speaks for {said / len(examples):.2f}, right when it does {right / said:.3f})"
    )
    print(f"{name:5}  always the commonest   top1={majority:.3f}")


def suggested(teams: Sequence[Example]) -> None:
    """Print what the desk would show: how often it speaks, and how often it is right then."""
    folds = learning.folds_of(teams)
    spoke = right = 0
    lasted = 0.0
    for fold in range(learning.FOLDS):
        model, _ = learning.learn([one for one, at in zip(teams, folds, strict=True) if at != fold])
        for one in (one for one, at in zip(teams, folds, strict=True) if at == fold):
            started = time.perf_counter()
            opinion = model.opinion(one.text)
            lasted += time.perf_counter() - started
            if opinion.certainty >= SUGGEST_FROM:
                spoke += 1
                right += opinion.ranking[0] == one.label
    print(
        f"team   as shown at the desk   speaks for {spoke / len(teams):.2f}, right when it does "
        f"{right / spoke:.3f}; {1000 * lasted / len(teams):.1f} ms a question without scikit-learn"
    )


def curve(teams: Sequence[Example]) -> None:
    """Print how much is learned from few answered questions, over random draws."""
    chance = Random(learning.SEED)  # noqa: S311  # the same draws each time, not a secret
    for size in CURVE:
        shares = []
        for _ in range(DRAWS):
            shuffled = chance.sample(list(teams), len(teams))
            guesses = learning.guess_all(shuffled[:size], shuffled[size:], readers=HOUSE)
            shares.append(sum(one.is_right for one in guesses) / len(guesses))
        print(f"team   after {size:3} answered    top1={sum(shares) / DRAWS:.3f}")


def _topic(text: str) -> str | None:
    found = clearest_topic(text)
    return found.topic if found else None


def _team(text: str) -> str | None:
    found = clearest_topic(text)
    return found.team if found else None


if __name__ == "__main__":
    main()
