// Convolution of spikes by events, over all T steps. Blocks of many channels add up the filter's rows pixel by pixel and step
// by step, with the sums in registers, in the order kernel row, input column, channel. In a block of few channels a step of a
// pixel has too little work to pay for finding its events: there each event adds its row of the kernel to all outputs of a row
// that it reaches, whose sums of all steps stay in the first-level cache as the columns go by; a sum is then taken in the
// order input column, kernel row, channel.
#include <algorithm>
#include <atomic>
#include <type_traits>
#include <vector>

#include "kernels/events.h"
#include "kernels/integrate_fire.h"
#include "kernels/table.h"
#include "kernels/weight_block.h"
#include "runtime/parallel.h"
#include "runtime/scratch.h"

namespace weightshare {
namespace WEIGHTSHARE_INSTRUCTION_SET {

bool spike_conv(const SpikeConv&);
bool spike_conv_moments(const SpikeConv&, const StepMoments&);

namespace {

constexpr int64_t kTasksPerThread = 4;
// The most bytes of the sums of all steps that the events of one column reach.
constexpr int64_t kReachBytes = 32 * 1024;

// Output rows [from, to) of one image, and the input rows that they see.
struct Tile {
  int64_t image, from, to, input_from, input_to;
  int64_t input_rows() const { return input_to - input_from; }
};

// The first spike of a periodic train: its step above its channel.
constexpr int kChannelBits = 16;

// The events of a tile, in one of two orders.
struct Events {
  // For every step and input row column * C + channel, in order, with offsets [T, rows, W + 1]; or for every input row and
  // column the first spikes, in the order of their channels, with offsets [rows, W + 1].
  uint32_t *indices, *offsets;
};

// Whether a block of so many vectors takes the events of all steps at once.
template <int kVectors>
bool in_time(const SpikeConv& work) {
  const int64_t reach = work.T * work.kernel_width * kVectors * kLanes * static_cast<int64_t>(sizeof(float));
  return work.periodic && kVectors <= kMostVectors / 2 && work.stride == 1 && reach <= kReachBytes &&
         work.C <= 1 << kChannelBits;
}

const uint32_t* input_row(const SpikeConv& work, int64_t t, int64_t image, int64_t row) {
  return work.spikes + ((t * work.N + image) * work.H + row) * work.W * words_of(work.C);
}

// For every number up to T its divisors but itself, in ascending order, one list after the other.
struct Divisors {
  std::vector<int32_t> all, starts;

  const int32_t* begin_of(int64_t number) const { return all.data() + starts[number]; }
  const int32_t* end_of(int64_t number) const { return all.data() + starts[number + 1]; }
};

Divisors proper_divisors(int64_t T) {
  Divisors divisors;
  for (int64_t number = 0; number <= T; number++) {
    divisors.starts.push_back(static_cast<int32_t>(divisors.all.size()));
    for (int64_t divisor = 1; 2 * divisor <= number; divisor++) {
      if (number % divisor == 0) divisors.all.push_back(static_cast<int32_t>(divisor));
    }
  }
  divisors.starts.push_back(static_cast<int32_t>(divisors.all.size()));
  return divisors;
}

// Splits periodic trains into the step at which each neuron fires first and the multiples of that step.
class FirstSpikes {
 public:
  FirstSpikes(const SpikeConv& work, const Tile& tile, const Divisors& divisors)
      : work_(work),
        tile_(tile),
        divisors_(divisors),
        size_(tile.input_rows() * work.W * words_of(work.C)),
        seen_(size_) {}

