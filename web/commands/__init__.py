"""The subcommands of `triplehelix` that come in groups, one group a file; cli.py puts them together."""
