"""`balie evaluate-routing`: one line of figures, and a clear word about a file that is wrong."""

import argparse
import re
from pathlib import Path

import pytest

from balie.config.commands import evaluate_routing
from balie.config.terminal import CommandFailed

EVIDENCE = Path(__file__).parents[2] / "bench" / "routing" / "hosting-questions.csv"
LINE = re.compile(
    r"top1=[01]\.\d{3} top3=[01]\.\d{3} coverage_at_95=[01]\.\d{2} majority=[01]\.\d{2}\n"
)
TWO_TEAMS = "text,label\n" + "".join(
    f"een {word} nummer {n},{label}\n"
    for n in range(6)
    for word, label in (("incasso", "administratie"), ("mailbox", "support"))
)


def measure(*arguments: str | Path) -> int:
    parser = argparse.ArgumentParser()
    evaluate_routing.add_arguments(parser)
    return evaluate_routing.run(parser.parse_args([str(one) for one in arguments]))


def written(folder: Path, content: str | bytes, name: str = "vragen.csv") -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def test_file_alone_is_cross_validated(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = measure(written(tmp_path, TWO_TEAMS))

    assert code == 0
    assert capsys.readouterr().out == "top1=1.000 top3=1.000 coverage_at_95=1.00 majority=0.50\n"


def test_test_file_is_asked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = written(
        tmp_path,
        "text,label\nmijn incasso,administratie\nmailbox vol,support\nmailbox,onbekend\n",
        name="test.csv",
    )

    measure(written(tmp_path, TWO_TEAMS), "--test", asked)

    out = capsys.readouterr().out
    assert LINE.fullmatch(out)
    assert out.startswith("top1=0.667 top3=0.667 ")
    assert out.endswith(" majority=0.33\n")


def test_rare_label_counts_as_wrong_and_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    many = "".join(f"factuur {number} klopt niet,geld\n" for number in range(30))

    measure(written(tmp_path, f"text,label\n{many}wat nu,uniek\n"))

    said = capsys.readouterr()
    assert said.out == "top1=0.968 top3=0.968 coverage_at_95=1.00 majority=0.97\n"
    assert "1 label(s) with one example, counted as wrong: uniek" in said.err


def test_one_question_is_enough_to_ask(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = written(tmp_path, "text,label\nmijn incasso,administratie\n", name="test.csv")

    measure(written(tmp_path, TWO_TEAMS), "--test", asked)

    assert capsys.readouterr().out.startswith("top1=1.000 ")


def test_byte_order_mark_quotes_and_windows_lines_are_read(tmp_path: Path) -> None:
    content = b'\xef\xbb\xbftext,label\r\n"Factuur, graag\nmet spoed",a\r\n\r\nDe site,b\r\n'

    found = evaluate_routing.read(written(tmp_path, content))

    assert [(one.text, one.label) for one in found] == [
        ("Factuur, graag\nmet spoed", "a"),
        ("De site", "b"),
    ]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("", "line 1: the header is ''; it must be 'text,label'"),
        ("tekst;label\nx;y\n", "line 1: the header is 'tekst;label'"),
        ("text,label\neen,a\ntwee,b,c\n", "line 3: has 3 field(s)"),
        ("text,label\neen,a\n,b\n", "line 3: the text is empty"),
        ("text,label\neen,\n", "line 2: the label is empty"),
        ("text,label\n", "has 0 example(s); give 2 or more"),
        ("text,label\neen,a\ntwee,a\n", "hold 1 label(s); there must be two or more"),
        ('text,label\n"een,a\n', "unexpected end of data"),
        (b"text,label\ncaf\xe9,a\n", "is not UTF-8 (byte 14)"),
    ],
)
def test_file_that_is_wrong_is_named_with_its_line(
    tmp_path: Path, content: str | bytes, why: str
) -> None:
    path = written(tmp_path, content)

    with pytest.raises(CommandFailed, match=re.escape(why)) as refused:
        measure(path)

    assert str(refused.value).startswith(f"{path}: ")


def test_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(CommandFailed, match="cannot be read"):
        measure(tmp_path / "nergens.csv")


@pytest.mark.slow
def test_own_evidence_beats_the_commonest_label(capsys: pytest.CaptureFixture[str]) -> None:
    examples = evaluate_routing.read(EVIDENCE)
    assert len(examples) >= 400

    measure(EVIDENCE)

    out = capsys.readouterr().out
    assert LINE.fullmatch(out)
    top1, top3, _, majority = (float(figure) for figure in re.findall(r"[\d.]+(?=\s)", out))
    assert top1 >= 4 * majority
    assert top3 >= 7 * majority
