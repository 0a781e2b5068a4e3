// Depthwise convolution of NHWC images, stride 1, as many zeros on every side as keep the size. One vector of channels
// at a time: its image is copied between zeros into work memory, where neighbouring columns are neighbours, and several
// output columns are summed in registers. Every output is summed in the order kernel row, kernel column.
#include <algorithm>
#include <vector>

#include "kernels/filter_side.h"
#include "kernels/simd.h"
#include "kernels/table.h"
#include "runtime/parallel.h"
#include "runtime/scratch.h"

// Tells the compiler to unroll over all columns that a block of output columns sees, at most 16 + 15 - 1.
#define WEIGHTSHARE_UNROLL_COLUMNS _Pragma("GCC unroll 32")

namespace weightshare {
namespace WEIGHTSHARE_INSTRUCTION_SET {

void depthwise_conv(const DepthwiseConv&);
void depthwise_filter_gradient(const DepthwiseFilterGradient&);

namespace {

// Vectors of channels that a task copies together, for longer pieces of memory: at least so many, and more where they fit into
// the second-level cache.
constexpr int64_t kLeastGroup = 4;
constexpr int64_t kGroupFloats = 128 * 1024;
constexpr int64_t kTasksPerThread = 4;
// Output columns of a block: as many as the registers hold beside a row of the filter.
constexpr int kColumns = WEIGHTSHARE_VECTOR_BYTES == 64 ? 16 : 8;
// Taps of a filter's row that are held in registers together with the sums of the columns.
constexpr int kHeldTaps = WEIGHTSHARE_VECTOR_BYTES == 64 ? 15 : 5;
// Columns of gradients of a block: beside the sums of all taps they leave a register for a column of the input.
template <int K>
constexpr int kGradientColumns = WEIGHTSHARE_VECTOR_BYTES == 64 || K < 5 ? 8 : 4;
// The most of them: rows are padded to a multiple of it.
constexpr int64_t kPaddedColumns = 8;
// The filter's gradient is summed over at most this many groups of images one by one, then over the groups in order.
constexpr int64_t kImageGroups = 64;

// How many columns ahead memory is asked for: steps over all channels are too long for the processor to foresee.
constexpr int64_t kAhead = 16;

int64_t vectors_of(int64_t channels) { return (channels + kLanes - 1) / kLanes; }

// Vectors of channels of a task, for images of these sizes and a filter of this side. No sum depends on it.
int64_t group_of(int64_t N, int64_t H, int64_t W, int64_t C, int64_t kernel) {
  const int64_t floats = H * (2 * (W + kPaddedColumns) + kernel) * kLanes, all = vectors_of(C);
  int64_t group = kLeastGroup;
  const auto tasks = [&](int64_t vectors) { return N * ((all + vectors - 1) / vectors); };
  while (group < all && 2 * group * floats <= kGroupFloats && tasks(2 * group) >= kTasksPerThread * thread_count()) group *= 2;
  return group;
}

// One image, vector by vector of its channels: [vectors, H, width, kLanes] with zeros left and right.
struct Padded {
  float* values;
  int64_t H, width, vectors;
  int64_t row_size() const { return width * kLanes; }
  float* row(int64_t vector, int64_t y) const { return values + (vector * H + y) * row_size(); }
};

// Copies channels [first, first + vectors) of an image [H, W, C] behind `left` zeros a row.
void pad_image(const float* image, int64_t W, int64_t C, int64_t first, int64_t left, const Padded& to) {
  for (int64_t vector = 0; vector < to.vectors; vector++) {
    for (int64_t y = 0; y < to.H; y++) {
      float* row = to.row(vector, y);
      std::fill(row, row + left * kLanes, 0.0f);
      std::fill(row + (left + W) * kLanes, row + to.row_size(), 0.0f);
    }
  }
  for (int64_t y = 0; y < to.H; y++) {
    for (int64_t x = 0; x < W; x++) {
      const float* from = image + (y * W + x) * C + first;
      for (int64_t vector = 0; vector < to.vectors; vector++) {
        const int64_t count = std::min<int64_t>(C - first - vector * kLanes, kLanes);
        const float* lanes = from + vector * kLanes;
        __builtin_prefetch(lanes + kAhead * C);
        store(to.row(vector, y) + (left + x) * kLanes, count == kLanes ? load(lanes) : load_some(lanes, count));
      }
    }
  }
}

// The filter's rows for one vector of channels, [K * K, kLanes]; from the last to the first where flipped.
void pack_filter(const DepthwiseConv& work, int64_t channel, float* to) {
  const int64_t taps = work.kernel * work.kernel, count = std::min<int64_t>(work.C - channel, kLanes);
  for (int64_t tap = 0; tap < taps; tap++) {
    const int64_t from = work.flipped ? taps - 1 - tap : tap;
    store(to + tap * kLanes, load_some(work.filter + from * work.C + channel, static_cast<int>(count)));
  }
}

// Adds taps [kFirst, K) of one row of the filter, over the columns of one input row, to X output columns; as many at a time as
// the registers hold.
template <int K, int X, int kFirst = 0>
inline __attribute__((always_inline)) void add_row(Vector (&sum)[X], const float* in, const float* filter) {
  constexpr int kEnd = K - kFirst < kHeldTaps ? K : kFirst + kHeldTaps;
  Vector weights[kEnd - kFirst];
  WEIGHTSHARE_UNROLL
  for (int k = kFirst; k < kEnd; k++) weights[k - kFirst] = load(filter + k * kLanes);
  WEIGHTSHARE_UNROLL_COLUMNS
  for (int column = kFirst; column < X + kEnd - 1; column++) {
    const Vector value = load(in + column * kLanes);
    WEIGHTSHARE_UNROLL
    for (int k = kFirst; k < kEnd; k++) {
      if (column - k >= 0 && column - k < X) sum[column - k] += value * weights[k - kFirst];
    }
  }
  if constexpr (kEnd < K) add_row<K, X, kEnd>(sum, in, filter);
}

// Output columns [x, x + X) of row y.
template <int K, int X>
void convolve_block(const Padded& in, const Padded& out, int64_t vector, const float* filter, int64_t y, int64_t x) {
  Vector sum[X] = {};
  const int64_t top = y - K / 2;
  for (int64_t k = std::max<int64_t>(0, -top); k < K && top + k < in.H; k++) {
    add_row<K, X>(sum, in.row(vector, top + k) + x * kLanes, filter + k * K * kLanes);
  }
  float* to = out.row(vector, y) + x * kLanes;
  WEIGHTSHARE_UNROLL
  for (int i = 0; i < X; i++) store(to + i * kLanes, sum[i]);
}

// Copies the results of channels [first, first + vectors) to their places in one image [H, W, C].
void unpad_image(const Padded& from, const DepthwiseConv& work, int64_t image, int64_t first) {
  for (int64_t y = 0; y < work.H; y++) {
    for (int64_t x = 0; x < work.W; x++) {
      const int64_t at = ((image * work.H + y) * work.W + x) * work.C + first;
      for (int64_t vector = 0; vector < from.vectors; vector++) {
        const int64_t to = at + vector * kLanes, count = std::min<int64_t>(work.C - first - vector * kLanes, kLanes);
        Vector value = load(from.row(vector, y) + x * kLanes);
        __builtin_prefetch(work.y + to + kAhead * work.C, 1);
        if (work.addend != nullptr) __builtin_prefetch(work.addend + to + kAhead * work.C);
        if (count == kLanes) {
          if (work.addend != nullptr) value += load(work.addend + to);
          store(work.y + to, value);
        } else {
          if (work.addend != nullptr) value += load_some(work.addend + to, static_cast<int>(count));
          store_some(work.y + to, value, static_cast<int>(count));
        }
      }
    }
  }
}

// Channels [first, first + group vectors) of one image.
template <int K>
void convolve_group(const DepthwiseConv& work, int64_t image, int64_t first, int64_t group) {
  const int64_t vectors = std::min(group, vectors_of(work.C - first));
  const int64_t columns = (work.W + kColumns - 1) / kColumns * kColumns;
  Padded in = {nullptr, work.H, columns + K - 1, vectors}, out = {nullptr, work.H, columns, vectors};
  in.values = scratch_of<float>(Scratch::kEvents, vectors * work.H * in.row_size());
  out.values = scratch_of<float>(Scratch::kSums, vectors * work.H * out.row_size());
  pad_image(work.x + image * work.H * work.W * work.C, work.W, work.C, first, K / 2, in);
  float* filter = scratch_of<float>(Scratch::kWeights, K * K * kLanes);
  for (int64_t vector = 0; vector < vectors; vector++) {
    pack_filter(work, first + vector * kLanes, filter);
    for (int64_t y = 0; y < work.H; y++) {
      int64_t x = 0;
      for (; work.W - x > kColumns / 2; x += kColumns) convolve_block<K, kColumns>(in, out, vector, filter, y, x);
      if (x < work.W) convolve_block<K, kColumns / 2>(in, out, vector, filter, y, x);
    }
  }
  unpad_image(out, work, image, first);
}

// Adds what one row of gradients and one input row give to a row of the filter's gradient, [K, kLanes]. With narrow
// filters every tap has several sums, to hide the latency of additions: column i goes to sum i % ways, then in order.
template <int K>
inline __attribute__((always_inline)) void add_taps(const float* in, const float* dy, int64_t columns, float* taps) {
  constexpr int kBlock = kGradientColumns<K>;
  constexpr int kWays = K >= 7 ? 1 : K >= 3 ? 2 : 8;
  Vector sum[kWays][K] = {};
  for (int64_t x = 0; x < columns; x += kBlock) {
    Vector gradients[kBlock];
    WEIGHTSHARE_UNROLL
    for (int i = 0; i < kBlock; i++) gradients[i] = load(dy + (x + i) * kLanes);
    WEIGHTSHARE_UNROLL_COLUMNS
    for (int column = 0; column < kBlock + K - 1; column++) {
      const Vector value = load(in + (x + column) * kLanes);
      WEIGHTSHARE_UNROLL
      for (int k = 0; k < K; k++) {
        const int i = column - k;
        if (i >= 0 && i < kBlock) sum[i % kWays][k] += value * gradients[i];
      }
    }
  }
  WEIGHTSHARE_UNROLL
  for (int k = 0; k < K; k++) {
    Vector total = load(taps + k * kLanes);
    for (int way = 0; way < kWays; way++) total += sum[way][k];
    store(taps + k * kLanes, total);
  }
}

// Adds one image's part of the gradient of channels [first, first + vectors) to taps [vectors, K, K, kLanes].
template <int K>
void add_image(const DepthwiseFilterGradient& work, int64_t image, int64_t first, int64_t vectors, float* taps) {
  const int64_t columns = (work.W + kPaddedColumns - 1) / kPaddedColumns * kPaddedColumns;
  Padded in = {nullptr, work.H, columns + K - 1, vectors}, dy = {nullptr, work.H, columns, vectors};
  in.values = scratch_of<float>(Scratch::kEvents, vectors * work.H * in.row_size());
  dy.values = scratch_of<float>(Scratch::kOther, vectors * work.H * dy.row_size());
  const int64_t offset = image * work.H * work.W * work.C;
  pad_image(work.x + offset, work.W, work.C, first, K / 2, in);
  pad_image(work.dy + offset, work.W, work.C, first, 0, dy);
  for (int64_t vector = 0; vector < vectors; vector++) {
    for (int64_t y = 0; y < work.H; y++) {
      const int64_t top = y - K / 2;
      for (int64_t k = std::max<int64_t>(0, -top); k < K && top + k < work.H; k++) {
        add_taps<K>(in.row(vector, top + k), dy.row(vector, y), columns, taps + (vector * K + k) * K * kLanes);
      }
    }
  }
}

// Gradient [K * K, C] of one group of images and the channels [first, first + group vectors).
template <int K>
void differentiate_group(const DepthwiseFilterGradient& work, int64_t from, int64_t to, int64_t first, int64_t group,
                         float* gradient) {
  const int64_t vectors = std::min(group, vectors_of(work.C - first));
  float* taps = scratch_of<float>(Scratch::kSums, vectors * K * K * kLanes);
  std::fill(taps, taps + vectors * K * K * kLanes, 0.0f);
  for (int64_t image = from; image < to; image++) add_image<K>(work, image, first, vectors, taps);
  for (int64_t vector = 0; vector < vectors; vector++) {
    const int64_t channel = first + vector * kLanes;
    const int count = static_cast<int>(std::min<int64_t>(work.C - channel, kLanes));
    for (int64_t tap = 0; tap < K * K; tap++) {
      store_some(gradient + tap * work.C + channel, load(taps + (vector * K * K + tap) * kLanes), count);
    }
  }
}

}  // namespace

void depthwise_conv(const DepthwiseConv& work) {
  const int64_t group = group_of(work.N, work.H, work.W, work.C, work.kernel);
  const int64_t groups = (vectors_of(work.C) + group - 1) / group;
  with_side(work.kernel, [&](auto side) {
    parallel_for(work.N * groups, [&](int64_t task) {
      convolve_group<decltype(side)::value>(work, task / groups, task % groups * group * kLanes, group);
    });
  });
}

void depthwise_filter_gradient(const DepthwiseFilterGradient& work) {
  const int64_t images = (work.N + kImageGroups - 1) / kImageGroups, parts = (work.N + images - 1) / images;
  const int64_t group = group_of(parts, work.H, work.W, work.C, work.kernel);
  const int64_t groups = (vectors_of(work.C) + group - 1) / group, size = work.kernel * work.kernel * work.C;
  std::vector<float> partial(parts * size);
  with_side(work.kernel, [&](auto side) {
    parallel_for(parts * groups, [&](int64_t task) {
      const int64_t part = task / groups, from = part * images, to = std::min(work.N, from + images);
      differentiate_group<decltype(side)::value>(work, from, to, task % groups * group * kLanes, group,
                                                 partial.data() + part * size);
    });
  });
  std::fill(work.gradient, work.gradient + size, 0.0f);
  for (int64_t part = 0; part < parts; part++) {
    for (int64_t i = 0; i < size; i++) work.gradient[i] += partial[part * size + i];
  }
}

}  // namespace WEIGHTSHARE_INSTRUCTION_SET
}  // namespace weightshare