  // Bits of the neurons that fire for the first time at step t (from 0); call with t = 0, 1, ... in turn.
  const uint32_t* at(int64_t t) {
    const uint32_t* now = input_row(work_, t, tile_.image, tile_.input_from);
    std::vector<uint32_t> first(size_), repeats(size_);
    for (const int32_t* divisor = divisors_.begin_of(t + 1); divisor < divisors_.end_of(t + 1); divisor++) {
      const std::vector<uint32_t>& earlier = firsts_[*divisor - 1];
      for (int64_t i = 0; i < size_; i++) repeats[i] |= earlier[i];
    }
    uint32_t differences = 0;
    for (int64_t i = 0; i < size_; i++) {
      first[i] = now[i] & ~seen_[i];
      differences |= now[i] ^ (first[i] | repeats[i]);
      seen_[i] |= now[i];
    }
    periodic_ = periodic_ && differences == 0;
    firsts_.push_back(std::move(first));
    return firsts_.back().data();
  }

  // Whether all trains seen so far fire at the multiples of their first spike's step and at no other.
  bool periodic() const { return periodic_; }

 private:
  const SpikeConv& work_;
  const Tile& tile_;
  const Divisors& divisors_;
  const int64_t size_;
  std::vector<uint32_t> seen_;
  std::vector<std::vector<uint32_t>> firsts_;
  bool periodic_ = true;
};

// The bits of a tile's spikes at every step, or of the first spikes of periodic trains.
class TileBits {
 public:
  TileBits(const SpikeConv& work, const Tile& tile, const Divisors& divisors) : steps_(work.T), firsts_(work, tile, divisors) {
    for (int64_t t = 0; t < work.T; t++) {
      steps_[t] = work.periodic ? firsts_.at(t) : input_row(work, t, tile.image, tile.input_from);
    }
  }
  const uint32_t* at(int64_t t) const { return steps_[t]; }
  bool right(const SpikeConv& work) const { return !work.periodic || firsts_.periodic(); }

 private:
  std::vector<const uint32_t*> steps_;
  FirstSpikes firsts_;
};

// Where neighbouring columns of the input hold the same spikes at all steps, as in the background of an image, so do
// neighbouring windows: their sums are taken once.
class Repeats {
 public:
  Repeats(const SpikeConv& work, const Tile& tile, const TileBits& bits)
      : work_(work), tile_(tile), runs_(tile.input_rows() * work.W) {
    if (work.stride != 1) return;
    const int64_t words = words_of(work.C), row_words = work.W * words;
    std::vector<uint32_t> differences(row_words);
    for (int64_t row = 0; row < tile.input_rows(); row++) {
      std::fill(differences.begin(), differences.end(), 0);
      for (int64_t t = 0; t < work.T; t++) {
        const uint32_t* now = bits.at(t) + row * row_words;
        for (int64_t i = words; i < row_words; i++) differences[i] |= now[i] ^ now[i - words];
      }
      for (int64_t x = 1; x < work.W; x++) {
        const bool same = std::all_of(&differences[x * words], &differences[x * words] + words, [](uint32_t d) { return d == 0; });
        runs_[row * work.W + x] = same ? runs_[row * work.W + x - 1] + 1 : 0;
      }
    }
  }

  // Whether an output sees what the one to its left sees.
  bool at(int64_t y, int64_t x) const {
    const int64_t left = x - work_.left, end = left + work_.kernel_width, top = y - work_.top;
    if (work_.stride != 1 || x == 0 || left < 1 || end > work_.W) return false;
    const int64_t from = std::max<int64_t>(0, top), to = std::min(work_.H, top + work_.kernel_height);
    for (int64_t row = from; row < to; row++) {
      if (runs_[(row - tile_.input_from) * work_.W + end - 1] < work_.kernel_width) return false;
    }
    return true;
  }

