#pragma once
// A column of plain values: its own vector, or a view of memory that something else keeps alive (a
// mapped file). Readers see no difference. The first change to a view copies it, so what it views
// never changes.
//
// Reading through a non-const Series counts as a change: take a const reference in loops.
#include <algorithm>
#include <cstddef>
#include <initializer_list>
#include <memory>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

namespace optix {

template <class T>
class Series {
  static_assert(std::is_trivially_copyable_v<T>);

 public:
  using value_type = T;
  using size_type = std::size_t;
  using iterator = T*;
  using const_iterator = const T*;
  using reference = T&;
  using const_reference = const T&;

  Series() = default;
  Series(std::initializer_list<T> values) : own_(values) { follow(); }
  Series(std::vector<T> values) : own_(std::move(values)) { follow(); }
  explicit Series(std::size_t count, T value = T{}) : own_(count, value) { follow(); }
  template <class It>
  requires(!std::is_integral_v<It>) Series(It first, It last) : own_(first, last) { follow(); }
  // `keeper` keeps what `values` points at alive and unchanged.
  static Series view(std::span<const T> values, const std::shared_ptr<const void>& keeper) {
    Series s;
    s.data_ = values.data();
    s.size_ = values.size();
    s.keeper_ = keeper;
    return s;
  }

  // A copy of a view is a view of the same memory.
  Series(const Series& o) : own_(o.own_), data_(o.data_), size_(o.size_), keeper_(o.keeper_) {
    if (!is_view()) follow();
  }
  Series(Series&& o) noexcept : own_(std::move(o.own_)), data_(o.data_), size_(o.size_), keeper_(std::move(o.keeper_)) {
    o.clear();
  }
  Series& operator=(Series o) noexcept {
    swap(o);
    return *this;
  }
  ~Series() = default;
  void swap(Series& o) noexcept {
    own_.swap(o.own_);  // the buffers keep their places
    std::swap(data_, o.data_);
    std::swap(size_, o.size_);
    keeper_.swap(o.keeper_);
  }

  bool is_view() const { return keeper_ != nullptr; }
  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  std::size_t capacity() const { return own_.capacity(); }
  const T* data() const { return data_; }
  const T* begin() const { return data_; }
  const T* end() const { return data_ + size_; }
  const T* cbegin() const { return begin(); }
  const T* cend() const { return end(); }
  const T& operator[](std::size_t i) const { return data_[i]; }
  const T& front() const { return data_[0]; }
  const T& back() const { return data_[size_ - 1]; }
  operator std::span<const T>() const { return {data_, size_}; }

  T* data() { return owned().data(); }
  T* begin() { return data(); }
  T* end() { return data() + size_; }
  T& operator[](std::size_t i) { return owned()[i]; }
  T& front() { return owned().front(); }
  T& back() { return owned().back(); }
  void reserve(std::size_t n) {
    owned().reserve(n);
    follow();
  }
  void push_back(T value) {
    owned().push_back(value);
    follow();
  }
  T& emplace_back(T value) {
    push_back(value);
    return own_.back();
  }
  void pop_back() {
    owned().pop_back();
    follow();
  }
  void resize(std::size_t n, T value = T{}) {
    owned().resize(n, value);
    follow();
  }
  void assign(std::size_t n, T value) {
    owned().assign(n, value);
    follow();
  }
  template <class It>
  requires(!std::is_integral_v<It>) void assign(It first, It last) {
    owned().assign(first, last);
    follow();
  }
  template <class It>
  void insert(const T* at, It first, It last) {
    const auto offset = at - std::as_const(*this).begin();
    owned().insert(own_.begin() + offset, first, last);
    follow();
  }
  T* erase(const T* at) {
    const auto offset = at - std::as_const(*this).begin();
    owned().erase(own_.begin() + offset);
    follow();
    return begin() + offset;
  }
  void clear() {
    own_.clear();
    keeper_.reset();
    follow();
  }

  friend bool operator==(const Series& a, const Series& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end());
  }

 private:
  std::vector<T>& owned() {
    if (is_view()) {
      own_.assign(data_, data_ + size_);
      keeper_.reset();
      follow();
    }
    return own_;
  }
  void follow() {
    data_ = own_.data();
    size_ = own_.size();
  }

  std::vector<T> own_;
  const T* data_ = nullptr;
  std::size_t size_ = 0;
  std::shared_ptr<const void> keeper_;  // set: data_ views what this keeps alive
};

}  // namespace optix
