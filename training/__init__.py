"""How the readers' models are made and measured. Not part of what is installed."""
