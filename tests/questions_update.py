"""Writes the answers of examples/questions anew: `python -m tests.questions_update [NN ...]`.

Run by hand after a change that is meant to change them, and read the difference; nothing else calls it.
"""

import asyncio
import sys
from collections.abc import Sequence

from exchange.importer import load
from exchange.sample import load_if_empty
from models.database import Database
from models.embedded import EmbeddedPostgres
from models.migrate import upgrade_async
from tests.conftest import QUICK
from tests.processes import open_folder
from tests.questions import answer, printed, questions


async def update(dsn: str, numbers: Sequence[str]) -> int:
    """Asks the questions with these numbers (none: all); how many answers changed."""
    await upgrade_async(dsn)
    await load_if_empty(dsn, load)
    database = Database(dsn)
    await database.open()
    changed = 0
    for question in questions():
        if numbers and not question.name.startswith(tuple(numbers)):
            continue
        text = printed(await answer(question, database))
        if not question.path.is_file() or question.path.read_text("utf-8") != text:
            question.path.write_text(text, encoding="utf-8")
            changed += 1
    await database.close()
    return changed


if __name__ == "__main__":
    with open_folder() as folder, EmbeddedPostgres(folder, settings=QUICK) as server:
        print(f"{asyncio.run(update(server.dsn, sys.argv[1:]))} answers changed")
