#include "message/stale_picture.h"

#include <memory>

#include "message/picture_forms.h"

namespace freshframe {

PicturePtr make_stale_picture(const Picture& picture) {
  auto stale = std::make_shared<Picture>(same_picture(picture));
  stale->is_stale = true;
  return stale;
}

}  // namespace freshframe
