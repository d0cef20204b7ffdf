"""The encoding of a text, told by its bytes and words."""

import codecs
import re

import numpy as np

from data.intake.reading.file import Doubt, Source, Unreadable

ENCODINGS = (
    "utf-8",
    "utf-16-le",
    "utf-16-be",
    "windows-1251",
    "kz1048",
    "windows-1252",
    "latin-1",
    "koi8-r",
    "cp866",
)
BOMS = {"utf-8": b"\xef\xbb\xbf", "utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}
# First bytes of what people choose by mistake.
OTHER_FORMATS = {
    b"%PDF": "pdf",
    b"\x89PNG": "picture",
    b"\xff\xd8\xff": "picture",
    b"GIF8": "picture",
    b"{\\rtf": "text_document",
    b"\x1f\x8b": "archive",
    b"Rar!": "archive",
    b"7z\xbc\xaf": "archive",
}
# Stands for the decimal mark of a workbook's own numbers while its texts are looked at; for private use in Unicode.
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
CYRILLIC = "а-яёА-ЯЁ"
WORD = re.compile(r"[^\W\d_]+")
# What a Windows-1251 text holds besides ASCII; other letters of that page are those of Kazakh read in the wrong one.
USUAL = rf"\x00-\x7f{CYRILLIC}\u0456\u0406№«»–—“”„…’\xa0°§"
USUAL_1251 = re.compile(f"[{USUAL}]*")
KAZAKH_IN_1251 = re.compile("[ЌќЎўЈјЅѕЄєґҐЇї]")


def detect_encoding(source: Source, head: bytes, chosen: str) -> tuple[str, list[Doubt]]:
    """The encoding of a text, and a doubt when its letters do not tell. Raises Unreadable for what is no text."""
    if not head.strip(b'\xef\xbb\xbf\xff\xfe \t\r\n\0;,|"'):
        raise Unreadable("empty")
    for start, code in OTHER_FORMATS.items():
        if head.startswith(start):
            raise Unreadable(code)
    if head.startswith(OLE):
        raise Unreadable("encrypted" if "EncryptedPackage".encode("utf-16-le") in head else "old_workbook")
    if head[:4] in {b"\xff\xfe\0\0", b"\0\0\xfe\xff"}:
        raise Unreadable("encoding_unknown")
    encoding = chosen or next((name for name, bom in BOMS.items() if head.startswith(bom)), "")
    doubts: list[Doubt] = []
    if not encoding and b"\0" in head:
        encoding = _tell_utf16(head)
    if not encoding:
        encoding, doubts = _tell_eight_bit(_find_first_letters(source, head))
    opening = _decode_head(head, encoding)[:2000].lstrip().lower()
    if opening.startswith(("<!doctype", "<html", "<table", "<?xml", "<meta")):
        raise Unreadable("web_page")
    return encoding, doubts


def _decode_head(head: bytes, encoding: str) -> str:
    """The head as text, for looking at: its last letter may be cut, and what can't be decoded is replaced."""
    return codecs.getincrementaldecoder(encoding)("replace").decode(head)


def _tell_utf16(head: bytes) -> str:
    """Which UTF-16 a text without BOM is in: letters of ours have 00, 04, 20 or 21 in their upper byte."""
    pairs = np.frombuffer(head[: len(head) // 2 * 2], np.uint8).reshape(-1, 2)
    usual = {}
    for encoding, upper in (("utf-16-le", 1), ("utf-16-be", 0)):
        control = (pairs[:, upper] == 0) & (pairs[:, 1 - upper] < 9)
        usual[encoding] = 0.0 if control.any() else np.isin(pairs[:, upper], (0x00, 0x04, 0x20, 0x21)).mean()
    likely = max(usual, key=lambda encoding: usual[encoding])
    if usual[likely] > 0.9 and len(set(usual.values())) == 2:
        return likely
    share = head.count(b"\0") / len(head)
    if share > 0.01 or sum(head.count(bytes([code])) for code in range(1, 9)) > 0:
        raise Unreadable("binary")
    raise Unreadable("nul_bytes", head[: head.index(b"\0")].count(b"\n") + 1)


def _find_first_letters(source: Source, head: bytes) -> bytes:
    """The piece of the file where letters beyond ASCII begin: a header in English says nothing of names below."""
    if not head.isascii():
        return head
    for chunk in source.chunks():
        if not chunk.isascii():
            lines = chunk.find(b"\n")
            # From a line's start, so that no letter is cut in two.
            return chunk[lines + 1 :] if not chunk[: lines + 1].count(b"\n") or chunk[: lines + 1].isascii() else chunk
    return head


def _tell_eight_bit(piece: bytes) -> tuple[str, list[Doubt]]:
    """UTF-8 when it is that; else told by words: Cyrillic ones are wholly beyond ASCII, accents stand among a-z."""
    if piece.isascii():
        return "utf-8", []
    try:
        text = codecs.getincrementaldecoder("utf-8")().decode(piece)
    except UnicodeDecodeError:
        lines = [line for line in piece.splitlines() if not line.isascii()]
        if sum(map(_is_utf8, lines)) > 0.6 * len(lines):
            # UTF-8 with a fault in it: the reader names its row.
            return "utf-8", []
    else:
        beyond = {letter for letter in set(text) if letter > "\x7f"}
        if len(beyond) <= 3 and USUAL_1251.fullmatch(piece.decode("windows-1251", "replace")):
            return "utf-8", [_ask_encoding("utf-8", "windows-1251")]
        return "utf-8", []
    control = sum(piece.count(bytes([code])) for code in (*range(1, 9), *range(14, 32)))
    if control > len(piece) * 0.01:
        raise Unreadable("binary")
    text = piece.decode("windows-1251", "replace")
    words = {word for word in WORD.findall(text) if len(word) > 1 and not word.isascii()}
    western = {word for word in words if re.search("[A-Za-z]", word)}
    cyrillic = words - western
    if len(cyrillic) > 3 * len(western):
        if KAZAKH_IN_1251.search(text):
            # The letters of Kazakh have a page of their own, KZ-1048, which Windows-1251 reads as Serbian ones.
            return "kz1048", [_ask_encoding("kz1048", "windows-1251")]
        pages = sorted(("windows-1251", "koi8-r", "cp866"), key=lambda page: -_score_page(piece, page))
        if pages[0] != "windows-1251" or _score_page(piece, pages[0]) < 0.8 or len(cyrillic) < 3:
            return pages[0], [_ask_encoding(*pages, "latin-1")]
        return "windows-1251", []
    latin = "windows-1252" if re.search(rb"[\x80-\x9f]", piece) else "latin-1"
    if len(western) >= 5 and not cyrillic:
        return latin, []
    return "windows-1251", [_ask_encoding("windows-1251", latin)]


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


def _score_page(piece: bytes, page: str) -> float:
    """How far a text read in this page is made of Russian words with their capitals where they belong, 0 to 1."""
    text = piece.decode(page, "replace")
    words = {word for word in WORD.findall(text) if re.search(f"[{CYRILLIC}]", word)}
    usual = sum(word in {word.lower(), word.upper(), word.capitalize()} for word in words)
    signs, letters = len(re.findall(f"[^{USUAL}]", text)), len(re.findall(f"[{CYRILLIC}]", text))
    return usual / len(words) * letters / (letters + signs) if words else 0.0


def _ask_encoding(*options: str) -> Doubt:
    return Doubt("encoding", "encoding", options)
