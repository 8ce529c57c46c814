#include "study/writer.h"

#include <algorithm>
#include <iterator>

namespace casus::study {

void Writer::add(std::vector<WorldRecord> records) {
  std::move(records.begin(), records.end(), std::back_inserter(waiting_));
  if (Clock::now() - last_ > std::chrono::milliseconds(200)) flush();
}

void Writer::flush() {
  if (waiting_.empty() || !error_.empty()) return;
  if (auto written = store_.write(waiting_); !written) error_ = written.error();
  waiting_.clear();
  last_ = Clock::now();
}

}  // namespace casus::study
