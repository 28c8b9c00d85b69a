#include <gtest/gtest.h>

#include "net/host_policy.h"

namespace freshframe {
namespace {

TEST(HostPolicyTest, AddressesAndNamesOfThisNetworkAreLocal) {
  for (const char* host :
       {"127.0.0.1", "127.0.0.1:8080", "192.168.1.20", "[::1]", "[::1]:8080", "[fe80::1]:80",
        "localhost", "LocalHost:8080", "localhost.", "raspberrypi", "raspberrypi:8080",
        "camera.local", "Camera.LOCAL:8080", "camera.local.", "camera.lan", "a.b.home.arpa:80",
        "camera.internal", "door_camera", "camera:"}) {
    EXPECT_TRUE(is_local_host(host)) << host;
  }
}

TEST(HostPolicyTest, NamesThatAnybodyMayOwnAreNot) {
  for (const char* host : {"evil.example",
                           "evil.example:8080",
                           "localhost.evil.example",
                           "127.0.0.1.evil.example",
                           "evil.example.",
                           "evil.localx",
                           "evillocal.example",
                           ".local",
                           "home.arpa",
                           "[::1].evil.example",
                           "[evil.example]",
                           "[::1",
                           "[::1]8080",
                           "[::1]:x",
                           "",
                           ":8080",
                           ".",
                           "a@evil.local",
                           "evil.example/.local",
                           "evil.example#.local",
                           "localhost:80:80",
                           "localhost:8080.evil.example",
                           "::1",
                           "192.168.1",
                           "192.168.1.20.30"}) {
    EXPECT_FALSE(is_local_host(host)) << host;
  }
}

}  // namespace
}  // namespace freshframe
