"""MY_AGENT: what it does, in a sentence.

The bridge starts this program for each task: the task's input is JSON on stdin, the one JSON value
on stdout is its output, a line on stderr is a line of the task's log. Python 3.8 or newer.

Try it: echo '{"name": "Ann"}' | python3 .3ox/agents/my-agent.py
"""
import json
import sys


def work(task):
    name = task.get("name") or "station"
    if not isinstance(name, str):
        raise Failure("InputError", f"name is {json.dumps(name)}, not a text", retryable=False)
    progress(50, f"greeting {name}")
    return {"greeting": f"Hello, {name}"}


# What is below is the same for every agent in Python.


class Failure(Exception):
    """A failure with a type; anything else that is raised becomes an AgentError."""

    def __init__(self, kind, message, retryable=True):
        super().__init__(message)
        self.said = {"type": kind, "message": message, "retryable": retryable}


def progress(percent, message):
    say({"type": "progress", "percent": percent, "message": message})


def say(line):
    print(json.dumps(line), file=sys.stderr, flush=True)


def main():
    # Windows would use its own code page.
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8")
    try:
        print(json.dumps(work(json.load(sys.stdin))))
    except Failure as failure:
        print(json.dumps({"error": failure.said}))
        sys.exit(1)


main()
