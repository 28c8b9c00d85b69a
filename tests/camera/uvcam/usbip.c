/* The wire between the camera and the kernel: USB/IP requests over a socket pair. */
#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "uvcam.h"

#define VHCI "/sys/devices/platform/vhci_hcd.0/"

enum { kCommandSubmit = 1, kCommandUnlink = 2, kReplySubmit = 3, kReplyUnlink = 4 };
enum { kMaxPackets = 128, kMaxControlBytes = 4096, kHighSpeed = 3, kPortIsFree = 4 };

struct header { /* all big-endian, but for the setup bytes in rest[5] and rest[6] */
  uint32_t command, sequence, device, direction, endpoint, rest[7];
};

struct packet_descriptor {
  uint32_t offset, wanted, actual, status;
};

/* An isochronous request that the host waits for. */
struct request {
  uint32_t sequence;
  int packet_count;
  uint32_t wanted[kMaxPackets];
  struct request* next;
};

static int host = -1;
static struct request *waiting, **waiting_end = &waiting;

int host_socket(void) {
  return host;
}

/* Errors need no answer here: the next read meets them too. */
static void write_all(const void* bytes, size_t size) {
  while (size && host >= 0) {
    ssize_t written = send(host, bytes, size, MSG_NOSIGNAL);
    if (written < 0 && errno == EINTR) {
      continue;
    }
    if (written <= 0) {
      return;
    }
    bytes = (const char*)bytes + written;
    size -= written;
  }
}

static bool read_all(void* bytes, size_t size) {
  while (size) {
    ssize_t got = recv(host, bytes, size, 0);
    if (got < 0 && errno == EINTR) {
      continue;
    }
    if (got <= 0) {
      return false;
    }
    bytes = (char*)bytes + got;
    size -= got;
  }
  return true;
}

/* Takes the request that `link` points to out of the list. */
static void remove_request(struct request** link) {
  struct request* request = *link;

  *link = request->next;
  if (!*link) {
    waiting_end = link;
  }
  free(request);
}

static void reply(uint32_t sequence, int status, const void* data, int size) {
  struct header header = {.command = htobe32(kReplySubmit), .sequence = htobe32(sequence)};
  uint8_t out[sizeof(header) + kMaxControlBytes];

  header.rest[0] = htobe32(status);
  header.rest[1] = htobe32(size);
  memcpy(out, &header, sizeof(header));
  if (data) {
    memcpy(out + sizeof(header), data, size);
  }
  write_all(out, sizeof(header) + (data ? size : 0));
}

static void fill_request(const struct request* request) {
  static uint8_t
      out[sizeof(struct header) + kMaxPackets * (kPacketBytes + sizeof(struct packet_descriptor))];
  struct packet_descriptor packets[kMaxPackets];
  struct header header = {.command = htobe32(kReplySubmit), .sequence = htobe32(request->sequence)};
  uint8_t* end = out + sizeof(header);
  uint32_t offset = 0;
  size_t descriptors_size = request->packet_count * sizeof(*packets);

  for (int i = 0; i < request->packet_count; i++) {
    size_t size = next_packet(end, request->wanted[i]);
    packets[i] =
        (struct packet_descriptor){htobe32(offset), htobe32(request->wanted[i]), htobe32(size), 0};
    offset += request->wanted[i];
    end += size;
  }
  header.rest[1] = htobe32(end - out - sizeof(header));
  header.rest[3] = htobe32(request->packet_count);
  memcpy(out, &header, sizeof(header));
  memcpy(end, packets, descriptors_size);
  write_all(out, end + descriptors_size - out);
}

void send_frame(void) {
  while (waiting && !frame_is_sent()) {
    fill_request(waiting);
    remove_request(&waiting);
  }
}

void unplug(void) {
  if (host >= 0) {
    close(host);
  }
  host = -1;
  if (state.streaming) {
    set_streaming(false);
  }
  while (waiting) {
    remove_request(&waiting);
  }
  forget_negotiation();
}

