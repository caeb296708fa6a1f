"""Files that are made from code: JSON Schemas, AsyncAPI, Prometheus rules."""

from pathlib import Path
from typing import Annotated

import typer

from attesa import settings as environment
from attesa.cli.app import app
from attesa.core.errors import AttesaError

slo = typer.Typer(no_args_is_help=True, help="Service level objectives.")
app.add_typer(slo, name="slo")

CHECK = Annotated[bool, typer.Option("--check", help="write nothing; fail where a file differs")]


@slo.command("rules")
def rules(
    files: Annotated[list[Path], typer.Argument(help="OpenSLO v1 files", show_default=False)],
    out: Annotated[Path, typer.Option(help="folder of the rule files")] = Path("deploy/prometheus"),
    check: CHECK = False,
) -> None:
    """Make Prometheus recording and alerting rules of OpenSLO files.

    Example: `attesa slo rules schemas/slo/*.yaml --out deploy/prometheus`
    """
    from attesa.slo.render import render  # noqa: PLC0415

    changed = render(files, out, environment.load().definitions, check=check)
    _conclude(changed, check=check)


@app.command()
def schemas(
    folder: Annotated[Path, typer.Argument(help="where they are written")] = Path("schemas"),
    check: CHECK = False,
) -> None:
    """Write the JSON Schemas of events and rows, and the AsyncAPI document of the topics.

    Example: `attesa schemas --check`
    """
    from attesa.core.schemas import documents  # noqa: PLC0415

    changed = []
    for name, text in documents().items():
        path = folder / name
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            changed.append(path)
            if not check:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")
    _conclude(changed, check=check)


def _conclude(changed: list[Path], *, check: bool) -> None:
    for path in changed:
        print(f"{'differs' if check else 'wrote'} {path}")
    if check and changed:
        raise AttesaError(f"{len(changed)} files are not as they should be: run the command without --check")
    if not changed:
        print("all files are as they should be")
