"""`python -m exchange.fiction` writes examples/sample/fiction.ndjson anew from the real files beside it."""

from pathlib import Path

import orjson

from exchange.fiction import facts, lines

SAMPLE = Path(__file__).parents[2] / "examples" / "sample"


def main() -> None:
    real = [
        orjson.loads(line)
        for name in ("registry", "system")
        for line in (SAMPLE / f"{name}.ndjson").read_bytes().splitlines()
    ]
    made = b"".join(orjson.dumps(line) + b"\n" for line in lines(real))
    (SAMPLE / "fiction.ndjson").write_bytes(made)
    everything = [*real, *(orjson.loads(line) for line in made.splitlines())]
    invented = b"".join(orjson.dumps(line) + b"\n" for line in facts.lines(everything))
    (SAMPLE / "fiction_facts.ndjson").write_bytes(invented)


if __name__ == "__main__":
    main()
