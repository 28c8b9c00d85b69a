#!/usr/bin/env bash
# Publishes an image file, once or again every few seconds, as something else rewrites it.
#   freshframe --camera vision=publish
#   proto/examples/publish_curl.sh http://127.0.0.1:8080 vision picture.jpg [EVERY_SECONDS]
# Needs curl 7.76 or newer. What the server says to a file that it refuses is printed, and ends it.
# Where the server wants a token, put it into the variable FRESHFRAME_TOKEN; curl reads it from its standard input, for the
# command line every user can read.
set -euo pipefail
usage='usage: publish_curl.sh URL CAMERA FILE [EVERY_SECONDS]'
url=${1:?$usage} camera=${2:?$usage} file=${3:?$usage} every=${4:-}
while true; do
  printf '%s' "${FRESHFRAME_TOKEN:+header = \"Authorization: Bearer $FRESHFRAME_TOKEN\"}" |
    curl --config - --silent --show-error --fail-with-body --upload-file "$file" "${url%/}/cameras/$camera/frame"
  [ -n "$every" ] || break
  sleep "$every"
done
