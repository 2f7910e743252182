"""A documentation page is walked as it is read: commands after `$`, outputs below them."""

from __future__ import annotations

from pathlib import Path

from tests.support.page_walk import PageWalk, rewritten, steps_of

FIRST, SECOND = f"qry-{'1' * 32}", f"qry-{'2' * 32}"
PAGE = f"""Text, and $ no command.

```
$ cat > file.txt <<'END'
{SECOND}
$ not a command
END
$ head -1 file.txt
{FIRST}

$ echo asked {FIRST}; echo took 12 ms
asked {FIRST}
took 7 ms
```

```
not typed
```
"""


def test_commands_end_with_their_heredoc_and_outputs_with_the_next_command() -> None:
    steps = list(steps_of(PAGE))

    assert [step.command.split("\n")[0] for step in steps] == [
        "cat > file.txt <<'END'",
        "head -1 file.txt",
        f"echo asked {FIRST}; echo took 12 ms",
    ]
    assert [step.output for step in steps] == ["", FIRST, f"asked {FIRST}\ntook 7 ms"]


def test_a_later_command_names_the_id_that_this_run_was_given(tmp_path: Path) -> None:
    walk = PageWalk(tmp_path, {})

    seen = [walk.run(step) for step in steps_of(PAGE)]

    assert seen[-1].output == f"asked {SECOND}\ntook 12 ms"
    assert [step.stable for step in seen] == [step.stable for step in steps_of(PAGE)]


def test_another_output_is_another_page(tmp_path: Path) -> None:
    step = next(steps_of("```\n$ echo new\nold\n```\n"))

    assert PageWalk(tmp_path, {}).run(step).stable != step.stable


def test_a_page_that_is_written_anew_says_what_this_run_printed(tmp_path: Path) -> None:
    walk = PageWalk(tmp_path, {})
    text = PAGE.replace("took 7 ms", "took for ever")

    made = rewritten(text, [(step, walk.run(step)) for step in steps_of(text)])

    assert made == PAGE.replace("took 7 ms", "took 12 ms").replace(FIRST, SECOND)
