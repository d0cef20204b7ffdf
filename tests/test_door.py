"""Who may publish: a person at this very machine, and nobody who came another way."""

from types import SimpleNamespace

import pytest

from components import door

LOCAL = {"Host": "localhost:8501", "Origin": "http://localhost:8501"}


@pytest.mark.parametrize(
    ("bound", "headers", "why"),
    [
        ("localhost", LOCAL, ""),
        ("127.0.0.1", {"Host": "127.0.0.1:8501"}, ""),
        ("::1", {"Host": "[::1]:8501"}, ""),
        ("0.0.0.0", LOCAL, "bound_outside"),
        ("", LOCAL, "bound_outside"),
        ("localhost", {"Host": "dashboard.example.org"}, "asked_from_outside"),
        ("localhost", {"Host": "localhost.example.org:8501"}, "asked_from_outside"),
        ("localhost", {}, "asked_from_outside"),
        ("localhost", LOCAL | {"Origin": "https://example.org"}, "asked_from_outside"),
        ("localhost", LOCAL | {"X-Forwarded-For": "192.0.2.7"}, "forwarded"),
        ("localhost", LOCAL | {"x-forwarded-proto": "https"}, "forwarded"),
        ("localhost", LOCAL | {"forwarded": "for=192.0.2.7"}, "forwarded"),
        ("localhost", LOCAL | {"Via": "1.1 proxy"}, "forwarded"),
        ("localhost", LOCAL | {"X-Real-IP": "192.0.2.7"}, "forwarded"),
    ],
)
def test_publishing_is_open_to_loopback_alone(monkeypatch, bound, headers, why):
    monkeypatch.setattr(door.st, "get_option", {"server.address": bound}.get)
    monkeypatch.setattr(door.st, "context", SimpleNamespace(headers=headers))
    assert door.closed_because() == why
