"""Letters that were broken before: a text that some program read in a wrong encoding and saved again.

What it is now is written as `encoding+wrong+right`: decoded by the first, its letters are bytes of the page `wrong`,
and those bytes are a text in `right`.
"""

import codecs
import re
from functools import partial

from data.intake.reading.file import Doubt

# How such texts come about: the page that a program took the bytes for, and what they were.
BREAKS = (
    ("windows-1251", "utf-8"),
    ("windows-1252", "utf-8"),  # and latin-1, whose letters it has
    ("koi8-r", "utf-8"),
    ("cp866", "utf-8"),
    ("windows-1252", "windows-1251"),
    ("windows-1251", "windows-1252"),
)
CELL = re.compile(r'[^;,\t|"\r\n]+')
WORD = re.compile(r"[^\W\d_]{2,}")
LATIN = re.compile("[A-Za-z]")
CYRILLIC = re.compile("[\u0400-\u04ff]")
LOST = "\ufffd"
QUESTION_MARKS = re.compile(r"\?{4,}")
# Letters or places that were lost before it is worth a question.
LOST_LEAST = 3
# Cells that are looked at.
LOOKED_AT = 3_000
# Of UTF-8 that was read in a page of one byte a letter, a no-break space may have become a space.
SPACE_LOST = re.compile(rb"([\xd0-\xd3])[ ]")


def _give_byte(error: UnicodeError, lost: bytes) -> tuple[bytes, int]:
    """The byte of a letter that the page does not have: a control sign is its own, and a lost letter `lost`."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    letter = error.object[error.start]
    if "\x80" <= letter <= "\x9f":
        return bytes([ord(letter)]), error.start + 1
    if letter == LOST:
        return lost, error.start + 1
    raise error


# Windows-1251 has a letter for every byte but 98: that one is not lost. FF stands in no UTF-8.
codecs.register_error("mend", partial(_give_byte, lost=b"\xff"))
codecs.register_error("mend_windows-1251", partial(_give_byte, lost=b"\x98"))


def find_break(text: str) -> str:
    """How the letters of a text were broken, as `+wrong+right`; '' when they were not."""
    cells = [cell for cell in dict.fromkeys(CELL.findall(text)) if not cell.isascii()][:LOOKED_AT]
    for wrong, right in BREAKS:
        mended = {cell: new for cell in cells if (new := mend(cell, f"+{wrong}+{right}")) != cell}
        if len(mended) < 0.8 * len(cells) or not mended:
            continue
        before, after = (set(WORD.findall(" ".join(said))) for said in (mended, mended.values()))
        if right == "utf-8":
            # No text is UTF-8 by chance when its letters are read as bytes; a single sign may be.
            if sum(not letter.isascii() for new in mended.values() for letter in new) >= 3:
                return f"+{wrong}+{right}"
        elif _is_of_one_script(after) and not _is_of_one_script(before):
            return f"+{wrong}+{right}"
        elif wrong == "windows-1252" and _is_of_one_script(after) and not any(map(LATIN.search, before)):
            # Words of nothing but letters with accents are in no language.
            return f"+{wrong}+{right}"
    return ""


def _is_of_one_script(words: set[str]) -> bool:
    """Three words or more, hardly one with Latin and Cyrillic letters, and with capitals where they belong."""
    words = {word for word in words if not word.isascii()}
    usual = [
        word
        for word in words
        if not (LATIN.search(word) and CYRILLIC.search(word))
        and word in {word.lower(), word.upper(), word.capitalize()}
    ]
    return len(words) >= 3 and len(usual) > 0.8 * len(words)


def ask_letters(text: str, encoding: str, chosen: str) -> tuple[str, list[Doubt]]:
    """The encoding, with what is to be mended behind it when that was `chosen`, and a doubt while nothing was."""
    broken = find_break(text)
    if chosen or not (broken or has_lost_letters(text)):
        return encoding + (broken if chosen == "mend" else ""), []
    is_lost = has_lost_letters(mend(text, broken) if broken else text)
    options = ("mend", "as_is") if broken else ("as_is",)
    example = next((cell for cell in CELL.findall(text) if mend(cell, broken) != cell), "") if broken else ""
    return encoding, [Doubt("letters_lost" if is_lost else "letters_broken", "letters", options, None, example[:60])]


def has_lost_letters(text: str) -> bool:
    """Letters were replaced by signs that say nothing, and can't come back."""
    marks = len(QUESTION_MARKS.findall(text)) if text.isascii() else 0
    return text.count(LOST) >= LOST_LEAST or marks >= LOST_LEAST


def mend(text: str, broken: str) -> str:
    """The text with its letters as they were; a cell that was not broken so stays as it is."""
    _, wrong, right = broken.split("+")

    def mend_cell(match: re.Match[str]) -> str:
        cell = match[0]
        if cell.isascii():
            return cell
        try:
            content = cell.encode(wrong, "mend_windows-1251" if wrong == "windows-1251" else "mend")
            if right == "utf-8":
                content = SPACE_LOST.sub(b"\\1\xa0", content)
            return content.decode(right, "replace" if LOST in cell else "strict")
        except UnicodeError:
            return cell

    return CELL.sub(mend_cell, text)
