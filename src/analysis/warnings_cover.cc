// Entries that others make pointless: more of the same, and allows that are always denied.

#include <string>
#include <utility>
#include <vector>

#include "src/analysis/warning_context.h"

namespace certgate {
namespace {

using List = EntryPlace::List;

// "entry `a` in line 3", "entry `a` in line 3 and 2 others".
std::string NamesOf(const std::vector<const EntryPlace*>& places) {
  const EntryPlace& first = *places.front();
  std::string names = first.name() + " in line " + std::to_string(first.entry->location.line);
  if (places.size() == 1) return names;
  if (places.size() == 2) return names + " and another";
  return names + " and " + std::to_string(places.size() - 1) + " others";
}

// The lists of all keys that match what `place`'s key matches, and what holds everywhere.
std::vector<CoverIndex::Section> SectionsCovering(const WarningContext& context,
                                                  const EntryPlace& place, List list) {
  std::vector<CoverIndex::Section> sections;
  for (const std::size_t method : context.keys.Covering(place.method->scope, place.method->key)) {
    sections.push_back(list == List::kAllow ? CoverIndex::AllowOf(method)
                                            : CoverIndex::DenyOf(method));
  }
  if (list == List::kDeny) sections.push_back(context.covers.Revoked());
  return sections;
}

std::vector<CoverIndex::Section> SectionsOfItsKind(const WarningContext& context,
                                                   const EntryPlace& place) {
  if (place.list == List::kAllow || place.list == List::kDeny) {
    return SectionsCovering(context, place, place.list);
  }
  return {context.covers.SectionOf(place)};
}

const char* WhatTheyDo(List list, bool is_one) {
  switch (list) {
    case List::kAllow:
      return is_one ? " allows its callers already" : " allow its callers already";
    case List::kDeny:
      return is_one ? " refuses its callers already" : " refuse its callers already";
    case List::kRevoked:
      return is_one ? " revokes its certificates already" : " revoke its certificates already";
    case List::kClient:
      break;
  }
  return is_one ? " has its callers already" : " have its callers already";
}

}  // namespace

void WarnOfShadowedAllows(WarningContext& context) {
  for (const EntryPlace& place : context.covers.places()) {
    if (place.list != List::kAllow) continue;
    const auto sections = SectionsCovering(context, place, List::kDeny);
    const auto denying = context.covers.FindCover(*place.entry, sections);
    if (denying.empty()) continue;
    context.shadowed.insert(place.entry);
    context.covers.Remove(*place.entry);
    const bool is_one = denying.size() == 1;
    context.log.Warn(FindingRule::kShadowedAllow, place.entry->location,
                     {place.name() + " never takes effect: " + NamesOf(denying) +
                          (is_one ? " refuses" : " refuse") + " all its callers",
                      "deny wins over allow: remove one of the two"});
  }
}

// From the last entry to the first, and what is pointless makes nothing else so: of two equal
// entries the first one stays, and without all that are named the policy means the same.
void WarnOfPointlessEntries(WarningContext& context) {
  struct Pointless {
    const EntryPlace* place;
    std::vector<const EntryPlace*> others;
  };
  std::vector<Pointless> found;
  const std::vector<EntryPlace>& places = context.covers.places();
  for (std::size_t i = places.size(); i-- > 0;) {
    const Entry& entry = *places[i].entry;
    if (!context.IsAlive(entry)) continue;
    auto others = context.covers.FindCover(entry, SectionsOfItsKind(context, places[i]));
    if (others.empty()) continue;
    context.covers.Remove(entry);
    found.push_back({&places[i], std::move(others)});
  }
  for (std::size_t i = found.size(); i-- > 0;) {
    const auto& [place, others] = found[i];
    context.log.Warn(FindingRule::kPointlessEntry, place->entry->location,
                     {place->name() + " makes no difference: " + NamesOf(others) +
                          WhatTheyDo(place->list, others.size() == 1),
                      "remove it, or narrow the other one if it reaches too far"});
  }
}

}  // namespace certgate
