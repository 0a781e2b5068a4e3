// Convolution 3 x 3 by Winograd's F(4 x 4, 3 x 3): tiles of the input and the kernel are taken to 36 points each, where the
// sum over input channels is a matrix product per point, and back to tiles of the output. Some tiles at a time, so that
// what they are at the points stays in the second-level cache; a block of output channels at a time, so that the products
// do. The filter's gradient likewise: the sum over tiles is a matrix product per point.
#include "kernels/winograd.h"

#include <algorithm>

#include "kernels/strips.h"
#include "kernels/table.h"
#include "runtime/parallel.h"
#include "runtime/scratch.h"

namespace weightshare {
namespace WEIGHTSHARE_INSTRUCTION_SET {

void winograd_conv(const WinogradConv&);
void winograd_filter_gradient(const WinogradFilterGradient&);

namespace {

constexpr int kSquare = kPoints * kPoints;
// A block of products in registers: rows of tiles (or input channels) by two vectors of output channels. AVX2 and less have
// 16 registers: 6 rows fill them, and their 12 sums hide the latency of a fused multiplication. Where 6 do not divide what is
// to be multiplied, some blocks have 4.
constexpr int kRows = kLanes == 16 ? 8 : 6;
constexpr int kFewRows = kLanes == 16 ? 8 : 4;
constexpr int64_t kColumns = 2 * kLanes;
// Floats of the tiles of a task at their points: few enough to stay, with their products, in a second-level cache of half a
// megabyte, beside which the weights pass through.
constexpr int64_t kTaskFloats = 32 * 1024;
// The filter's gradient: up to so many sums every part of the tiles has its own, and all that it works on stays in the
// second-level cache; with more, all threads add some tiles' products to the same sums. Its parts do not depend on the number
// of threads.
constexpr int64_t kApartFloats = 640 * 1024;
// Floats of the tiles of a part at their points: as many as there are sums, which each of these groups of tiles passes through, but
// no fewer and no more than this.
constexpr int64_t kFewestFloats = 64 * 1024, kMostGroupFloats = 320 * 1024;
constexpr int64_t kParts = 8;
constexpr int64_t kMostFloats = 2 * 1024 * 1024;
// Floats of the tiles that all threads share, and tiles whose sum is taken in registers.
constexpr int64_t kHeldFloats = 512 * 1024;
constexpr int64_t kSummedTiles = 128;
// Rows of weights that are asked for ahead of their use: they come from far away where channels are many.
constexpr int64_t kAhead = 24;
// Tiles, or input channels, that one task takes to the points.
constexpr int64_t kTransformed = 16;

// Floats from a point's values to the next point's: not a multiple of a page, or all 36 would compete for one set of the
// first-level cache.
int64_t point_stride(int64_t values) { return values + 16; }

int64_t round_up(int64_t value, int64_t multiple) { return (value + multiple - 1) / multiple * multiple; }

// The tiles of images [N, H, W, channels], numbered image by image.
struct Tiles {
  int64_t H, W, channels, down, across, count;
  Tiles(int64_t N, int64_t H, int64_t W, int64_t channels)
      : H(H), W(W), channels(channels), down((H + kTile - 1) / kTile), across((W + kTile - 1) / kTile),
        count(N * down * across) {}