static void serve_unlink(const struct header* header) {
  struct header answer = {.command = htobe32(kReplyUnlink), .sequence = htobe32(header->sequence)};
  uint32_t victim = be32toh(header->rest[0]);
  struct request** link = &waiting;

  while (*link && (*link)->sequence != victim) {
    link = &(*link)->next;
  }
  if (*link) {
    remove_request(link);
    answer.rest[0] = htobe32(-ECONNRESET);
  }
  write_all(&answer, sizeof(answer));
}

/* False when the host went away in the middle. */
static bool serve_control(const struct header* header, int size) {
  uint8_t data[kMaxControlBytes];
  const uint8_t* setup = (const uint8_t*)&header->rest[5];
  int answered;

  if (!header->direction && (size > kMaxControlBytes || (size && !read_all(data, size)))) {
    return false;
  }
  answered = answer_control_request(setup, data, size);
  if (answered < 0) {
    say("stall %02x %02x %02x%02x %02x%02x", setup[0], setup[1], setup[3], setup[2], setup[5],
        setup[4]);
    reply(header->sequence, -EPIPE, NULL, 0);
  } else if (header->direction) {
    reply(header->sequence, 0, data, answered);
  } else {
    reply(header->sequence, 0, NULL, size);
  }
  return true;
}

/* False when the host went away in the middle. */
static bool serve_isochronous(const struct header* header) {
  struct packet_descriptor packets[kMaxPackets];
  int count = be32toh(header->rest[3]);
  struct request* request;

  if (count < 1 || count > kMaxPackets) {
    reply(header->sequence, -EINVAL, NULL, 0);
    return true;
  }
  if (!read_all(packets, count * sizeof(*packets))) {
    return false;
  }
  request = calloc(1, sizeof(*request));
  if (!request) {
    die("memory");
  }
  request->sequence = header->sequence;
  request->packet_count = count;
  for (int i = 0; i < count; i++) {
    uint32_t wanted = be32toh(packets[i].wanted);
    request->wanted[i] = wanted > kPacketBytes ? kPacketBytes : wanted;
  }
  *waiting_end = request;
  waiting_end = &request->next;
  send_frame();
  return true;
}

void serve_host(void) {
  struct header header;
  bool host_is_there = read_all(&header, sizeof(header));

  if (host_is_there) {
    for (int i = 0; i < 5; i++) {
      (&header.command)[i] = be32toh((&header.command)[i]);
    }
    if (header.command == kCommandUnlink) {
      serve_unlink(&header);
    } else if (header.endpoint == 0) {
      host_is_there = serve_control(&header, be32toh(header.rest[1]));
    } else {
      host_is_there = serve_isochronous(&header);
    }
  }
  if (!host_is_there) {
    say("unplugged by the host");
    unplug();
  }
}

static int find_free_port(void) {
  char line[256];
  int port, status, found = -1;
  FILE* file = fopen(VHCI "status", "r");

  while (file && found < 0 && fgets(line, sizeof(line), file)) {
    if (sscanf(line, "hs %d %d", &port, &status) == 2 && status == kPortIsFree) {
      found = port;
    }
  }
  if (file) {
    fclose(file);
  }
  return found;
}

/* Another camera may take the port first, and the port of an unplugged one needs a moment to be
 * free. */
static int attach(int socket) {
  int file = open(VHCI "attach", O_WRONLY | O_CLOEXEC);

  if (file < 0) {
    die(VHCI "attach (modprobe vhci-hcd)");
  }
  for (int tries = 0; tries < 100; tries++) {
    char line[64];
    int port = camera.port < 0 ? find_free_port() : camera.port;
    int size =
        snprintf(line, sizeof(line), "%d %d %d %d", port, socket, 0x10001 + port, kHighSpeed);
    if (port >= 0 && write(file, line, size) == size) {
      close(file);
      return port;
    }
    usleep(50000);
  }
  die("attach");
}

void plug(void) {
  int pair[2], send_buffer = 4 << 20;

  if (host >= 0) {
    return;
  }
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0) {
    die("socketpair");
  }
  say("plugged into port %d", attach(pair[1]));
  close(pair[1]);
  host = pair[0];
  setsockopt(host, SOL_SOCKET, SO_SNDBUF, &send_buffer, sizeof(send_buffer));
}
