#include "kernels/table.h"
#include "operations/operations.h"
#include "tensorflow/operation.h"

namespace weightshare {
namespace {

// Bits [T, ..., words(C)] -> spikes of every neuron over T, [..., C].
class CountSpikesOperation {
 public:
  explicit CountSpikesOperation(const Attributes& attributes) : channels_(attributes.integer("channels")) {
    require(channels_ > 0, "channels is " + std::to_string(channels_) + ", but must be more than 0");
  }

  static Signature signature() {
    return {"WeightshareCountSpikes", {"channels: int"}, {"packed: int32"}, {"counts: float"}};
  }

  void compute(Call& call) const {
    const Input& packed = call.input(0);
    const int64_t words = words_of(channels_);
    require(packed.shape.size() >= 2 && packed.shape.back() == words && packed.shape[0] > 0,
            "packed spikes have shape " + to_text(packed.shape) + ", but [T, ..., " + std::to_string(words) +
                "] is needed for " + std::to_string(channels_) + " channels");
    Shape shape(packed.shape.begin() + 1, packed.shape.end());
    shape.back() = channels_;
    const int64_t T = packed.shape[0], positions = product(shape) / channels_;
    const auto* spikes = reinterpret_cast<const uint32_t*>(packed.ints());
    kernels().count_spikes({T, positions, channels_, spikes, call.floats(0, shape)});
  }

 private:
  int64_t channels_;
};

}  // namespace

void register_count_spikes() { register_operation<CountSpikesOperation>(); }

}  // namespace weightshare