  // Where a tile begins, `border` pixels before its outputs.
  struct Place {
    int64_t image, y, x;
  };
  Place place(int64_t tile, int64_t border) const {
    const int64_t in_image = tile % (down * across);
    return {tile / (down * across), in_image / across * kTile - border, in_image % across * kTile - border};
  }
};

// What a vector of channels becomes as it is read: itself, or max(0, (x - mean) * scale + beta).
struct AsIs {
  AsIs(const InputNorm*, int64_t, int) {}
  Vector operator()(Vector x) const { return x; }
};
struct Normed {
  Vector mean, scale, beta;
  Normed(const InputNorm* norm, int64_t channel, int count)
      : mean(load_some(norm->mean + channel, count)), scale(load_some(norm->scale + channel, count)),
        beta(load_some(norm->beta + channel, count)) {}
  Vector operator()(Vector x) const {
    return relu((x - mean) * scale + beta);
  }
};

// The part of a tile's square that lies inside the image.
struct Inside {
  int top, bottom, left, right;
  template <int kSide>
  static Inside of(const Tiles& tiles, const Tiles::Place& place) {
    const auto clamp = [](int64_t value) { return static_cast<int>(std::max<int64_t>(0, std::min<int64_t>(kSide, value))); };
    return {clamp(-place.y), clamp(tiles.H - place.y), clamp(-place.x), clamp(tiles.W - place.x)};
  }
};

// Takes a tile to its points: for every point a row of channels, padded by zeros to whole vectors; vector number v of a
// point goes to to(point, v). Outside the image there are zeros.
template <typename Transform, typename Read, typename To>
void tile_to_points(const Tiles& tiles, const float* images, int64_t tile, int64_t border, const InputNorm* norm, const To& to) {
  constexpr int kSide = Transform::kFrom;
  const Tiles::Place place = tiles.place(tile, border);
  const Inside part = Inside::of<kSide>(tiles, place);
  const float* origin = images + ((place.image * tiles.H + place.y) * tiles.W + place.x) * tiles.channels;
  const int64_t down = tiles.W * tiles.channels;
  Vector square[kSquare] = {}, points[kSquare];
  const auto take_vector = [&](auto whole, auto inside, int64_t channel, int count) {
    constexpr bool kInside = decltype(inside)::value;
    const Read read(norm, channel, count);
    const int top = kInside ? 0 : part.top, bottom = kInside ? kSide : part.bottom;
    const int left = kInside ? 0 : part.left, right = kInside ? kSide : part.right;
    for (int y = top; y < bottom; y++) {
      for (int x = left; x < right; x++) {
        const float* from = origin + y * down + x * tiles.channels + channel;
        if (x >= kSide - kTile) __builtin_prefetch(from + kTile * tiles.channels);  // what the next tile does not share
        square[y * kPoints + x] = read(take<decltype(whole)::value>(from, count));
      }
    }
    transform_square<Transform>(square, points);
    for (int point = 0; point < kSquare; point++) store(to(point, channel / kLanes), points[point]);
  };
  const auto take_vectors = [&](auto inside) {
    int64_t channel = 0;
    for (; channel + kLanes <= tiles.channels; channel += kLanes) take_vector(std::true_type(), inside, channel, kLanes);
    if (channel < tiles.channels) {
      take_vector(std::false_type(), inside, channel, static_cast<int>(tiles.channels - channel));
    }
  };
  if (part.top == 0 && part.left == 0 && part.bottom == kSide && part.right == kSide) {
    take_vectors(std::true_type());
  } else {
    take_vectors(std::false_type());
  }
}

template <typename To>
void input_to_points(const Tiles& tiles, const float* x, int64_t tile, const InputNorm& norm, const To& to) {
  if (norm.scale == nullptr) {
    tile_to_points<InputToPoints, AsIs>(tiles, x, tile, 1, nullptr, to);
  } else {
    tile_to_points<InputToPoints, Normed>(tiles, x, tile, 1, &norm, to);
  }
}

// sums[row, column] (+)= sum over k of a(row, k) * b[k, column], for kBlock rows and kColumns columns. Entries of a: rows
// `stride` apart and k contiguous, or the other way round where transposed. Rows of the sums are `to_stride` apart.
template <int kBlock, bool kTransposed, bool kAdd>
void multiply(const float* a, int64_t stride, const float* b, int64_t K, float* sums, int64_t to_stride) {
  Vector sum[kBlock][2];
  WEIGHTSHARE_UNROLL
  for (int row = 0; row < kBlock; row++) {
    sum[row][0] = kAdd ? load(sums + row * to_stride) : Vector{};
    sum[row][1] = kAdd ? load(sums + row * to_stride + kLanes) : Vector{};
  }
  for (int64_t k = 0; k < K; k++, b += kColumns) {
    const Vector b0 = load(b), b1 = load(b + kLanes);
    __builtin_prefetch(b + kAhead * kColumns);
    __builtin_prefetch(b + kAhead * kColumns + kLanes);
    WEIGHTSHARE_UNROLL
    for (int row = 0; row < kBlock; row++) {
      const Vector factor = broadcast(kTransposed ? a[k * stride + row] : a[row * stride + k]);
      sum[row][0] += factor * b0;
      sum[row][1] += factor * b1;
    }
  }
  WEIGHTSHARE_UNROLL
  for (int row = 0; row < kBlock; row++) {
    store(sums + row * to_stride, sum[row][0]);
    store(sums + row * to_stride + kLanes, sum[row][1]);
  }
}

// The kernel's weights from input channel c to one vector of output channels, as a square of vectors.
void load_kernel(const WinogradConv& work, int64_t c, int64_t first, int count, Vector* to) {
  for (int tap = 0; tap < kTaps * kTaps; tap++) {
    Vector& weights = to[tap / kTaps * kPoints + tap % kTaps];
    if (!work.mirrored) {
      weights = load_some(work.kernel + (tap * work.C + c) * work.F + first, count);
    } else {
      float lanes[kLanes] = {};
      const float* from = work.kernel + ((kTaps * kTaps - 1 - tap) * work.F + first) * work.C + c;
      for (int lane = 0; lane < count; lane++) lanes[lane] = from[lane * work.C];
      weights = load(lanes);
    }
  }
}

// The kernel at its points, [column block, point, C, kColumns], padded by zeros.
void kernel_to_points(const WinogradConv& work, float* points) {
  const int64_t blocks = round_up(work.F, kColumns) / kColumns, chunks = round_up(work.C, kTransformed) / kTransformed;
  parallel_for(blocks * chunks, [&](int64_t task) {
    const int64_t block = task / chunks, from = task % chunks * kTransformed;
    Vector square[kSquare], at[kSquare];
    for (int64_t c = from; c < std::min(work.C, from + kTransformed); c++) {
      for (int64_t column = 0; column < kColumns; column += kLanes) {
        const int64_t first = block * kColumns + column;
        load_kernel(work, c, first, static_cast<int>(std::max<int64_t>(0, std::min<int64_t>(kLanes, work.F - first))), square);
        transform_square<WeightsToPoints>(square, at);
        for (int point = 0; point < kSquare; point++) {
          store(points + ((block * kSquare + point) * work.C + c) * kColumns + column, at[point]);
        }
      }
    }
  });
}

// Takes one vector of output channels of a tile from its points, whose vectors are `stride` apart, to the output.
template <bool kWhole>
void points_to_output(const WinogradConv& work, const Tiles& tiles, const Tiles::Place& place, const float* products,
                      int64_t stride, int64_t first, int count) {
  Vector points[kSquare], square[kSquare];
  for (int point = 0; point < kSquare; point++) points[point] = load(products + point * stride);
  transform_square<PointsToOutput>(points, square);
  const Vector bias = work.bias == nullptr ? Vector{} : take<kWhole>(work.bias + first, count);
  float* to = work.y + ((place.image * tiles.H + place.y) * tiles.W + place.x) * work.F + first;
  const int64_t rows = std::min<int64_t>(kTile, tiles.H - place.y), columns = std::min<int64_t>(kTile, tiles.W - place.x);
  for (int64_t y = 0; y < rows; y++) {
    for (int64_t x = 0; x < columns; x++) {
      Vector value = square[y * kPoints + x] + bias;
      if (work.relu) value = relu(value);
      __builtin_prefetch(to + (y * tiles.W + x + kTile) * work.F, 1);  // the next tile's place
      put<kWhole>(to + (y * tiles.W + x) * work.F, value, count);
    }
  }
}

// Some tiles of the input and of the output's gradient at their points.
struct HeldTiles {
  float *x, *dy;  // [point, tile, channels], [point, column block, tile, kColumns]
  int64_t tiles, x_stride, dy_stride;
};

// Sums over tiles of the products of input channels and output channels, [point, channels, columns].
struct FilterProducts {
  const WinogradFilterGradient& work;
  Tiles inputs, outputs;
  int64_t channels, blocks, columns, size;

