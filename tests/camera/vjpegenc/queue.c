// SPDX-License-Identifier: GPL-2.0
#include <linux/kernel.h>
#include <linux/version.h>
#include <media/videobuf2-vmalloc.h>

#include "vjpegenc.h"

struct buffer {
  struct vb2_v4l2_buffer vb;
  struct list_head next;
};

static bool has_work(struct client* client) {
  return client->streaming[OUTPUT] && client->streaming[CAPTURE] &&
         !list_empty(&client->waiting[OUTPUT]) && !list_empty(&client->waiting[CAPTURE]);
}

static void work_if_there_is_some(struct client* client) {
  unsigned long flags;

  spin_lock_irqsave(&client->waiting_lock, flags);
  if (has_work(client)) {
    schedule_delayed_work(&client->work, msecs_to_jiffies(delay_ms));
  }
  spin_unlock_irqrestore(&client->waiting_lock, flags);
}

static struct buffer* take(struct client* client, int which) {
  struct buffer* buffer = list_first_entry(&client->waiting[which], struct buffer, next);

  list_del(&buffer->next);
  return buffer;
}

static void work(struct work_struct* item) {
  struct client* client = container_of(to_delayed_work(item), struct client, work);
  enum vb2_buffer_state state = VB2_BUF_STATE_DONE;
  struct buffer *from = NULL, *to = NULL;
  const u8* planes[MOST_PLANES];
  size_t length;
  u32 i;

  if (hang) { /* until it is stopped, or the parameter changes */
    schedule_delayed_work(&client->work, msecs_to_jiffies(20));
    return;
  }
  spin_lock_irq(&client->waiting_lock);
  if (has_work(client)) {
    from = take(client, OUTPUT);
    to = take(client, CAPTURE);
  }
  spin_unlock_irq(&client->waiting_lock);
  if (!from) {
    return;
  }
  for (i = 0; i < client->raw.planes; i++) {
    planes[i] = vb2_plane_vaddr(&from->vb.vb2_buf, i);
  }
  length = encode_means(&client->raw, client->width, client->height, client->quality, planes,
                        vb2_plane_vaddr(&to->vb.vb2_buf, 0));
  made++;
  imported += from->vb.vb2_buf.memory == VB2_MEMORY_DMABUF;
  if (fail_every && made % fail_every == 0) {
    state = VB2_BUF_STATE_ERROR;
    length = 0;
  }
  vb2_set_plane_payload(&to->vb.vb2_buf, 0, length);
  to->vb.vb2_buf.timestamp = from->vb.vb2_buf.timestamp;
  to->vb.field = V4L2_FIELD_NONE;
  vb2_buffer_done(&from->vb.vb2_buf, state);
  vb2_buffer_done(&to->vb.vb2_buf, state);
  work_if_there_is_some(client);
}

/* Queues ---------------------------------------------------------------- */

static int which(struct vb2_queue* queue) {
  return V4L2_TYPE_IS_OUTPUT(queue->type) ? OUTPUT : CAPTURE;
}

static u32 plane_size(struct vb2_queue* queue, u32 plane) {
  struct client* client = vb2_get_drv_priv(queue);

  return which(queue) == OUTPUT ? client->raw.sizes[plane] : jpeg_size(&client->raw);
}

static int queue_setup(struct vb2_queue* queue, unsigned int* buffers, unsigned int* planes,
                       unsigned int sizes[], struct device* devices[]) {
  struct client* client = vb2_get_drv_priv(queue);
  u32 i;

  *planes = which(queue) == OUTPUT ? client->raw.planes : 1;
  for (i = 0; i < *planes; i++) {
    sizes[i] = plane_size(queue, i);
  }
  return 0;
}

static int buffer_prepare(struct vb2_buffer* vb) {
  u32 i;

  for (i = 0; i < vb->num_planes; i++) {
    if (vb2_plane_size(vb, i) < plane_size(vb->vb2_queue, i)) {
      return -EINVAL;
    }
  }
  return 0;
}

static int buffer_out_validate(struct vb2_buffer* vb) {
  to_vb2_v4l2_buffer(vb)->field = V4L2_FIELD_NONE;
  return 0;
}

static void buffer_queue(struct vb2_buffer* vb) {
  struct client* client = vb2_get_drv_priv(vb->vb2_queue);
  struct buffer* buffer = container_of(to_vb2_v4l2_buffer(vb), struct buffer, vb);
  unsigned long flags;

  spin_lock_irqsave(&client->waiting_lock, flags);
  list_add_tail(&buffer->next, &client->waiting[which(vb->vb2_queue)]);
  spin_unlock_irqrestore(&client->waiting_lock, flags);
  work_if_there_is_some(client);
}

static int start_streaming(struct vb2_queue* queue, unsigned int count) {
  struct client* client = vb2_get_drv_priv(queue);

  client->streaming[which(queue)] = true;
  work_if_there_is_some(client);
  return 0;
}

static void stop_streaming(struct vb2_queue* queue) {
  struct client* client = vb2_get_drv_priv(queue);
  unsigned long flags;

  spin_lock_irqsave(&client->waiting_lock, flags);
  client->streaming[which(queue)] = false;
  spin_unlock_irqrestore(&client->waiting_lock, flags);
  cancel_delayed_work_sync(&client->work);
  while (!list_empty(&client->waiting[which(queue)])) {
    vb2_buffer_done(&take(client, which(queue))->vb.vb2_buf, VB2_BUF_STATE_ERROR);
  }
}

static const struct vb2_ops queue_ops = {
    .queue_setup = queue_setup,
    .buf_prepare = buffer_prepare,
    .buf_out_validate = buffer_out_validate,
    .buf_queue = buffer_queue,
    .start_streaming = start_streaming,
    .stop_streaming = stop_streaming,
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 13, 0)
    .wait_prepare = vb2_ops_wait_prepare,
    .wait_finish = vb2_ops_wait_finish,
#endif
};

int open_queue(struct client* client, int which, u32 type, struct device* device) {
  struct vb2_queue* queue = &client->queues[which];

  if (which == OUTPUT) {
    INIT_DELAYED_WORK(&client->work, work);
  }
  INIT_LIST_HEAD(&client->waiting[which]);
  queue->type = type;
  queue->io_modes = VB2_MMAP | (import ? VB2_DMABUF : 0);
  queue->drv_priv = client;
  queue->buf_struct_size = sizeof(struct buffer);
  queue->ops = &queue_ops;
  queue->mem_ops = &vb2_vmalloc_memops;
  queue->timestamp_flags = V4L2_BUF_FLAG_TIMESTAMP_COPY;
  queue->lock = &lock;
  queue->dev = device;
  return vb2_queue_init(queue);
}

/* Ioctls ---------------------------------------------------------------- */
