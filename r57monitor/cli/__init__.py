"""The command `r57`."""

from r57monitor.cli.app import main

__all__ = ["main"]