  explicit FilterProducts(const WinogradFilterGradient& work)
      : work(work), inputs(work.N, work.H, work.W, work.C), outputs(work.N, work.H, work.W, work.F),
        channels(round_up(work.C, kLanes)), blocks(round_up(work.F, kColumns) / kColumns), columns(blocks * kColumns),
        size(kSquare * channels * columns) {}

  int64_t floats_of_a_tile() const { return kSquare * (channels + columns); }

  // Room for tiles in the calling thread.
  HeldTiles hold(int64_t tiles) const {
    HeldTiles held = {nullptr, nullptr, tiles, point_stride(tiles * channels), point_stride(tiles * columns)};
    held.x = scratch_of<float>(Scratch::kWeights, kSquare * held.x_stride);
    held.dy = scratch_of<float>(Scratch::kOther, kSquare * held.dy_stride);
    return held;
  }

  void take_tile(const HeldTiles& held, int64_t row, int64_t tile) const {
    input_to_points(inputs, work.x, tile, work.norm, [&](int point, int64_t vector) {
      return held.x + point * held.x_stride + row * channels + vector * kLanes;
    });
    tile_to_points<GradientToPoints, AsIs>(outputs, work.dy, tile, 0, nullptr, [&](int point, int64_t vector) {
      return held.dy + point * held.dy_stride + (vector / 2 * held.tiles + row) * kColumns + vector % 2 * kLanes;
    });
    if (round_up(work.F, kLanes) == columns) return;
    for (int64_t point = 0; point < kSquare; point++) {  // the last block's second vector has no channels
      store(held.dy + point * held.dy_stride + ((blocks - 1) * held.tiles + row) * kColumns + kLanes, Vector{});
    }
  }

