#include "kernels/table.h"
#include "operations/neuron_attributes.h"
#include "operations/operations.h"

namespace weightshare {
namespace {

const std::vector<const char*> kInputs = {"spikes: int32", "weights: float", "bias: float"};

// Spikes [T, N, ..., words(C)] (input 0), weights [features, F] (1), bias [F] (2).
SpikeLinear work_of(const Call& call, int64_t channels) {
  const Input& spikes = call.input(0);
  const Input& weights = call.input(1, 2, "weights");
  require(channels > 0, "channels is " + std::to_string(channels) + ", but must be at least 1");
  require(spikes.shape.size() >= 3 && spikes.shape.back() == words_of(channels),
          "spikes have shape " + to_text(spikes.shape) + ", but [T, N, ..., " + std::to_string(words_of(channels)) +
              "] is needed for " + std::to_string(channels) + " channels");
  SpikeLinear work = {};
  work.T = spikes.shape[0], work.N = spikes.shape[1], work.C = channels;
  work.P = product(Shape(spikes.shape.begin() + 2, spikes.shape.end() - 1));
  work.F = weights.shape[1];
  require(weights.shape[0] == work.P * work.C, "weights have shape " + to_text(weights.shape) + ", but " +
                                                   std::to_string(work.P * work.C) + " rows are needed");
  call.input(2, Shape{work.F}, "the bias");
  work.spikes = reinterpret_cast<const uint32_t*>(spikes.ints());
  work.weights = weights.floats();
  work.bias = call.input(2).floats();
  return work;
}

// -> currents [T, N, F].
class SpikeLinearOperation {
 public:
  explicit SpikeLinearOperation(const Attributes& attributes) : channels_(attributes.integer("channels")) {}

  static Signature signature() { return {"WeightshareSpikeLinear", {"channels: int"}, kInputs, {"currents: float"}}; }

  void compute(Call& call) const {
    SpikeLinear work = work_of(call, channels_);
    work.currents = call.floats(0, {work.T, work.N, work.F});
    kernels().spike_linear(work);
  }

 private:
  int64_t channels_;
};

// -> fired bits [T, N, words(F)], spikes of each step [T].
class SpikeLinearFireOperation {
 public:
  explicit SpikeLinearFireOperation(const Attributes& attributes)
      : channels_(attributes.integer("channels")), neuron_(neuron_of(attributes)) {}

  static Signature signature() {
    return {"WeightshareSpikeLinearFire", with_neuron({"channels: int"}), kInputs, {"fired: int32", "totals: int32"}};
  }

  void compute(Call& call) const {
    SpikeLinear work = work_of(call, channels_);
    work.neuron = neuron_;
    std::vector<int64_t> totals(work.T);
    work.totals = totals.data();
    work.fired = reinterpret_cast<uint32_t*>(call.ints(0, {work.T, work.N, words_of(work.F)}));
    kernels().spike_linear(work);
    write_totals(call, 1, totals);
  }

 private:
  int64_t channels_;
  IfNeuron neuron_;
};

}  // namespace

void register_spike_linear() {
  register_operation<SpikeLinearOperation>();
  register_operation<SpikeLinearFireOperation>();
}

}  // namespace weightshare
