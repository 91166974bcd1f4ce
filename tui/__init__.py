"""The terminal: screens and widgets over a frozen Board."""