 private:
  const SpikeConv& work_;
  const Tile& tile_;
  // How many columns in a row, this one the last, are like the one before.
  std::vector<int32_t> runs_;
};

void list_by_step(const SpikeConv& work, int64_t rows, const TileBits& tile, Events& events) {
  const int64_t words = words_of(work.C);
  events.indices = scratch_of<uint32_t>(Scratch::kEvents, work.T * rows * work.W * work.C + kWordBits);
  events.offsets = scratch_of<uint32_t>(Scratch::kOffsets, work.T * rows * (work.W + 1));
  uint32_t* end = events.indices;
  uint32_t* offset = events.offsets;
  for (int64_t t = 0; t < work.T; t++) {
    const uint32_t* bits = tile.at(t);
    for (int64_t row = 0; row < rows; row++) {
      for (int64_t column = 0; column < work.W; column++) {
        *offset++ = static_cast<uint32_t>(end - events.indices);
        for (int64_t word = 0; word < words; word++) {
          end = append_events(*bits++, static_cast<uint32_t>(column * work.C + word * kWordBits), end);
        }
      }
      *offset++ = static_cast<uint32_t>(end - events.indices);
    }
  }
}

// Lists the first spikes of periodic trains. The step of each neuron's is read from its bits in as many planes as a step's
// number has digits, so that the neurons of a word are gone through once and not at every step.
void list_in_time(const SpikeConv& work, int64_t rows, const TileBits& tile, Events& events) {
  const int64_t words = words_of(work.C), row_words = work.W * words;
  int digits = 1;
  while (((work.T - 1) >> digits) != 0) digits++;
  std::vector<uint32_t> fired(rows * row_words), planes(rows * row_words * digits);
  int64_t count = 0;
  for (int64_t t = 0; t < work.T; t++) {
    const uint32_t* bits = tile.at(t);
    for (int64_t i = 0; i < rows * row_words; i++) fired[i] |= bits[i];
    for (int digit = 0; digit < digits; digit++) {
      uint32_t* plane = planes.data() + digit * rows * row_words;
      if ((t >> digit & 1) == 0) continue;
      for (int64_t i = 0; i < rows * row_words; i++) plane[i] |= bits[i];
    }
  }
  for (const uint32_t word : fired) count += __builtin_popcount(word);
  events.indices = scratch_of<uint32_t>(Scratch::kEvents, count + kWordBits);
  events.offsets = scratch_of<uint32_t>(Scratch::kOffsets, rows * (work.W + 1));
  IntVector lanes;
  for (int lane = 0; lane < kLanes; lane++) lanes[lane] = lane;
  uint32_t* end = events.indices;
  uint32_t* offset = events.offsets;
  for (int64_t i = 0; i < rows * row_words; i++) {
    if (i % words == 0) *offset++ = static_cast<uint32_t>(end - events.indices);
    if (fired[i] != 0) {
      IntVector first[kWordBits / kLanes];
      for (int v = 0; v < kWordBits / kLanes; v++) {
        IntVector step{};
        for (int digit = 0; digit < digits; digit++) {
          step |= from_bits(planes[digit * rows * row_words + i] >> (v * kLanes)) & (1 << digit);
        }
        first[v] = step << kChannelBits | (lanes + static_cast<int32_t>(i % words * kWordBits + v * kLanes));
      }
      end = append_lanes(fired[i], first, end);
    }
    if (i % row_words == row_words - 1) *offset++ = static_cast<uint32_t>(end - events.indices);
  }
}

// The events that one output pixel sees at step t as rows of the filter [kernel_height, kernel_width, C]; returns how
// many. Whole vectors are copied, so entries up to a vector after the last may be overwritten.
int64_t window_events(const SpikeConv& work, const Tile& tile, const Events& events, int64_t t, int64_t y, int64_t x,
                      uint32_t* rows) {
  const int64_t left = x * work.stride - work.left, top = y * work.stride - work.top;
  const int64_t from = std::max<int64_t>(left, 0), to = std::min(left + work.kernel_width, work.W);
  if (from >= to) return 0;
  int64_t count = 0;
  for (int64_t k = std::max<int64_t>(0, -top); k < work.kernel_height && top + k < work.H; k++) {
    const int64_t row = t * tile.input_rows() + top + k - tile.input_from;
    const uint32_t* offsets = events.offsets + row * (work.W + 1);
    // An index counts columns from the input's left edge; the filter's first column stands at column `left`.
    const IntVector shift = static_cast<int32_t>((k * work.kernel_width - left) * work.C) - IntVector{};
    for (uint32_t i = offsets[from]; i < offsets[to]; i += kLanes) {
      IntVector indices;
      memcpy(&indices, events.indices + i, sizeof indices);
      indices += shift;
      memcpy(rows + count + i - offsets[from], &indices, sizeof indices);
    }
    count += offsets[to] - offsets[from];
  }
  return count;
}

template <int kVectors>
void add_step_by_step(const SpikeConv& work, const Tile& tile, const Events& events, const float* filter, int64_t y,
                      int64_t x, uint32_t* rows, float* sums) {
  for (int64_t t = 0; t < work.T; t++, sums += kVectors * kLanes) {
    Vector sum[kVectors] = {};
    add_rows<kVectors>(sum, rows, window_events(work, tile, events, t, y, x, rows), filter);
    WEIGHTSHARE_UNROLL
    for (int v = 0; v < kVectors; v++) store(sums + v * kLanes, sum[v]);
  }
}

// The sums of a row of outputs and one block of channels, [T, columns, width]: output x is column x + first.
struct RowSums {
  float* sums;
  int64_t columns, first;
};

template <int kVectors>
RowSums row_sums(const SpikeConv& work) {
  // An event at column x reaches kernel_width columns from x on; zeros around the image may make room for more.
  const int64_t reach = work.kernel_width - 1, before = std::max<int64_t>(0, work.left - reach);
  RowSums row;
  row.first = reach - work.left + before;
  row.columns = std::max(before + work.W + reach, row.first + work.out_width);
  row.sums = scratch_of<float>(Scratch::kSums, work.T * row.columns * kVectors * kLanes);
  return row;
}

// Adds every event of the input rows that an output row sees to all columns that it reaches, unless those are all `repeated`
// (for every output column). `filter` is [kernel_height, C,
// kernel_width, width], its columns from the last to the first; kTaps is the kernel's width, or 0 for any.
template <int kVectors, int kTaps>
void add_in_time(const SpikeConv& work, const Tile& tile, const Events& events, const float* filter, int64_t y,
                 const std::vector<char>& repeated, const RowSums& row) {
  constexpr int64_t kWidth = kVectors * kLanes;
  std::fill(row.sums, row.sums + work.T * row.columns * kWidth, 0.0f);
  const int64_t size = (kTaps > 0 ? kTaps : work.kernel_width) * kWidth, top = y - work.top;
  const int64_t from = std::max<int64_t>(0, -top), to = std::min(work.kernel_height, work.H - top);
  float* origin = row.sums + std::max<int64_t>(0, work.left - work.kernel_width + 1) * kWidth;
  for (int64_t x = 0; x < work.W; x++, origin += kWidth) {
    const int64_t last = std::min(work.out_width, x + work.left + 1);
    const int64_t first = std::min(last, std::max<int64_t>(0, x + work.left - work.kernel_width + 1));
    if (std::all_of(repeated.begin() + first, repeated.begin() + last, [](char one) { return one != 0; })) continue;
    for (int64_t k = from; k < to; k++) {
      const uint32_t* offset = events.offsets + (top + k - tile.input_from) * (work.W + 1) + x;
      const float* weights = filter + k * work.C * size;
      for (const uint32_t* event = events.indices + offset[0]; event < events.indices + offset[1]; event++) {
        const float* kernel_row = weights + (*event & ((1u << kChannelBits) - 1)) * size;
        float* sum = origin + (*event >> kChannelBits) * row.columns * kWidth;
        WEIGHTSHARE_UNROLL
        for (int64_t i = 0; i < size; i += kLanes) store(sum + i, load(sum + i) + load(kernel_row + i));
      }
    }
  }
}

// Adds to the sums of every step those of the steps that divide its number: where trains are periodic, the sums of a step are at
// first of what fires first at it. `size` floats a step, steps `stride` apart; the last step comes first, so that what is
// added is still as it was.
template <int kVectors>
void add_divisors(const Divisors& divisors, int64_t T, float* sums, int64_t stride, int64_t size) {
  for (int64_t t = T - 1; t > 0; t--) {
    const int32_t *from = divisors.begin_of(t + 1), *end = divisors.end_of(t + 1);
    for (float* at = sums; at < sums + size; at += kVectors * kLanes) {
      float* to = at + t * stride;
      Vector sum[kVectors];
      WEIGHTSHARE_UNROLL
      for (int v = 0; v < kVectors; v++) sum[v] = load(to + v * kLanes);
      for (const int32_t* divisor = from; divisor < end; divisor++) {
        const float* first = at + (*divisor - 1) * stride;
        WEIGHTSHARE_UNROLL
        for (int v = 0; v < kVectors; v++) sum[v] += load(first + v * kLanes);
      }
      WEIGHTSHARE_UNROLL
      for (int v = 0; v < kVectors; v++) store(to + v * kLanes, sum[v]);
    }
  }
}

// The sums of one block of channels at one output pixel, without bias.
template <int kVectors>
struct PixelSums {
  const float* sums;  // [T, width], steps `stride` apart
  int64_t stride;
  bool repeated;  // whether they are those of the pixel to the left