  // Adds the products of the first `count` tiles at one point, for one block of columns.
  void add(const HeldTiles& held, int64_t count, int64_t task, float* sums) const {
    const int64_t point = task / blocks, block = task % blocks;
    for (int64_t tile = 0; tile < count; tile += kSummedTiles) {
      const float* gradients = held.dy + point * held.dy_stride + (block * held.tiles + tile) * kColumns;
      for (int64_t channel = 0, rows; channel < channels; channel += rows) {
        const int64_t left = channels - channel;
        rows = left == kRows || left >= kRows + kFewRows ? kRows : kFewRows;
        const auto add_block = rows == kRows ? multiply<kRows, true, true> : multiply<kFewRows, true, true>;
        add_block(held.x + point * held.x_stride + tile * channels + channel, channels, gradients,
                  std::min(kSummedTiles, count - tile), sums + (point * channels + channel) * columns + block * kColumns,
                  columns);
      }
    }
  }

  // Adds up the parts' sums of an input channel and takes them from their points to the gradient.
  void finish(const float* sums, int64_t parts, int64_t channel) const {
    Vector points[kSquare], square[kSquare];
    for (int64_t column = 0; column < work.F; column += kLanes) {
      for (int point = 0; point < kSquare; point++) {
        const float* from = sums + (point * channels + channel) * columns + column;
        points[point] = load(from);
        for (int64_t part = 1; part < parts; part++) points[point] += load(from + part * size);
      }
      transform_square<PointsToWeights>(points, square);
      const int count = static_cast<int>(std::min<int64_t>(kLanes, work.F - column));
      for (int tap = 0; tap < kTaps * kTaps; tap++) {
        store_some(work.gradient + (tap * work.C + channel) * work.F + column, square[tap / kTaps * kPoints + tap % kTaps], count);
      }
    }
  }
};

}  // namespace

void winograd_conv(const WinogradConv& work) {
  const Tiles tiles(work.N, work.H, work.W, work.C);
  const int64_t padded = round_up(work.C, kLanes), blocks = round_up(work.F, kColumns) / kColumns;
  const int64_t kernel_block = kSquare * work.C * kColumns;
  float* kernel = scratch_of<float>(Scratch::kWeights, blocks * kernel_block);
  kernel_to_points(work, kernel);
  const int64_t fitting = std::max<int64_t>(1, kTaskFloats / (kSquare * padded * kRows)) * kRows;
  const int64_t rows = std::min(fitting, round_up(tiles.count, kRows));
  const int64_t input_stride = point_stride(rows * padded), product_stride = point_stride(rows * kColumns);
  parallel_for((tiles.count + rows - 1) / rows, [&](int64_t task) {
    const int64_t first = task * rows, count = std::min(rows, tiles.count - first), used = round_up(count, kRows);
    float* input = scratch_of<float>(Scratch::kOther, kSquare * input_stride);
    float* products = scratch_of<float>(Scratch::kSums, kSquare * product_stride);
    for (int64_t row = 0; row < count; row++) {
      input_to_points(tiles, work.x, first + row, work.norm, [&](int point, int64_t vector) {
        return input + point * input_stride + row * padded + vector * kLanes;
      });
    }
    for (int point = 0; point < kSquare; point++) {
      float* at = input + point * input_stride;
      std::fill(at + count * padded, at + used * padded, 0.0f);
    }
    for (int64_t block = 0; block < blocks; block++) {
      for (int64_t point = 0; point < kSquare; point++) {
        const float* weights = kernel + block * kernel_block + point * work.C * kColumns;
        for (int64_t row = 0; row < used; row += kRows) {
          multiply<kRows, false, false>(input + point * input_stride + row * padded, padded, weights, work.C,
                                        products + point * product_stride + row * kColumns, kColumns);
        }
      }
      for (int64_t row = 0; row < count; row++) {
        const Tiles::Place place = tiles.place(first + row, 0);
        for (int64_t column = 0; column < kColumns; column += kLanes) {
          const int64_t channel = block * kColumns + column;
          const float* from = products + row * kColumns + column;
          if (channel + kLanes <= work.F) {
            points_to_output<true>(work, tiles, place, from, product_stride, channel, kLanes);
          } else if (channel < work.F) {
            points_to_output<false>(work, tiles, place, from, product_stride, channel, static_cast<int>(work.F - channel));
          }
        }
      }
    }
  });
}

void winograd_filter_gradient(const WinogradFilterGradient& work) {
  const FilterProducts products(work);
  const bool apart = products.size <= kApartFloats;
  const int64_t most = products.size * kParts <= kMostFloats ? kParts : kParts / 2;
  const int64_t parts = apart ? most : 1, tiles = products.inputs.count;
  float* sums = scratch_of<float>(Scratch::kSums, parts * products.size);
  std::fill(sums, sums + parts * products.size, 0.0f);
  if (apart) {
    const int64_t step = (tiles + parts - 1) / parts;
    const int64_t group = std::max(kFewestFloats, std::min(kMostGroupFloats, products.size));
    parallel_for(parts, [&](int64_t part) {
      const int64_t end = std::min(tiles, (part + 1) * step);
      const HeldTiles held = products.hold(std::min(step, group / products.floats_of_a_tile() + 1));
      for (int64_t first = part * step; first < end; first += held.tiles) {
        const int64_t count = std::min(held.tiles, end - first);
        for (int64_t row = 0; row < count; row++) products.take_tile(held, row, first + row);
        for (int64_t task = 0; task < kSquare * products.blocks; task++) {
          products.add(held, count, task, sums + part * products.size);
        }
      }
    });
  } else {
    const int64_t fitting = kHeldFloats / (products.floats_of_a_tile() * kSummedTiles) + 1;
    const HeldTiles held = products.hold(std::min(tiles, fitting * kSummedTiles));
    for (int64_t first = 0; first < tiles; first += held.tiles) {
      const int64_t count = std::min(held.tiles, tiles - first);
      parallel_for((count + kTransformed - 1) / kTransformed, [&](int64_t task) {
        for (int64_t row = task * kTransformed; row < std::min(count, (task + 1) * kTransformed); row++) {
          products.take_tile(held, row, first + row);
        }
      });
      parallel_for(kSquare * products.blocks, [&](int64_t task) { products.add(held, count, task, sums); });
    }
  }
  parallel_for(work.C, [&](int64_t channel) { products.finish(sums, parts, channel); });
}

}  // namespace WEIGHTSHARE_INSTRUCTION_SET
}  // namespace weightshare
