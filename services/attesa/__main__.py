"""`python -m attesa`: the same as the `attesa` command."""

from attesa.cli import main

main()
