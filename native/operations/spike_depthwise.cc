#include "kernels/table.h"
#include "operations/neuron_attributes.h"
#include "operations/operations.h"

namespace weightshare {
namespace {

// The widest filter that is built in.
constexpr int64_t kWidest = 15;

// Spikes [T, N, H, W, words(C)] (input 0), filter [kernel, kernel, 1, C] (1), bias [C] (2) -> fired bits like the spikes, spikes of
// each step [T].
class SpikeDepthwiseFireOperation {
 public:
  explicit SpikeDepthwiseFireOperation(const Attributes& attributes) : neuron_(neuron_of(attributes)) {}

  static Signature signature() {
    return {"WeightshareSpikeDepthwiseFire",
            with_neuron({}),
            {"spikes: int32", "filter: float", "bias: float"},
            {"fired: int32", "totals: int32"}};
  }

  void compute(Call& call) const {
    const Input& spikes = call.input(0, 5, "spikes");
    const Input& filter = call.input(1, 4, "the filter");
    SpikeDepthwise work = {};
    work.T = spikes.shape[0], work.N = spikes.shape[1], work.H = spikes.shape[2], work.W = spikes.shape[3];
    work.kernel = filter.shape[0], work.C = filter.shape[3];
    require(work.kernel % 2 == 1 && work.kernel <= kWidest,
            "the filter is " + std::to_string(work.kernel) + " wide, but must be odd and at most " + std::to_string(kWidest));
    call.input(1, Shape{work.kernel, work.kernel, 1, work.C}, "the filter");
    require(work.C > 0 && spikes.shape[4] == words_of(work.C),
            "spikes have shape " + to_text(spikes.shape) + ", whose last axis must hold the " + std::to_string(work.C) +
                " channels of the filter " + to_text(filter.shape) + " in " + std::to_string(words_of(work.C)) + " words");
    call.input(2, Shape{work.C}, "the bias");
    work.spikes = reinterpret_cast<const uint32_t*>(spikes.ints());
    work.filter = filter.floats();
    work.bias = call.input(2).floats();
    work.neuron = neuron_;
    std::vector<int64_t> totals(work.T);
    work.totals = totals.data();
    work.fired = reinterpret_cast<uint32_t*>(call.ints(0, spikes.shape));
    kernels().spike_depthwise(work);
    write_totals(call, 1, totals);
  }

 private:
  IfNeuron neuron_;
};

}  // namespace

void register_spike_depthwise() { register_operation<SpikeDepthwiseFireOperation>(); }

}  // namespace weightshare
