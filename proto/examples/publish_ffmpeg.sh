#!/usr/bin/env bash
# Publishes whatever ffmpeg reads: a file, an RTSP camera, a screen.
#   freshframe --camera vision=publish
#   proto/examples/publish_ffmpeg.sh http://127.0.0.1:8080 vision [FFMPEG'S INPUT...]
# for example
#   publish_ffmpeg.sh http://127.0.0.1:8080 vision -re -i film.mp4
#   publish_ffmpeg.sh http://127.0.0.1:8080 vision -rtsp_transport tcp -i rtsp://192.168.1.30/stream
#   publish_ffmpeg.sh http://127.0.0.1:8080 vision -f v4l2 -i /dev/video0
# and without an input ffmpeg's own test picture. Needs ffmpeg. -re is for files: without it they are read as fast
# as they can be. Where the server wants a token, put it into the variable FRESHFRAME_TOKEN; ffmpeg has it on its command
# line then, which every user of this machine can read.
set -euo pipefail
url=${1:?usage: publish_ffmpeg.sh URL CAMERA [INPUT...]}
camera=${2:?usage: publish_ffmpeg.sh URL CAMERA [INPUT...]}
shift 2
[ $# -gt 0 ] || set -- -re -f lavfi -i testsrc=size=1280x720:rate=30
# -q:v goes from 2, the best, to 31.
headers=()
[ -z "${FRESHFRAME_TOKEN:-}" ] || headers=(-headers "Authorization: Bearer $FRESHFRAME_TOKEN"$'\r\n')
exec ffmpeg -hide_banner -loglevel warning "$@" -an -c:v mjpeg -q:v 4 -f mpjpeg -method POST "${headers[@]}" \
  "${url%/}/cameras/$camera/frame"
