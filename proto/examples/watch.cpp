// Watches a camera with Boost.Beast: each frame as the bytes of a JPEG file.
//   g++ -std=c++20 -O2 watch.cpp -o watch        (Debian: libboost-dev, 1.81 or later)
//   ./watch 127.0.0.1 8080 [COUNT]
// Where the server wants a token, put it into the variable FRESHFRAME_TOKEN.

#include <cstdlib>
#include <exception>
#include <iostream>
#include <string>
#include <string_view>

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket.hpp>
#include <boost/endian/conversion.hpp>
#include <boost/json/src.hpp>

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace json = boost::json;
namespace websocket = boost::beast::websocket;

int main(int argc, char** argv) try {
  if (argc < 3) {
    std::cerr << "usage: watch HOST PORT [COUNT]\n";
    return 2;
  }
  const std::string host = argv[1];
  const std::string port = argv[2];
  long left = argc > 3 ? std::atol(argv[3]) : -1;

  asio::io_context context;
  websocket::stream<asio::ip::tcp::socket> socket(context);
  asio::connect(socket.next_layer(), asio::ip::tcp::resolver(context).resolve(host, port));
  socket.set_option(websocket::stream_base::decorator([](websocket::request_type& request) {
    request.set(beast::http::field::sec_websocket_protocol, "freshframe.v1.binary");
    if (const char* const token = std::getenv("FRESHFRAME_TOKEN")) {
      request.set(beast::http::field::authorization, std::string("Bearer ") + token);
    }
  }));
  socket.read_message_max(64 << 20);
  socket.handshake(host + ":" + port, "/ws");

  for (beast::flat_buffer buffer; left != 0; buffer.clear()) {
    socket.read(buffer);
    const std::string_view message(static_cast<const char*>(buffer.cdata().data()), buffer.size());
    if (socket.got_text()) {
      std::cerr << message << "\n";  // hello, status: for people
      continue;
    }
    const auto length =
        boost::endian::load_big_u32(reinterpret_cast<const unsigned char*>(message.data()));
    const json::object head = json::parse(message.substr(4, length)).as_object();
    const std::string_view jpeg = message.substr(4 + length);
    // Here is the place for your work on `jpeg`.
    std::cout << head.at("camera").as_string().c_str() << " " << head.at("sequence") << " "
              << head.at("width") << "x" << head.at("height") << " dropped " << head.at("dropped")
              << " bytes " << jpeg.size() << std::endl;
    const json::object ack{
        {"type", "ack"}, {"camera", head.at("camera")}, {"sequence", head.at("sequence")}};
    socket.text(true);
    socket.write(asio::buffer(json::serialize(ack)));
    left -= left > 0 ? 1 : 0;
  }
  socket.close(websocket::close_code::normal);
  return 0;
} catch (const std::exception& error) {
  std::cerr << "watch: " << error.what() << "\n";
  return 1;
}
