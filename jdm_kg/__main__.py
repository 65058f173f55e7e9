"""`python -m jdm_kg` does what `jdm-kg` does."""

import sys

from jdm_kg.cli import main

sys.exit(main())
