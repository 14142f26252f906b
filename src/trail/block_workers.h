#ifndef CERTGATE_SRC_TRAIL_BLOCK_WORKERS_H_
#define CERTGATE_SRC_TRAIL_BLOCK_WORKERS_H_

#include <absl/status/status.h>

#include <memory>
#include <vector>

#include "src/trail/line_block.h"

namespace certgate {

/// Works on blocks of a file in a thread of its own.
class BlockWorker {
 public:
  virtual ~BlockWorker() = default;
  /// Works on one block, at the same time as other workers on others.
  virtual void Work(const LineBlock& block) = 0;
  /// Gives out what came of the block. Is called after `Work`, in the order of the blocks, of no
  /// two workers at the same time.
  virtual void Deliver() = 0;
};

/// Reads `reader` to its end, each block by one of `workers`, of which there must be one at least.
/// Memory is taken for one block each. Fails as `BlockReader::Next` does, after the blocks before
/// the failure were delivered. Throws what workers throw, when all of them have stopped.
absl::Status WorkOnBlocks(BlockReader& reader,
                          const std::vector<std::unique_ptr<BlockWorker>>& workers);

/// How many workers are worth their while on this machine.
unsigned UsualWorkers();

}  // namespace certgate

#endif  // CERTGATE_SRC_TRAIL_BLOCK_WORKERS_H_
