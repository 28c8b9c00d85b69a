/* What the camera tells the host about itself: USB and UVC descriptors. */
#include <string.h>

#include "uvcam.h"

enum {
  kDeviceDescriptor = 1,
  kConfigurationDescriptor = 2,
  kStringDescriptor = 3,
  kClockHertz = 48000000,
};

#define BYTES2(x) (uint8_t)((x)&255), (uint8_t)((x) >> 8 & 255)
#define BYTES4(x) BYTES2((x)&0xffff), BYTES2((uint32_t)(x) >> 16)

static const uint8_t device[18] = {18,
                                   kDeviceDescriptor,
                                   BYTES2(0x0200),
                                   0xef,
                                   2,
                                   1,
                                   64,
                                   BYTES2(0x1d6b),
                                   BYTES2(0x0102),
                                   BYTES2(0x0100),
                                   1,
                                   2,
                                   3,
                                   1};
static uint8_t configuration[4096];
static int configuration_size;

static void put(const uint8_t* bytes, int size) {
  memcpy(configuration + configuration_size, bytes, size);
  configuration_size += size;
}
/* A descriptor begins with its own size. */
#define DESCRIPTOR(...)                                                     \
  do {                                                                      \
    const uint8_t d[] = {sizeof((uint8_t[]){0, __VA_ARGS__}), __VA_ARGS__}; \
    put(d, sizeof(d));                                                      \
  } while (0)

static void set_total_size(int at, int start) {
  configuration[at] = configuration_size - start;
  configuration[at + 1] = (configuration_size - start) >> 8;
}

static void put_frame_descriptor(const struct mode* mode) {
  uint32_t bytes = mode->width * mode->height * 2, bits = bytes * 8 * camera.rates[0];
  int start = configuration_size;

  put((uint8_t[]){0, 0x24, mode->format == kMjpeg ? 7 : 5, mode->frame_index, 0,
                  BYTES2(mode->width), BYTES2(mode->height), BYTES4(bits), BYTES4(bits),
                  BYTES4(bytes), BYTES4(10000000 / camera.rates[0]), camera.rate_count},
      26);
  for (int i = 0; i < camera.rate_count; i++) {
    put((uint8_t[]){BYTES4(10000000 / camera.rates[i])}, 4);
  }
  configuration[start] = configuration_size - start;
}

/* Writes one format with all its sizes, as number `index`. */
static void put_format(enum pixel_format format, int index) {
  int start = configuration_size, count = 0;

  if (format == kMjpeg) {
    DESCRIPTOR(0x24, 6, index, 0, 1, 1, 0, 0, 0, 0);
  } else {
    DESCRIPTOR(0x24, 4, index, 0, 'Y', 'U', 'Y', '2', 0, 0, 0x10, 0, 0x80, 0, 0, 0xaa, 0, 0x38,
               0x9b, 0x71, 16, 1, 0, 0, 0, 0);
  }
  for (int i = 0; i < camera.mode_count; i++) {
    struct mode* mode = &camera.modes[i];
    if (mode->format == format) {
      mode->format_index = index;
      mode->frame_index = ++count;
      put_frame_descriptor(mode);
    }
  }
  configuration[start + 4] = count;
  DESCRIPTOR(0x24, 0x0d, 1, 1, 4); /* colours: BT.709 primaries, BT.601 matrix */
}

static bool offers(enum pixel_format format) {
  for (int i = 0; i < camera.mode_count; i++) {
    if (camera.modes[i].format == format) {
      return true;
    }
  }
  return false;
}

void build_descriptors(void) {
  int formats = offers(kMjpeg) + offers(kYuyv), control, streaming, index = 0;

  configuration_size = 0;
  DESCRIPTOR(kConfigurationDescriptor, BYTES2(0), 2, 1, 0, 0x80, 250);
  DESCRIPTOR(11, 0, 2, 0x0e, 3, 0, 2);   /* the two interfaces belong together */
  DESCRIPTOR(4, 0, 0, 0, 0x0e, 1, 0, 2); /* VideoControl */
  control = configuration_size;
  DESCRIPTOR(0x24, 1, BYTES2(0x0110), BYTES2(0), BYTES4(kClockHertz), 1, 1);
  /* sensor (exposure mode and time) -> unit (brightness, contrast, saturation, gain) -> USB */
  DESCRIPTOR(0x24, 2, 1, BYTES2(0x0201), 0, 0, BYTES2(0), BYTES2(0), BYTES2(0), 3, 0x0a, 0, 0);
  DESCRIPTOR(0x24, 5, 2, 1, BYTES2(0), 2, 0x0b, 0x02, 0, 0);
  DESCRIPTOR(0x24, 3, 3, BYTES2(0x0101), 0, 2, 0);
  set_total_size(control + 5, control);
  DESCRIPTOR(4, 1, 0, 0, 0x0e, 2, 0, 0); /* VideoStreaming, setting 0: no bandwidth */
  streaming = configuration_size;
  put((uint8_t[]){13 + formats, 0x24, 1, formats, BYTES2(0), 0x81, 0, 3, 0, 0, 0, 1}, 13);
  for (int i = 0; i < formats; i++) {
    put((uint8_t[]){0}, 1); /* no controls of its own */
  }
  for (enum pixel_format format = kMjpeg; format <= kYuyv; format++) {
    if (offers(format)) {
      put_format(format, ++index);
    }
  }
  set_total_size(streaming + 4, streaming);
  DESCRIPTOR(4, 1, 1, 1, 0x0e, 2, 0, 0); /* VideoStreaming, setting 1: with bandwidth */
  DESCRIPTOR(5, 0x81, 5, BYTES2(kEndpointBytes | (kPacketsPerMicroframe - 1) << 11), 1);
  set_total_size(2, 0);
}

static int find_string(int index, const uint8_t** descriptor) {
  static uint8_t text[256];
  const char* strings[] = {NULL, "Freshframe tests", camera.name, camera.serial};
  int size = 2;

  if (index > 3) {
    return -1;
  }
  if (index == 0) { /* the languages: English (United States) */
    text[size++] = 9;
    text[size++] = 4;
  } else {
    for (const char* c = strings[index]; *c && size < 254; c++) {
      text[size++] = *c;
      text[size++] = 0;
    }
  }
  text[0] = size;
  text[1] = kStringDescriptor;
  *descriptor = text;
  return size;
}

int find_descriptor(int type, int index, const uint8_t** descriptor) {
  switch (type) {
    case kDeviceDescriptor:
      *descriptor = device;
      return sizeof(device);
    case kConfigurationDescriptor:
      *descriptor = configuration;
      return configuration_size;
    case kStringDescriptor:
      return find_string(index, descriptor);
    default:
      return -1;
  }
}
