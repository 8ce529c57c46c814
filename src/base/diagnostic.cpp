#include "base/diagnostic.h"

#include <fmt/format.h>

#include <algorithm>

namespace casus::base {

void Diagnostics::error(std::string code, Span span, std::string message, std::string hint) {
  ++errors_;
  if (errors_ <= most_errors)
    all_.push_back({Severity::error, std::move(code), std::move(message), span, std::move(hint)});
  else if (errors_ == most_errors + 1)
    all_.push_back({Severity::error,
                    "too-many-errors",
                    fmt::format("more than {} errors; the rest are not shown", most_errors),
                    {0xFFFFFFFF, 0, 0},
                    "mend the first ones and try again"});
}

void Diagnostics::warning(std::string code, Span span, std::string message, std::string hint) {
  all_.push_back({Severity::warning, std::move(code), std::move(message), span, std::move(hint)});
}

namespace {

size_t character_count(std::string_view text) {
  return static_cast<size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

// Control characters and bytes that are no UTF-8 are shown as '?', so that a hostile file cannot drive the terminal.
std::string printable(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size();) {
    const auto c = static_cast<unsigned char>(text[i]);
    size_t length = c < 0x80 ? 1 : (c >> 5) == 0x6 ? 2 : (c >> 4) == 0xE ? 3 : (c >> 3) == 0x1E ? 4 : 0;
    bool good = length > 0 && i + length <= text.size() && (c >= 0x20 || c == '\t') && c != 0x7F;
    for (size_t k = 1; good && k < length; ++k) good = (static_cast<unsigned char>(text[i + k]) & 0xC0) == 0x80;
    if (good && c != '\t')
      out.append(text.substr(i, length));
    else
      out += good ? ' ' : '?';
    i += good ? length : 1;
  }
  return out;
}

}  // namespace

std::vector<const Diagnostic*> in_order(const Diagnostics& diagnostics) {
  std::vector<const Diagnostic*> order;
  for (const auto& d : diagnostics.all()) order.push_back(&d);
  std::stable_sort(order.begin(), order.end(), [](const Diagnostic* a, const Diagnostic* b) {
    return std::pair(a->span.file, a->span.begin) < std::pair(b->span.file, b->span.begin);
  });
  return order;
}

std::string render_text(const Diagnostics& diagnostics, const SourceSet& sources, bool colour) {
  const char* bold = colour ? "\033[1m" : "";
  const char* off = colour ? "\033[0m" : "";
  std::string out;
  for (const Diagnostic* d : in_order(diagnostics)) {
    const bool is_error = d->severity == Severity::error;
    const char* tint = !colour ? "" : is_error ? "\033[1;31m" : "\033[1;33m";
    const char* word = is_error ? "error" : "warning";
    if (d->span.file >= sources.size()) {
      out += fmt::format("{}{}:{} {}\n", tint, word, off, printable(d->message));
    } else {
      const auto begin = sources.position(d->span.file, d->span.begin);
      const auto line = sources.line(d->span.file, begin.line);
      out += fmt::format("{}{}:{}:{}:{} {}{}:{} {}{}{}\n", bold, printable(sources.name(d->span.file)), begin.line,
                         begin.column, off, tint, word, off, bold, printable(d->message), off);
      // Long lines are cut around the culprit so that one broken line does not fill the screen.
      constexpr size_t most = 160;
      const size_t line_begin = static_cast<size_t>(line.data() - sources.text(d->span.file).data());
      size_t from = d->span.begin > line_begin ? d->span.begin - line_begin : 0;
      from = std::min(from, line.size());
      size_t to = std::clamp<size_t>(d->span.end > line_begin ? d->span.end - line_begin : 0, from, line.size());
      size_t cut = from > most ? from - most / 2 : 0;
      while (cut > 0 && cut < line.size() && (static_cast<unsigned char>(line[cut]) & 0xC0) == 0x80) --cut;
      const auto shown = line.substr(cut, most);
      const size_t lead = character_count(line.substr(cut, from - cut));
      const size_t width = std::max<size_t>(
          1, character_count(line.substr(from, std::min(to, cut + most) > from ? std::min(to, cut + most) - from : 0)));
      out += fmt::format("{:>5} | {}\n      | {}{}{}{}\n", begin.line, printable(shown), std::string(lead, ' '), tint,
                         std::string(width, '^'), off);
    }
    if (!d->hint.empty()) out += fmt::format("        {}\n", printable(d->hint));
  }
  return out;
}

std::string nearest_name(std::string_view name, const std::vector<std::string>& candidates) {
  const auto lower = [](char c) { return std::tolower(static_cast<unsigned char>(c)); };
  std::string best;
  size_t limit = name.size() < 2 ? 0 : std::max<size_t>(1, name.size() / 3);
  // Optimal string alignment: insertions, deletions, replacements and swaps of neighbours count one each.
  std::vector<size_t> before, above, row;
  for (const auto& candidate : candidates) {
    if (candidate == name || candidate.size() > name.size() + limit || name.size() > candidate.size() + limit) continue;
    const size_t n = candidate.size();
    row.resize(n + 1);
    for (size_t j = 0; j <= n; ++j) row[j] = j;
    for (size_t i = 1; i <= name.size(); ++i) {
      before.swap(above);
      above.swap(row);
      row.resize(n + 1);
      row[0] = i;
      for (size_t j = 1; j <= n; ++j) {
        const bool same = lower(name[i - 1]) == lower(candidate[j - 1]);
        row[j] = std::min({above[j] + 1, row[j - 1] + 1, above[j - 1] + (same ? 0 : 1)});
        if (i > 1 && j > 1 && lower(name[i - 1]) == lower(candidate[j - 2]) &&
            lower(name[i - 2]) == lower(candidate[j - 1]))
          row[j] = std::min(row[j], before[j - 2] + 1);
      }
    }
    if (row[n] > limit || (!best.empty() && row[n] == limit)) continue;
    best = candidate;
    limit = row[n];
  }
  return best;
}

}  // namespace casus::base
