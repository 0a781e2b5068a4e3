// Spiking kernels against plain loops in double precision: odd sizes, every density, every option.
#include <algorithm>
#include <array>

#include "kernels/table.h"
#include "test/check.h"

namespace weightshare {
namespace {

// Float32 sums of up to a few thousand terms of order 0.1 in another order than the double sums.
constexpr double kTolerance = 1e-5;
// A membrane closer than this to its threshold may fall on either side of it.
constexpr double kNearThreshold = 1e-4;

struct Spikes {
  int64_t rows, channels;
  Buffer<uint32_t> bits;

  Spikes(int64_t rows, int64_t channels)
      : rows(rows), channels(channels), bits(rows * words_of(channels)) {}
  bool at(int64_t row, int64_t channel) const {
    return bits[row * words_of(channels) + channel / kWordBits] >> (channel % kWordBits) & 1u;
  }
  void set(int64_t row, int64_t channel) {
    bits[row * words_of(channels) + channel / kWordBits] |= 1u << (channel % kWordBits);
  }
};

Spikes random_spikes(Random& random, int64_t rows, int64_t channels, double density) {
  Spikes spikes(rows, channels);
  std::bernoulli_distribution fires(density);
  for (int64_t row = 0; row < rows; row++) {
    for (int64_t channel = 0; channel < channels; channel++) {
      if (fires(random)) spikes.set(row, channel);
    }
  }
  return spikes;
}

using Shape3 = std::array<int64_t, 3>;

// Follows one neuron in double precision; gives up where it comes too near to its threshold.
class Neuron {
 public:
  explicit Neuron(const IfNeuron& constants) : constants_(constants), membrane_(constants.initial_membrane) {}

  void check(double current, bool fired, Checks& checks, const std::string& where) {
    membrane_ += current;
    lost_ = lost_ || std::fabs(membrane_ - constants_.threshold) < kNearThreshold;
    if (lost_) return;
    const bool fires = membrane_ >= constants_.threshold;
    checks.equal(fired, fires, where);
    if (fires) membrane_ = constants_.subtract ? membrane_ - constants_.threshold : 0;
  }

