"""Whether a message says thanks and asks nothing: "Bedankt!" needs no answer.

A suggestion to an employee, who confirms it. It is shy: a question mark, a word of doubt, a figure
or any word that is not among the known words of thanks, and the message keeps its promise. The one
exception is a name, where it can be nothing else: after a greeting at the start, or after the
closing words at the end.
"""

import re
import unicodedata

LONGEST = 240  # characters; who writes more than two lines says more than thanks
MOST_WORDS = 24

_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*")
# Below these nothing is told apart any more: a signature, or a quote of Outlook.
_TAIL = re.compile(r"(?im)^(?:--\s*$|_{5,}|van:|from:).*")
_QUOTED_LINE = re.compile(
    r"(?im)^(?:>.*|op .{4,120} schreef .{0,120}:[ \t]*|on .{4,120} wrote:[ \t]*)$"
)
_NAMES = (
    r"[^\W\d_a-zà-þ][\w.'\u2019-]*"
    r"(?:[ ](?:(?:van|de|der|den|ter|ten|te)[ ])*[^\W\d_a-zà-þ][\w.'\u2019-]*){0,2}"
)
_GREETED = re.compile(
    r"\A((?i:hoi|hallo|hi|hello|hey|dag|beste|geachte|dear|goede(?:morgen|middag|navond)))"
    rf"(?:[ ](?i:heer|mevrouw|meneer|mr\.?|mrs\.?))?[ ]{_NAMES}(?=[ ]*(?:[,!.\n]|\Z))"
)
_CLOSED = re.compile(
    rf"\b((?i:groet|groeten|groetjes|mvg\.?|gr\.?|regards|sincerely))[,\s]+{_NAMES}\W*\Z"
)
# "Dank je wel" is thanks, whatever "wel" may mean elsewhere.
_DANK_JE_WEL = re.compile(r"\bdank (?:je|u|jullie) wel\b")
_SENT_FROM = re.compile(r"(?im)^(?:verzonden vanaf|verstuurd vanaf|sent from|get outlook).*$")
_FIGURE = re.compile(r"\d")

# At least one of these says thanks or that it is well; without one nothing is suggested.
_THANKS = frozenset(
    "bedankt dank dankje dankjewel dankuwel dankzij dankt thanks thank thx tnx ty merci "
    "bedank top super geweldig perfect prima fijn mooi helder duidelijk opgelost gelukt "
    "gelukkig akkoord oke ok okay oké okee goed great awesome excellent clear solved works "
    "fixed cheers appreciated brilliant lovely wonderful fantastisch uitstekend toppie "
    "hartelijk".split()
)
# These may stand around it: greetings, names of feelings, and the glue of a polite sentence.
_AROUND = frozenset(
    "hoi hallo hi hello hey dag beste geachte goedemorgen goedemiddag goedenavond dear je "
    "jullie u uw jou jouw ik we wij het dat dit is was zo heel erg zeer veel ontzettend "
    "nogmaals alvast voor de een snelle goede fijne vlotte duidelijke prettige reactie "
    "antwoord hulp uitleg service bericht mail moeite afhandeling informatie support helpdesk "
    "team groet groeten groetjes vriendelijke met mvg gr kind regards best you your the a an "
    "for quick fast good very much so many reply answer help explanation it this that again "
    "all and en now nu weer works werkt helemaal site alles allemaal i am are be have has "
    "been got sounds day weekend dagen avond nice fijn wens prettig terug ook aan van om te "
    "zijn ben blij mee happy with wishes yours sincerely sent problem probleem done gedaan".split()
)
_PROBLEM = frozenset({"problem", "probleem"})
_SOLVED = frozenset({"opgelost", "solved", "fixed", "gelukt"})
# One of these and something may be open, however friendly it is.
_DOUBT = frozenset(
    "maar echter alleen nog niet geen nooit wel waarom wanneer hoe wie wat waar welke of kunt "
    "kun kan wilt wil graag moet zou toch helaas jammer behalve steeds but however still not "
    "no never why when how who what where which or can could would please should except "
    "unfortunately yet doesnt dont didnt isnt wont cant onduidelijk unclear klacht complaint "
    "opzeggen cancel".split()
)


def says_only_thanks(text: str) -> bool:
    """Tell whether a message thanks, or agrees, and asks nothing at all."""
    own = own_words(text)
    if not own or len(own) > LONGEST or "?" in own or _FIGURE.search(own):
        return False
    unnamed = _CLOSED.sub(r"\1", _GREETED.sub(r"\1", own))
    plain = _DANK_JE_WEL.sub("dankjewel", _plain(unnamed))
    words = [word.replace("'", "") for word in _WORD.findall(plain)]
    if not words:
        return _is_emoji_only(own)
    if len(words) > MOST_WORDS or not _THANKS.intersection(words) or _DOUBT.intersection(words):
        return False
    if _PROBLEM.intersection(words) and not _SOLVED.intersection(words):
        return False
    return _THANKS.union(_AROUND).issuperset(words)


def own_words(text: str) -> str:
    """Return what somebody wrote himself: without quotes, and without what his phone adds."""
    tail = _TAIL.search(text)
    kept = text[: tail.start()] if tail else text
    return _SENT_FROM.sub("", _QUOTED_LINE.sub("", kept)).strip()


def _plain(text: str) -> str:
    marked = unicodedata.normalize("NFD", text.lower().replace("\u2019", "'"))
    return "".join(sign for sign in marked if not unicodedata.combining(sign))


def _is_emoji_only(text: str) -> bool:
    """Whether there is nothing but pictures, marks and white space, with at least one picture."""
    signs = [sign for sign in text if not sign.isspace()]
    pictures = [sign for sign in signs if unicodedata.category(sign) in {"So", "Sk"}]
    smileys = re.fullmatch(r"[:;=]-?[)D]+|<3|\(y\)", "".join(signs), re.IGNORECASE)
    others = {"So", "Sk", "Mn", "Cf", "Po", "Me"}
    return bool(smileys) or (
        bool(pictures) and all(unicodedata.category(sign) in others for sign in signs)
    )
