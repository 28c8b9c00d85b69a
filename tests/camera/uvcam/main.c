/*
 *   uvcam [-n NAME] [-s SERIAL] [-p PORT] [-r FPS,FPS] [-c FIFO] [-S] [-v]
 *         -f MJPEG:1280x720[:DIRECTORY] -f YUYV:640x480 ...
 *
 * -f: a format and size, repeatable. MJPEG frames are the files of DIRECTORY in name order, or
 * drawn (see picture.c). YUYV frames are drawn. -S: put a JPEG comment "uvcam seq=N
 * ns=CLOCK_MONOTONIC unix_us=CLOCK_REALTIME" after SOI. -v: say on stderr what happens. -c: read
 * commands, one a line, from this FIFO (made if absent): unplug | plug | freeze | thaw | truncate N
 * | garbage N | drop N | fps N | port N | quit freeze: the camera stays but sends nothing.
 * truncate, garbage, drop: the next N frames end half way, are no JPEG, do not come. port: where it
 * is plugged in next. Killing the program is a hot unplug.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "uvcam.h"

struct camera camera = {.name = "Test Webcam", .serial = "FF0001", .port = -1};
struct state state;
static int frame_clock = -1;
static bool verbose;

void say(const char* format, ...) {
  va_list arguments;

  if (verbose) {
    va_start(arguments, format);
    fprintf(stderr, "uvcam: ");
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    va_end(arguments);
  }
}

void die(const char* what) {
  fprintf(stderr, "uvcam: %s: %s\n", what, strerror(errno));
  exit(1);
}

static void set_frame_clock(bool on) {
  struct itimerspec clock = {0};
  uint64_t interval_ns = state.interval_100ns * 100ull;

  if (on) {
    clock.it_interval.tv_sec = interval_ns / 1000000000;
    clock.it_interval.tv_nsec = interval_ns % 1000000000;
    clock.it_value.tv_nsec = 1000000;
  }
  timerfd_settime(frame_clock, 0, &clock, NULL);
}

void set_streaming(bool on) {
  say("streaming %s: %s %dx%d every %u us", on ? "on" : "off",
      state.mode->format == kMjpeg ? "MJPEG" : "YUYV", state.mode->width, state.mode->height,
      state.interval_100ns / 10);
  state.streaming = on;
  forget_frame();
  set_frame_clock(on);
}

static void tick(void) {
  uint64_t ticks;

  if (read(frame_clock, &ticks, sizeof(ticks)) != sizeof(ticks) || !state.streaming ||
      state.frozen) {
    return;
  }
  if (state.drop_next) {
    state.drop_next--;
    skip_frame();
  } else if (frame_is_sent()) {
    prepare_next_frame();
  } /* else the host is late: the frame on the wire goes first, as with a sensor */
  send_frame();
}

/* False when the camera shall end. */
static bool obey(const char* command) {
  int n = 1;

  say("command: %s", command);
  if (!strcmp(command, "unplug")) {
    unplug();
  } else if (!strcmp(command, "plug")) {
    plug();
  } else if (!strcmp(command, "freeze")) {
    state.frozen = true;
  } else if (!strcmp(command, "thaw")) {
    state.frozen = false;
  } else if (sscanf(command, "truncate %d", &n) == 1) {
    state.truncate_next = n;
  } else if (sscanf(command, "garbage %d", &n) == 1) {
    state.garbage_next = n;
  } else if (sscanf(command, "drop %d", &n) == 1) {
    state.drop_next = n;
  } else if (sscanf(command, "fps %d", &n) == 1 && n > 0) {
    state.interval_100ns = 10000000 / n;
    if (state.streaming) {
      set_frame_clock(true);
    }
  } else if (sscanf(command, "port %d", &n) == 1) {
    camera.port = n;
  } else if (!strcmp(command, "quit")) {
    return false;
  } else {
    fprintf(stderr, "uvcam: unknown command: %s\n", command);
  }
  return true;
}

