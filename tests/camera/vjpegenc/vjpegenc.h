/* SPDX-License-Identifier: GPL-2.0 */
/* A JPEG encoder device that is not there: V4L2 memory to memory, for tests in a virtual machine.
 * device.c says what it does. */
#ifndef VJPEGENC_H
#define VJPEGENC_H

#include <linux/mutex.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/videodev2.h>
#include <linux/workqueue.h>
#include <media/v4l2-ctrls.h>
#include <media/v4l2-fh.h>
#include <media/videobuf2-v4l2.h>

enum { MOST_PLANES = 3, ALIGNMENT = 16, SMALLEST = 16, LARGEST = 4096 };

/* A raw format with the size that the device made of the one that was asked for. */
struct raw_format {
  u32 fourcc;
  u32 width, height;
  u32 planes; /* memories that it comes in */
  u32 strides[MOST_PLANES];
  u32 sizes[MOST_PLANES];
};

/* Where the CAPTURE queue's buffers begin for mmap(), as v4l2-mem2mem has it. */
#define CAPTURE_OFFSET (1U << 30)

enum { OUTPUT, CAPTURE, QUEUES };

/* One that has opened the device. */
struct client {
  struct v4l2_fh fh;
  struct v4l2_ctrl_handler controls;
  struct vb2_queue queues[QUEUES];
  struct delayed_work work;
  struct raw_format raw;
  u32 width, height; /* of the picture */
  int quality;
  spinlock_t waiting_lock;
  struct list_head waiting[QUEUES];
  bool streaming[QUEUES];
};

/* Parameters of the module: see device.c. */
extern bool multiplanar, apart, mjpeg, crop, import, hang;
extern uint delay_ms, fail_every, made, imported;

extern struct mutex lock;

int open_queue(struct client* client, int which, u32 type, struct device* device);

extern const struct v4l2_ioctl_ops single_ioctls, multi_ioctls;

/* The format of this number, 0 when there are no more. */
u32 raw_fourcc(u32 index);

/* What the device makes of a wish; also writes it into the wish. */
struct raw_format fit_raw(struct v4l2_format* wish);
void fit_jpeg(struct v4l2_format* wish, u32 fourcc, const struct raw_format* raw);

/* The room for a picture that was made of this. */
u32 jpeg_size(const struct raw_format* raw);

/* Writes a baseline JPEG (4:2:0) of the means of all blocks of 8x8 samples: enough to know which
 * picture it was, and cheap for an emulated processor. Gives its length. */
size_t encode_means(const struct raw_format* raw, u32 width, u32 height, int quality,
                    const u8* const* planes, u8* jpeg);

static inline struct client* client_of(struct file* file) {
  return container_of(file->private_data, struct client, fh);
}

#endif
