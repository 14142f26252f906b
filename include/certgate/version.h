#ifndef CERTGATE_VERSION_H_
#define CERTGATE_VERSION_H_

/// The release of this library, in the form of Semantic Versioning 2.0.0.
/// This line is the only place that holds it: CMake and the programs read it from here.
#define CERTGATE_VERSION "0.1.0"

#endif  // CERTGATE_VERSION_H_
