"""`matchmaker judge`: how well offers are ranked for seeks, on a file. `matchmaker teach`: learn from the lessons again."""

from pathlib import Path
from typing import Any

import click
from msgspec import json

from matchmaker.cli.progress import stages
from matchmaker.errors import Invalid

READINGS = {
    "duel": (("accuracy_at_1", "right first"), ("mrr", "MRR"), ("auc", "AUC"), ("seeker_above", "seeker above")),
    "room": (("mrr_first", "MRR first"), ("mrr_second", "MRR second"), ("recall_at_5", "recall at 5")),
    "crowd": (("mrr_first", "MRR first"), ("mrr_second", "MRR second"), ("recall_at_5", "recall at 5")),
}
ABLATED = (
    ("right first", "duel", "accuracy_at_1"),
    ("seeker above", "duel", "seeker_above"),
    ("room", "room", "mrr_first"),
    ("crowd first", "crowd", "mrr_first"),
    ("crowd second", "crowd", "mrr_second"),
)
PLAIN = ("ours", "cosine", "tfidf", "longest", "random")


@click.command()
@click.argument("file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--sts", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Sentence pairs (CSV) instead."
)
@click.option("--seed", type=click.IntRange(0, 2**31 - 1), default=1, show_default=True, help="Orders equal values.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON to standard output.")
def judge(file: Path | None, sts: Path | None, seed: int, as_json: bool) -> None:
    """Judge the ranking of offers on FILE: a line each, {"seek": …, "goal": …, "offers": [{"text", "label", "kind"}, …]}.

    Duel: rank a line's own offers. Room: rank all full answers (label 2) of the file. Crowd: rank all offers of the file.
    """
    if (file is None) == (sts is None):
        raise Invalid("Give one file to judge by.", cure="Write matchmaker judge FILE.jsonl, or judge --sts FILE.csv.")
    from matchmaker.services.judge import judge_file, likeness_of_file

    with stages() as progress:
        if sts is not None:
            found: Any = {"spearman": likeness_of_file(sts.read_bytes(), sts.name, progress=progress)}
        else:
            assert file is not None  # noqa: S101  # one of the two is given
            found = judge_file(file.read_bytes(), file.name, seed=seed, progress=progress)
    if as_json:
        click.echo(json.format(json.encode(found), indent=2))
    elif sts is not None:
        click.echo(f"Spearman's rank correlation: {found['spearman']:.3f}")
    else:
        show(found)


def show(found: dict[str, dict[str, dict[str, float]]]) -> None:
    """A table for each reading; then what was wrongly first in the duel, and ours by language and domain."""
    for reading, columns in READINGS.items():
        click.echo(f"{reading:<34}" + "".join(f"{title:>14}" for _, title in columns))
        for name in (*PLAIN, *(name for name in found if name not in PLAIN)):
            values = found[name][reading]
            click.echo(f"  {name:<32}" + "".join(f"{values[key]:>14.3f}" for key, _ in columns))
    wrong = {
        key.removeprefix("first_"): share for key, share in found["ours"]["duel"].items() if key.startswith("first_")
    }
    if wrong:
        told = ", ".join(f"{kind} {share:.0%}" for kind, share in sorted(wrong.items(), key=lambda item: -item[1]))
        click.echo(f"wrongly first, ours: {told}")


@click.command()
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Where the weights go (.npz).")
@click.option(
    "--evaluate", is_flag=True, help="Show instead what each piece of evidence is worth on domains kept aside."
)
@click.argument("files", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path))
def teach(out: Path | None, evaluate: bool, files: tuple[Path, ...]) -> None:
    """Learn again which offers answer which seeks, from FILES or the shipped lessons; the same lessons give the same weights."""
    if (out is None) != evaluate:
        raise Invalid("Say where the weights go, or evaluate.", cure="Write teach --out FILE.npz, or teach --evaluate.")
    if out is not None and not out.parent.is_dir():
        raise Invalid(f"There is no folder {out.parent} to write to.", cure="Make it, or choose another.")
    from matchmaker.services.judge import ablated, taught

    given = [(file.name, file.read_bytes()) for file in files]
    with stages() as progress:
        if out is None:
            found = ablated(given, seed=1, progress=progress)
        else:
            data = taught(given, progress=progress)
    if out is None:
        show_ablation(found)
    else:
        out.write_bytes(data)
        click.echo(f"{out} holds what was learned ({len(data) / 1000:,.0f} kB).")


def show_ablation(found: dict[str, dict[str, dict[str, float]]]) -> None:
    """A row for each piece of evidence: the readings without it."""
    click.echo(f"{'without':<32}" + "".join(f"{title:>14}" for title, _, _ in ABLATED))
    for name, readings in found.items():
        click.echo(f"{name:<32}" + "".join(f"{readings[reading][key]:>14.3f}" for _, reading, key in ABLATED))
