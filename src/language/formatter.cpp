#include "language/formatter.h"

#include <algorithm>

#include "language/format_pieces.h"
#include "language/format_text.h"
#include "language/language.h"

namespace casus::language {
namespace {

constexpr size_t line_width = 110;

class Layout {
 public:
  explicit Layout(const Parsed& parsed) : source_(parsed.tokens.text), comments_(parsed.tokens.comments) {}

  std::string run(const std::vector<Piece>& pieces) {
    list(pieces, 0, static_cast<uint32_t>(source_.size()));
    return std::move(out_);
  }

 private:
  static size_t width(const std::string& text) {
    return static_cast<size_t>(std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
  }

  // All on one line, or empty if the piece must be opened.
  static std::string flat(const Piece& piece) {
    if (!piece.block) return piece.head;
    if (piece.always_open) return {};
    const bool nested =
        std::any_of(piece.children.begin(), piece.children.end(), [](const Piece& c) { return c.block; });
    if (nested && piece.children.size() > 1) return {};
    std::string out = piece.head + " {";
    for (size_t i = 0; i < piece.children.size(); ++i) {
      const std::string child = flat(piece.children[i]);
      if (child.empty()) return {};
      out += (i ? piece.separator : " ") + child;
    }
    return out + (piece.children.empty() ? "}" : " }") + piece.tail;
  }

  bool comment_within(uint32_t begin, uint32_t end) const {
    return next_ < comments_.size() && comments_[next_].span.begin >= begin && comments_[next_].span.begin < end;
  }

  // A line, broken at soft blanks where it is too long.
  void line(const std::string& text, size_t indent) {
    size_t column = indent;
    out_.append(indent, ' ');
    for (size_t from = 0; from <= text.size();) {
      size_t to = text.find(soft_blank, from);
      if (to == std::string::npos) to = text.size();
      const std::string word = text.substr(from, to - from);
      if (from > 0) {
        if (column + 1 + width(word) > line_width) {
          out_ += '\n';
          out_.append(indent + 4, ' ');
          column = indent + 4;
        } else {
          out_ += ' ';
          ++column;
        }
      }
      out_ += word;
      column += width(word);
      from = to + 1;
    }
  }

  void add_comment(const Comment& comment) {
    out_.append(source_, comment.span.begin, comment.span.end - comment.span.begin);
    last_ = comment.span.end;
    ++next_;
  }

  void blank_line_before(uint32_t begin) {
    if (!fresh_block_ && begin > last_ && std::count(source_.begin() + last_, source_.begin() + begin, '\n') > 1)
      out_ += '\n';
    fresh_block_ = false;
  }

  void comments_before(uint32_t begin, size_t indent) {
    while (next_ < comments_.size() && comments_[next_].span.begin < begin) {
      blank_line_before(comments_[next_].span.begin);
      out_.append(indent, ' ');
      add_comment(comments_[next_]);
      out_ += '\n';
    }
  }

  // A comment on the line where the piece ended, before anything else on it.
  void comment_after(uint32_t end, uint32_t limit) {
    if (next_ >= comments_.size()) return;
    const Comment& comment = comments_[next_];
    if (comment.own_line || comment.span.begin < end || comment.span.begin >= limit) return;
    if (std::find(source_.begin() + end, source_.begin() + comment.span.begin, '\n') !=
        source_.begin() + comment.span.begin)
      return;
    out_ += "  ";
    add_comment(comment);
  }

  void list(const std::vector<Piece>& pieces, size_t indent, uint32_t end) {
    fresh_block_ = true;
    for (size_t i = 0; i < pieces.size(); ++i) {
      const uint32_t limit = i + 1 < pieces.size() ? pieces[i + 1].begin : end;
      print(pieces[i], indent, limit);
    }
    comments_before(end, indent);
  }

  void print(const Piece& piece, size_t indent, uint32_t limit) {
    comments_before(piece.begin, indent);
    const bool inner_comment = comment_within(piece.begin, piece.end);
    if (inner_comment && !piece.block) comments_before(piece.end, indent);
    blank_line_before(piece.begin);
    const std::string one_line = inner_comment && piece.block ? "" : flat(piece);
    const bool fits = !one_line.empty() && (!piece.block || indent + width(one_line) <= line_width);
    if (fits) {
      line(one_line, indent);
    } else {
      line(piece.head + " {", indent);
      const uint32_t first = piece.children.empty() ? piece.end : piece.children.front().begin;
      if (comment_within(piece.begin, first) && !comments_[next_].own_line) {
        out_ += "  ";
        add_comment(comments_[next_]);
      }
      out_ += '\n';
      last_ = std::max(last_, piece.begin);
      list(piece.children, indent + 2, piece.end);
      fresh_block_ = false;
      line("}" + piece.tail, indent);
    }
    last_ = piece.end;
    comment_after(piece.end, limit);
    out_ += '\n';
  }

  const std::string& source_;
  const std::vector<Comment>& comments_;
  std::string out_;
  size_t next_ = 0;
  uint32_t last_ = 0;  // end of what was printed last, in the source
  bool fresh_block_ = true;
};

}  // namespace

std::string format(const Parsed& parsed) {
  return Layout(parsed).run(pieces(parsed.file));
}

std::optional<std::string> format_text(const std::string& name, const std::string& text, base::SourceSet& sources,
                                       base::Diagnostics& diagnostics) {
  const Parsed parsed = parse(sources, sources.add(name, text), diagnostics);
  if (diagnostics.has_errors()) return std::nullopt;
  return format(parsed);
}

}  // namespace casus::language
