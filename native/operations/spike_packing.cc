#include <algorithm>

#include "kernels/table.h"
#include "operations/operations.h"
#include "runtime/parallel.h"
#include "tensorflow/operation.h"

namespace weightshare {
namespace {

constexpr int64_t kRowsPerTask = 256;

template <typename Body>
void for_rows(int64_t rows, const Body& body) {
  parallel_for((rows + kRowsPerTask - 1) / kRowsPerTask, [&](int64_t task) {
    const int64_t end = std::min(rows, (task + 1) * kRowsPerTask);
    for (int64_t row = task * kRowsPerTask; row < end; row++) body(row);
  });
}

// Floats [..., C], each 0 or 1 -> bits [..., words(C)].
class PackSpikesOperation {
 public:
  explicit PackSpikesOperation(const Attributes&) {}

  static Signature signature() { return {"WeightsharePackSpikes", {}, {"spikes: float"}, {"packed: int32"}}; }

  void compute(Call& call) const {
    const Input& spikes = call.input(0);
    require(!spikes.shape.empty(), "spikes are a scalar, but need a last axis of channels");
    const int64_t channels = spikes.shape.back(), words = words_of(channels);
    const int64_t rows = channels == 0 ? 0 : spikes.size() / channels;
    Shape shape = spikes.shape;
    shape.back() = words;
    auto* packed = reinterpret_cast<uint32_t*>(call.ints(0, shape));
    const int64_t wrong = kernels().pack_spikes({rows, channels, spikes.floats(), packed});
    if (wrong >= 0) {
      throw Invalid("spikes must be 0 or 1, but entry " + std::to_string(wrong) + " is " +
                    std::to_string(spikes.floats()[wrong]));
    }
  }
};

// Bits [..., words(C)] -> floats [..., C].
class UnpackSpikes {
 public:
  explicit UnpackSpikes(const Attributes& attributes) : channels_(attributes.integer("channels")) {
    require(channels_ > 0, "channels is " + std::to_string(channels_) + ", but must be more than 0");
  }

  static Signature signature() {
    return {"WeightshareUnpackSpikes", {"channels: int"}, {"packed: int32"}, {"spikes: float"}};
  }

  void compute(Call& call) const {
    const Input& packed = call.input(0);
    const int64_t words = words_of(channels_);
    require(!packed.shape.empty() && packed.shape.back() == words,
            "packed spikes have shape " + to_text(packed.shape) + ", but " + std::to_string(words) +
                " words are needed for " + std::to_string(channels_) + " channels");
    Shape shape = packed.shape;
    shape.back() = channels_;
    float* spikes = call.floats(0, shape);
    for_rows(packed.size() / words, [&](int64_t row) {
      for (int64_t channel = 0; channel < channels_; channel++) {
        const auto word = static_cast<uint32_t>(packed.ints()[row * words + channel / kWordBits]);
        spikes[row * channels_ + channel] = static_cast<float>(word >> (channel % kWordBits) & 1u);
      }
    });
  }

 private:
  int64_t channels_;
};

}  // namespace

void register_spike_packing() {
  register_operation<PackSpikesOperation>();
  register_operation<UnpackSpikes>();
}

}  // namespace weightshare
