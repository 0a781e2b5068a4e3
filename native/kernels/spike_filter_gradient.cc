// The filter's gradient at tap (ky, kx), channel c is the sum of the rows of dy [.., F] that channel c's spikes reach
// through that tap. Channels are taken 32 at a time, a word of the input, with a block of columns of dy: their events in
// some images are listed, then every channel and tap adds up its rows in registers. Sums: single precision within the
// images of a block, then block after block, whatever the number of threads.
#include <algorithm>

#include "kernels/events.h"
#include "kernels/table.h"
#include "kernels/weight_block.h"
#include "runtime/parallel.h"
#include "runtime/scratch.h"

namespace weightshare {
namespace WEIGHTSHARE_INSTRUCTION_SET {

void spike_filter_gradient(const SpikeFilterGradient&);

namespace {

// The part of dy that is worked on at once, in floats: it stays in the second-level cache.
constexpr int64_t kBlockFloats = 96 * 1024;

struct Event {
  int32_t pixels;  // output pixels of the block's images before this one
  int16_t y, x;
};

// Some images of dy: rows of `stride` floats, of which a task reads whole vectors.
struct Block {
  int64_t first, images;
  const float* rows;
  int64_t stride;
};

// The events of 32 channels: list c has counts[c] entries from events + c * capacity.
struct Lists {
  Event* events;
  int64_t capacity;
  int64_t counts[kWordBits];
};

void list_events(const SpikeFilterGradient& work, const Block& block, int64_t word, Lists& lists) {
  const int64_t words = words_of(work.C);
  std::fill(lists.counts, lists.counts + kWordBits, 0);
  const uint32_t* bits = work.spikes + block.first * work.H * work.W * words + word;
  for (int64_t image = 0; image < block.images; image++) {
    const int32_t pixels = static_cast<int32_t>(image * work.out_height * work.out_width);
    for (int64_t y = 0; y < work.H; y++) {
      for (int64_t x = 0; x < work.W; x++, bits += words) {
        for (uint32_t left = *bits; left != 0; left &= left - 1) {
          const int channel = __builtin_ctz(left);
          lists.events[channel * lists.capacity + lists.counts[channel]++] = {pixels, static_cast<int16_t>(y),
                                                                              static_cast<int16_t>(x)};
        }
      }
    }
  }
}

// Adds up the rows of dy that the events reach through a tap.
template <int kVectors, bool unit_stride>
void add_tap(const SpikeFilterGradient& work, const Block& block, const Event* events, int64_t count, int64_t ky,
             int64_t kx, float* gradient, int64_t columns) {
  Vector sum[kVectors] = {};
  const int64_t down = work.top - ky, right = work.left - kx;
  for (int64_t i = 0; i < count; i++) {
    int64_t y = events[i].y + down, x = events[i].x + right;
    if (!unit_stride) {
      if (y % work.stride != 0 || x % work.stride != 0) continue;
      y /= work.stride, x /= work.stride;
    }
    if (static_cast<uint64_t>(y) >= static_cast<uint64_t>(work.out_height) ||
        static_cast<uint64_t>(x) >= static_cast<uint64_t>(work.out_width)) {
      continue;
    }
    const float* row = block.rows + (events[i].pixels + y * work.out_width + x) * block.stride;
    WEIGHTSHARE_UNROLL
    for (int v = 0; v < kVectors; v++) sum[v] += load(row + v * kLanes);
  }
  float lanes[kVectors * kLanes];
  for (int v = 0; v < kVectors; v++) store(lanes + v * kLanes, sum[v]);
  for (int64_t column = 0; column < columns; column++) gradient[column] += lanes[column];
}

}  // namespace

void spike_filter_gradient(const SpikeFilterGradient& work) {
  const int64_t width = block_width(work.F), column_blocks = (work.F + width - 1) / width;
  const int64_t pixels = work.out_height * work.out_width, taps = work.kernel_height * work.kernel_width;
  const int64_t images = std::max<int64_t>(1, kBlockFloats / std::max<int64_t>(1, pixels * width));
  std::fill(work.gradient, work.gradient + taps * work.C * work.F, 0.0f);
  parallel_for(column_blocks * words_of(work.C), [&](int64_t task) {
    const int64_t first_column = task % column_blocks * width, word = task / column_blocks;
    const int64_t columns = std::min(width, work.F - first_column);
    Lists lists;
    lists.capacity = std::min(images, work.images) * work.H * work.W;
    lists.events = scratch_of<Event>(Scratch::kEvents, kWordBits * lists.capacity);
    for (int64_t first = 0; first < work.images; first += images) {
      Block block = {first, std::min(images, work.images - first), nullptr, work.F};
      block.rows = work.dy + first * pixels * work.F + first_column;
      if (columns < width) {
        float* packed = scratch_of<float>(Scratch::kOther, block.images * pixels * width);
        pack_columns(work.dy + first * pixels * work.F, block.images * pixels, work.F, first_column, width, packed);
        block.rows = packed, block.stride = width;
      }
      list_events(work, block, word, lists);
      with_vectors(width, [&](auto vectors) {
        constexpr int kVectors = decltype(vectors)::value;
        for (int64_t bit = 0; bit < std::min(kWordBits, work.C - word * kWordBits); bit++) {
          const Event* events = lists.events + bit * lists.capacity;
          float* to = work.gradient + (word * kWordBits + bit) * work.F + first_column;
          for (int64_t tap = 0; lists.counts[bit] > 0 && tap < taps; tap++, to += work.C * work.F) {
            const int64_t ky = tap / work.kernel_width, kx = tap % work.kernel_width;
            const auto add = work.stride == 1 ? add_tap<kVectors, true> : add_tap<kVectors, false>;
            add(work, block, events, lists.counts[bit], ky, kx, to, columns);
          }
        }
      });
    }
  });
}

}  // namespace WEIGHTSHARE_INSTRUCTION_SET
}  // namespace weightshare
