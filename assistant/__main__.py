"""python -m assistant: ask, chat, batch, evaluate, feedback, users, doctor; installed, it is called `footnote`."""

from __future__ import annotations

from ingest.quiet import hush

hush()  # before the libraries that it is about are imported

import typer  # noqa: E402

from assistant.commands.ask import ask  # noqa: E402
from assistant.commands.batch import batch  # noqa: E402
from assistant.commands.chat import chat  # noqa: E402
from assistant.commands.doctor import doctor  # noqa: E402
from assistant.commands.evaluate import evaluate  # noqa: E402
from assistant.commands.feedback import feedback  # noqa: E402
from assistant.commands.users import users  # noqa: E402

app = typer.Typer(
    help="Ask the papers: every claim of an answer is cited to the words it rests on.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["--help", "-h"]},
)
for command in (ask, chat, batch, feedback, doctor):
    app.command()(command)
app.add_typer(evaluate, name="evaluate")
app.add_typer(users, name="users")


def main() -> None:
    """Run a command. Completion of the shell is installed for the name `footnote`, however we were called."""
    app(prog_name="footnote")


if __name__ == "__main__":
    main()
