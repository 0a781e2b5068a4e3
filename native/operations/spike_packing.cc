#include <algorithm>
#include <atomic>

#include "kernels/spikes.h"
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
class PackSpikes {
 public:
  explicit PackSpikes(const Attributes&) {}

  static Signature signature() { return {"WeightsharePackSpikes", {}, {"spikes: float"}, {"packed: int32"}}; }

  void compute(Call& call) const {
    const Input& spikes = call.input(0);
    require(!spikes.shape.empty(), "spikes are a scalar, but need a last axis of channels");
    const int64_t channels = spikes.shape.back(), words = words_of(channels);
    const int64_t rows = channels == 0 ? 0 : spikes.size() / channels;
    Shape shape = spikes.shape;
    shape.back() = words;
    auto* packed = reinterpret_cast<uint32_t*>(call.ints(0, shape));
    std::atomic<int64_t> wrong{-1};
    for_rows(rows, [&](int64_t row) {
      const float* from = spikes.floats() + row * channels;
      for (int64_t word = 0; word < words; word++) {
        uint32_t bits = 0;
        const int64_t first = word * kWordBits, count = std::min(channels - first, kWordBits);
        for (int64_t bit = 0; bit < count; bit++) {
          const float value = from[first + bit];
          if (value != 0.0f && value != 1.0f) wrong = row * channels + first + bit;
          bits |= static_cast<uint32_t>(value != 0.0f) << bit;
        }
        packed[row * words + word] = bits;
      }
    });
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
  register_operation<PackSpikes>();
  register_operation<UnpackSpikes>();
}

}  // namespace weightshare
