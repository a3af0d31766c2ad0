#include "tools/optix/feed_command.hpp"

#include <atomic>
#include <csignal>
#include <memory>
#include <nlohmann/json.hpp>

#include "actors/transport/zeromq/feed_keys.hpp"
#include "actors/transport/zeromq/feed_publisher.hpp"
#include "tools/optix/data_source.hpp"
#include "tools/optix/exit_codes.hpp"

namespace optix {
namespace {

std::atomic<bool> interrupted{false};

// The first Ctrl-C ends the feed in good order, the second one at once.
void on_interrupt(int) {
  interrupted.store(true);
  std::signal(SIGINT, SIG_DFL);
}

struct PublishArguments {
  DataArguments data;
  zeromq::FeedPublisherOptions feed;
  double speed = 0;
  double rate = 0;
  std::string key_file;
  std::string subscriber_key;
};

int publish(PublishArguments arguments, const Console& console) {
  zeromq::FeedPublisherOptions& feed = arguments.feed;
  if (arguments.key_file.empty() != arguments.subscriber_key.empty()) {
    console.complain(Error{"--key-file and --subscriber-key go together", "",
                           "make a pair for each side with `optix feed key FILE`"});
    return exit_code::usage;
  }
  if (!arguments.key_file.empty()) {
    auto keys = zeromq::read_key_file(arguments.key_file);
    if (!keys || !zeromq::is_key(arguments.subscriber_key)) {
      console.complain(keys ? Error{"not a public key: '" + arguments.subscriber_key + "'", "--subscriber-key",
                                    "the first line of the session's key file"}
                            : keys.error());
      return exit_code::server;
    }
    feed.keys = {std::move(*keys), arguments.subscriber_key};
  }
  int exit = exit_code::ok;
  const auto data = load_data(arguments.data, console, exit);
  if (!data) return exit;
  if (arguments.speed > 0)
    feed.speed = arguments.speed;
  else
    feed.interval = std::chrono::nanoseconds(static_cast<std::int64_t>(1e9 / arguments.rate));
  feed.interrupt = &interrupted;
  const std::size_t steps = data->steps();
  if (!console.quiet && !console.no_progress)
    feed.progress = [&console, steps](std::size_t sent, std::uint64_t sequence) {
      if (sent == steps || sent * 10 / steps != (sent - 1) * 10 / steps)
        console.note("sent " + std::to_string(sent) + " of " + std::to_string(steps) + " snapshots, frame " +
                     std::to_string(sequence));
    };
  auto publisher = zeromq::FeedPublisher::create(data, feed);
  if (!publisher) {
    console.complain(publisher.error());
    return exit_code::server;
  }
  console.note("publishing " + std::to_string(steps) + " snapshots of " + feed.source + " on " +
               (*publisher)->endpoint() + ", snapshots on " + (*publisher)->snapshot_endpoint() +
               (feed.wait_subscriber ? "; waiting for a subscriber" : ""));
  interrupted.store(false);
  std::signal(SIGINT, on_interrupt);
  const zeromq::FeedPublisherReport report = (*publisher)->run();
  std::signal(SIGINT, SIG_DFL);
  if (console.json)
    console.result(nlohmann::ordered_json{{"snapshots", report.steps},
                                          {"frames", report.sequence},
                                          {"heartbeats", report.heartbeats},
                                          {"answers", report.answers},
                                          {"refused", report.refused},
                                          {"complete", report.complete}}
                       .dump());
  else
    console.result("published " + std::to_string(report.steps) + " snapshots in " + std::to_string(report.sequence) +
                   " frames, " + std::to_string(report.heartbeats) + " heartbeats; answered " +
                   std::to_string(report.answers) + " snapshot requests, refused " + std::to_string(report.refused) +
                   (report.complete ? "" : "; interrupted"));
  return report.complete ? exit_code::ok : exit_code::interrupted;
}

int make_key(const std::string& file, const Console& console) {
  const auto keys = zeromq::write_key_file(file);
  if (!keys) {
    console.complain(keys.error());
    return exit_code::io;
  }
  console.result(console.json ? nlohmann::ordered_json{{"file", file}, {"public_key", keys->public_key}}.dump()
                              : "public key " + keys->public_key + "\nthe secret key is in " + file);
  return exit_code::ok;
}

}  // namespace

void add_feed_command(CLI::App& app, Console& console, int& exit) {
  CLI::App* feed = app.add_subcommand("feed", "Publish data as a live feed")->require_subcommand(1);
  auto arguments = std::make_shared<PublishArguments>();
  CLI::App* publish_command =
      feed->add_subcommand("publish", "Send a dataset over ZeroMQ, paced, with heartbeats and snapshots on request");
  publish_command
      ->add_option("DATASET", arguments->data.dataset, "CSV file, `simulated`, or a run whose data to send (demo)")
      ->required();
  auto* speed =
      publish_command
          ->add_option("--speed", arguments->speed,
                       "Market time passes so many times faster than wall time: 86400 plays a day in a second")
          ->check(CLI::PositiveNumber);
  arguments->rate = 10;
  publish_command
      ->add_option("--rate", arguments->rate, "Snapshots per second, however far apart in market time (default 10)")
      ->check(CLI::Range(0.001, 1e6))
      ->excludes(speed);
  publish_command->add_option("--bind", arguments->feed.endpoint,
                              "Where the stream goes out (default tcp://127.0.0.1:5556)");
  publish_command->add_option("--snapshot-bind", arguments->feed.snapshot_endpoint,
                              "Where snapshot requests are answered (default tcp://127.0.0.1:5557)");
  publish_command->add_option("--source", arguments->feed.source, "Name of the stream (default optix)");
  publish_command->add_flag("--wait-subscriber", arguments->feed.wait_subscriber,
                            "Send nothing before somebody listens");
  publish_command->add_option("--key-file", arguments->key_file, "Own CURVE key pair; needed beyond this machine");
  publish_command->add_option("--subscriber-key", arguments->subscriber_key,
                              "Public key of the one session that may connect");
  publish_command
      ->add_option("--set", arguments->data.config.sets,
                   "Change the data: data.simulated.snapshots_per_session=390; may be repeated")
      ->take_all()
      ->allow_extra_args(false);
  publish_command->add_option("--seed", arguments->data.config.seed, "Seed of simulated data");
  publish_command->callback([arguments, &console, &exit] { exit = publish(*arguments, console); });

  auto file = std::make_shared<std::string>();
  CLI::App* key_command = feed->add_subcommand("key", "Make a key pair for a publisher or a session");
  key_command->add_option("FILE", *file, "File to write; it must not exist")->required();
  key_command->callback([file, &console, &exit] { exit = make_key(*file, console); });
}

}  // namespace optix
