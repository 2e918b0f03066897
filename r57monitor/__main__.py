"""`python -m r57monitor`: the r57 command, where its script is not on the PATH."""

from r57monitor.cli import main

if __name__ == "__main__":
    main()
