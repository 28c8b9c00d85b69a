# Freshframe on Debian 13.
#
#   docker build -t freshframe .
#   docker run --rm -it -p 8080:8080 -v freshframe:/var/lib/freshframe freshframe
#
# shows the test pattern at http://127.0.0.1:8080/?token=TOKEN. In its container the server listens
# beyond loopback, so watching needs a token: it is made at the first start, kept in the volume, and
# printed with the address, in which the container's name stands for the host's. Without -t, where
# Docker keeps what is printed, ask for it:
#
#   docker run --rm -v freshframe:/var/lib/freshframe freshframe --listen 0.0.0.0:8080 --print-url
#
# A token of your own comes as a file, -v $PWD/token:/run/token:ro and --view-token-file /run/token.
#
# It runs as a user of its own, needs no capability and writes nowhere but to /var/lib/freshframe, so
# --read-only --cap-drop ALL --security-opt no-new-privileges does as well.
#
# For cameras libcamera wants the video *and* the media nodes, udev's database to find them by, and
# the host's network, for udev tells of plugged and unplugged cameras by netlink, which stays inside a
# network namespace:
#
#   docker run --rm --network host -v /run/udev:/run/udev:ro \
#     $(for node in /dev/video* /dev/media*; do echo --device=$node; done) \
#     freshframe --listen 127.0.0.1:8080
#
# A camera plugged in later has new device nodes, which the container sees only with -v /dev:/dev and
# a --device-cgroup-rule for major 81 (video) and for the media nodes' major (see /proc/devices).

FROM debian:trixie-slim AS build
WORKDIR /src
# The packages first and alone, so that their layer outlives every change of the sources.
COPY dev ./
COPY tests/dev/packages.bash tests/dev/
RUN ./dev packages build
COPY . .
RUN ./dev build && strip build/release/freshframe

FROM debian:trixie-slim
RUN apt-get update \
    && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
        libcamera-ipa libcamera0.4 libhwy1t64 libprometheus-cpp-core1.0 libqrencode4 libspdlog1.15 \
        libssl3t64 libturbojpeg0 libyuv0 zlib1g \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --no-create-home --shell /usr/sbin/nologin --groups video freshframe \
    && install --directory --owner=freshframe --group=freshframe --mode=0700 /var/lib/freshframe
COPY --from=build /src/build/release/freshframe /usr/local/bin/freshframe
USER freshframe
# Named as systemd names it to a service. What a volume begins with, its owner too, is the folder in the image.
ENV STATE_DIRECTORY=/var/lib/freshframe
VOLUME /var/lib/freshframe
EXPOSE 8080
# bash is in every Debian image and can open a socket, so nothing is installed just for asking. Who asks has no token
# and needs none: any answer but 5xx comes from an event loop that runs, and /healthz says 5xx when all is not well.
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s CMD ["bash", "-c", \
    "exec 3<>/dev/tcp/127.0.0.1/8080 && printf 'GET /healthz HTTP/1.1\\r\\nHost: 127.0.0.1:8080\\r\\nConnection: close\\r\\n\\r\\n' >&3 && read -r line <&3 && [[ $line == 'HTTP/1.1 '[234]* ]]"]
ENTRYPOINT ["freshframe"]
CMD ["--listen", "0.0.0.0:8080"]