  Vector at(int64_t t, int v) const { return load(sums + t * stride + v * kLanes); }
};

// What every step's sums become: sum * scale + shift.
template <int kVectors>
struct StepMap {
  const float *scale, *shift;  // [T, padded channels], from the block's first channel on; no scale: 1, and one shift for all steps
  int64_t stride;

  Vector apply(Vector sum, int64_t t, int v) const {
    if (scale == nullptr) return sum + load(shift + v * kLanes);
    return sum * load(scale + t * stride + v * kLanes) + load(shift + t * stride + v * kLanes);
  }
};

// Neurons fire, and the spikes of all steps are stored.
template <int kVectors>
void fire_block(const SpikeConv& work, const PixelSums<kVectors>& sums, const StepMap<kVectors>& map, int64_t pixel,
                int64_t channel, int64_t* totals) {
  constexpr int64_t kWidth = kVectors * kLanes;
  const IfLanes neuron(work.neuron);
  const int64_t words = words_of(work.F), pixels = work.N * work.out_height * work.out_width;
  Vector membrane[kVectors];
  for (Vector& lanes : membrane) lanes = neuron.initial;
  for (int64_t t = 0; t < work.T; t++) {
    uint32_t bits[kWidth / kWordBits] = {};
    WEIGHTSHARE_UNROLL
    for (int v = 0; v < kVectors; v++) {
      bits[v * kLanes / kWordBits] |= fire(membrane[v], map.apply(sums.at(t, v), t, v), neuron) << (v * kLanes % kWordBits);
    }
    uint32_t* fired = work.fired + (t * pixels + pixel) * words + channel / kWordBits;
    for (int64_t word = 0; word < kWidth / kWordBits; word++) {
      const uint32_t valid = bits[word] & valid_bits(channel + word * kWordBits, work.F);
      if (channel + word * kWordBits < work.F) fired[word] = valid;
      totals[t] += __builtin_popcount(valid);
    }
  }
}

// The spikes of the pixel to the left, once more.
template <int kVectors>
void repeat_block(const SpikeConv& work, int64_t pixel, int64_t channel, int64_t* totals) {
  const int64_t words = words_of(work.F), pixels = work.N * work.out_height * work.out_width, first = channel / kWordBits;
  const int64_t count = std::min<int64_t>(kVectors * kLanes / kWordBits, words - first);
  for (int64_t t = 0; t < work.T; t++) {
    uint32_t* fired = work.fired + (t * pixels + pixel) * words + first;
    for (int64_t word = 0; word < count; word++) {
      fired[word] = fired[word - words];
      totals[t] += __builtin_popcount(fired[word]);
    }
  }
}

template <int kVectors>
void store_block(const SpikeConv& work, const PixelSums<kVectors>& sums, const StepMap<kVectors>& map, int64_t pixel,
                 int64_t channel) {
  const int64_t pixels = work.N * work.out_height * work.out_width;
  for (int64_t t = 0; t < work.T; t++) {
    float* to = work.currents + (t * pixels + pixel) * work.F + channel;
    for (int v = 0; v < kVectors; v++) {
      const int64_t left = std::min<int64_t>(work.F - channel - v * kLanes, kLanes);
      if (left > 0) store_some(to + v * kLanes, map.apply(sums.at(t, v), t, v), left);
    }
  }
}

// The filter and what is added, packed by blocks of channels and padded by zeros.
struct Packed {
  int64_t width, padded;
  const float *filters, *scales, *shifts;
};

// Lists the events of a tile and calls body(y, x, channel, sums) for every output pixel and block of channels. False where
// trains that are said to be periodic are not.
template <int kVectors, typename Body>
bool for_pixels(const SpikeConv& work, const Tile& tile, const Divisors& divisors, const Packed& packed, const Body& body) {
  constexpr int64_t kWidth = kVectors * kLanes;
  const TileBits bits(work, tile, divisors);
  if (!bits.right(work)) return false;
  const Repeats repeats(work, tile, bits);
  Events events;
  const int64_t window = work.kernel_height * work.kernel_width * work.C;
  if (in_time<kVectors>(work)) {
    list_in_time(work, tile.input_rows(), bits, events);
    const RowSums row = row_sums<kVectors>(work);
    std::vector<char> repeated(work.out_width);
    const auto add = work.kernel_width == 3 ? add_in_time<kVectors, 3> : add_in_time<kVectors, 0>;
    for (int64_t channel = 0; channel < work.F; channel += kWidth) {
      for (int64_t y = tile.from; y < tile.to; y++) {
        for (int64_t x = 0; x < work.out_width; x++) repeated[x] = repeats.at(y, x);
        add(work, tile, events, packed.filters + window * channel, y, repeated, row);
        add_divisors<kVectors>(divisors, work.T, row.sums, row.columns * kWidth, row.columns * kWidth);
        const float* sums = nullptr;
        for (int64_t x = 0; x < work.out_width; x++) {
          if (!repeated[x]) sums = row.sums + (x + row.first) * kWidth;
          body(y, x, channel, PixelSums<kVectors>{sums, row.columns * kWidth, repeated[x] != 0});
        }
      }
    }
    return true;
  }
  list_by_step(work, tile.input_rows(), bits, events);
  float* sums = scratch_of<float>(Scratch::kSums, work.T * kWidth);
  uint32_t* rows = scratch_of<uint32_t>(Scratch::kOther, window + kLanes);
  for (int64_t channel = 0; channel < work.F; channel += kWidth) {
    const float* filter = packed.filters + window * channel;
    for (int64_t y = tile.from; y < tile.to; y++) {
      for (int64_t x = 0; x < work.out_width; x++) {
        const bool repeated = repeats.at(y, x);
        if (!repeated) {
          add_step_by_step<kVectors>(work, tile, events, filter, y, x, rows, sums);
          if (work.periodic) add_divisors<kVectors>(divisors, work.T, sums, kWidth, kWidth);
        }
        body(y, x, channel, PixelSums<kVectors>{sums, kWidth, repeated});
      }
    }
  }
  return true;
}

template <int kVectors>
bool run_tile(const SpikeConv& work, const Tile& tile, const Divisors& divisors, const Packed& packed, int64_t* totals) {
  return for_pixels<kVectors>(
      work, tile, divisors, packed, [&](int64_t y, int64_t x, int64_t channel, const PixelSums<kVectors>& sums) {
        const bool mapped = packed.scales != nullptr;
        const StepMap<kVectors> map = {mapped ? packed.scales + channel : nullptr, packed.shifts + channel, packed.padded};
        const int64_t pixel = (tile.image * work.out_height + y) * work.out_width + x;
        if (work.fired != nullptr && sums.repeated) {
          repeat_block<kVectors>(work, pixel, channel, totals);
        } else if (work.fired != nullptr) {
          fire_block<kVectors>(work, sums, map, pixel, channel, totals);
        } else {
          store_block<kVectors>(work, sums, map, pixel, channel);
        }
      });
}

// Sums and sums of squares of what lies above an origin, [T, padded channels] each.
struct ImageSums {
  double *sums, *squares;
};

// Adds up one image, a row of pixels in single precision at a time.
template <int kVectors>
bool add_image(const SpikeConv& work, const Tile& tile, const Divisors& divisors, const Packed& packed, const float* origin,
               const ImageSums& to) {
  constexpr int64_t kWidth = kVectors * kLanes;
  float* row = scratch_of<float>(Scratch::kRow, 2 * work.T * kWidth);
  return for_pixels<kVectors>(
      work, tile, divisors, packed, [&](int64_t, int64_t x, int64_t channel, const PixelSums<kVectors>& sums) {
        if (x == 0) std::fill(row, row + 2 * work.T * kWidth, 0.0f);
        for (int64_t t = 0; t < work.T; t++) {
          WEIGHTSHARE_UNROLL
          for (int v = 0; v < kVectors; v++) {
            const Vector distance = sums.at(t, v) - load(origin + t * packed.padded + channel + v * kLanes);
            float* to = row + 2 * (t * kWidth + v * kLanes);
            store(to, load(to) + distance);
            store(to + kLanes, load(to + kLanes) + distance * distance);
          }
        }
        if (x + 1 < work.out_width) return;
        for (int64_t t = 0; t < work.T; t++) {
          for (int64_t lane = 0; lane < kWidth; lane++) {
            const float* from = row + 2 * (t * kWidth + lane / kLanes * kLanes) + lane % kLanes;
            to.sums[t * packed.padded + channel + lane] += from[0];
            to.squares[t * packed.padded + channel + lane] += from[kLanes];
          }
        }
      });
}

Tile tile_of(const SpikeConv& work, int64_t image, int64_t from, int64_t to) {
  const int64_t top = from * work.stride - work.top;
  const int64_t bottom = (to - 1) * work.stride - work.top + work.kernel_height;
  const int64_t input_from = std::min(std::max<int64_t>(top, 0), work.H);
  return {image, from, to, input_from, std::max(input_from, std::min(bottom, work.H))};
}

// One block of the filter as `add_in_time` takes it.
void pack_turned(const SpikeConv& work, int64_t first, int64_t width, float* to) {
  for (int64_t k = 0; k < work.kernel_height; k++) {
    for (int64_t channel = 0; channel < work.C; channel++) {
      for (int64_t column = work.kernel_width - 1; column >= 0; column--, to += width) {
        const int64_t row = (k * work.kernel_width + column) * work.C + channel;
        pack_columns(work.filter + row * work.F, 1, work.F, first, width, to);
      }
    }
  }
}

// Packs the filter, and scales and shifts of all steps or the one bias.
Packed pack(const SpikeConv& work) {
  Packed packed;
  const int64_t width = packed.width = block_width(work.F);
  const int64_t padded = packed.padded = (work.F + width - 1) / width * width;
  const int64_t rows = work.kernel_height * work.kernel_width * work.C, maps = work.scale == nullptr ? 1 : work.T;
  float* filters = scratch_of<float>(Scratch::kWeights, (rows + 2 * maps) * padded);
  float *scales = filters + rows * padded, *shifts = scales + maps * padded;
  bool turned = false;
  with_vectors(width, [&](auto vectors) { turned = in_time<decltype(vectors)::value>(work); });
  parallel_for(padded / width, [&](int64_t block) {
    float* to = filters + rows * block * width;
    if (turned) return pack_turned(work, block * width, width, to);
    pack_columns(work.filter, rows, work.F, block * width, width, to);
  });
  for (int64_t t = 0; t < maps; t++) {
    if (work.scale != nullptr) pack_columns(work.scale + t * work.F, 1, work.F, 0, padded, scales + t * padded);
    pack_columns(work.bias + t * work.F, 1, work.F, 0, padded, shifts + t * padded);
  }
  packed.filters = filters, packed.scales = work.scale == nullptr ? nullptr : scales, packed.shifts = shifts;
  return packed;
}

// The first pixel's sums, which are near enough to the mean for their squares not to drown the variance.
std::vector<float> origins(const SpikeConv& work, const Divisors& divisors, const Packed& packed) {
  std::vector<float> origin(work.T * packed.padded);
  with_vectors(packed.width, [&](auto vectors) {
    constexpr int kVectors = decltype(vectors)::value;
    for_pixels<kVectors>(work, tile_of(work, 0, 0, 1), divisors, packed,
                         [&](int64_t, int64_t x, int64_t channel, const PixelSums<kVectors>& sums) {
                           if (x > 0) return;
                           for (int64_t t = 0; t < work.T; t++) {
                             for (int v = 0; v < kVectors; v++) {
                               store(&origin[t * packed.padded + channel + v * kLanes], sums.at(t, v));
                             }
                           }
                         });
  });
  return origin;
}

}  // namespace

bool spike_conv(const SpikeConv& work) {
  const Packed packed = pack(work);
  const Divisors divisors = work.periodic ? proper_divisors(work.T) : Divisors();
  int64_t tiles = 1;
  while (work.N * tiles < kTasksPerThread * thread_count() && 2 * tiles <= work.out_height) tiles *= 2;
  const int64_t height = (work.out_height + tiles - 1) / tiles;
  tiles = (work.out_height + height - 1) / height;
  std::vector<std::atomic<int64_t>> totals(work.T);
  std::atomic<bool> right{true};
  parallel_for(work.N * tiles, [&](int64_t task) {
    const int64_t from = task % tiles * height;
    const Tile tile = tile_of(work, task / tiles, from, std::min(work.out_height, from + height));
    std::vector<int64_t> spikes(work.T);
    with_vectors(packed.width, [&](auto vectors) {
      if (!run_tile<vectors.value>(work, tile, divisors, packed, spikes.data())) right = false;
    });
    for (int64_t t = 0; t < work.T; t++) totals[t] += spikes[t];
  });
  if (work.totals != nullptr) {
    for (int64_t t = 0; t < work.T; t++) work.totals[t] += totals[t];
  }
  return right;
}

// Sums of an image are one thread's, and images are added up in order, so moments do not depend on the number of threads.
bool spike_conv_moments(const SpikeConv& work, const StepMoments& moments) {
  const Packed packed = pack(work);
  const Divisors divisors = work.periodic ? proper_divisors(work.T) : Divisors();
  const std::vector<float> origin = origins(work, divisors, packed);
  const int64_t size = work.T * packed.padded;
  std::vector<double> images(2 * work.N * size);
  std::atomic<bool> right{true};
  parallel_for(work.N, [&](int64_t image) {
    double* sums = images.data() + 2 * image * size;
    with_vectors(packed.width, [&](auto vectors) {
      const Tile tile = tile_of(work, image, 0, work.out_height);
      if (!add_image<vectors.value>(work, tile, divisors, packed, origin.data(), {sums, sums + size})) right = false;
    });
  });
  const double rows = static_cast<double>(work.N * work.out_height * work.out_width);
  for (int64_t t = 0; t < work.T; t++) {
    for (int64_t channel = 0; channel < work.F; channel++) {
      const int64_t at = t * packed.padded + channel;
      double sum = 0, squares = 0;
      for (int64_t image = 0; image < work.N; image++) {
        sum += images[2 * image * size + at], squares += images[(2 * image + 1) * size + at];
      }
      const double mean = sum / rows;
      moments.mean[t * work.F + channel] = static_cast<float>(origin[at] + work.bias[channel] + mean);
      moments.variance[t * work.F + channel] = static_cast<float>(std::max(0.0, squares / rows - mean * mean));
    }
  }
  return right;
}

}  // namespace WEIGHTSHARE_INSTRUCTION_SET
}  // namespace weightshare
