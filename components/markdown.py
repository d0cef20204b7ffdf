"""Words that are not ours, in Markdown."""

import re


def escape(words: str) -> str:
    """Words from a file or an address as plain text inside Markdown, on one line: nothing of them is markup."""
    line = re.sub(r"[ \t\r\n\f\v]+", " ", words)
    # Addresses, icons and smileys are made of plain text behind the Markdown: a joiner of no width keeps them apart.
    line = re.sub(r"(?<=:)(?=//|\w+[/:])|(?<=@)(?=\S)|(?<=www)(?=\.)", "\u2060", line)
    return "".join(f"\\{letter}" if letter in r"\`*_{}[]()<>#+-.!|~$:&" else letter for letter in line)
