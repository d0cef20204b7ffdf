"""The store: a DuckLake that the app and the shell share, opened, built, published to and asked here only."""

from data.store.errors import StoreDamaged, StoreError, StoreLocked, StoreUnwritable
from data.store.forgetting import FORGETTING
from data.store.lake import folder
from data.store.store import Store, build, open_store

__all__ = [
    "FORGETTING",
    "Store",
    "StoreDamaged",
    "StoreError",
    "StoreLocked",
    "StoreUnwritable",
    "build",
    "folder",
    "open_store",
]
