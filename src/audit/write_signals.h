#ifndef CERTGATE_SRC_AUDIT_WRITE_SIGNALS_H_
#define CERTGATE_SRC_AUDIT_WRITE_SIGNALS_H_

#include <pthread.h>

#include <cerrno>
#include <csignal>
#include <ctime>

namespace certgate {

/// Holds back the signals that write(2) raises, in this thread, for its life.
class WriteSignals {
 public:
  /// Whether the process ignores them anyway: then there is nothing to hold back, which spares each
  /// write two system calls.
  static bool AreIgnored() {
    struct sigaction pipe = {};
    struct sigaction size = {};
    return sigaction(SIGPIPE, nullptr, &pipe) == 0 && pipe.sa_handler == SIG_IGN &&
           sigaction(SIGXFSZ, nullptr, &size) == 0 && size.sa_handler == SIG_IGN;
  }

  WriteSignals() {
    sigemptyset(&raised_);
    sigaddset(&raised_, SIGPIPE);
    sigaddset(&raised_, SIGXFSZ);
    pthread_sigmask(SIG_BLOCK, &raised_, &before_);
  }
  ~WriteSignals() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  WriteSignals(const WriteSignals&) = delete;
  WriteSignals& operator=(const WriteSignals&) = delete;

  /// Takes away the signal that came with `error`. One that the application itself holds back is
  /// left to it.
  void Discard(int error) {
    const int signal = error == EPIPE ? SIGPIPE : error == EFBIG ? SIGXFSZ : 0;
    if (signal == 0 || sigismember(&before_, signal) == 1) return;
    sigset_t one;
    sigemptyset(&one);
    sigaddset(&one, signal);
    const timespec at_once = {};
    while (sigtimedwait(&one, nullptr, &at_once) == -1 && errno == EINTR) {
    }
  }

 private:
  sigset_t raised_;
  sigset_t before_;
};

}  // namespace certgate

#endif  // CERTGATE_SRC_AUDIT_WRITE_SIGNALS_H_
