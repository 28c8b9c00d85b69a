/* Endpoint 0: standard USB requests, the choice of a mode (UVC 1.1, 4.3.1.1), and the camera's
 * controls. */
#include <stdlib.h>
#include <string.h>

#include "uvcam.h"

enum { /* UVC 1.1, table A-8 */
       kSetCurrent = 0x01,
       kGetCurrent = 0x81,
       kGetMinimum = 0x82,
       kGetMaximum = 0x83,
       kGetResolution = 0x84,
       kGetLength = 0x85,
       kGetInfo = 0x86,
       kGetDefault = 0x87,
};
enum { /* bmRequestType */
       kToDevice = 0x00,
       kToInterface = 0x01,
       kToEndpoint = 0x02,
       kFromDevice = 0x80,
       kClassToInterface = 0x21,
       kClassFromInterface = 0xa1,
};
enum { kControlInterface = 0, kStreamingInterface = 1 };
enum { kProbe = 1, kCommit = 2 };
enum { kGetAndSet = 3, kErrorInvalidControl = 6 };

#define BYTES2(x) (uint8_t)((x)&255), (uint8_t)((x) >> 8 & 255)
#define BYTES4(x) BYTES2((x)&0xffff), BYTES2((uint32_t)(x) >> 16)

static struct control {
  uint8_t unit, selector, size;
  int minimum, maximum, resolution, initial, current;
} controls[] = {
    {2, 0x02, 2, -64, 64, 1, 0, 0},      /* brightness */
    {2, 0x03, 2, 0, 100, 1, 50, 50},     /* contrast */
    {2, 0x07, 2, 0, 100, 1, 50, 50},     /* saturation */
    {2, 0x04, 2, 0, 255, 1, 16, 16},     /* gain */
    {1, 0x02, 1, 1, 15, 9, 8, 8},        /* exposure mode: manual 1, aperture priority 8 */
    {1, 0x04, 4, 1, 10000, 1, 333, 333}, /* exposure time in 100 us */
};

static uint8_t negotiated[kProbeBytes];

void forget_negotiation(void) {
  memset(negotiated, 0, sizeof(negotiated));
}

static uint32_t interval_in(const uint8_t* probe) {
  return probe[4] | probe[5] << 8 | probe[6] << 16 | (uint32_t)probe[7] << 24;
}

/* The mode with these numbers, or the nearest thing to it. */
static const struct mode* find_mode(int format_index, int frame_index) {
  const struct mode* of_this_format = NULL;

  for (int i = 0; i < camera.mode_count; i++) {
    const struct mode* mode = &camera.modes[i];
    if (mode->format_index == format_index) {
      if (mode->frame_index == frame_index) {
        return mode;
      }
      if (!of_this_format) {
        of_this_format = mode;
      }
    }
  }
  return of_this_format ? of_this_format : camera.modes;
}

/* Makes the host's wish one that the camera can meet. */
static void negotiate(const uint8_t* wish) {
  const struct mode* mode = find_mode(wish[2], wish[3]);
  uint32_t wanted = interval_in(wish), best = 10000000 / camera.rates[0];
  uint32_t largest_frame = mode->width * mode->height * 2 + 4096;

  for (int i = 0; i < camera.rate_count; i++) {
    uint32_t interval = 10000000 / camera.rates[i];
    if (wanted && labs((long)interval - (long)wanted) < labs((long)best - (long)wanted)) {
      best = interval;
    }
  }
  memcpy(negotiated,
         (uint8_t[kProbeBytes]){BYTES2(1), mode->format_index, mode->frame_index, BYTES4(best),
                                BYTES2(0), BYTES2(0), BYTES2(0), BYTES2(0), BYTES2(0),
                                BYTES4(largest_frame), BYTES4(kPacketBytes), BYTES4(48000000), 3, 0,
                                1, 1},
         kProbeBytes);
}

static int set_mode(int which, const uint8_t* data, int size) {
  uint8_t wish[kProbeBytes] = {0}; /* UVC 1.0 hosts send fewer bytes */

  memcpy(wish, data, size < kProbeBytes ? size : kProbeBytes);
  negotiate(wish);
  if (which == kCommit) {
    state.mode = find_mode(negotiated[2], negotiated[3]);
    state.interval_100ns = interval_in(negotiated);
  }
  return 0;
}

