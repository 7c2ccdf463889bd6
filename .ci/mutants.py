"""The score of `make mutants`, from what mutmut has counted."""

import json
from pathlib import Path

counted = json.loads(Path("mutants/mutmut-cicd-stats.json").read_text())
print(f"{counted['killed']} of {counted['total']} mutants noticed: {counted['killed'] / counted['total']:.1%}")
print("Those that live: .venv/bin/mutmut results; one of them: .venv/bin/mutmut show NAME")
