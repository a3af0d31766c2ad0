#pragma once
// Takes values off the fuzzer's bytes; zeros when they are used up.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>

namespace optix::fuzz {

class Taker {
 public:
  Taker(const unsigned char* data, std::size_t size) : data_(data), left_(size) {}

  bool empty() const { return left_ == 0; }

  template <class T>
  T raw() {
    T value{};
    const std::size_t n = std::min(sizeof value, left_);
    std::memcpy(&value, data_, n);
    data_ += n;
    left_ -= n;
    return value;
  }

  // 0 … choices − 1.
  std::size_t pick(std::size_t choices) { return raw<std::uint8_t>() % choices; }

  // From low to high in 65,535 steps.
  double between(double low, double high) { return low + (high - low) * raw<std::uint16_t>() / 65535.0; }

  // Mostly a sensible number, else any of the 2^64 bit patterns: infinities, NaN, denormals.
  double real(double low, double high) { return pick(8) == 0 ? raw<double>() : between(low, high); }

 private:
  const unsigned char* data_;
  std::size_t left_;
};

}  // namespace optix::fuzz
