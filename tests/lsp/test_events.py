"""What has happened is told once to each that follows it."""

from __future__ import annotations

from pathlib import Path

from fourfold.lsp.events import Events, ProblemsChanged, TextChanged, VersionsChanged


def test_followers_are_told_in_their_order_and_those_above_after_them() -> None:
    server = Events()
    one, other = Events(server), Events(server)
    told: list[tuple[str, object]] = []
    server.follow(VersionsChanged, lambda event: told.append(("server", event.steps)))
    one.follow(VersionsChanged, lambda event: told.append(("first", event.steps)))
    one.follow(VersionsChanged, lambda event: told.append(("second", event.steps)))
    other.follow(VersionsChanged, lambda event: told.append(("other", event.steps)))
    one.follow(TextChanged, lambda event: told.append(("text", event.uri)))

    one.publish(VersionsChanged(("a", "b")))
    assert told == [("first", ("a", "b")), ("second", ("a", "b")), ("server", ("a", "b"))]
    told.clear()
    server.publish(VersionsChanged(()))
    other.publish(ProblemsChanged(Path("folder")))
    assert told == [("server", ())]
