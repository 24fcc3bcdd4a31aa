"""`python -m earned` is `earned`."""

from earned.cli import main

if __name__ == "__main__":
    main()
