"""Counts lines and words of the text files in a folder of the station.

The bridge starts this program for each task (see WORD_COUNT_AGENT in ../agents.yaml):
the task's input is JSON on stdin, the one JSON value on stdout is its output, a line on
stderr is a line of the task's log. Needs nothing but Python 3.8.
"""
import json
import os
import sys
from pathlib import Path

STATION = Path(os.environ.get("WORKFLOW_STATION", ".")).resolve()
TEXT = {".md", ".txt", ".csv", ".log"}


def work(task):
    folder = inside_station(task.get("folder", "."))
    files = sorted(path for path in folder.rglob("*") if path.suffix.lower() in TEXT)
    counted = []
    for index, path in enumerate(files):
        progress(100 * index // len(files), f"reading {path.name}")
        text = path.read_text(encoding="utf-8", errors="replace")
        name = path.relative_to(folder).as_posix()
        counted.append({"path": name, "lines": len(text.splitlines()), "words": len(text.split())})
    return {
        "files": counted,
        "total_lines": sum(file["lines"] for file in counted),
        "total_words": sum(file["words"] for file in counted),
    }


def inside_station(name):
    folder = (STATION / name).resolve()
    if folder != STATION and STATION not in folder.parents:
        raise Failure("InvalidPathError", f"{name} leaves the station", retryable=False)
    if not folder.is_dir():
        raise Failure("FileSystemError", f"{name} is no folder of the station", retryable=False)
    return folder


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
