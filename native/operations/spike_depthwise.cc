#include "kernels/table.h"
#include "operations/filter_checks.h"
#include "operations/neuron_attributes.h"
#include "operations/operations.h"

namespace weightshare {
namespace {

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
    require_side(work.kernel);
    call.input(1, Shape{work.kernel, work.kernel, 1, work.C}, "the filter");
    require_channels(spikes, filter, work.C);
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
