#include "tools/optix/position_legs.hpp"

#include <charconv>
#include <sstream>
#include <vector>

#include "config/scalar.hpp"
#include "config/suggest.hpp"
#include "tools/optix/option_arguments.hpp"

namespace optix {
namespace {

constexpr const char* example = "for example \"sell 1 put 90 @1.25 vol=0.22 days=30\" or \"buy 100 stock @101\"";

std::optional<std::int32_t> whole(std::string_view text) {
  if (!text.empty() && text[0] == '+') text.remove_prefix(1);
  std::int32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value > 1'000'000 || value < -1'000'000)
    return std::nullopt;
  return value;
}

class LegParser {
 public:
  LegParser(const std::string& text, std::string where) : where_(std::move(where)) {
    std::istringstream in(text);
    for (std::string word; in >> word;) words_.push_back(word);
  }

  Result<LegText> parse() {
    if (Status status = side(); !status) return status.error();
    if (Status status = kind(); !status) return status.error();
    for (; at_ < words_.size(); ++at_)
      if (Status status = option(words_[at_]); !status) return status.error();
    return leg_;
  }

 private:
  Error refuse(std::string what, std::string hint = example) const {
    return {std::move(what), where_, std::move(hint)};
  }

  Status side() {
    if (words_.empty()) return refuse("the leg is empty");
    std::int32_t sign = 1;
    const std::string& word = words_[0];
    if (word == "buy" || word == "sell") {
      sign = word == "buy" ? 1 : -1;
      ++at_;
      leg_.quantity = sign;
      if (at_ == words_.size()) return {};
      const auto count = whole(words_[at_]);
      if (!count) return {};
      if (*count <= 0) return refuse("`" + words_[at_] + "` contracts: after " + word + " the count is above 0");
      leg_.quantity = sign * *count;
      ++at_;
      return {};
    }
    const auto count = whole(word);
    if (!count || *count == 0)
      return refuse("`" + word + "` is not buy, sell or a signed count", hint(word, {"buy", "sell"}));
    leg_.quantity = *count;
    ++at_;
    return {};
  }

  Status kind() {
    if (at_ == words_.size()) return refuse("what to trade is missing");
    std::string word = words_[at_++];
    if (word.size() > 1 && word.back() == 's') word.pop_back();
    if (word == "stock" || word == "share") {
      leg_.stock = true;
      return {};
    }
    if (word != "call" && word != "put")
      return refuse("`" + words_[at_ - 1] + "` is not call, put or stock",
                    hint(word, {"call", "put", "stock", "share"}));
    leg_.right = word == "call" ? Right::call : Right::put;
    if (at_ == words_.size()) return refuse("the strike is missing");
    const auto strike = Decimal::parse(words_[at_]);
    if (!strike || *strike <= Decimal{}) return refuse("`" + words_[at_] + "` is not a strike");
    leg_.strike = *strike;
    ++at_;
    return {};
  }

  Status option(const std::string& word) {
    if (word[0] == '@') {
      const auto price = Decimal::parse(std::string_view(word).substr(1));
      if (!price || *price < Decimal{}) return refuse("`" + word + "` is not a price", "@1.25, USD per share");
      leg_.premium = *price;
      return {};
    }
    const std::size_t equals = word.find('=');
    const std::string key = word.substr(0, equals);
    const std::string value = equals == std::string::npos ? "" : word.substr(equals + 1);
    if (leg_.stock)
      return refuse("`" + word + "` means nothing for shares", "a stock leg has a price only: buy 100 stock @101");
    if (key == "vol") {
      const auto vol = parse_number(value);
      if (!vol) return refuse("`" + word + "` is not a volatility", "vol=0.20, a fraction a year");
      leg_.vol = *vol;
      return check_vol(*vol, where_);
    }
    if (key == "days") {
      const auto days = parse_number(value);
      if (!days || !(*days > 0)) return refuse("`" + word + "` is not a number of days above 0", "days=30");
      leg_.days = *days;
      return {};
    }
    if (key == "expiry") {
      leg_.expiry = value;
      return {};
    }
    if (key == "x") {
      const auto multiplier = whole(value);
      if (!multiplier || *multiplier <= 0)
        return refuse("`" + word + "` is not a multiplier", "x=100, shares per contract");
      leg_.multiplier = *multiplier;
      return {};
    }
    return refuse("`" + word + "` is not understood", hint(key, {"vol", "days", "expiry", "x"}));
  }

  static std::string hint(const std::string& word, const std::vector<std::string>& known) {
    const std::string nearest = nearest_name(word, known);
    return nearest.empty() ? example : "did you mean `" + nearest + "`?";
  }

  std::string where_;
  std::vector<std::string> words_;
  std::size_t at_ = 0;
  LegText leg_;
};

}  // namespace

std::string LegText::name() const {
  const std::string count = (quantity > 0 ? "+" : "") + std::to_string(quantity);
  if (stock) return count + " stock";
  return count + " " + std::string(enum_name(right)) + " " + strike.to_string(0);
}

Result<LegText> parse_leg(const std::string& text, const std::string& where) { return LegParser(text, where).parse(); }

}  // namespace optix
