#include "base/address_bytes.h"

#include <algorithm>
#include <cstddef>

namespace freshframe {

namespace ip = boost::asio::ip;

AddressBytes prefix_of(AddressBytes address, int bits) {
  for (int i = 0; i < static_cast<int>(address.size()); ++i) {
    const int kept = std::clamp(bits - 8 * i, 0, 8);
    address[static_cast<std::size_t>(i)] &= static_cast<std::uint8_t>(0xff00 >> kept);
  }
  return address;
}

bool is_mapped(const AddressBytes& address) {
  return prefix_of(address, kMappedBits) == AddressBytes{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
}

AddressBytes bytes_of(const ip::address& address) {
  return address.is_v6() ? address.to_v6().to_bytes()
                         : ip::make_address_v6(ip::v4_mapped, address.to_v4()).to_bytes();
}

AddressBytes peer_of(const ip::address& address) {
  constexpr int kSubscriberBits = 64;
  const AddressBytes bytes = bytes_of(address);
  return is_mapped(bytes) ? bytes : prefix_of(bytes, kSubscriberBits);
}

}  // namespace freshframe
