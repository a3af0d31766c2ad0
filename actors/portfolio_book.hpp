#pragma once
// portfolio.book: the exact ledger of a run (core/portfolio/book.hpp has the rules). Reports an
// Equity for each snapshot and one for each wave with fills; on Stop, what is still open.
#include "actors/node_type.hpp"
#include "core/portfolio/book.hpp"

namespace optix {

class PortfolioBook final : public Node {
 public:
  explicit PortfolioBook(BookRules rules) : book_(std::move(rules)) {}
  void on_wave(const Wave& wave, Context& out) override;
  void save(std::string& out) const override;
  void load(std::string_view bytes) override;

 private:
  Book book_;
  BookOutputs outputs_;  // empty between waves
};

NodeType portfolio_book_node_type();

}  // namespace optix
