"""The five calls that README shows, in a shell, as they stand there."""

import csv
import io
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.journeys.processes import house_in, wait_for

README = Path("README.md").read_text(encoding="utf-8")
ATTENDEES = Path("matchmaker/demo/attendees.csv")


def knows_json() -> bool:
    """Whether there is a curl of 7.82 or newer."""
    curl = shutil.which("curl")
    return (
        curl is not None and "--json" in subprocess.run([curl, "--help", "all"], capture_output=True, text=True).stdout
    )


@pytest.mark.skipif(not knows_json(), reason="needs a curl that knows --json")
def test_the_five_calls_give_ranked_pairings(tmp_path: Path) -> None:
    sections = re.split(r"^## ", README, flags=re.MULTILINE)
    (calls,) = (one for one in sections if one.startswith("The API in five calls\n"))
    id_of = next(line for line in calls.splitlines() if line.startswith("id_of()"))
    steps = [re.search(r"^\d\. .*?: `(.*?)`(?:,|$)", line) for line in calls.splitlines() if re.match(r"\d\. ", line)]
    shown = [step[1] for step in steps if step]
    assert len(shown) == 5
    (tmp_path / "attendees.csv").write_bytes(ATTENDEES.read_bytes())
    with house_in(tmp_path / "house") as house:
        house.furnish()
        served = house.serve().until_ready()
        script = "\n".join([id_of, f"key={house.key}", f"v1={served.client.base_url.join('/v1')}", *shown, ""])
        script = script.replace("curl ", "curl -sf ") + shown[-1].replace("curl ", "curl -sf -H 'Accept: text/csv' ")
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", script], cwd=tmp_path, capture_output=True, check=False
        )
        assert (done.returncode, done.stderr) == (0, b"")
        rows = done.stdout[done.stdout.index(b"\xef\xbb\xbf") :].decode("utf-8-sig")
        assert len(list(csv.DictReader(io.StringIO(rows)))) > 50
        assert served.stop() == 0
        wait_for(lambda: not house.processes())
