"""The smallest contest that is sound, as a configuration."""

SMALL = """
[contest]
id = "quay"
name = "Quay Society"
party = "Quay Society"
zone = "Europe/London"

[[camp]]
id = "north"
name = "Nia North"
handle = "@nia"

[[account]]
handle = "@nia"
name = "Nia North"
role = "candidate"
camp = "north"
"""
