"""``python -m tests.load``: see tests.load.run."""

import sys

from tests.load.run import main

sys.exit(main())
