"""What can keep the store from serving, each with its code; the words for people are in the locales."""

from pathlib import Path


class StoreError(Exception):
    """The store can't serve: `code` has words in the locales (`error.<code>`), `path` is its folder."""

    code = "store_damaged"

    def __init__(self, path: Path, detail: str = ""):
        super().__init__(f"{self.code}: {path}")
        self.path = path
        self.detail = detail


class StoreDamaged(StoreError):
    """A file of the store is missing or is not what it should be; nothing was changed."""


class StoreLocked(StoreError):
    """Another program kept the store locked for longer than we wait."""

    code = "store_locked"


class StoreUnwritable(StoreError):
    """The folder can't be written to, so the store can't be built."""

    code = "store_unwritable"
