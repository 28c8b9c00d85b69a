# Sourced by ./dev, in the repository's top folder: which Debian packages each kind of work needs,
# and installing the missing ones.

debian_suite() {
  local id='' codename=''
  if [ -r /etc/os-release ]; then
    id=$(. /etc/os-release && echo "${ID:-}")
    codename=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
  fi
  case "$id-$codename" in
    debian-bookworm | debian-trixie) echo "$codename" ;;
    *)
      echo "dev: this machine runs ${id:-an unknown system} ${codename:-}, and ./dev installs packages on" \
        "Debian 12 (bookworm) and 13 (trixie) only. Elsewhere, install what tests/dev/packages.bash" \
        "lists and build with: cmake --preset release && cmake --build --preset release" >&2
      return 1
      ;;
  esac
}

# Prints the packages of one kind of work. COMMAND=PACKAGE asks for the package only where the
# command is missing, for programs that people also have from elsewhere.
packages_for() {
  local suite=$1 kind=$2 boost=libboost1.83-dev
  [ "$suite" != bookworm ] || boost=libboost1.81-dev
  case $kind in
    build)
      echo g++ cmake ninja-build pkg-config "$boost" libcamera-dev libcamera-ipa libcli11-dev \
        libhwy-dev libqrencode-dev libspdlog-dev libssl-dev libturbojpeg0-dev libyuv-dev \
        nlohmann-json3-dev prometheus-cpp-dev zlib1g-dev
      ;;
    unit) packages_for "$suite" build && echo ccache libgtest-dev ;;
    integration)
      packages_for "$suite" build
      echo ccache chromium curl ffmpeg nginx node=nodejs npm=npm openssl python3 python3-aiohttp \
        python3-jsonschema python3-numpy python3-opencv python3-pil python3-websockets util-linux vlc-bin vlc-plugin-base \
        zbar-tools
      ;;
    browser)
      packages_for "$suite" build
      echo ccache chromium firefox-esr node=nodejs npm=npm python3 python3-opencv python3-websockets
      ;;
    sanitize) packages_for "$suite" unit && packages_for "$suite" integration && echo util-linux ;;
    clang) packages_for "$suite" unit && echo clang ;;
    format) [ "$suite" != bookworm ] || echo clang-format-14 ;;
    tidy)
      packages_for "$suite" unit
      [ "$suite" != bookworm ] || echo clang-tidy-14
      ;;
    scripts) echo mypy node=nodejs python3 python3-numpy python3-websockets shellcheck systemd-analyze=systemd ;;
    fuzz) packages_for "$suite" build && echo ccache clang libclang-rt-dev llvm ;;
    bench) packages_for "$suite" unit && packages_for "$suite" integration && echo iproute2 iptables ;;
    arm) echo g++ g++-aarch64-linux-gnu libhwy-dev pkg-config qemu-user ;;
    camera) packages_for "$suite" build && grep -v '^#' tests/camera/packages.txt ;;
    testssl) packages_for "$suite" build && echo openssl python3 testssl.sh ;;
    package) echo curl mmdebstrap python3 qemu-user util-linux ;;
    docker)
      echo python3 python3-websockets
      docker info >/dev/null 2>&1 || echo buildah crun mmdebstrap
      ;;
    *) echo "dev: no package list named $kind" >&2 && return 1 ;;
  esac
}

missing_packages() {
  local item
  for item in "$@"; do
    case $item in
      *=*) command -v "${item%%=*}" >/dev/null || echo "${item#*=}" ;;
      *) dpkg-query -W -f '${db:Status-Status}\n' "$item" 2>/dev/null | grep -qx installed || echo "$item" ;;
    esac
  done | sort -u
}

as_root() {
  if [ "$(id -u)" = 0 ]; then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo "$@"
  else
    echo "dev: installing needs root, and there is no sudo here; run as root: $*" >&2
    return 1
  fi
}

# Quiet while all goes well; apt's own words when it does not.
apt_get() {
  local log
  log=$(mktemp)
  if as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=300 "$@" \
    </dev/null >"$log" 2>&1; then
    rm -f "$log"
  else
    cat "$log" >&2
    rm -f "$log"
    return 1
  fi
}

apt_knows() {
  local name
  for name in "$@"; do
    apt-cache policy "$name" 2>/dev/null | grep -q 'Candidate: [^(]' || return 1
  done
}

# need KIND...: installs what these kinds of work need and is not installed yet.
need() {
  local suite kind wanted missing
  suite=$(debian_suite)
  wanted=$(for kind in "$@"; do packages_for "$suite" "$kind"; done)
  # Package names hold no spaces.
  # shellcheck disable=SC2086
  mapfile -t missing < <(missing_packages $wanted)
  [ "${#missing[@]}" -gt 0 ] || return 0
  local started=$SECONDS
  echo "Installing ${#missing[@]} Debian packages: ${missing[*]}"
  apt_knows "${missing[@]}" || apt_get update
  apt_get install --no-install-recommends "${missing[@]}" 2>/dev/null || {
    # An old package list names versions that the mirror has since replaced.
    apt_get update
    apt_get install --no-install-recommends "${missing[@]}"
  }
  echo "Installed in $((SECONDS - started)) s."
}
