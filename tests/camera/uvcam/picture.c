/* The drawn pictures: a moving gradient, and the frame's number in blocks that survive compression.
 */
#include <stdlib.h>
#include <string.h>

#include "uvcam.h"

enum { kNumberBits = 32, kWhite = 235, kBlack = 16, kQuantizer = 8 };

static uint8_t* bit_position;
static uint32_t bit_buffer;
static int bits_held;

static void put_bits(uint32_t value, int count) {
  while (count--) {
    bit_buffer = bit_buffer << 1 | (value >> count & 1);
    if (++bits_held == 8) {
      *bit_position++ = bit_buffer;
      if ((bit_buffer & 255) == 255) {
        *bit_position++ = 0; /* so that it is not taken for a marker */
      }
      bits_held = 0;
    }
  }
}

/* The luminance DC table of ITU-T T.81, K.3.3.1: how many codes there are of each length, and each
 * code with its length. */
static const uint8_t dc_counts[16] = {0, 1, 5, 1, 1, 1, 1, 1, 1};
static const uint16_t dc_codes[12][2] = {{0, 2},  {2, 3},  {3, 3},  {4, 3},   {5, 3},   {6, 3},
                                         {14, 4}, {30, 5}, {62, 6}, {126, 7}, {254, 8}, {510, 9}};

/* One flat 8x8 block. The AC table has one code, "0", which ends the block. */
static void put_block(int value, int* previous) {
  int difference = value - *previous, magnitude = abs(difference), size = 0;

  *previous = value;
  while (magnitude >> size) {
    size++;
  }
  put_bits(dc_codes[size][0], dc_codes[size][1]);
  put_bits(difference < 0 ? difference + (1 << size) - 1 : difference, size);
  put_bits(0, 1);
}

static uint8_t* put_bytes(uint8_t* out, const uint8_t* bytes, size_t size) {
  memcpy(out, bytes, size);
  return out + size;
}
#define PUT(out, ...) \
  put_bytes(out, (const uint8_t[]){__VA_ARGS__}, sizeof((const uint8_t[]){__VA_ARGS__}))

static uint8_t* put_headers(uint8_t* out, int width, int height) {
  out = PUT(out, 0xff, 0xd8, 0xff, 0xdb, 0, 67, 0);
  memset(out, kQuantizer, 64); /* a DC step is then one grey level */
  out += 64;
  /* 4:2:2, as webcams send */
  out = PUT(out, 0xff, 0xc0, 0, 17, 8, height >> 8, height, width >> 8, width, 3, 1, 0x21, 0, 2,
            0x11, 0, 3, 0x11, 0);
  out = PUT(out, 0xff, 0xc4, 0, 31, 0x00);
  out = put_bytes(out, dc_counts, sizeof(dc_counts));
  for (int i = 0; i < 12; i++) {
    *out++ = i;
  }
  out = PUT(out, 0xff, 0xc4, 0, 20, 0x10, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
  return PUT(out, 0xff, 0xda, 0, 12, 3, 1, 0, 2, 0, 3, 0, 0, 63, 0);
}

size_t draw_jpeg(uint8_t* out, int width, int height, unsigned number) {
  int previous[3] = {0};

  bit_position = put_headers(out, width, height);
  bits_held = 0;
  for (int y = 0; y < (height + 7) / 8; y++) {
    for (int x = 0; x < (width + 15) / 16; x++) {
      int luma = (x * 8 + y * 4 + (int)number * 4) & 255;
      if (y == 0 && x < kNumberBits) {
        luma = number >> x & 1 ? kWhite : kBlack;
      }
      put_block(luma - 128, &previous[0]);
      put_block(luma - 128, &previous[0]);
      put_block((x * 4 & 127) - 64, &previous[1]);
      put_block((y * 4 & 127) - 64, &previous[2]);
    }
  }
  while (bits_held) {
    put_bits(1, 1);
  }
  return PUT(bit_position, 0xff, 0xd9) - out;
}

size_t draw_yuyv(uint8_t* out, int width, int height, unsigned number) {
  for (int y = 0; y < height; y++) {
    for (int x = 0; x < width; x++) {
      int luma = (x / 2 + y / 2 + (int)number * 4) & 255;
      if (y < 8 && x < kNumberBits * 16) {
        luma = number >> x / 16 & 1 ? kWhite : kBlack;
      }
      *out++ = luma;
      *out++ = x & 1 ? 128 + (y & 63) : 128 - (x & 63); /* V : U */
    }
  }
  return (size_t)width * height * 2;
}
