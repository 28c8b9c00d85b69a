#pragma once

#include <string>

namespace freshframe {

/// `text` as a QR code for a terminal that shows UTF-8 and colours: black on white whatever the
/// terminal's own colours are, two rows of modules in each line, with the quiet zone of four
/// modules that readers want (ISO/IEC 18004). Ends with a line feed. Empty when the text is too
/// long.
std::string qr_code_for_terminal(const std::string& text);

}  // namespace freshframe
