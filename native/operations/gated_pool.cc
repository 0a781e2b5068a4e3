#include "kernels/table.h"
#include "operations/operations.h"
#include "tensorflow/operation.h"

namespace weightshare {
namespace {

// Gated max pooling of bits over T steps. spikes [T, N, H, W, words(C)]; counts before the first step
// [N, H / size, W / size, size * size, C], or empty [0] for none -> pooled [T, N, H / size, W / size, words(C)], counts
// after the last step.
class GatedPoolOperation {
 public:
  explicit GatedPoolOperation(const Attributes& attributes)
      : size_(attributes.integer("size")), channels_(attributes.integer("channels")) {
    require(size_ > 0, "size is " + std::to_string(size_) + ", but must be at least 1");
    require(channels_ > 0, "channels is " + std::to_string(channels_) + ", but must be at least 1");
  }

  static Signature signature() {
    return {"WeightshareGatedPool",
            {"size: int", "channels: int"},
            {"spikes: int32", "counts: float"},
            {"pooled: int32", "counts_after: float"}};
  }

  void compute(Call& call) const {
    const Input& spikes = call.input(0, 5, "spikes");
    const int64_t words = words_of(channels_);
    require(spikes.shape[4] == words, "spikes have shape " + to_text(spikes.shape) + ", whose last axis must hold the " +
                                          std::to_string(channels_) + " channels in " + std::to_string(words) + " words");
    GatedPool work = {};
    work.T = spikes.shape[0], work.N = spikes.shape[1], work.H = spikes.shape[2], work.W = spikes.shape[3];
    work.C = channels_, work.size = size_;
    const int64_t height = work.H / size_, width = work.W / size_;
    const Shape counts{work.N, height, width, size_ * size_, channels_};
    const bool starts_anew = call.input(1).shape == Shape{0};
    work.spikes = reinterpret_cast<const uint32_t*>(spikes.ints());
    work.counts = starts_anew ? nullptr : call.input(1, counts, "the counts").floats();
    work.pooled = reinterpret_cast<uint32_t*>(call.ints(0, {work.T, work.N, height, width, words}));
    work.counts_after = call.floats(1, counts);
    kernels().gated_pool(work);
  }

 private:
  int64_t size_, channels_;
};

}  // namespace

void register_gated_pool() { register_operation<GatedPoolOperation>(); }

}  // namespace weightshare
