"""The store: a DuckLake that the app and the shell share, opened, built, published to and asked here only."""

from data.store.errors import (
    StoreDamaged,
    StoreDenied,
    StoreDiskFailing,
    StoreError,
    StoreForeign,
    StoreFull,
    StoreIrreparable,
    StoreLocked,
    StoreOutOfMemory,
    StoreQuota,
    StoreReadOnly,
    StoreTooManyFiles,
    StoreUnwritable,
)
from data.store.forgetting import FORGETTING
from data.store.lake import folder
from data.store.repairing import Repair, repair
from data.store.store import Store, build, open_store

__all__ = [
    "FORGETTING",
    "Repair",
    "Store",
    "StoreDamaged",
    "StoreDenied",
    "StoreDiskFailing",
    "StoreError",
    "StoreForeign",
    "StoreFull",
    "StoreIrreparable",
    "StoreLocked",
    "StoreOutOfMemory",
    "StoreQuota",
    "StoreReadOnly",
    "StoreTooManyFiles",
    "StoreUnwritable",
    "build",
    "folder",
    "open_store",
    "repair",
]
