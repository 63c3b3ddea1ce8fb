"""What the reading of seeks and offers is taught from, and what it learned: examples, cues, and the weights made of both."""

from importlib.resources import files

EXAMPLES = files(__name__) / "examples"
PLAIN = files(__name__) / "plain.txt"
CUES = files(__name__) / "cues.txt"
WEIGHTS = files(__name__) / "direction.npz"
