"""`python -m matchmaker` is `matchmaker`."""

from matchmaker.cli import main

if __name__ == "__main__":
    main()
