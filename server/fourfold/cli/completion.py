"""completion: the script that lets a shell complete what is typed."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from fourfold.cli.output import print_text

_VARIABLE = "_FOURFOLD_COMPLETE"


def make_command(cli: click.Command) -> click.Command:
    """The command that prints the script for `cli`."""

    @click.command()
    @click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
    def completion(shell: str) -> None:
        """Print the completion script for SHELL.

        \b
        bash:  eval "$(fourfold completion bash)"    in ~/.bashrc
        zsh:   eval "$(fourfold completion zsh)"     in ~/.zshrc
        fish:  fourfold completion fish | source     in ~/.config/fish/config.fish
        """
        kind = get_completion_class(shell)
        if kind is not None:
            print_text(f"{kind(cli, {}, 'fourfold', _VARIABLE).source()}\n")

    return completion
