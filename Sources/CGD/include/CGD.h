#pragma once

// libgd (https://libgd.github.io), loaded when the first picture is to be read: falhost runs without it, and no other
// start pays for the 20 libraries behind it. Its interface has not changed since 2.0.33; what is used of it is declared
// in CGD.c, so that its headers are not needed to build.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// NULL when libgd is there, else why not. To be called once, before all others.
const char *cgd_load(void);

// A picture in memory, 8 bits a channel, no transparency. Two threads may use two pictures at a time.
typedef struct cgd_picture cgd_picture;

typedef enum { cgd_jpeg, cgd_png, cgd_webp, cgd_gif } cgd_format;

// NULL for what is no such picture, or a damaged one.
cgd_picture *cgd_read(cgd_format format, const uint8_t *bytes, size_t count);

// All of one colour, 0xRRGGBB; NULL without memory.
cgd_picture *cgd_new(int width, int height, uint32_t colour);

void cgd_end(cgd_picture *picture);

int cgd_width(const cgd_picture *picture);
int cgd_height(const cgd_picture *picture);

// Draws `source` into the rectangle, each pixel the mean of those that it stands for. What is transparent in `source`
// is laid over white. The rectangle must lie within `target`.
void cgd_draw(cgd_picture *target, const cgd_picture *source, int x, int y, int width, int height);

// The colour of a pixel within the picture, 0xRRGGBB.
uint32_t cgd_pixel(const cgd_picture *picture, int x, int y);

void cgd_fill(cgd_picture *picture, int x, int y, int width, int height, uint32_t colour);

// Writes a line of UTF-8 in the system's sans-serif font (fontconfig); `x` and `y` are where its baseline begins. Not for
// two threads at a time.
// Returns false when there is no font.
bool cgd_write(cgd_picture *picture, const char *text, double points, int x, int y, uint32_t colour);

// The width of such a line in pixels; -1 when there is no font.
int cgd_text_width(const char *text, double points);

// The picture as a file's bytes, to be freed with cgd_free; NULL without memory. `quality` counts for JPEG and WebP.
uint8_t *cgd_encode(cgd_picture *picture, cgd_format format, int quality, size_t *count);
void cgd_free(uint8_t *bytes);
