// SPDX-License-Identifier: GPL-2.0
/*
 * vjpegenc: a JPEG encoder device that is not there.
 *
 * Shaped like those of boards: OUTPUT takes YUYV, NV12 or YUV420, CAPTURE gives JPEG, buffers are
 * mapped or imported, sizes are padded to 16. It does without the kernel's v4l2-mem2mem helper,
 * which Debian does not build for this processor.
 *
 * Parameters, those with * may change while it is loaded (/sys/module/vjpegenc/parameters):
 *   multiplanar  the multi-planar API, else the single-planar one
 *   apart        with it: only formats with a memory for each plane, as Hantro's encoders have
 *   mjpeg        the result is called MJPG and not JPEG
 *   crop         the padding can be cropped away
 *   import       dma-bufs are taken
 *   delay_ms*    what a picture takes
 *   fail_every*  each picture whose number this divides is in error
 *   hang*        nothing is ever finished
 *   made, imported (read only)  pictures so far, and those of imported frames
 */
#include <linux/module.h>
#include <linux/platform_device.h>
#include <linux/poll.h>
#include <linux/slab.h>
#include <media/v4l2-device.h>
#include <media/v4l2-event.h>
#include <media/v4l2-ioctl.h>

#include "vjpegenc.h"

bool multiplanar = true, apart;
bool mjpeg, crop = true, import = true, hang;
uint delay_ms, fail_every, made, imported;
module_param(multiplanar, bool, 0444);
module_param(apart, bool, 0444);
module_param(mjpeg, bool, 0444);
module_param(crop, bool, 0444);
module_param(import, bool, 0444);
module_param(delay_ms, uint, 0644);
module_param(fail_every, uint, 0644);
module_param(hang, bool, 0644);
module_param(made, uint, 0444);
module_param(imported, uint, 0444);

static struct platform_device* platform;
static struct v4l2_device v4l2;
static struct video_device video;
DEFINE_MUTEX(lock);

static int set_control(struct v4l2_ctrl* control) {
  container_of(control->handler, struct client, controls)->quality = control->val;
  return 0;
}

static const struct v4l2_ctrl_ops control_ops = {.s_ctrl = set_control};

/* The file -------------------------------------------------------------- */

static int vjpegenc_release(struct file* file) {
  struct client* client = client_of(file);

  mutex_lock(&lock);
  vb2_queue_release(&client->queues[OUTPUT]);
  vb2_queue_release(&client->queues[CAPTURE]);
  mutex_unlock(&lock);
  v4l2_fh_del(&client->fh);
  v4l2_fh_exit(&client->fh);
  v4l2_ctrl_handler_free(&client->controls);
  kfree(client);
  return 0;
}

static int vjpegenc_open(struct file* file) {
  struct client* client = kzalloc(sizeof(*client), GFP_KERNEL);
  struct v4l2_format format = {};
  int error;

  if (!client) {
    return -ENOMEM;
  }
  client->raw = fit_raw(&format);
  client->width = client->raw.width;
  client->height = client->raw.height;
  client->quality = 80;
  spin_lock_init(&client->waiting_lock);
  v4l2_fh_init(&client->fh, &video);
  v4l2_ctrl_handler_init(&client->controls, 1);
  v4l2_ctrl_new_std(&client->controls, &control_ops, V4L2_CID_JPEG_COMPRESSION_QUALITY, 1, 100, 1,
                    80);
  client->fh.ctrl_handler = &client->controls;
  file->private_data = &client->fh;
  v4l2_fh_add(&client->fh);
  error = open_queue(client, OUTPUT,
                     multiplanar ? V4L2_BUF_TYPE_VIDEO_OUTPUT_MPLANE : V4L2_BUF_TYPE_VIDEO_OUTPUT,
                     &platform->dev);
  if (!error) {
    error =
        open_queue(client, CAPTURE,
                   multiplanar ? V4L2_BUF_TYPE_VIDEO_CAPTURE_MPLANE : V4L2_BUF_TYPE_VIDEO_CAPTURE,
                   &platform->dev);
  }
  if (!error) {
    error = client->controls.error;
  }
  if (error) {
    vjpegenc_release(file);
  }
  return error;
}

/* Only what is done counts, as in v4l2-mem2mem; videobuf2's own poll tells of free buffers too. */
static __poll_t vjpegenc_poll(struct file* file, struct poll_table_struct* table) {
  struct client* client = client_of(file);
  __poll_t ready = 0;
  unsigned long flags;
  int i;

  for (i = 0; i < QUEUES; i++) {
    struct vb2_queue* queue = &client->queues[i];

    poll_wait(file, &queue->done_wq, table);
    spin_lock_irqsave(&queue->done_lock, flags);
    if (!list_empty(&queue->done_list)) {
      ready |= i == OUTPUT ? EPOLLOUT | EPOLLWRNORM : EPOLLIN | EPOLLRDNORM;
    }
    spin_unlock_irqrestore(&queue->done_lock, flags);
  }
  return ready;
}

static int vjpegenc_mmap(struct file* file, struct vm_area_struct* area) {
  struct client* client = client_of(file);

  if (area->vm_pgoff < CAPTURE_OFFSET >> PAGE_SHIFT) {
    return vb2_mmap(&client->queues[OUTPUT], area);
  }
  area->vm_pgoff -= CAPTURE_OFFSET >> PAGE_SHIFT;
  return vb2_mmap(&client->queues[CAPTURE], area);
}

static const struct v4l2_file_operations file_operations = {
    .owner = THIS_MODULE,
    .open = vjpegenc_open,
    .release = vjpegenc_release,
    .poll = vjpegenc_poll,
    .mmap = vjpegenc_mmap,
    .unlocked_ioctl = video_ioctl2,
};

static int __init vjpegenc_init(void) {
  int error;

  platform = platform_device_register_simple("vjpegenc", -1, NULL, 0);
  if (IS_ERR(platform)) {
    return PTR_ERR(platform);
  }
  strscpy(v4l2.name, "vjpegenc", sizeof(v4l2.name));
  error = v4l2_device_register(&platform->dev, &v4l2);
  if (error) {
    goto no_v4l2;
  }
  strscpy(video.name, "vjpegenc", sizeof(video.name));
  video.fops = &file_operations;
  video.ioctl_ops = multiplanar ? &multi_ioctls : &single_ioctls;
  video.vfl_dir = VFL_DIR_M2M;
  video.release = video_device_release_empty;
  video.lock = &lock;
  video.v4l2_dev = &v4l2;
  video.device_caps =
      V4L2_CAP_STREAMING | (multiplanar ? V4L2_CAP_VIDEO_M2M_MPLANE : V4L2_CAP_VIDEO_M2M);
  error = video_register_device(&video, VFL_TYPE_VIDEO, -1);
  if (!error) {
    return 0;
  }
  v4l2_device_unregister(&v4l2);
no_v4l2:
  platform_device_unregister(platform);
  return error;
}

static void __exit vjpegenc_exit(void) {
  video_unregister_device(&video);
  v4l2_device_unregister(&v4l2);
  platform_device_unregister(platform);
}

module_init(vjpegenc_init);
module_exit(vjpegenc_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("A JPEG encoder device that is not there, for tests");
