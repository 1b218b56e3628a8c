#!/bin/sh
# Says how many files a folder of the station holds and how large they are.
#
# The bridge starts this script for each task (see FOLDER_SIZE_AGENT in ../agents.yaml). A shell
# cannot read JSON, so the task's plain inputs come as variables: `folder` is
# WORKFLOW_INPUT_FOLDER. The one JSON value on stdout is the task's output, a line on stderr is a
# line of its log. POSIX sh and nothing else.
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

name=${WORKFLOW_INPUT_FOLDER:-.}
station=$(cd "${WORKFLOW_STATION:-.}" && pwd -P)
folder=$(cd "$station" && cd -- "$name" 2>/dev/null && pwd -P) ||
  fail FileSystemError "$name is no folder of the station"
case $folder/ in
  "$station"/*) ;;
  *) fail InvalidPathError "$name leaves the station" ;;
esac

echo "measuring $name" >&2
files=$(find "$folder" -type f -exec printf '.%.0s' {} + | wc -c)
kilobytes=$(du -sk "$folder" | cut -f 1)

printf '{"folder": %s, "files": %d, "kilobytes": %d}\n' "$(json_text "$name")" "$files" "$kilobytes"
