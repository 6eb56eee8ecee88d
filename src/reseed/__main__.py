"""`python -m reseed`: the same as the console script."""

from reseed.cli import main

main()
