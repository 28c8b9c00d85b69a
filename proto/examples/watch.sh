#!/usr/bin/env bash
# Watches a camera from the shell: the newest frame is always in frame.jpg.
#   watch.sh ws://127.0.0.1:8080/ws [COUNT]
# Needs websocat, or Debian's python3-websockets in its place. JSON is read by its letters: the
# protocol fixes the order of a frame's members, data last.
set -euo pipefail
url=${1:?usage: watch.sh URL [COUNT]}
left=${2:--1}

# Each line of the standard input is sent as a message, each message comes as a line.
talk() {
  if command -v websocat >/dev/null; then
    exec websocat --text --buffer-size 67108864 "$1"
  fi
  exec python3 -c '
import asyncio, sys, threading, websockets
async def talk():
    loop = asyncio.get_running_loop()
    async with websockets.connect(sys.argv[1], max_size=None) as socket:
        def send_lines():
            for line in sys.stdin:
                asyncio.run_coroutine_threadsafe(socket.send(line.rstrip("\n")), loop)
        threading.Thread(target=send_lines, daemon=True).start()
        async for message in socket:
            print(message, flush=True)
try:
    asyncio.run(talk())
except BrokenPipeError:
    sys.stdout = None
' "$1"
}
coproc SERVER { talk "$url"; }

while [ "$left" -ne 0 ] && IFS= read -r message <&"${SERVER[0]}"; do
  head=${message%%,\"data\":*}
  case $head in
    '{"type":"frame",'*) ;;
    *) echo "$message" >&2 && continue ;;
  esac
  [[ $head =~ ^'{"type":"frame","camera":"'([^\"]*)'","sequence":'([0-9]+) ]]
  camera=${BASH_REMATCH[1]} sequence=${BASH_REMATCH[2]}
  data=${message#*\"data\":\"}
  if base64 -d <<<"${data%%\"*}" >frame.jpg.new; then
    mv frame.jpg.new frame.jpg
    echo "$camera $sequence in frame.jpg"
    left=$((left - 1))
  fi
  # One that cannot be decoded is acknowledged too.
  echo "{\"type\":\"ack\",\"camera\":\"$camera\",\"sequence\":$sequence}" >&"${SERVER[1]}"
done
[ "$left" -eq 0 ] || { echo "watch.sh: the connection ended" >&2 && exit 1; }
kill "$SERVER_PID"
