// The filter's gradient at tap (ky, kx), channel c is the sum of the rows of dy [.., F] that channel c's spikes reach
// through that tap. Channels are taken 32 at a time, a word of the input: their events in some images are listed, then every
// channel adds up its rows in registers, of a filter of 3 x 3 at all taps at once, a vector of columns at a time, which the
// first-level cache holds; of others tap by tap. Sums: single precision within the images of a block, then block after block,
// whatever the number of threads.
#include <algorithm>

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
constexpr int64_t kTasksPerThread = 2;

// Columns [first_column, first_column + columns) of some images of dy, as strips of kVectors vectors, zeros up to whole strips.
// In a strip every image has height x width rows of columns, so placed (zeros around and, where the convolution strides, between)
// that the event at (y, x) reaches through tap (ky, kx) what stands at (y + kernel_height - 1 - ky, x + kernel_width - 1 - kx).
struct Block {
  int64_t first, images;
  int64_t first_column, columns;
  int64_t height, width;
  float* rows;
};

// The events of 32 channels as places in a strip: list c has counts[c] entries from places + c * capacity.
struct Lists {
  int32_t* places;
  int64_t capacity;
  int64_t counts[kWordBits];
};

template <int kVectors>
void place_rows(const SpikeFilterGradient& work, const Block& block) {
  constexpr int64_t kStrip = kVectors * kLanes;
  const int64_t size = block.images * block.height * block.width * kStrip;
  const int64_t down = work.kernel_height - 1 - work.top, right = work.kernel_width - 1 - work.left;
  float* strip = block.rows;
  for (int64_t column = 0; column < block.columns; column += kStrip, strip += size) {
    const int64_t count = std::min(kStrip, block.columns - column);
    std::fill(strip, strip + size, 0.0f);
    const float* from = work.dy + block.first * work.out_height * work.out_width * work.F + block.first_column + column;
    for (int64_t image = 0; image < block.images; image++) {
      for (int64_t y = 0; y < work.out_height; y++) {
        const int64_t to_y = y * work.stride + down;
        for (int64_t x = 0; x < work.out_width; x++, from += work.F) {
          const int64_t to_x = x * work.stride + right;
          // What no event reaches: an output that sees nothing but the zeros around the image.
          if (to_y < 0 || to_y >= block.height || to_x < 0 || to_x >= block.width) continue;
          memcpy(strip + ((image * block.height + to_y) * block.width + to_x) * kStrip, from, count * sizeof(float));
        }
      }
    }
  }
}

void list_events(const SpikeFilterGradient& work, const Block& block, int64_t strip, int64_t word, Lists& lists) {
  const int64_t words = words_of(work.C);
  std::fill(lists.counts, lists.counts + kWordBits, 0);
  const uint32_t* bits = work.spikes + block.first * work.H * work.W * words + word;
  for (int64_t image = 0; image < block.images; image++) {
    for (int64_t y = 0; y < work.H; y++) {
      int64_t place = (image * block.height + y) * block.width * strip;
      for (int64_t x = 0; x < work.W; x++, bits += words, place += strip) {
        for (uint32_t left = *bits; left != 0; left &= left - 1) {
          const int channel = __builtin_ctz(left);
          lists.places[channel * lists.capacity + lists.counts[channel]++] = static_cast<int32_t>(place);
        }
      }
    }
  }
}

// Adds up what events reach through kRows x kColumns taps, the last of which stands at `rows` for an event at place 0; their
// gradients are `next_row` and `next_column` floats apart.
template <int kVectors, int kRows, int kColumns>
void add_taps(const float* rows, int64_t width, const int32_t* places, int64_t count, float* gradient, int64_t next_row,
              int64_t next_column, int64_t columns) {
  constexpr int64_t kStrip = kVectors * kLanes;
  Vector sum[kRows][kColumns][kVectors] = {};
  for (int64_t i = 0; i < count; i++) {
    const float* from = rows + places[i];
    WEIGHTSHARE_UNROLL
    for (int ky = 0; ky < kRows; ky++) {
      WEIGHTSHARE_UNROLL
      for (int kx = 0; kx < kColumns; kx++) {
        WEIGHTSHARE_UNROLL
        for (int v = 0; v < kVectors; v++) sum[ky][kx][v] += load(from + ky * width * kStrip + (kx * kVectors + v) * kLanes);
      }
    }
  }
  WEIGHTSHARE_UNROLL
  for (int ky = 0; ky < kRows; ky++) {
    WEIGHTSHARE_UNROLL
    for (int kx = 0; kx < kColumns; kx++) {
      float* to = gradient + (kRows - 1 - ky) * next_row + (kColumns - 1 - kx) * next_column;
      WEIGHTSHARE_UNROLL
      for (int v = 0; v < kVectors; v++, to += kLanes) {
        const int64_t left = columns - v * kLanes;
        if (left >= kLanes) {
          store(to, load(to) + sum[ky][kx][v]);
        } else if (left > 0) {
          store_some(to, load_some(to, static_cast<int>(left)) + sum[ky][kx][v], static_cast<int>(left));
        }
      }
    }
  }
}

