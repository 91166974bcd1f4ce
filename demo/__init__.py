"""The fictional contest's story, and loopback servers that speak the platforms' own protocols."""
