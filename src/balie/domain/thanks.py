"""Whether a message says thanks and asks nothing: "Bedankt!" needs no answer.

A suggestion to an employee, who confirms it. It is shy: a question mark, a word of doubt, a figure
or any word that is not among the known words of thanks, and the message keeps its promise.
"""

import re
import unicodedata

LONGEST = 240  # characters; who writes more than two lines says more than thanks
MOST_WORDS = 24

_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*")
_QUOTE = re.compile(
    r"(?im)^(?:op .{4,120} schreef .{0,120}:|on .{4,120} wrote:|-{2,}\s*$|_{5,}|van:|from:|>).*"
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
    plain = _DANK_JE_WEL.sub("dankjewel", _plain(own))
    words = [word.replace("'", "") for word in _WORD.findall(plain)]
    if not words:
        return _is_emoji_only(own)
    if len(words) > MOST_WORDS or not _THANKS.intersection(words) or _DOUBT.intersection(words):
        return False
    # A name below or above it is no word we know; three such words in a row are a story.
    unknown = [word for word in words if word not in _THANKS and word not in _AROUND]
    return len(unknown) <= 2


def own_words(text: str) -> str:
    """Return what somebody wrote himself: without quotes, and without what his phone adds."""
    quoted = _QUOTE.search(text)
    kept = text[: quoted.start()] if quoted else text
    return _SENT_FROM.sub("", kept).strip()


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
