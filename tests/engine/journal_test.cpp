#include "core/store/journal.hpp"

#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <iostream>

#include "tests/determinism/compare.hpp"

using namespace optix;
using namespace optix::testing;

namespace {

std::filesystem::path temporary(const std::string& name) {
  return std::filesystem::temp_directory_path() / ("optix-" + std::to_string(::getpid()) + "-" + name);
}

// A journal holds event digests: the states of nodes that a replay does not run cannot be in them.
Topology journal_world(std::uint64_t seed) {
  Topology world = random_world(seed);
  world.run.digest = DigestMode::events;
  return world;
}

// Runs world `seed` with a journal and returns what an observer saw.
Recorder journalled_run(std::uint64_t seed, const std::filesystem::path& file, bool complete = true) {
  auto writer = JournalWriter::create(file, "seed: " + std::to_string(seed));
  REQUIRE(writer);
  EngineOptions options;
  options.observers.push_back(writer->get());
  Recorder recorder;
  record(journal_world(seed), options, recorder);
  REQUIRE((*writer)->close(complete));
  return recorder;
}

std::string slurp(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void spit(const std::filesystem::path& file, std::string_view bytes) {
  std::ofstream(file, std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

// Number of tags that can be read; the error, if any, in `error`.
std::size_t readable_tags(const std::filesystem::path& file, std::string& error, bool& complete) {
  error.clear();
  complete = false;
  auto reader = JournalReader::open(file);
  if (!reader) {
    error = reader.error().to_string();
    return 0;
  }
  for (std::size_t tags = 0;; ++tags) {
    auto next = (*reader)->next();
    if (!next) error = next.error().to_string();
    complete = (*reader)->complete();
    if (!next || !*next) return tags;
  }
}

}  // namespace

TEST_CASE("a journal holds exactly what was dispatched", "[journal]") {
  const auto file = temporary("roundtrip.journal");
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    const Recorder run = journalled_run(seed, file);
    auto reader = JournalReader::open(file);
    REQUIRE(reader);
    CHECK((*reader)->config() == "seed: " + std::to_string(seed));
    for (const auto& entry : run.entries()) {
      auto tag = (*reader)->next();
      REQUIRE(tag);
      REQUIRE(*tag);
      REQUIRE((*tag)->tag == entry.tag);
      REQUIRE((*tag)->digest == entry.digest);
      REQUIRE((*tag)->events.size() == entry.events.size());
      for (std::size_t e = 0; e < entry.events.size(); ++e) {
        REQUIRE((*tag)->events[e].key() == entry.events[e].key());
        REQUIRE((*tag)->events[e].message.hash() == entry.events[e].message.hash());
      }
    }
    auto end = (*reader)->next();
    REQUIRE(end);
    CHECK(*end == nullptr);
    CHECK((*reader)->complete());
    CHECK((*reader)->final_digest() == run.entries().back().digest);
  }
  std::filesystem::remove(file);
}

TEST_CASE("a journal replays to the same digests without its sources", "[journal][determinism]") {
  const auto file = temporary("replay.journal");
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    const Recorder run = journalled_run(seed, file);
    const Topology world = journal_world(seed);
    EngineOptions options;
    options.types = &world_types();
    options.for_replay = true;
    auto engine = Engine::assemble(world, options);
    REQUIRE(engine);
    auto reader = JournalReader::open(file);
    REQUIRE(reader);
    const auto outcome = (*engine)->replay(**reader);
    INFO("seed " << seed << (outcome ? "" : ": " + outcome.error().to_string()));
    REQUIRE(outcome);
    REQUIRE(outcome->digest == run.entries().back().digest);
  }
  std::filesystem::remove(file);
}

TEST_CASE("replaying a journal under another topology names the tag where they part", "[journal]") {
  const auto file = temporary("other.journal");
  journalled_run(3, file);
  const Topology world = journal_world(4);
  EngineOptions options;
  options.types = &world_types();
  options.for_replay = true;
  auto engine = Engine::assemble(world, options);
  REQUIRE(engine);
  auto reader = JournalReader::open(file);
  REQUIRE(reader);
  const auto outcome = (*engine)->replay(**reader);
  REQUIRE_FALSE(outcome);
  CHECK(outcome.error().what.find("parts from the journal at 2019-04-25T00:00:00Z+") != std::string::npos);
  std::filesystem::remove(file);
}

TEST_CASE("no flipped byte of a journal goes unnoticed", "[journal]") {
  const auto file = temporary("flip.journal"), damaged = temporary("flipped.journal");
  const Recorder run = journalled_run(5, file);
  const std::string sound = slurp(file);
  std::size_t unnoticed = 0;
  for (std::size_t i = 0; i < sound.size(); ++i) {
    std::string bytes = sound;
    bytes[i] = static_cast<char>(bytes[i] ^ (1 << (i % 8)));
    spit(damaged, bytes);
    std::string error;
    bool complete = false;
    readable_tags(damaged, error, complete);
    if (error.empty()) ++unnoticed;
  }
  std::cout << "{\"id\":\"C3\",\"what\":\"journal\",\"n\":" << sound.size() << ",\"failures\":" << unnoticed << "}\n";
  CHECK(unnoticed == 0);
  std::filesystem::remove(file);
  std::filesystem::remove(damaged);
}

TEST_CASE("a journal that was cut off is never taken for a complete one", "[journal]") {
  const auto file = temporary("cut.journal"), cut = temporary("cutoff.journal");
  const Recorder run = journalled_run(6, file);
  const std::string sound = slurp(file);
  for (std::size_t size = 0; size < sound.size(); ++size) {
    spit(cut, std::string_view(sound).substr(0, size));
    std::string error;
    bool complete = false;
    const std::size_t tags = readable_tags(cut, error, complete);
    REQUIRE_FALSE(complete);
    REQUIRE(tags <= run.entries().size());
  }
  std::filesystem::remove(file);
  std::filesystem::remove(cut);
}

TEST_CASE("a journal that cannot be created says where", "[journal]") {
  const auto writer = JournalWriter::create("/nonexistent-folder/x.journal", "");
  REQUIRE_FALSE(writer);
  CHECK(writer.error().to_string().find("/nonexistent-folder/x.journal: cannot create the journal") == 0);
}
