"""``python -m bench.sentences [SEED]``."""

import sys

from bench.sentences import main

sys.exit(main())
