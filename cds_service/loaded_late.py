"""Commands whose modules are loaded when one of them runs: the database and its kin take most of a second."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from importlib import import_module

Command = Callable[[argparse.Namespace], int]


def loaded_late(module: str, name: str) -> Command:
    """The command `name` in the `COMMANDS` of a module, which is loaded when the command runs."""

    def run(arguments: argparse.Namespace) -> int:
        command: Command = import_module(module).COMMANDS[name]
        return command(arguments)

    return run
