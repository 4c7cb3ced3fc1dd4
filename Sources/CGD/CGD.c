#include "CGD.h"

#include <dlfcn.h>
#include <limits.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#if defined(__APPLE__)
static const char *const libraries[] = {
    "libgd.3.dylib", "/opt/homebrew/opt/gd/lib/libgd.3.dylib", "/usr/local/opt/gd/lib/libgd.3.dylib"};
#else
static const char *const libraries[] = {"libgd.so.3"};
#endif

typedef struct gdImageStruct gdImage;
typedef void gdErrorMethod(int priority, const char *format, va_list arguments);

// As gd.h declares them.
#define FUNCTIONS(X) \
    X(gdImage *, gdImageCreateFromJpegPtr, (int, void *)) \
    X(gdImage *, gdImageCreateFromPngPtr, (int, void *)) \
    X(gdImage *, gdImageCreateFromWebpPtr, (int, void *)) \
    X(gdImage *, gdImageCreateFromGifPtr, (int, void *)) \
    X(gdImage *, gdImageCreateTrueColor, (int, int)) \
    X(void, gdImageDestroy, (gdImage *)) \
    X(void, gdImageGetClip, (gdImage *, int *, int *, int *, int *)) \
    X(int, gdImageGetTrueColorPixel, (gdImage *, int, int)) \
    X(void, gdImageSetPixel, (gdImage *, int, int, int)) \
    X(void, gdImageFilledRectangle, (gdImage *, int, int, int, int, int)) \
    X(char *, gdImageStringFT, (gdImage *, int *, int, const char *, double, double, int, int, const char *)) \
    X(int, gdFTUseFontConfig, (int)) \
    X(void *, gdImageJpegPtr, (gdImage *, int *, int)) \
    X(void *, gdImagePngPtr, (gdImage *, int *)) \
    X(void *, gdImageWebpPtrEx, (gdImage *, int *, int)) \
    X(void *, gdImageGifPtr, (gdImage *, int *)) \
    X(void, gdFree, (void *)) \
    X(void, gdSetErrorMethod, (gdErrorMethod *))

static struct {
#define FIELD(result, name, parameters) result(*name) parameters;
    FUNCTIONS(FIELD)
#undef FIELD
} gd;

// Of damaged pictures libgd writes to standard error; the caller says it in words of ours.
static void say_nothing(int priority, const char *format, va_list arguments) {
    (void)priority, (void)format, (void)arguments;
}

