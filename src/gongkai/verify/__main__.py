"""``python -m gongkai.verify``."""

import sys

from gongkai.verify.command import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
