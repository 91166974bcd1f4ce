"""Several test processes share the cores: none of them has numpy start threads of its own."""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # read when numpy is first imported
