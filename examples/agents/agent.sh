#!/bin/sh
# MY_AGENT: what it does, in a sentence.
#
# The bridge starts this script for each task. A shell cannot read JSON, so the task's plain inputs
# come as variables: `name` is WORKFLOW_INPUT_NAME. The one JSON value on stdout is the task's
# output, a line on stderr is a line of its log. POSIX sh and nothing else.
#
# Try it: WORKFLOW_INPUT_NAME=Ann sh .3ox/agents/my-agent.sh
set -eu

# A text as JSON; control characters are left out.
json_text() {
  printf '"%s"' "$(printf '%s' "$1" | tr -d '\000-\037' | sed 's/\\/\\\\/g; s/"/\\"/g')"
}

# fail <type> <message>: ends the task, which is not tried again.
fail() {
  printf '{"error": {"type": "%s", "message": %s, "retryable": false}}\n' "$1" "$(json_text "$2")"
  exit 1
}

# progress <percent> <message>
progress() {
  printf '{"type": "progress", "percent": %d, "message": %s}\n' "$1" "$(json_text "$2")" >&2
}

name=${WORKFLOW_INPUT_NAME:-station}
[ "${#name}" -le 100 ] || fail InputError "name has more than 100 letters"
progress 50 "greeting $name"
printf '{"greeting": %s}\n' "$(json_text "Hello, $name")"
