"""What somebody wrote, and what his mail program put under it (docs/algorithms/mail-in.md).

Nothing is dropped: the text is cut into stretches that joined give it back, and the quoted ones are
shown folded. In doubt a stretch stays in sight: a hidden sentence of a customer is worse than an
old mail too much.
"""

import re

from balie.formats.mail_quote_signs import (
    attribution_at,
    header_block_at,
    is_device_line,
    is_fold_mark,
    is_forward_mark,
    is_signature_mark,
    points_below,
)
from balie.formats.mail_shapes import TextPart

WORD = re.compile(r"\w")
SIGNATURE_LINES = 15


def split_quoted(text: str, *, reply: bool, forward: bool) -> tuple[TextPart, ...]:
    """Cut `text` into stretches, folded or not; joined they are `text`.

    `reply`: the mail says that it answers another one (In-Reply-To, References, "Re:"); only then
    something without `>` before it, or without a line that says who wrote it, is folded.
    `forward`: the mail passes another one on ("Fwd:"); what it passes on is what it is about.
    """
    lines = text.split("\n")
    prefixed = [line.lstrip(" \t\xa0")[:1] == ">" for line in lines]
    folded = [False] * len(lines)
    _fold_prefixed(lines, prefixed, folded, reply=reply)
    if not forward:
        _fold_tail(lines, prefixed, folded, reply=reply)
    _fold_signatures(lines, folded)
    if not _has_words(lines, folded):
        folded = [False] * len(lines)
    return _stretches(lines, folded)


def _fold_prefixed(
    lines: list[str], prefixed: list[bool], folded: list[bool], *, reply: bool
) -> None:
    """Fold lines that begin with `>` and the line above that says who wrote them.

    Without such a line, and in a mail that answers nothing, `>` may be the customer's own: a
    prompt, a log.
    """
    named = False
    for at in (at for at, begins in enumerate(prefixed) if begins):
        if at == 0 or not prefixed[at - 1]:
            top = _attribution_above(lines, prefixed, at)
            named = named or top is not None
            if top is not None:
                folded[top:at] = [True] * (at - top)
        named = named or attribution_at(_bare(lines, at), weak=True) > 0
        folded[at] = named or reply


def _bare(lines: list[str], at: int) -> list[str]:
    """Up to four lines from `at`, without their `>`."""
    return [line.lstrip("> \t\xa0") for line in lines[at : at + 4]]


def _attribution_above(lines: list[str], prefixed: list[bool], at: int) -> int | None:
    """Where the line begins that says who wrote what is quoted from `at`, two blanks up at most."""
    end = at
    while end > 0 and at - end < 3 and not lines[end - 1].strip():
        end -= 1
    for start in range(end - 1, max(end - 6, -1), -1):
        if prefixed[start] or not lines[start].strip():
            break
        if attribution_at(lines[start:end], weak=True) == end - start:
            return start
    return None


def _fold_tail(lines: list[str], prefixed: list[bool], folded: list[bool], *, reply: bool) -> None:
    """Fold everything from the mark under which a program puts the whole mail it answers."""
    if not reply:
        return
    for at, line in enumerate(lines):
        if prefixed[at] or folded[at] or not line.strip():
            continue
        if is_forward_mark(line):
            return
        if _tail_begins(lines, prefixed, at):
            above = [
                not fold and not is_device_line(lines[n]) for n, fold in enumerate(folded[:at])
            ]
            mine = "\n".join(lines[n] for n, own in enumerate(above) if own)
            if WORD.search(mine) and not points_below(mine):
                folded[at:] = [True] * (len(lines) - at)
            return


def _tail_begins(lines: list[str], prefixed: list[bool], at: int) -> bool:
    if is_fold_mark(lines[at]) or header_block_at(lines[at : at + 16]):
        return True
    return attribution_at(lines[at : at + 4], weak=False) > 0


def _fold_signatures(lines: list[str], folded: list[bool]) -> None:
    """Fold "-- " with the few lines below it, and "Sent from my phone", where nothing follows."""
    end = len(lines)
    while end > 0 and (folded[end - 1] or not lines[end - 1].strip()):
        end -= 1
    if end > 0 and is_device_line(lines[end - 1]):
        folded[end - 1] = True
        end -= 1
    for start in range(end - 1, max(end - SIGNATURE_LINES - 2, -1), -1):
        if folded[start]:
            break
        if is_signature_mark(lines[start]):
            folded[start:end] = [True] * (end - start)
            break


def _has_words(lines: list[str], folded: list[bool]) -> bool:
    return any(not fold and WORD.search(line) for line, fold in zip(lines, folded, strict=True))


def _stretches(lines: list[str], folded: list[bool]) -> tuple[TextPart, ...]:
    """Join lines of a kind; blank lines go with what stands above them."""
    stretches: list[tuple[bool, list[str]]] = []
    for at, line in enumerate(lines):
        whole = line if at == len(lines) - 1 else f"{line}\n"
        kind = folded[at]
        if stretches and (stretches[-1][0] == kind or not line.strip()):
            stretches[-1][1].append(whole)
        else:
            stretches.append((kind, [whole]))
    return tuple(TextPart(text="".join(texts), quoted=kind) for kind, texts in stretches)
