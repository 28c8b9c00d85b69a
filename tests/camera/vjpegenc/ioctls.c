// SPDX-License-Identifier: GPL-2.0
#include <linux/kernel.h>
#include <media/v4l2-ioctl.h>

#include "vjpegenc.h"

static struct vb2_queue* queue_of(struct file* file, u32 type) {
  struct client* client = client_of(file);
  struct vb2_queue* queue = &client->queues[V4L2_TYPE_IS_OUTPUT(type) ? OUTPUT : CAPTURE];

  return queue->type == type ? queue : NULL;
}

/* Work ------------------------------------------------------------------ */

static int querycap(struct file* file, void* fh, struct v4l2_capability* capability) {
  strscpy(capability->driver, "vjpegenc", sizeof(capability->driver));
  strscpy(capability->card, "Test JPEG encoder", sizeof(capability->card));
  strscpy(capability->bus_info, "platform:vjpegenc", sizeof(capability->bus_info));
  return 0;
}

static u32 jpeg_fourcc(void) {
  return mjpeg ? V4L2_PIX_FMT_MJPEG : V4L2_PIX_FMT_JPEG;
}

static int enum_output(struct file* file, void* fh, struct v4l2_fmtdesc* format) {
  format->pixelformat = raw_fourcc(format->index);
  return format->pixelformat ? 0 : -EINVAL;
}

static int enum_capture(struct file* file, void* fh, struct v4l2_fmtdesc* format) {
  format->pixelformat = jpeg_fourcc();
  return format->index ? -EINVAL : 0;
}

static int try_output(struct file* file, void* fh, struct v4l2_format* format) {
  fit_raw(format);
  return 0;
}

static int try_capture(struct file* file, void* fh, struct v4l2_format* format) {
  fit_jpeg(format, jpeg_fourcc(), &client_of(file)->raw);
  return 0;
}

static int get_output(struct file* file, void* fh, struct v4l2_format* format) {
  const struct raw_format* raw = &client_of(file)->raw;

  if (multiplanar) {
    format->fmt.pix_mp.pixelformat = raw->fourcc;
    format->fmt.pix_mp.width = raw->width;
    format->fmt.pix_mp.height = raw->height;
    format->fmt.pix_mp.plane_fmt[0].bytesperline = raw->strides[0];
  } else {
    format->fmt.pix.pixelformat = raw->fourcc;
    format->fmt.pix.width = raw->width;
    format->fmt.pix.height = raw->height;
    format->fmt.pix.bytesperline = raw->strides[0];
  }
  return try_output(file, fh, format);
}

static int set_output(struct file* file, void* fh, struct v4l2_format* format) {
  struct client* client = client_of(file);

  if (vb2_is_busy(&client->queues[OUTPUT]) || vb2_is_busy(&client->queues[CAPTURE])) {
    return -EBUSY;
  }
  client->raw = fit_raw(format);
  client->width = client->raw.width;
  client->height = client->raw.height;
  return 0;
}

static int set_capture(struct file* file, void* fh, struct v4l2_format* format) {
  return vb2_is_busy(&client_of(file)->queues[CAPTURE]) ? -EBUSY : try_capture(file, fh, format);
}

static int set_selection(struct file* file, void* fh, struct v4l2_selection* selection) {
  struct client* client = client_of(file);

  if (!crop) {
    return -ENOTTY;
  }
  if (selection->type != V4L2_BUF_TYPE_VIDEO_OUTPUT || selection->target != V4L2_SEL_TGT_CROP) {
    return -EINVAL;
  }
  client->width = selection->r.width = clamp(selection->r.width, 1U, client->raw.width);
  client->height = selection->r.height = clamp(selection->r.height, 1U, client->raw.height);
  selection->r.left = selection->r.top = 0;
  return 0;
}

static int reqbufs(struct file* file, void* fh, struct v4l2_requestbuffers* request) {
  struct vb2_queue* queue = queue_of(file, request->type);

  return queue ? vb2_reqbufs(queue, request) : -EINVAL;
}

static int querybuf(struct file* file, void* fh, struct v4l2_buffer* buffer) {
  struct vb2_queue* queue = queue_of(file, buffer->type);
  int error = queue ? vb2_querybuf(queue, buffer) : -EINVAL;
  u32 i;

  if (error || V4L2_TYPE_IS_OUTPUT(buffer->type)) {
    return error;
  }
  if (!multiplanar) {
    buffer->m.offset += CAPTURE_OFFSET;
  }
  for (i = 0; multiplanar && i < buffer->length; i++) {
    buffer->m.planes[i].m.mem_offset += CAPTURE_OFFSET;
  }
  return 0;
}

static int qbuf(struct file* file, void* fh, struct v4l2_buffer* buffer) {
  struct vb2_queue* queue = queue_of(file, buffer->type);

  return queue ? vb2_qbuf(queue, NULL, buffer) : -EINVAL;
}

static int dqbuf(struct file* file, void* fh, struct v4l2_buffer* buffer) {
  struct vb2_queue* queue = queue_of(file, buffer->type);

  return queue ? vb2_dqbuf(queue, buffer, file->f_flags & O_NONBLOCK) : -EINVAL;
}

static int streamon(struct file* file, void* fh, enum v4l2_buf_type type) {
  struct vb2_queue* queue = queue_of(file, type);

  return queue ? vb2_streamon(queue, type) : -EINVAL;
}

static int streamoff(struct file* file, void* fh, enum v4l2_buf_type type) {
  struct vb2_queue* queue = queue_of(file, type);

  return queue ? vb2_streamoff(queue, type) : -EINVAL;
}

#define IOCTLS(api)                                                                       \
  {                                                                                       \
    .vidioc_querycap = querycap, .vidioc_enum_fmt_vid_out = enum_output,                  \
    .vidioc_enum_fmt_vid_cap = enum_capture, .vidioc_g_fmt_vid_out##api = get_output,     \
    .vidioc_try_fmt_vid_out##api = try_output, .vidioc_s_fmt_vid_out##api = set_output,   \
    .vidioc_g_fmt_vid_cap##api = try_capture, .vidioc_try_fmt_vid_cap##api = try_capture, \
    .vidioc_s_fmt_vid_cap##api = set_capture, .vidioc_s_selection = set_selection,        \
    .vidioc_reqbufs = reqbufs, .vidioc_querybuf = querybuf, .vidioc_qbuf = qbuf,          \
    .vidioc_dqbuf = dqbuf, .vidioc_streamon = streamon, .vidioc_streamoff = streamoff,    \
  }

const struct v4l2_ioctl_ops single_ioctls = IOCTLS();
const struct v4l2_ioctl_ops multi_ioctls = IOCTLS(_mplane);
