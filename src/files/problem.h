#ifndef CERTGATE_SRC_FILES_PROBLEM_H_
#define CERTGATE_SRC_FILES_PROBLEM_H_

#include <string>

namespace certgate {

/// What is wrong, and the next step, before its place is known. Both for people: lower case, no
/// full stop.
struct Problem {
  std::string message;
  std::string hint;
};

}  // namespace certgate

#endif  // CERTGATE_SRC_FILES_PROBLEM_H_