static int get_mode(int request, uint8_t* data, int wanted) {
  int size = wanted < kProbeBytes ? wanted : kProbeBytes;

  switch (request) {
    case kGetCurrent:
    case kGetMinimum:
    case kGetMaximum:
    case kGetDefault:
      if (!negotiated[2]) {
        negotiate((uint8_t[kProbeBytes]){0});
      }
      memcpy(data, negotiated, size);
      return size;
    case kGetLength:
      data[0] = kProbeBytes;
      data[1] = 0;
      return 2;
    case kGetInfo:
      data[0] = kGetAndSet;
      return 1;
    default:
      return -1;
  }
}

static void set_control(struct control* control, const uint8_t* data, int size) {
  int value = 0;

  for (int i = 0; i < size && i < control->size; i++) {
    value |= data[i] << 8 * i;
  }
  control->current = control->size == 2 ? (int16_t)value : value;
  say("control %d/%d = %d", control->unit, control->selector, control->current);
}

static int get_control(const struct control* control, int request, uint8_t* data, int wanted) {
  int value;

  switch (request) {
    case kGetCurrent:
      value = control->current;
      break;
    case kGetMinimum:
      value = control->minimum;
      break;
    case kGetMaximum:
      value = control->maximum;
      break;
    case kGetResolution:
      value = control->resolution;
      break;
    case kGetDefault:
      value = control->initial;
      break;
    case kGetLength:
      data[0] = control->size;
      data[1] = 0;
      return 2;
    case kGetInfo:
      data[0] = kGetAndSet;
      return 1;
    default:
      return -1;
  }
  for (int i = 0; i < control->size; i++) {
    data[i] = value >> 8 * i;
  }
  return control->size < wanted ? control->size : wanted;
}

static struct control* find_control(int unit, int selector) {
  for (size_t i = 0; i < sizeof(controls) / sizeof(*controls); i++) {
    if (controls[i].unit == unit && controls[i].selector == selector) {
      return &controls[i];
    }
  }
  return NULL;
}

static int get_descriptor(int type, int index, uint8_t* data, int wanted) {
  const uint8_t* descriptor;
  int size = find_descriptor(type, index, &descriptor);

  if (size > wanted) {
    size = wanted;
  }
  if (size > 0) {
    memcpy(data, descriptor, size);
  }
  return size;
}

static int answer_standard_request(int type, int request, int value, int index, uint8_t* data,
                                   int wanted) {
  enum { kGetStatus = 0, kClearFeature = 1, kGetDescriptor = 6, kSetInterface = 11 };

  if (type == kFromDevice && request == kGetDescriptor) {
    return get_descriptor(value >> 8, value & 255, data, wanted);
  }
  if (type == kFromDevice && request == kGetStatus) {
    memset(data, 0, 2);
    return 2;
  }
  if (type == kToInterface && request == kSetInterface) {
    if ((index & 255) == kStreamingInterface) {
      set_streaming(value == 1);
    }
    return 0;
  }
  return type == kToDevice || (type == kToEndpoint && request == kClearFeature) ? 0 : -1;
}

int answer_control_request(const uint8_t setup[8], uint8_t* data, int size) {
  int type = setup[0], request = setup[1];
  int value = setup[2] | setup[3] << 8, index = setup[4] | setup[5] << 8;
  int wanted = setup[6] | setup[7] << 8, interface = index & 255;
  struct control* control;

  if (type != kClassToInterface && type != kClassFromInterface) {
    return answer_standard_request(type, request, value, index, data, wanted);
  }
  if (interface == kStreamingInterface) {
    if (type == kClassFromInterface) {
      return get_mode(request, data, wanted);
    }
    return request == kSetCurrent ? set_mode(value >> 8, data, size) : -1;
  }
  control = find_control(index >> 8, value >> 8);
  if (!control) {
    if (type == kClassFromInterface && index >> 8 == 0) { /* why the last request was stalled */
      data[0] = kErrorInvalidControl;
      return 1;
    }
    return -1;
  }
  if (type == kClassFromInterface) {
    return get_control(control, request, data, wanted);
  }
  if (request != kSetCurrent) {
    return -1;
  }
  set_control(control, data, size);
  return 0;
}