/* False when a command asked for the end. */
static bool read_commands(int fifo) {
  static char line[256];
  static int used;
  char* line_end;
  ssize_t got = read(fifo, line + used, sizeof(line) - 1 - used);

  if (got > 0) {
    used += got;
  }
  line[used] = 0;
  while ((line_end = strchr(line, '\n'))) {
    *line_end = 0;
    if (!obey(line)) {
      return false;
    }
    used -= line_end + 1 - line;
    memmove(line, line_end + 1, used + 1);
  }
  if (used == sizeof(line) - 1) {
    used = 0;
  }
  return true;
}

static void add_mode(const char* text) {
  struct mode* mode = &camera.modes[camera.mode_count];
  char format[8], directory[1024] = "";

  if (camera.mode_count == kMaxModes ||
      sscanf(text, "%7[A-Z]:%dx%d:%1023s", format, &mode->width, &mode->height, directory) < 3 ||
      (strcmp(format, "MJPEG") && strcmp(format, "YUYV"))) {
    fprintf(stderr, "uvcam: bad format %s\n", text);
    exit(2);
  }
  mode->format = strcmp(format, "MJPEG") ? kYuyv : kMjpeg;
  if (*directory) {
    load_directory(mode, directory);
  }
  camera.mode_count++;
}

static void add_rates(char* text) {
  for (char* rate = strtok(text, ","); rate && camera.rate_count < kMaxRates;
       rate = strtok(NULL, ",")) {
    if (atoi(rate) > 0) {
      camera.rates[camera.rate_count++] = atoi(rate);
    }
  }
}

/* Gives the path of the FIFO, or NULL. */
static const char* read_arguments(int argc, char** argv) {
  const char* fifo = NULL;
  int option;

  while ((option = getopt(argc, argv, "n:s:p:r:c:f:Sv")) != -1) {
    switch (option) {
      case 'n':
        camera.name = optarg;
        break;
      case 's':
        camera.serial = optarg;
        break;
      case 'p':
        camera.port = atoi(optarg);
        break;
      case 'c':
        fifo = optarg;
        break;
      case 'S':
        camera.stamp_frames = true;
        break;
      case 'v':
        verbose = true;
        break;
      case 'r':
        add_rates(optarg);
        break;
      case 'f':
        add_mode(optarg);
        break;
      default:
        exit(2);
    }
  }
  if (!camera.mode_count) {
    fprintf(stderr, "uvcam: give at least one -f MJPEG:WxH[:DIRECTORY] or -f YUYV:WxH\n");
    exit(2);
  }
  if (!camera.rate_count) {
    add_rates((char[]){"30,15,5"});
  }
  return fifo;
}

static int open_fifo(const char* path) {
  int fifo;

  if (mkfifo(path, 0600) < 0 && errno != EEXIST) {
    die(path);
  }
  fifo = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC);
  if (fifo < 0) {
    die(path);
  }
  return fifo;
}

int main(int argc, char** argv) {
  const char* fifo_path = read_arguments(argc, argv);
  int fifo = fifo_path ? open_fifo(fifo_path) : -1;

  signal(SIGPIPE, SIG_IGN);
  build_descriptors();
  state.mode = camera.modes;
  state.interval_100ns = 10000000 / camera.rates[0];
  frame_clock = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
  plug();
  for (;;) {
    struct pollfd sources[] = {
        {host_socket(), POLLIN, 0}, {frame_clock, POLLIN, 0}, {fifo, POLLIN, 0}};
    if (poll(sources, 3, -1) < 0 && errno != EINTR) {
      die("poll");
    }
    if (sources[0].revents) {
      serve_host();
    }
    if (sources[1].revents) {
      tick();
    }
    if ((sources[2].revents & POLLIN) && !read_commands(fifo)) {
      return 0;
    }
  }
}
