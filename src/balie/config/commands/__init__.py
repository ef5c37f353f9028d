"""The subcommands of ``balie``, one module each; ``config.cli`` lists and loads them."""
