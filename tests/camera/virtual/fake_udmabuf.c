/*
 * LD_PRELOAD shim that gives libcamera's virtual cameras their buffers on machines without
 * /dev/udmabuf, as containers and cloud machines are.
 *
 * The memfd that libcamera wants wrapped is handed back as the "dma-buf". Mapping and passing it
 * work the same; only a real device could tell the difference. Does nothing where /dev/udmabuf
 * opens.
 */
#include <dlfcn.h>
#include <fcntl.h>
#include <linux/dma-buf.h>
#include <linux/udmabuf.h>
#include <stdarg.h>
#include <stdbool.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

static bool faking;

static int open_or_fake(const char* symbol, const char* path, int flags, int mode) {
  int (*next)(const char*, int, ...) = dlsym(RTLD_NEXT, symbol);
  int fd = next(path, flags, mode);

  if (fd < 0 && !strcmp(path, "/dev/udmabuf")) {
    faking = true;
    fd = memfd_create("fake-udmabuf", MFD_CLOEXEC);
  }
  return fd;
}

int open64(const char* path, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  int mode = va_arg(arguments, int);
  va_end(arguments);
  return open_or_fake("open64", path, flags, mode);
}

int open(const char* path, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  int mode = va_arg(arguments, int);
  va_end(arguments);
  return open_or_fake("open", path, flags, mode);
}

int ioctl(int fd, unsigned long request, ...) {
  int (*next)(int, unsigned long, ...) = dlsym(RTLD_NEXT, "ioctl");
  va_list arguments;
  va_start(arguments, request);
  void* argument = va_arg(arguments, void*);
  va_end(arguments);

  if (faking && request == UDMABUF_CREATE) {
    return fcntl(((struct udmabuf_create*)argument)->memfd, F_DUPFD_CLOEXEC, 0);
  }
  int result = next(fd, request, argument);
  /* A memfd has no caches to synchronise and says so with an error. */
  return result < 0 && faking && request == DMA_BUF_IOCTL_SYNC ? 0 : result;
}
