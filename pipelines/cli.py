"""`matlas`: the command line. Thin: it finds the command, and turns whatever goes wrong into a sentence and an exit code.

Here: the list of commands, loaded one at a time so that `--help` is instant. Not here: any command (commands/).
"""

import importlib
import os
import sys
from pathlib import Path

import click

COMMANDS = {
    "init": ("init", "Make a trust home, with --demo a whole sample trust."),
    "run": ("run", "The nightly job: ingest, build, check, publish."),
    "status": ("status", "How each academy stands: freshness, rows, what is held, quality."),
    "batches": ("batches", "What was delivered, and what became of it."),
    "accept": ("batches", "Let a held batch in."),
    "refuse": ("batches", "Leave a batch out for good."),
    "quality": ("quality", "What the checks found, most harmful first; accept a known failure."),
    "alerts": ("alerts", "What is wrong tonight, said once; acknowledge, handle or close it."),
    "rejected": ("rejected", "Rejected rows: file, line, reason and column; never a value."),
    "codes": ("codes", "Values that no map knows: a map to fill in, and taken back."),
    "benchmarks": ("benchmarks", "Official DfE figures to compare with."),
    "measure": ("measure", "A measure in plain English, and its figures."),
    "goals": ("goals", "What the trust aims at, agreed by whom, and how it stands."),
    "trace": ("trace", "From a figure down to its rows, batches, files and doubts."),
    "export": ("export", "Figures as files for others, in DfE's layout."),
    "subject-access": ("subject_access", "Every row about a person, as a folder to hand over."),
    "erase": ("erase", "Take a person out of everything, for good."),
    "retention": ("retention", "What has been kept longer than its time."),
    "dpia": ("dpia", "The record of processing for a data protection impact assessment."),
    "audit": ("audit", "Every decision: who, when, why; and whether the ledger is sound."),
    "serve": ("serve", "Load a PostgreSQL server, where each login reads what it may."),
    "sql": ("sql", "Read-only SQL on the published warehouse."),
    "ui": ("ui", "Dagster’s web pages on this home: history, schedule, re-runs."),
    "doctor": ("doctor", "Check the machine and the home; say what to do."),
    "synth": ("synth", "Write a synthetic trust in every MIS's real shape."),
}


class Commands(click.Group):
    """The commands by name; a command's module is imported when it is called, not before."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """In the order of a trust's first day, not of the alphabet."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the module of `cmd_name` and return its command."""
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"pipelines.commands.{COMMANDS[cmd_name][0]}")
        command: click.Command = getattr(module, f"{cmd_name.replace('-', '_')}_command")
        return command

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does, but an unknown command names the nearest known one."""
        if args and not args[0].startswith("-") and args[0] not in COMMANDS:
            from pipelines.commands.shared import did_you_mean

            ctx.fail(f"There is no command “{args[0]}”. {did_you_mean(args[0], list(COMMANDS))}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, help_text) for name, (_, help_text) in COMMANDS.items()])


@click.command(cls=Commands, name="matlas", context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="matlas", prog_name="matlas")
def matlas() -> None:
    """The data warehouse of an English multi-academy trust.

    \b
    A first night, with a sample trust:
      matlas init demo --demo
      matlas run --home demo
      matlas sql --home demo "select * from marts.scorecard limit 5"
    """


def main() -> None:
    """Run one command; end with its exit code and never with a traceback."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run one command and return the exit code of the process."""
    try:
        result = matlas.main(args=arguments, standalone_mode=False)
    except click.Abort:
        return _say("Stopped. What is published stands as it was; the next run picks up from here.", 1)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except BrokenPipeError:  # the reader of our output left, as `head` does
        sys.stdout = Path(os.devnull).open("w")  # noqa: SIM115 — nothing is left to flush to
        return 0
    except Exception as error:
        return _explain(error, arguments)
    return result if isinstance(result, int) else 0


def _explain(error: Exception, arguments: list[str]) -> int:
    from pipelines.commands.crash import exit_code_of, write_crash
    from pipelines.job.scrub import is_sentence

    if is_sentence(error):
        return _say(str(error), exit_code_of(error))
    where = write_crash(error, _home_given(arguments))
    return _say(
        f"Matlas met something it has no rule for ({type(error).__name__}). What is published stands as it was. "
        f"The technical record, without anyone's data, is in {where}: send it with your report.",
        1,
    )


def _home_given(arguments: list[str]) -> Path | None:
    for position, argument in enumerate(arguments):
        if argument == "--home" and position + 1 < len(arguments):
            return Path(arguments[position + 1])
        if argument.startswith("--home="):
            return Path(argument.removeprefix("--home="))
    return None


def _say(sentence: str, exit_code: int) -> int:
    print(sentence, file=sys.stderr)  # noqa: T201 — this is the command line
    return exit_code