// One word of channels at all taps and columns of a block.
template <int kVectors, int kRows, int kColumns>
void add_word(const SpikeFilterGradient& work, const Block& block, const Lists& lists, int64_t word) {
  constexpr int64_t kStrip = kVectors * kLanes;
  const int64_t channels = std::min(kWordBits, work.C - word * kWordBits);
  const int64_t next_column = work.C * work.F, next_row = work.kernel_width * next_column;
  const float* strip = block.rows;
  for (int64_t column = 0; column < block.columns; column += kStrip) {
    for (int64_t bit = 0; bit < channels; bit++) {
      if (lists.counts[bit] == 0) continue;
      float* gradient = work.gradient + (word * kWordBits + bit) * work.F + block.first_column + column;
      for (int64_t ky = 0; ky < work.kernel_height; ky += kRows) {
        for (int64_t kx = 0; kx < work.kernel_width; kx += kColumns) {
          const int64_t down = work.kernel_height - kRows - ky, right = work.kernel_width - kColumns - kx;
          add_taps<kVectors, kRows, kColumns>(strip + (down * block.width + right) * kStrip, block.width,
                                              lists.places + bit * lists.capacity, lists.counts[bit],
                                              gradient + ky * next_row + kx * next_column, next_row, next_column,
                                              std::min(kStrip, block.columns - column));
        }
      }
    }
    strip += block.images * block.height * block.width * kStrip;
  }
}

// Words [from, to) and the block's columns, over all images.
template <int kVectors, int kRows, int kColumns>
void add_words(const SpikeFilterGradient& work, Block block, int64_t images, int64_t from, int64_t to) {
  constexpr int64_t kStrip = kVectors * kLanes;
  const int64_t strips = (block.columns + kStrip - 1) / kStrip;
  Lists lists;
  lists.capacity = images * work.H * work.W;
  lists.places = scratch_of<int32_t>(Scratch::kEvents, kWordBits * lists.capacity);
  block.rows = scratch_of<float>(Scratch::kOther, strips * kStrip * images * block.height * block.width);
  for (block.first = 0; block.first < work.images; block.first += images) {
    block.images = std::min(images, work.images - block.first);
    place_rows<kVectors>(work, block);
    for (int64_t word = from; word < to; word++) {
      list_events(work, block, kStrip, word, lists);
      add_word<kVectors, kRows, kColumns>(work, block, lists, word);
    }
  }
}

}  // namespace

void spike_filter_gradient(const SpikeFilterGradient& work) {
  const int64_t words = words_of(work.C), taps = work.kernel_height * work.kernel_width;
  const int64_t height = work.H + work.kernel_height - 1, width = work.W + work.kernel_width - 1;
  int64_t columns = block_width(work.F);
  // Zeros between and around dy's rows take at most four times its own room.
  const int64_t pixels = std::max(work.out_height * work.out_width, height * width / 4);
  const int64_t images = std::min(work.images, std::max<int64_t>(1, kBlockFloats / std::max<int64_t>(1, pixels * columns)));
  std::fill(work.gradient, work.gradient + taps * work.C * work.F, 0.0f);
  // As many columns and channels to a task as leave work for all threads: what is placed and listed is then used most often.
  const int64_t wanted = kTasksPerThread * thread_count();
  const auto blocks = [&] { return (work.F + columns - 1) / columns; };
  while (columns > 2 * kLanes && blocks() * words < wanted) columns /= 2;
  const int64_t groups = std::min(words, (wanted + blocks() - 1) / blocks());
  parallel_for(blocks() * groups, [&](int64_t task) {
    const int64_t first_column = task / groups * columns, group = task % groups;
    const Block block = {0, 0, first_column, std::min(columns, work.F - first_column), height, width, nullptr};
    const int64_t from = group * words / groups, to = (group + 1) * words / groups;
    if (work.kernel_height == 3 && work.kernel_width == 3) {
      add_words<1, 3, 3>(work, block, images, from, to);
    } else {
      with_vectors(columns, [&](auto vectors) { add_words<decltype(vectors)::value, 1, 1>(work, block, images, from, to); });
    }
  });
}

}  // namespace WEIGHTSHARE_INSTRUCTION_SET
}  // namespace weightshare
