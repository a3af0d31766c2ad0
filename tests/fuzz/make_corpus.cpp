// Writes seeds for the decoders of messages and states: a few arbitrary values of every type.
//   make_corpus DIRECTORY   fills DIRECTORY/{message,json,state,values}
#include <filesystem>
#include <fstream>
#include <iostream>

#include "messages/codec/buffer.hpp"
#include "tests/fuzz/state_example.hpp"
#include "tests/messages/support/random_message.hpp"

namespace {

void write(const std::filesystem::path& file, const std::string& bytes) {
  std::filesystem::create_directories(file.parent_path());
  std::ofstream(file, std::ios::binary) << bytes;
}

}  // namespace

int main(int count, char** arguments) {
  using namespace optix;
  if (count != 2) {
    std::cerr << "usage: make_corpus DIRECTORY\n";
    return 2;
  }
  const std::filesystem::path folder = arguments[1];
  for_each_message(AllMessages{}, [&]<class M>() {
    test::Prng prng(M::info.id);
    const std::string id{static_cast<char>(M::info.id & 0xff), static_cast<char>(M::info.id >> 8)};
    for (int i = 0; i < 4;) {
      const MessageRef message = make_message(test::random_value<M>(prng));
      Buffer buffer;
      message.encode(buffer);
      if (buffer.size() > 2000) continue;
      const std::string name = std::string(M::info.name) + "." + std::to_string(i++);
      write(folder / "message" / name, id + std::string(buffer.view()));
      write(folder / "json" / name, id + message.to_json());
    }
  });
  fuzz::ExampleState state;
  state.lots = {{Decimal::from_int(1), 2, "x"}};
  state.legs = {{1, 2}, {3, 4}, {5, 6}};
  state.curve = {1.5, -0.0};
  state.roots = {Symbol::from("SPX").value()};
  state.rights = {Right::put};
  state.held[3] = {};
  state.names["a"] = {"b", ""};
  state.limit = Decimal::none();
  state.last = make_message(Timer{9});
  std::string bytes;
  encode_state(fuzz::ExampleState{}, bytes);
  write(folder / "state" / "empty", bytes);
  bytes.clear();
  encode_state(state, bytes);
  write(folder / "state" / "full", bytes);
  const char* texts[] = {"19.20",
                         "-0.000001",
                         "9223372036854.775807",
                         "2019-04-25",
                         "2019-04-25T20:00:00Z",
                         "1969-12-31T23:59:59.999999999Z",
                         "SPXW",
                         "none"};
  for (std::size_t i = 0; i < std::size(texts); ++i) write(folder / "values" / std::to_string(i), texts[i]);
}
