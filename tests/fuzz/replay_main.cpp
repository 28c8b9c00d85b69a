#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

// Stands in for libFuzzer where the compiler has none: runs a fuzz target over the files of the
// directories it is given and those below, each file also cut short at every length.
int main(int argc, char** argv) {
  int files = 0;
  for (int i = 1; i < argc; ++i) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(argv[i])) {
      if (!entry.is_regular_file()) {
        continue;
      }
      std::ifstream file(entry.path(), std::ios::binary);
      const std::vector<char> content((std::istreambuf_iterator<char>(file)), {});
      const auto* data = reinterpret_cast<const std::uint8_t*>(content.data());
      for (std::size_t size = 0; size <= content.size(); ++size) {
        // A copy of the exact size, so that AddressSanitizer sees a read behind it.
        const std::vector<std::uint8_t> input(data, data + size);
        LLVMFuzzerTestOneInput(input.data(), input.size());
      }
      ++files;
    }
  }
  std::printf("%d files\n", files);
  return files > 0 ? 0 : 1;
}
