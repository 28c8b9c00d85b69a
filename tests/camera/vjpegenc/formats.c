// SPDX-License-Identifier: GPL-2.0
#include <linux/kernel.h>
#include <linux/string.h>

#include "vjpegenc.h"

static const u32 in_one_memory[] = {V4L2_PIX_FMT_YUYV, V4L2_PIX_FMT_NV12, V4L2_PIX_FMT_YUV420};
static const u32 in_several[] = {V4L2_PIX_FMT_YUYV, V4L2_PIX_FMT_NV12M, V4L2_PIX_FMT_YUV420M};

u32 raw_fourcc(u32 index) {
  if (index >= ARRAY_SIZE(in_one_memory)) {
    return 0;
  }
  return apart ? in_several[index] : in_one_memory[index];
}

static u32 aligned(u32 size) {
  return clamp(ALIGN(size, ALIGNMENT), SMALLEST, LARGEST);
}

static void lay_out(struct raw_format* raw, u32 wished_stride) {
  u32 row = raw->fourcc == V4L2_PIX_FMT_YUYV ? 2 * raw->width : raw->width;
  u32 stride = max(row, ALIGN(min(wished_stride, 4U * LARGEST), 2));
  u32 luma = stride * raw->height;

  raw->planes = 1;
  raw->strides[0] = stride;
  switch (raw->fourcc) {
    case V4L2_PIX_FMT_YUYV:
      raw->sizes[0] = luma;
      break;
    case V4L2_PIX_FMT_NV12M:
      raw->planes = 2;
      raw->strides[1] = stride;
      raw->sizes[0] = luma;
      raw->sizes[1] = luma / 2;
      break;
    case V4L2_PIX_FMT_YUV420M:
      raw->planes = 3;
      raw->strides[1] = raw->strides[2] = stride / 2;
      raw->sizes[0] = luma;
      raw->sizes[1] = raw->sizes[2] = luma / 4;
      break;
    default:
      raw->sizes[0] = luma * 3 / 2;
  }
}

struct raw_format fit_raw(struct v4l2_format* wish) {
  struct v4l2_pix_format* single = &wish->fmt.pix;
  struct v4l2_pix_format_mplane* multi = &wish->fmt.pix_mp;
  u32 wished = multiplanar ? multi->pixelformat : single->pixelformat;
  u32 stride = multiplanar ? multi->plane_fmt[0].bytesperline : single->bytesperline;
  struct raw_format raw = {.fourcc = raw_fourcc(0)};
  u32 i;

  for (i = 0; raw_fourcc(i); i++) {
    if (raw_fourcc(i) == wished) {
      raw.fourcc = wished;
    }
  }
  raw.width = aligned(multiplanar ? multi->width : single->width);
  raw.height = aligned(multiplanar ? multi->height : single->height);
  lay_out(&raw, stride);
  if (multiplanar) {
    memset(multi->plane_fmt, 0, sizeof(multi->plane_fmt));
    multi->width = raw.width;
    multi->height = raw.height;
    multi->pixelformat = raw.fourcc;
    multi->field = V4L2_FIELD_NONE;
    multi->num_planes = raw.planes;
    for (i = 0; i < raw.planes; i++) {
      multi->plane_fmt[i].bytesperline = raw.strides[i];
      multi->plane_fmt[i].sizeimage = raw.sizes[i];
    }
  } else {
    single->width = raw.width;
    single->height = raw.height;
    single->pixelformat = raw.fourcc;
    single->field = V4L2_FIELD_NONE;
    single->bytesperline = raw.strides[0];
    single->sizeimage = raw.sizes[0];
  }
  return raw;
}

u32 jpeg_size(const struct raw_format* raw) {
  return raw->width * raw->height + 4096;
}

void fit_jpeg(struct v4l2_format* wish, u32 fourcc, const struct raw_format* raw) {
  if (multiplanar) {
    struct v4l2_pix_format_mplane* multi = &wish->fmt.pix_mp;

    memset(multi->plane_fmt, 0, sizeof(multi->plane_fmt));
    multi->width = raw->width;
    multi->height = raw->height;
    multi->pixelformat = fourcc;
    multi->field = V4L2_FIELD_NONE;
    multi->colorspace = V4L2_COLORSPACE_JPEG;
    multi->num_planes = 1;
    multi->plane_fmt[0].sizeimage = jpeg_size(raw);
  } else {
    struct v4l2_pix_format* single = &wish->fmt.pix;

    single->width = raw->width;
    single->height = raw->height;
    single->pixelformat = fourcc;
    single->field = V4L2_FIELD_NONE;
    single->colorspace = V4L2_COLORSPACE_JPEG;
    single->bytesperline = 0;
    single->sizeimage = jpeg_size(raw);
  }
}
