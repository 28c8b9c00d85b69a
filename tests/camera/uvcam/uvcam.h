/*
 * uvcam: a USB webcam in a user program.
 *
 * Plugs an emulated UVC 1.1 camera (isochronous, high speed, as webcams are) into the kernel's
 * vhci-hcd over one end of a socket pair, in the USB/IP protocol. The kernel's own usbcore,
 * uvcvideo and V4L2 do the rest, so whatever opens /dev/video* sees a camera.
 *
 * One thread: everything here is called from the loop in main.c.
 * Sources: USB 2.0 chapter 9; USB Device Class Definition for Video Devices 1.1 and its payload
 * documents; the kernel's Documentation/usb/usbip_protocol.rst.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum pixel_format { kMjpeg, kYuyv };

enum {
  kMaxModes = 16,
  kMaxRates = 8,
  kEndpointBytes = 1024,
  kPacketsPerMicroframe = 3,
  kPacketBytes = kEndpointBytes * kPacketsPerMicroframe,
  kProbeBytes = 34,
};

struct jpeg_file {
  uint8_t* bytes;
  size_t size;
};

/* A format and size that the camera offers. */
struct mode {
  enum pixel_format format;
  int width, height;
  struct jpeg_file* files; /* MJPEG: the pictures; none means that they are drawn */
  int file_count;
  int format_index, frame_index; /* as in the descriptors, from 1 */
};

/* What the camera is, fixed once main() has read its arguments. */
struct camera {
  const char* name;
  const char* serial;
  int port; /* of vhci-hcd; -1 takes a free one */
  bool stamp_frames;
  struct mode modes[kMaxModes];
  int mode_count;
  int rates[kMaxRates]; /* frames per second, the default first */
  int rate_count;
};
extern struct camera camera;

/* What it does now. */
struct state {
  const struct mode* mode;
  uint32_t interval_100ns;
  bool streaming;
  bool frozen;
  /* How many of the next frames end half way, are no JPEG, or do not come. */
  int truncate_next, garbage_next, drop_next;
};
extern struct state state;

/* main.c */
void say(const char* format, ...) __attribute__((format(printf, 1, 2)));
void die(const char* what) __attribute__((noreturn));
/* Starts or stops the frame clock in the mode that was negotiated. */
void set_streaming(bool on);

/* descriptors.c: numbers the modes and writes the descriptors. */
void build_descriptors(void);
/* Points `descriptor` at the one with this type and index; its size, or -1 when there is none. */
int find_descriptor(int type, int index, const uint8_t** descriptor);

/* controls.c: answers a control request on endpoint 0. `data` holds `size` bytes from the host and
 * takes the answer (room for 4096); gives the answer's size, or -1 to stall. */
int answer_control_request(const uint8_t setup[8], uint8_t* data, int size);
/* Forgets what was negotiated, as a camera does that loses its power. */
void forget_negotiation(void);

/* picture.c: pictures that spell `number` in binary, low bit first, white for one, in the 32 blocks
 * at the top left: 16x8 pixels each. Gives the size. */
size_t draw_jpeg(uint8_t* out, int width, int height, unsigned number);
size_t draw_yuyv(uint8_t* out, int width, int height, unsigned number);

/* frames.c */
void load_directory(struct mode* mode, const char* directory);
/* Makes the next frame ready to be sent. */
void prepare_next_frame(void);
/* Counts a frame that the camera made and nobody gets. */
void skip_frame(void);
bool frame_is_sent(void);
void forget_frame(void);
/* Writes the next packet of the frame, header included, at most `room` bytes; its size, 0 at the
 * end. */
size_t next_packet(uint8_t* out, size_t room);

/* usbip.c */
void plug(void);
void unplug(void);
/* The host's end to poll, -1 while unplugged. */
int host_socket(void);
/* Reads and answers one request. */
void serve_host(void);
/* Fills the isochronous requests that wait with what there is of the frame. */
void send_frame(void);