const char *cgd_load(void) {
    void *library = NULL;
    for (size_t i = 0; library == NULL && i < sizeof libraries / sizeof *libraries; i++)
        library = dlopen(libraries[i], RTLD_NOW | RTLD_LOCAL);
    if (library == NULL) return dlerror();
    // A function pointer is stored through memcpy: ISO C has no conversion from an object pointer.
#define LOAD(result, name, parameters) \
    { \
        void *address = dlsym(library, #name); \
        if (address == NULL) return dlerror(); \
        memcpy(&gd.name, &address, sizeof address); \
    }
    FUNCTIONS(LOAD)
#undef LOAD
    gd.gdSetErrorMethod(say_nothing);
    gd.gdFTUseFontConfig(1);
    return NULL;
}

struct cgd_picture {
    gdImage *image;
    int width, height;
};

static cgd_picture *picture_of(gdImage *image) {
    if (image == NULL) return NULL;
    cgd_picture *picture = malloc(sizeof *picture);
    if (picture == NULL) {
        gd.gdImageDestroy(image);
        return NULL;
    }
    // A new image may be drawn on everywhere. The struct's own fields would tie us to one layout of it.
    int x = 0, y = 0, last_x = 0, last_y = 0;
    gd.gdImageGetClip(image, &x, &y, &last_x, &last_y);
    *picture = (cgd_picture){.image = image, .width = last_x + 1, .height = last_y + 1};
    return picture;
}

cgd_picture *cgd_read(cgd_format format, const uint8_t *bytes, size_t count) {
    if (count > INT_MAX) return NULL;
    // libgd only reads through the pointer, for all that its type says.
    void *data = (void *)(uintptr_t)bytes;
    switch (format) {
    case cgd_jpeg: return picture_of(gd.gdImageCreateFromJpegPtr((int)count, data));
    case cgd_png: return picture_of(gd.gdImageCreateFromPngPtr((int)count, data));
    case cgd_webp: return picture_of(gd.gdImageCreateFromWebpPtr((int)count, data));
    case cgd_gif: return picture_of(gd.gdImageCreateFromGifPtr((int)count, data));
    }
    return NULL;
}

cgd_picture *cgd_new(int width, int height, uint32_t colour) {
    cgd_picture *picture = picture_of(gd.gdImageCreateTrueColor(width, height));
    if (picture != NULL) cgd_fill(picture, 0, 0, width, height, colour);
    return picture;
}

void cgd_end(cgd_picture *picture) {
    gd.gdImageDestroy(picture->image);
    free(picture);
}

int cgd_width(const cgd_picture *picture) { return picture->width; }

int cgd_height(const cgd_picture *picture) { return picture->height; }

uint32_t cgd_pixel(const cgd_picture *picture, int x, int y) {
    return (uint32_t)gd.gdImageGetTrueColorPixel(picture->image, x, y) & 0xFFFFFF;
}

void cgd_fill(cgd_picture *picture, int x, int y, int width, int height, uint32_t colour) {
    gd.gdImageFilledRectangle(picture->image, x, y, x + width - 1, y + height - 1, (int)colour);
}

// MARK: Scaling

// A colour of libgd has 7 bits of transparency above the 24 of the colour: 0 hides what is below, 127 shows all of it.
static uint32_t over_white(uint32_t channel, uint32_t transparency) {
    return (channel * (127 - transparency) + 255 * transparency + 63) / 127;
}

// Twice as fast as libgd's own resampling, which computes with doubles: here a source pixel counts, or does not.
void cgd_draw(cgd_picture *target, const cgd_picture *source, int x, int y, int width, int height) {
    for (int row = 0; row < height; row++) {
        int top = (int)((int64_t)row * source->height / height);
        int bottom = (int)((int64_t)(row + 1) * source->height / height);
        if (bottom <= top) bottom = top + 1;
        for (int column = 0; column < width; column++) {
            int left = (int)((int64_t)column * source->width / width);
            int right = (int)((int64_t)(column + 1) * source->width / width);
            if (right <= left) right = left + 1;
            uint64_t red = 0, green = 0, blue = 0, count = 0;
            for (int from_y = top; from_y < bottom; from_y++)
                for (int from_x = left; from_x < right; from_x++) {
                    uint32_t pixel = (uint32_t)gd.gdImageGetTrueColorPixel(source->image, from_x, from_y);
                    uint32_t transparency = pixel >> 24 & 127;
                    red += over_white(pixel >> 16 & 255, transparency);
                    green += over_white(pixel >> 8 & 255, transparency);
                    blue += over_white(pixel & 255, transparency);
                    count++;
                }
            uint32_t colour = (uint32_t)(red / count) << 16 | (uint32_t)(green / count) << 8 | (uint32_t)(blue / count);
            gd.gdImageSetPixel(target->image, x + column, y + row, (int)colour);
        }
    }
}

// MARK: Text

static bool write_text(gdImage *image, const char *text, double points, int x, int y, uint32_t colour, int *box) {
    return gd.gdImageStringFT(image, box, (int)colour, "sans", points, 0, x, y, text) == NULL;
}

bool cgd_write(cgd_picture *picture, const char *text, double points, int x, int y, uint32_t colour) {
    int box[8];
    return write_text(picture->image, text, points, x, y, colour, box);
}

int cgd_text_width(const char *text, double points) {
    int box[8];  // x and y of the lower left, lower right, upper right and upper left corners
    return write_text(NULL, text, points, 0, 0, 0, box) ? box[2] - box[0] : -1;
}

// MARK: Files

uint8_t *cgd_encode(cgd_picture *picture, cgd_format format, int quality, size_t *count) {
    int size = 0;
    void *bytes = NULL;
    switch (format) {
    case cgd_jpeg: bytes = gd.gdImageJpegPtr(picture->image, &size, quality); break;
    case cgd_png: bytes = gd.gdImagePngPtr(picture->image, &size); break;
    case cgd_gif: bytes = gd.gdImageGifPtr(picture->image, &size); break;
    case cgd_webp: bytes = gd.gdImageWebpPtrEx(picture->image, &size, quality); break;
    }
    *count = (size_t)size;
    return bytes;
}

void cgd_free(uint8_t *bytes) { gd.gdFree(bytes); }
