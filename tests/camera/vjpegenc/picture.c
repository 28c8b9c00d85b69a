// SPDX-License-Identifier: GPL-2.0
#include <linux/bitops.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include "vjpegenc.h"

struct bits {
  u8* to;
  u32 waiting;
  int count;
};

static void put(struct bits* bits, u32 value, int length) {
  while (length-- > 0) {
    bits->waiting = bits->waiting << 1 | (value >> length & 1);
    if (++bits->count == 8) {
      *bits->to++ = bits->waiting;
      if ((bits->waiting & 0xff) == 0xff) {
        *bits->to++ = 0;
      }
      bits->count = 0;
    }
  }
}

/* The DC table of ITU-T T.81, K.3.1, by category: code and length. */
static const u16 codes[12][2] = {{0, 2},  {2, 3},  {3, 3},  {4, 3},   {5, 3},   {6, 3},
                                 {14, 4}, {30, 5}, {62, 6}, {126, 7}, {254, 8}, {510, 9}};

/* A block of nothing but its mean: the DC coefficient is 8 times that (T.81, A.3.3). */
static void put_block(struct bits* bits, int mean, int step, int* before) {
  int value = DIV_ROUND_CLOSEST(8 * (mean - 128), step);
  int difference = value - *before;
  int category = fls(abs(difference));

  *before = value;
  put(bits, codes[category][0], codes[category][1]);
  put(bits, difference < 0 ? difference + (1 << category) - 1 : difference, category);
  put(bits, 0, 1); /* end of block */
}

/* Samples that lie `step` bytes apart in their row. */
struct samples {
  const u8* first;
  u32 stride, step;
};

static int mean(const struct samples* plane, u32 x, u32 y, u32 columns, u32 rows) {
  const u8* row = plane->first + y * plane->stride + x * plane->step;
  u32 sum = 0, i, j;

  for (j = 0; j < rows; j++, row += plane->stride) {
    for (i = 0; i < columns; i++) {
      sum += row[i * plane->step];
    }
  }
  return (sum + columns * rows / 2) / (columns * rows);
}

static void find_samples(const struct raw_format* raw, const u8* const* planes,
                         struct samples* luma, struct samples* u, struct samples* v) {
  u32 stride = raw->strides[0], size = stride * raw->height;
  const u8* chroma = raw->planes > 1 ? planes[1] : planes[0] + size;

  switch (raw->fourcc) {
    case V4L2_PIX_FMT_YUYV:
      *luma = (struct samples){planes[0], stride, 2};
      *u = (struct samples){planes[0] + 1, stride, 4};
      *v = (struct samples){planes[0] + 3, stride, 4};
      return;
    case V4L2_PIX_FMT_NV12:
    case V4L2_PIX_FMT_NV12M:
      *u = (struct samples){chroma, stride, 2};
      *v = (struct samples){chroma + 1, stride, 2};
      break;
    default:
      *u = (struct samples){chroma, stride / 2, 1};
      *v = (struct samples){raw->planes > 2 ? planes[2] : chroma + size / 4, stride / 2, 1};
  }
  *luma = (struct samples){planes[0], stride, 1};
}

static u8* put_bytes(u8* to, const u8* bytes, size_t count) {
  memcpy(to, bytes, count);
  return to + count;
}

static u8* put_head(u8* to, u32 width, u32 height, int step) {
  static const u8 tables[] = {0xff, 0xd8, 0xff, 0xdb, 0, 67, 0};
  static const u8 components[] = {3, 1, 0x22, 0, 2, 0x11, 0, 3, 0x11, 0};
  static const u8 dc_table[] = {0xff, 0xc4, 0, 31, 0, 0, 1, 5, 1, 1, 1, 1, 1, 1, 0,  0, 0,
                                0,    0,    0, 0,  0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11};
  static const u8 ac_table[] = {0xff, 0xc4, 0, 20, 0x10, 1, 0, 0, 0, 0, 0,
                                0,    0,    0, 0,  0,    0, 0, 0, 0, 0, 0};
  static const u8 scan[] = {0xff, 0xda, 0, 12, 3, 1, 0, 2, 0, 3, 0, 0, 63, 0};
  u8 frame[] = {0xff, 0xc0, 0, 17, 8, height >> 8, height, width >> 8, width};

  to = put_bytes(to, tables, sizeof(tables));
  memset(to, step, 64);
  to = put_bytes(to + 64, frame, sizeof(frame));
  to = put_bytes(to, components, sizeof(components));
  to = put_bytes(to, dc_table, sizeof(dc_table));
  to = put_bytes(to, ac_table, sizeof(ac_table));
  return put_bytes(to, scan, sizeof(scan));
}

size_t encode_means(const struct raw_format* raw, u32 width, u32 height, int quality,
                    const u8* const* planes, u8* jpeg) {
  /* One step for each four per cent that the quality lacks, so that a test can tell it. */
  int step = 1 + (100 - quality) / 4;
  int before[3] = {0, 0, 0};
  u32 rows = raw->fourcc == V4L2_PIX_FMT_YUYV ? 16 : 8; /* of chroma in 16 of luma */
  struct samples luma, u, v;
  struct bits bits = {.to = put_head(jpeg, width, height, step)};
  u32 x, y, i;

  find_samples(raw, planes, &luma, &u, &v);
  for (y = 0; y < height; y += 16) {
    for (x = 0; x < width; x += 16) {
      for (i = 0; i < 4; i++) {
        put_block(&bits, mean(&luma, x + i % 2 * 8, y + i / 2 * 8, 8, 8), step, &before[0]);
      }
      put_block(&bits, mean(&u, x / 2, y / 16 * rows, 8, rows), step, &before[1]);
      put_block(&bits, mean(&v, x / 2, y / 16 * rows, 8, rows), step, &before[2]);
    }
  }
  while (bits.count != 0) {
    put(&bits, 1, 1);
  }
  *bits.to++ = 0xff;
  *bits.to++ = 0xd9;
  return bits.to - jpeg;
}
