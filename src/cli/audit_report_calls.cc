#include "src/cli/audit_report_calls.h"

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <map>
#include <utility>

#include "src/cli/call_chart.h"
#include "src/cli/html_cells.h"

namespace certgate {
namespace {

// How the calls divide, against the largest of the table.
std::string BarCell(const CallSum& sum, std::uint64_t most) {
  std::string html = "<td class=\"bar\" aria-hidden=\"true\"><div>";
  const auto part = [&](const char* kind, std::uint64_t calls) {
    if (calls == 0) return;
    const double percent = 100.0 * static_cast<double>(calls) / static_cast<double>(most);
    absl::StrAppend(&html, "<i class=\"", kind, "\" style=\"width:", std::max(percent, 0.5),
                    "%\"></i>");
  };
  part("allowed", sum.allowed);
  part("observed", sum.observed);
  part("denied", sum.denied);
  return html + "</div></td>";
}

std::string SumRow(const char* kind, const std::string& head, const CallSum& sum,
                   std::uint64_t most, const std::string& partners) {
  return absl::StrCat("<tr class=\"", kind, "\"><th scope=\"row\">", head, "</th>",
                      NumberCell(sum.calls), BarCell(sum, most), NumberCell(sum.allowed),
                      NumberCell(sum.observed, "observed"), NumberCell(sum.denied, "denied"),
                      partners, TimeCell(sum.seen.first), TimeCell(sum.seen.last), "</tr>\n");
}

}  // namespace

std::vector<CallSum> SumsBy(const std::vector<CallUsage>& calls, std::string CallUsage::*name) {
  std::map<std::string, CallSum> sums;
  for (const CallUsage& usage : calls) {
    if (usage.calls() == 0) continue;
    CallSum& sum = sums[usage.*name];
    sum.name = usage.*name;
    sum.Add(usage);
  }
  std::vector<CallSum> sorted;
  for (auto& [key, sum] : sums) sorted.push_back(std::move(sum));
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const CallSum& a, const CallSum& b) { return a.calls > b.calls; });
  return sorted;
}

std::string SumRows(const std::vector<CallSum>& sums, std::size_t top, std::uint64_t ungrouped,
                    const char* otherwise) {
  std::string html;
  const std::uint64_t most = sums.empty() ? 1 : sums.front().calls;
  for (std::size_t i = 0; i < std::min(top, sums.size()); ++i) {
    html += SumRow("one", NameHtml(sums[i].name, otherwise), sums[i], most,
                   NumberCell(sums[i].partners));
  }
  if (sums.size() <= top && ungrouped == 0) return html;
  CallSum others;
  for (std::size_t i = top; i < sums.size(); ++i) others.Add(sums[i]);
  std::string name =
      sums.size() > top ? absl::StrCat(Grouped(sums.size() - top), " others") : "others";
  if (ungrouped > 0) {
    others.calls += ungrouped;
    absl::StrAppend(&name, ", and those that were too many to be told apart");
  }
  return html + SumRow("sum", absl::StrCat("<em>", name, "</em>"), others,
                       std::max(most, others.calls), "<td></td>");
}

}  // namespace certgate
