"""Ask, read, keep, tell. Knows nothing of the terminal."""
