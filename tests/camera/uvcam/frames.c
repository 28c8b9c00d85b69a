/* The frame on the wire: where its bytes come from, its stamp, its faults, and its cutting into
 * packets. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "uvcam.h"

enum {
  kPayloadHeaderBytes = 2,
  kHeaderEnd = 0x80, /* UVC 1.1, 2.4.3.3: this is the last header byte of the bit field */
  kHeaderEndOfFrame = 0x02,
  kSpareBytes = 4096,
};

static uint8_t* frame;
static size_t frame_room, frame_size, frame_sent;
static unsigned frame_number;
static uint8_t frame_id; /* flips with each frame, which is how the host tells them apart */

static uint64_t nanoseconds(clockid_t clock) {
  struct timespec t;
  clock_gettime(clock, &t);
  return t.tv_sec * 1000000000ull + t.tv_nsec;
}

/* Puts a comment after SOI from which a test sees which frame it got and when it was made. */
static size_t stamp(uint8_t* jpeg, size_t size) {
  char text[120];
  int length = snprintf(text, sizeof(text), "uvcam seq=%u ns=%llu unix_us=%llu", frame_number,
                        (unsigned long long)nanoseconds(CLOCK_MONOTONIC),
                        (unsigned long long)nanoseconds(CLOCK_REALTIME) / 1000);
  memmove(jpeg + 2 + 4 + length, jpeg + 2, size - 2);
  jpeg[2] = 0xff;
  jpeg[3] = 0xfe;
  jpeg[4] = 0;
  jpeg[5] = length + 2;
  memcpy(jpeg + 6, text, length);
  return size + 4 + length;
}

void prepare_next_frame(void) {
  const struct mode* mode = state.mode;
  const struct jpeg_file* file =
      mode->file_count ? &mode->files[frame_number % mode->file_count] : NULL;
  size_t needed = (size_t)mode->width * mode->height * 2 + kSpareBytes;

  if (file && file->size + kSpareBytes > needed) {
    needed = file->size + kSpareBytes;
  }
  if (needed > frame_room) {
    frame = realloc(frame, needed);
    frame_room = needed;
    if (!frame) {
      die("memory");
    }
  }
  if (mode->format == kYuyv) {
    frame_size = draw_yuyv(frame, mode->width, mode->height, frame_number);
  } else if (file) {
    frame_size = file->size;
    memcpy(frame, file->bytes, file->size);
  } else {
    frame_size = draw_jpeg(frame, mode->width, mode->height, frame_number);
  }
  if (camera.stamp_frames && mode->format == kMjpeg) {
    frame_size = stamp(frame, frame_size);
  }
  if (state.truncate_next) {
    state.truncate_next--;
    frame_size /= 2;
  }
  if (state.garbage_next) {
    state.garbage_next--;
    memset(frame, 0x55, frame_size);
  }
  frame_sent = 0;
  frame_id ^= 1;
  frame_number++;
}

void skip_frame(void) {
  frame_number++;
}

bool frame_is_sent(void) {
  return frame_sent >= frame_size;
}

void forget_frame(void) {
  frame_size = frame_sent = 0;
}

size_t next_packet(uint8_t* out, size_t room) {
  size_t left = frame_size - frame_sent, size;

  if (frame_is_sent() || room <= kPayloadHeaderBytes) {
    return 0;
  }
  size = left < room - kPayloadHeaderBytes ? left : room - kPayloadHeaderBytes;
  out[0] = kPayloadHeaderBytes;
  out[1] = kHeaderEnd | frame_id | (size == left ? kHeaderEndOfFrame : 0);
  memcpy(out + kPayloadHeaderBytes, frame + frame_sent, size);
  frame_sent += size;
  return size + kPayloadHeaderBytes;
}

static void load_file(struct mode* mode, const char* path, size_t size) {
  struct jpeg_file* file = &mode->files[mode->file_count++];
  FILE* in = fopen(path, "rb");

  file->size = size;
  file->bytes = malloc(size);
  if (!in || !file->bytes || fread(file->bytes, 1, size, in) != size) {
    die(path);
  }
  fclose(in);
}

void load_directory(struct mode* mode, const char* directory) {
  struct dirent** entries;
  int count = scandir(directory, &entries, NULL, versionsort);

  if (count < 0) {
    die(directory);
  }
  mode->files = calloc(count, sizeof(*mode->files));
  for (int i = 0; i < count; i++) {
    char path[4096];
    struct stat status;
    snprintf(path, sizeof(path), "%s/%s", directory, entries[i]->d_name);
    if (!stat(path, &status) && S_ISREG(status.st_mode) && status.st_size > 4) {
      load_file(mode, path, status.st_size);
    }
    free(entries[i]);
  }
  free(entries);
  if (!mode->file_count) {
    fprintf(stderr, "uvcam: no files in %s\n", directory);
    exit(1);
  }
}
