/*
 * LD_PRELOAD shim that makes V4L2's system calls fail on command, as drivers do that are in
 * trouble.
 *
 * While the file $FAILING_IOCTLS exists, the request that it names fails with the error number
 * behind the name: "S_FMT 16", "REQBUFS 12", "STREAMON 28", "QBUF 5"; with a control's id in
 * hexadecimal behind that, only when it is about that control: "S_EXT_CTRLS 34 980901". All others
 * go on as they are.
 *
 * "QBUF_OF_CTRLS 5" is the QBUF that comes behind an S_EXT_CTRLS on the same thread, once: the file
 * is then removed.
 */
#include <dlfcn.h>
#include <errno.h>
#include <linux/videodev2.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

static _Thread_local int controls_were_set;

static const struct {
  const char* name;
  unsigned long request;
} requests[] = {{"S_FMT", VIDIOC_S_FMT},
                {"REQBUFS", VIDIOC_REQBUFS},
                {"STREAMON", VIDIOC_STREAMON},
                {"QBUF", VIDIOC_QBUF},
                {"S_EXT_CTRLS", VIDIOC_S_EXT_CTRLS}};

static const char* name_of(unsigned long request) {
  for (size_t i = 0; i < sizeof(requests) / sizeof(*requests); i++) {
    if (requests[i].request == request) {
      return requests[i].name;
    }
  }
  return NULL;
}

static int is_about(unsigned long request, const void* argument, unsigned int control_id) {
  const struct v4l2_ext_controls* set = argument;

  if (!control_id || request != VIDIOC_S_EXT_CTRLS) {
    return 1;
  }
  for (unsigned int i = 0; i < set->count; i++) {
    if (set->controls[i].id == control_id) {
      return 1;
    }
  }
  return 0;
}

/* Whether `ordered` is what this request is called. */
static int is_ordered(const char* ordered, unsigned long request, const char* path) {
  if (request == VIDIOC_QBUF && controls_were_set && strcmp(ordered, "QBUF_OF_CTRLS") == 0) {
    unlink(path);
    return 1;
  }
  return strcmp(ordered, name_of(request)) == 0;
}

/* The error that this request shall fail with, or 0. */
static int wanted_error(unsigned long request, const void* argument) {
  const char* path = getenv("FAILING_IOCTLS");
  FILE* orders = name_of(request) && path ? fopen(path, "re") : NULL;
  char ordered[16] = "";
  int error = 0;
  unsigned int control_id = 0;

  if (orders) {
    if (fscanf(orders, "%15s %d %x", ordered, &error, &control_id) < 2 ||
        !is_ordered(ordered, request, path) || !is_about(request, argument, control_id)) {
      error = 0;
    }
    fclose(orders);
  }
  return error;
}

int ioctl(int fd, unsigned long request, ...) {
  int (*next)(int, unsigned long, ...) = dlsym(RTLD_NEXT, "ioctl");
  va_list arguments;
  va_start(arguments, request);
  void* argument = va_arg(arguments, void*);
  va_end(arguments);

  int error = wanted_error(request, argument);
  if (request == VIDIOC_S_EXT_CTRLS || request == VIDIOC_QBUF) {
    controls_were_set = request == VIDIOC_S_EXT_CTRLS;
  }
  if (error) {
    errno = error;
    return -1;
  }
  return next(fd, request, argument);
}
