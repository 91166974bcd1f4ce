"""The front door: the command line; opens the archive, builds the monitor, runs the app."""