 private:
  IfNeuron constants_;
  double membrane_;
  bool lost_ = false;
};

const IfNeuron kNeurons[] = {{1.0f, false, 0.0f}, {0.7f, true, 0.35f}, {0.5f, false, 0.6f}};

void check_totals(const Spikes& fired, int64_t T, const Buffer<int64_t>& totals, Checks& checks) {
  for (int64_t t = 0; t < T; t++) {
    int64_t total = 0;
    for (int64_t row = t * fired.rows / T; row < (t + 1) * fired.rows / T; row++) {
      for (int64_t channel = 0; channel < fired.channels; channel++) total += fired.at(row, channel);
    }
    checks.equal(totals[t], total, "spikes of a step");
  }
  for (int64_t row = 0; row < fired.rows; row++) {
    for (int64_t bit = fired.channels; bit < words_of(fired.channels) * kWordBits; bit++) {
      checks.equal(fired.bits[row * words_of(fired.channels) + bit / kWordBits] >> (bit % kWordBits) & 1u, 0,
                   "a bit after the last channel");
    }
  }
}

void test_integrate_fire(Random& random, Checks& checks) {
  for (const auto& shape : {Shape3{5, 3, 7}, Shape3{1, 1, 1}, Shape3{15, 10, 32}, Shape3{3, 700, 45}}) {
    for (const IfNeuron& neuron : kNeurons) {
      for (const bool constant : {false, true}) {
        for (const bool carried : {false, true}) {
          const auto [T, P, C] = shape;
          const auto currents = random_floats(random, (constant ? 1 : T) * P * C, 0.6f);
          const auto before = random_floats(random, P * C, 0.3f);
          Spikes fired(T * P, C);
          Buffer<float> after(P * C);
          Buffer<int64_t> totals(T);
          kernels().integrate_fire({T, P, C, currents.data(), constant, carried ? before.data() : nullptr, neuron,
                                    fired.bits.data(), carried ? after.data() : nullptr, totals.data()});
          for (int64_t i = 0; i < P * C; i++) {
            IfNeuron start = neuron;
            if (carried) start.initial_membrane = before[i];
            Neuron follow(start);
            for (int64_t t = 0; t < T; t++) {
              follow.check(currents[(constant ? 0 : t * P * C) + i], fired.at(t * P + i / C, i % C), checks,
                           "integrate_fire");
            }
          }
          check_totals(fired, T, totals, checks);
        }
      }
    }
  }
}

// The current of one output, in double precision.
double conv_current(const SpikeConv& work, const Spikes& spikes, int64_t t, int64_t n, int64_t y, int64_t x, int64_t f) {
  double sum = work.bias[f];
  for (int64_t i = 0; i < work.kernel_height; i++) {
    for (int64_t j = 0; j < work.kernel_width; j++) {
      const int64_t row = y * work.stride - work.top + i, column = x * work.stride - work.left + j;
      if (row < 0 || column < 0 || row >= work.H || column >= work.W) continue;
      const int64_t position = ((t * work.N + n) * work.H + row) * work.W + column;
      for (int64_t c = 0; c < work.C; c++) {
        if (spikes.at(position, c)) sum += work.filter[((i * work.kernel_width + j) * work.C + c) * work.F + f];
      }
    }
  }
  return sum;
}

// Spikes of neurons under a constant current: all multiples of a random period, or none.
Spikes periodic_spikes(Random& random, int64_t T, int64_t positions, int64_t channels) {
  Spikes spikes(T * positions, channels);
  std::uniform_int_distribution<int64_t> period(1, 2 * T);
  for (int64_t position = 0; position < positions; position++) {
    for (int64_t channel = 0; channel < channels; channel++) {
      const int64_t step = period(random);
      for (int64_t t = step; t <= T; t += step) spikes.set((t - 1) * positions + position, channel);
    }
  }
  return spikes;
}

// Mean and biased variance of every step's currents, and neurons behind sums that each step scales and shifts.
void check_moments_and_maps(SpikeConv work, const Spikes& spikes, Random& random, Checks& checks) {
  const int64_t pixels = work.out_height * work.out_width, images = work.N * pixels;
  Buffer<float> mean(work.T * work.F), variance(work.T * work.F);
  checks.equal(kernels().spike_conv_moments(work, {mean.data(), variance.data()}), true, "spike_conv_moments");
  const auto scale = random_floats(random, work.T * work.F, 1.0f), shift = random_floats(random, work.T * work.F, 0.3f);
  SpikeConv mapped = work;
  mapped.scale = scale.data(), mapped.bias = shift.data();
  Spikes fired(work.T * images, work.F);
  Buffer<int64_t> totals(work.T);
  mapped.fired = fired.bits.data(), mapped.totals = totals.data();
  checks.equal(kernels().spike_conv(mapped), true, "spike_conv with scales");
  for (int64_t f = 0; f < work.F; f++) {
    Buffer<Neuron> neurons(images, Neuron(work.neuron));
    for (int64_t t = 0; t < work.T; t++) {
      double sum = 0, squares = 0;
      for (int64_t i = 0; i < images; i++) {
        const double current =
            conv_current(work, spikes, t, i / pixels, i % pixels / work.out_width, i % work.out_width, f);
        sum += current, squares += current * current;
        const int64_t at = t * work.F + f;
        neurons[i].check((current - work.bias[f]) * scale[at] + shift[at], fired.at(t * images + i, f), checks,
                         "spike of scaled sums");
      }
      const double expected = sum / images;
      checks.close(mean[t * work.F + f], expected, kTolerance, "mean of a step");
      checks.close(variance[t * work.F + f], squares / images - expected * expected, kTolerance, "variance of a step");
    }
  }
  check_totals(fired, work.T, totals, checks);
}

// Gives columns from the second on, but for every seventh, the spikes of the one before: windows that repeat.
void repeat_columns(Spikes& spikes, int64_t W) {
  const int64_t words = words_of(spikes.channels);
  for (int64_t row = 0; row < spikes.rows; row++) {
    if (row % W == 0 || row % W % 7 == 6) continue;
    std::copy(&spikes.bits[(row - 1) * words], &spikes.bits[(row - 1) * words] + words, &spikes.bits[row * words]);
  }
}

void check_conv(SpikeConv work, const Spikes& spikes, Checks& checks) {
  const int64_t pixels = work.out_height * work.out_width, rows = work.T * work.N * pixels;
  Buffer<float> currents(rows * work.F);
  Spikes fired(rows, work.F);
  Buffer<int64_t> totals(work.T);
  work.currents = currents.data();
  checks.equal(kernels().spike_conv(work), true, "spike_conv");
  work.currents = nullptr;
  work.fired = fired.bits.data();
  work.totals = totals.data();
  checks.equal(kernels().spike_conv(work), true, "spike_conv with neurons");
  for (int64_t i = 0; i < work.N * pixels; i++) {
    const int64_t n = i / pixels, y = i % pixels / work.out_width, x = i % work.out_width;
    for (int64_t f = 0; f < work.F; f++) {
      Neuron neuron(work.neuron);
      for (int64_t t = 0; t < work.T; t++) {
        const double current = conv_current(work, spikes, t, n, y, x, f);
        const int64_t row = t * work.N * pixels + i;
        checks.close(currents[row * work.F + f], current, kTolerance, "spike_conv current");
        neuron.check(current, fired.at(row, f), checks, "spike_conv spike");
      }
    }
  }
  check_totals(fired, work.T, totals, checks);
}

void test_conv(Random& random, Checks& checks) {
  struct Case {
    int64_t T, N, H, W, C, F, kernel, stride, before, after;
  };
  const Case cases[] = {{1, 1, 1, 1, 1, 1, 1, 1, 0, 0},   {3, 2, 5, 7, 33, 40, 3, 1, 1, 1},
                        {2, 1, 6, 5, 8, 130, 3, 2, 1, 1}, {2, 3, 4, 4, 64, 10, 5, 1, 2, 2},
                        {2, 1, 7, 9, 5, 64, 5, 2, 0, 0},  {4, 1, 3, 8, 70, 200, 2, 1, 0, 1},
                        {6, 1, 9, 9, 16, 256, 4, 1, 1, 2}, {60, 1, 3, 4, 33, 40, 3, 1, 1, 1},
                        {3, 2, 4, 5, 20, 30, 2, 1, 3, 4}, {2, 2, 6, 6, 40, 30, 3, 1, 0, 0}};
  for (const Case& c : cases) {
    for (const double density : {0.0, 0.05, 0.3, 1.0}) {
      for (const bool periodic : {false, true}) {
        Spikes spikes = periodic ? periodic_spikes(random, c.T, c.N * c.H * c.W, c.C)
                                 : random_spikes(random, c.T * c.N * c.H * c.W, c.C, density);
        if (density < 0.2) repeat_columns(spikes, c.W);
        const auto filter = random_floats(random, c.kernel * c.kernel * c.C * c.F, 0.1f);
        const auto bias = random_floats(random, c.F, 0.1f);
        SpikeConv work = {};
        work.T = c.T, work.N = c.N, work.H = c.H, work.W = c.W, work.C = c.C, work.F = c.F;
        work.kernel_height = work.kernel_width = c.kernel;
        work.stride = c.stride, work.top = work.left = c.before;
        work.out_height = (c.H + c.before + c.after - c.kernel) / c.stride + 1;
        work.out_width = (c.W + c.before + c.after - c.kernel) / c.stride + 1;
        work.spikes = spikes.bits.data(), work.filter = filter.data(), work.bias = bias.data();
        work.periodic = periodic;
        work.neuron = kNeurons[c.F % 3];
        check_conv(work, spikes, checks);
        check_moments_and_maps(work, spikes, random, checks);
      }
    }
  }
}

// Neurons behind a depthwise convolution, with sums in double precision.
void check_depthwise(const SpikeDepthwise& work, const Spikes& spikes, Checks& checks) {
  const int64_t pixels = work.H * work.W, border = work.kernel / 2;
  Spikes fired(work.T * work.N * pixels, work.C);
  for (uint32_t& word : fired.bits) word = ~0u;
  Buffer<int64_t> totals(work.T);
  SpikeDepthwise own = work;
  own.fired = fired.bits.data(), own.totals = totals.data();
  kernels().spike_depthwise(own);
  for (int64_t i = 0; i < work.N * pixels; i++) {
    const int64_t n = i / pixels, y = i % pixels / work.W, x = i % work.W;
    for (int64_t c = 0; c < work.C; c++) {
      Neuron neuron(work.neuron);
      for (int64_t t = 0; t < work.T; t++) {
        double current = work.bias[c];
        for (int64_t tap = 0; tap < work.kernel * work.kernel; tap++) {
          const int64_t row = y - border + tap / work.kernel, column = x - border + tap % work.kernel;
          if (row < 0 || column < 0 || row >= work.H || column >= work.W) continue;
          if (!spikes.at(((t * work.N + n) * work.H + row) * work.W + column, c)) continue;
          current += work.filter[tap * work.C + c];
        }
        neuron.check(current, fired.at(t * work.N * pixels + i, c), checks, "spike_depthwise spike");
      }
    }
  }
  check_totals(fired, work.T, totals, checks);
}

void test_depthwise(Random& random, Checks& checks) {
  struct Case {
    int64_t T, N, H, W, C, kernel;
  };
  const Case cases[] = {{1, 1, 1, 1, 1, 1},  {3, 2, 5, 7, 33, 3},  {2, 1, 6, 5, 64, 5}, {5, 2, 4, 9, 21, 7},
                        {2, 1, 3, 3, 40, 9}, {2, 1, 12, 2, 8, 11}, {3, 1, 2, 2, 5, 15}};
  for (const Case& c : cases) {
    for (const double density : {0.0, 0.05, 0.3, 1.0}) {
      const Spikes spikes = random_spikes(random, c.T * c.N * c.H * c.W, c.C, density);
      const auto filter = random_floats(random, c.kernel * c.kernel * c.C, 0.2f), bias = random_floats(random, c.C, 0.1f);
      SpikeDepthwise work = {};
      work.T = c.T, work.N = c.N, work.H = c.H, work.W = c.W, work.C = c.C, work.kernel = c.kernel;
      work.spikes = spikes.bits.data(), work.filter = filter.data(), work.bias = bias.data();
      work.neuron = kNeurons[c.C % 3];
      check_depthwise(work, spikes, checks);
    }
  }
}

void test_false_period(Random& random, Checks& checks) {
  Spikes spikes = periodic_spikes(random, 4, 9, 32);
  for (int64_t t : {0, 1, 2, 3}) spikes.bits[t * 9] = t == 0 || t == 3;
  const auto filter = random_floats(random, 32, 1.0f);
  const float bias = 0;
  Buffer<float> currents(4 * 9);
  SpikeConv work = {};
  work.T = 4, work.N = 1, work.H = work.W = work.out_height = work.out_width = 3, work.C = 32, work.F = 1;
  work.kernel_height = work.kernel_width = work.stride = 1;
  work.spikes = spikes.bits.data(), work.filter = filter.data(), work.bias = &bias;
  work.currents = currents.data();
  work.periodic = true;
  checks.equal(kernels().spike_conv(work), false, "trains that are not periodic");
}

void check_linear(SpikeLinear work, const Spikes& spikes, Checks& checks) {
  const int64_t rows = work.T * work.N;
  Buffer<float> currents(rows * work.F);
  Spikes fired(rows, work.F);
  Buffer<int64_t> totals(work.T);
  work.currents = currents.data();
  kernels().spike_linear(work);
  work.currents = nullptr;
  work.fired = fired.bits.data();
  work.totals = totals.data();
  kernels().spike_linear(work);
  for (int64_t n = 0; n < work.N; n++) {
    for (int64_t f = 0; f < work.F; f++) {
      Neuron neuron(work.neuron);
      for (int64_t t = 0; t < work.T; t++) {
        const int64_t row = t * work.N + n;
        double current = work.bias[f];
        for (int64_t i = 0; i < work.P * work.C; i++) {
          if (spikes.at(row * work.P + i / work.C, i % work.C)) current += work.weights[i * work.F + f];
        }
        checks.close(currents[row * work.F + f], current, kTolerance, "spike_linear current");
        neuron.check(current, fired.at(row, f), checks, "spike_linear spike");
      }
    }
  }
  check_totals(fired, work.T, totals, checks);
}

void test_linear(Random& random, Checks& checks) {
  struct Case {
    int64_t T, N, P, C, F;
  };
  for (const Case& c : {Case{1, 1, 1, 1, 1}, Case{3, 5, 1, 129, 17}, Case{2, 3, 49, 33, 70}, Case{15, 2, 7, 200, 300},
                        Case{2, 40, 1, 37, 10}}) {
    for (const double density : {0.0, 0.05, 0.3, 1.0}) {
      const Spikes spikes = random_spikes(random, c.T * c.N * c.P, c.C, density);
      const auto weights = random_floats(random, c.P * c.C * c.F, 0.05f);
      const auto bias = random_floats(random, c.F, 0.1f);
      SpikeLinear work = {};
      work.T = c.T, work.N = c.N, work.P = c.P, work.C = c.C, work.F = c.F;
      work.spikes = spikes.bits.data(), work.weights = weights.data(), work.bias = bias.data();
      work.neuron = kNeurons[c.F % 3];
      check_linear(work, spikes, checks);
    }
  }
}

// Follows every window through all steps; counts are small whole numbers, so all is exact.
void check_gated_pool(GatedPool work, const Spikes& spikes, const Buffer<float>& before, Checks& checks) {
  const int64_t height = work.H / work.size, width = work.W / work.size, windows = work.N * height * width;
  const int64_t places = work.size * work.size;
  Spikes pooled(work.T * windows, work.C);
  Buffer<float> after(windows * places * work.C);
  work.spikes = spikes.bits.data();
  work.counts = before.empty() ? nullptr : before.data();
  work.pooled = pooled.bits.data();
  work.counts_after = after.data();
  kernels().gated_pool(work);
  for (int64_t window = 0; window < windows; window++) {
    const int64_t n = window / (height * width), y = window / width % height, x = window % width;
    for (int64_t c = 0; c < work.C; c++) {
      std::vector<double> counts(places);
      for (int64_t place = 0; place < places; place++) {
        counts[place] = before.empty() ? 0 : before[(window * places + place) * work.C + c];
      }
      for (int64_t t = 0; t < work.T; t++) {
        int64_t winner = 0;
        std::vector<bool> fired(places);
        for (int64_t place = 0; place < places; place++) {
          const int64_t row = y * work.size + place / work.size, column = x * work.size + place % work.size;
          fired[place] = spikes.at(((t * work.N + n) * work.H + row) * work.W + column, c);
          counts[place] += fired[place];
          if (counts[place] > counts[winner]) winner = place;
        }
        checks.equal(pooled.at(t * windows + window, c), fired[winner], "gated_pool");
      }
      for (int64_t place = 0; place < places; place++) {
        checks.close(after[(window * places + place) * work.C + c], counts[place], 0, "gated_pool counts");
      }
    }
  }
  for (int64_t row = 0; row < pooled.rows; row++) {
    for (int64_t bit = work.C; bit < words_of(work.C) * kWordBits; bit++) {
      checks.equal(pooled.at(row, bit), 0, "gated_pool, a bit after the last channel");
    }
  }
}

void test_gated_pool(Random& random, Checks& checks) {
  struct Case {
    int64_t T, N, H, W, C, size;
  };
  for (const Case& c : {Case{1, 1, 1, 1, 1, 1}, Case{9, 2, 5, 7, 33, 2}, Case{6, 1, 7, 8, 64, 3}, Case{40, 2, 4, 4, 20, 2},
                        Case{3, 3, 2, 6, 130, 2}}) {
    for (const double density : {0.0, 0.05, 0.3, 1.0}) {
      const Spikes spikes = random_spikes(random, c.T * c.N * c.H * c.W, c.C, density);
      const GatedPool work = {c.T, c.N, c.H, c.W, c.C, c.size, nullptr, nullptr, nullptr, nullptr};
      check_gated_pool(work, spikes, {}, checks);
      Buffer<float> before(c.N * (c.H / c.size) * (c.W / c.size) * c.size * c.size * c.C);
      std::uniform_int_distribution<int> some(0, 3);
      for (float& count : before) count = some(random);
      check_gated_pool(work, spikes, before, checks);
    }
  }
}

void test_counts(Random& random, Checks& checks) {
  for (const auto& shape : {Shape3{1, 1, 1}, Shape3{15, 300, 33}, Shape3{4, 7, 64}, Shape3{3, 2, 100}}) {
    const auto [T, P, C] = shape;
    const Spikes spikes = random_spikes(random, T * P, C, 0.3);
    Buffer<float> counts(P * C);
    kernels().count_spikes({T, P, C, spikes.bits.data(), counts.data()});
    for (int64_t i = 0; i < P * C; i++) {
      int64_t expected = 0;
      for (int64_t t = 0; t < T; t++) expected += spikes.at(t * P + i / C, i % C);
      checks.close(counts[i], static_cast<double>(expected), 0, "count of spikes");
    }
  }
}

void check_pool_gradient(int64_t images, int64_t H, int64_t W, int64_t C, int64_t size, Random& random, Checks& checks) {
  const Spikes spikes = random_spikes(random, images * H * W, C, 0.2);
  const int64_t height = H / size, width = W / size;
  const auto dy = random_floats(random, images * height * width * C, 1);
  Buffer<float> dx(images * H * W * C, 9), expected(images * H * W * C, 0);
  kernels().spike_pool_gradient({images, H, W, C, size, spikes.bits.data(), dy.data(), dx.data()});
  for (int64_t i = 0; i < images * height * width * C; i++) {
    const int64_t c = i % C, x = i / C % width, y = i / C / width % height, image = i / C / width / height;
    int64_t chosen = -1;
    for (int64_t k = size * size - 1; k >= 0; k--) {
      const int64_t position = (image * H + y * size + k / size) * W + x * size + k % size;
      if (spikes.at(position, c) || (k == 0 && chosen < 0)) chosen = position;
    }
    expected[chosen * C + c] = dy[i];
  }
  for (size_t i = 0; i < dx.size(); i++) checks.close(dx[i], expected[i], 0, "gradient of pooled spikes");
}

}  // namespace

void test_spikes(Checks& checks) {
  Random random(20221128);
  test_integrate_fire(random, checks);
  test_conv(random, checks);
  test_depthwise(random, checks);
  test_false_period(random, checks);
  test_linear(random, checks);
  test_gated_pool(random, checks);
  test_counts(random, checks);
  check_pool_gradient(1, 2, 2, 1, 2, random, checks);
  check_pool_gradient(3, 5, 7, 33, 2, random, checks);
  check_pool_gradient(2, 8, 7, 70, 3, random, checks);
}

}  // namespace weightshare
