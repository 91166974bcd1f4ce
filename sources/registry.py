"""The platforms that can be read, by the name config.toml calls them."""

from __future__ import annotations

from collections.abc import Mapping

from sources import bluesky, feed, mastodon
from sources.source import Source

SOURCES: Mapping[str, Source] = {"feed": feed, "bluesky": bluesky, "mastodon": mastodon}

RECHECKED = frozenset({"bluesky", "mastodon"})
"""Kinds that can be asked whether known posts are still there; a feed cannot tell."""
