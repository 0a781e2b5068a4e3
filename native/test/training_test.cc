// Norms, gated sums, pooling and the gradient of a spike convolution's filter against plain loops in double precision.
#include <algorithm>

#include "kernels/table.h"
#include "test/check.h"

namespace weightshare {
namespace {

// Float32 sums of up to a few thousand terms of order 1.
constexpr double kTolerance = 2e-4;
constexpr float kEpsilon = 1e-5f;

struct NormCase {
  int64_t rows, C;
  bool relu, frozen;
};

void check_norm(const NormCase& c, Random& random, Checks& checks) {
  const int64_t size = c.rows * c.C;
  const auto x = random_floats(random, size, 1.0f), dy = random_floats(random, size, 1.0f);
  const auto gamma = random_floats(random, c.C, 1.0f), beta = random_floats(random, c.C, 0.5f);
  Buffer<float> mean(c.C), variance(c.C), y(size), dx(size), dgamma(c.C), dbeta(c.C);
  kernels().norm_moments({c.rows, c.C, x.data(), mean.data(), variance.data()});
  if (c.frozen) mean.assign(c.C, 0.25f), variance.assign(c.C, 1.5f);
  kernels().norm({c.rows, c.C, x.data(), mean.data(), variance.data(), gamma.data(), beta.data(), kEpsilon, c.relu, y.data()});
  kernels().norm_gradient({c.rows, c.C, dy.data(), x.data(), mean.data(), variance.data(), gamma.data(), beta.data(),
                           kEpsilon, c.relu, c.frozen, dx.data(), dgamma.data(), dbeta.data()});
  for (int64_t k = 0; k < c.C; k++) {
    double sum = 0, squares = 0;
    for (int64_t i = k; i < size; i += c.C) sum += x[i];
    const double average = c.frozen ? mean[k] : sum / c.rows;
    for (int64_t i = k; i < size; i += c.C) squares += (x[i] - average) * (x[i] - average);
    const double spread = c.frozen ? variance[k] : squares / c.rows, inverse = 1 / std::sqrt(spread + kEpsilon);
    checks.close(mean[k], average, 1e-6, "mean");
    checks.close(variance[k], spread, 1e-5, "variance");
    double outer = 0, product = 0;
    const auto inner = [&](int64_t i) { return c.relu && y[i] <= 0 ? 0.0 : dy[i]; };
    for (int64_t i = k; i < size; i += c.C) {
      const double normed = (x[i] - average) * inverse, expected = normed * gamma[k] + beta[k];
      checks.close(y[i], c.relu ? std::max(0.0, expected) : expected, 1e-5, "norm");
      outer += inner(i), product += inner(i) * normed;
    }
    checks.close(dbeta[k], outer, kTolerance, "dbeta");
    checks.close(dgamma[k], product, kTolerance, "dgamma");
    for (int64_t i = k; i < size; i += c.C) {
      const double normed = (x[i] - average) * inverse;
      const double through = c.frozen ? 0 : (outer + normed * product) / c.rows;
      checks.close(dx[i], gamma[k] * inverse * (inner(i) - through), kTolerance, "dx of the norm");
    }
  }
}

void check_scale_add_relu(int64_t N, int64_t pixels, int64_t C, Random& random, Checks& checks) {
  const int64_t size = N * pixels * C;
  const auto x = random_floats(random, size, 1.0f), shortcut = random_floats(random, size, 1.0f);
  const auto scale = random_floats(random, N * C, 1.0f), dy = random_floats(random, size, 1.0f);
  Buffer<float> y(size), dx(size), dshortcut(size), dscale(N * C);
  kernels().scale_add_relu({N, pixels, C, x.data(), shortcut.data(), scale.data(), y.data()});
  kernels().scale_add_relu_gradient({N, pixels, C, dy.data(), y.data(), x.data(), scale.data(), dx.data(),
                                     dshortcut.data(), dscale.data()});
  for (int64_t n = 0; n < N; n++) {
    for (int64_t k = 0; k < C; k++) {
      const double factor = scale[n * C + k];
      double sum = 0;
      for (int64_t pixel = 0; pixel < pixels; pixel++) {
        const int64_t i = (n * pixels + pixel) * C + k;
        checks.close(y[i], std::max(0.0, x[i] * factor + shortcut[i]), 1e-6, "scale, add, ReLU");
        const double inner = y[i] > 0 ? dy[i] : 0;
        sum += inner * x[i];
        checks.close(dx[i], inner * factor, 1e-6, "dx of scale, add, ReLU");
        checks.close(dshortcut[i], inner, 0, "gradient of the shortcut");
      }
      checks.close(dscale[n * C + k], sum, kTolerance, "gradient of the scale");
    }
  }
}

void check_bias_relu_gradient(int64_t rows, int64_t C, Random& random, Checks& checks) {
  auto y = random_floats(random, rows * C, 1.0f);
  for (float& value : y) value = std::max(0.0f, value);
  const auto dy = random_floats(random, rows * C, 1.0f);
  Buffer<float> dx(rows * C), dbias(C);
  kernels().bias_relu_gradient({rows, C, dy.data(), y.data(), dx.data(), dbias.data()});
  for (int64_t c = 0; c < C; c++) {
    double sum = 0;
    for (int64_t i = c; i < rows * C; i += C) {
      const float expected = y[i] > 0 ? dy[i] : 0;
      checks.close(dx[i], expected, 0, "gradient of a biased ReLU");
      sum += expected;
    }
    checks.close(dbias[c], sum, kTolerance, "gradient of a bias");
  }
}

void check_image_conv(int64_t N, int64_t H, int64_t W, int64_t C, int64_t F, int64_t kernel, bool ends, Random& random,
                      Checks& checks) {
  const auto x = random_floats(random, N * H * W * C, 1.0f), filter = random_floats(random, kernel * kernel * C * F, 1.0f);
  const auto bias = random_floats(random, F, 1.0f);
  Buffer<float> y(N * H * W * F);
  kernels().image_conv({N, H, W, C, F, kernel, x.data(), filter.data(), ends ? bias.data() : nullptr, ends, y.data()});
  for (int64_t i = 0; i < N * H * W * F; i++) {
    const int64_t f = i % F, column = i / F % W, row = i / F / W % H, n = i / F / W / H;
    double sum = ends ? bias[f] : 0;
    for (int64_t tap = 0; tap < kernel * kernel; tap++) {
      const int64_t from = row + tap / kernel - kernel / 2, at = column + tap % kernel - kernel / 2;
      if (from < 0 || at < 0 || from >= H || at >= W) continue;
      for (int64_t c = 0; c < C; c++) sum += x[((n * H + from) * W + at) * C + c] * filter[(tap * C + c) * F + f];
    }
    checks.close(y[i], ends ? std::max(0.0, sum) : sum, kTolerance, "image_conv");
  }
}

void check_max_pool(int64_t N, int64_t H, int64_t W, int64_t C, int64_t size, Random& random, Checks& checks) {
  auto x = random_floats(random, N * H * W * C, 1.0f);
  for (float& value : x) value = std::round(value);  // many ties
  const auto dy = random_floats(random, N * (H / size) * (W / size) * C, 1.0f);
  Buffer<float> dx(x.size(), -1.0f), expected(x.size());
  kernels().max_pool_gradient({N, H, W, C, size, x.data(), dy.data(), dx.data()});
  for (int64_t i = 0; i < static_cast<int64_t>(dy.size()); i++) {
    const int64_t k = i % C, column = i / C % (W / size), row = i / C / (W / size) % (H / size);
    const int64_t n = i / C / (W / size) / (H / size);
    int64_t best = -1;
    for (int64_t tap = 0; tap < size * size; tap++) {
      const int64_t at = ((n * H + row * size + tap / size) * W + column * size + tap % size) * C + k;
      if (best < 0 || x[at] > x[best]) best = at;
    }
    expected[best] += dy[i];
  }
  for (size_t i = 0; i < dx.size(); i++) checks.close(dx[i], expected[i], 0, "gradient of max pooling");
}

struct FilterCase {
  int64_t images, H, W, C, kernel, stride, F;
  double density;
};

void check_filter_gradient(const FilterCase& c, Random& random, Checks& checks) {
  const int64_t words = words_of(c.C), pad = (c.kernel - 1) / 2;
  const int64_t height = (c.H + 2 * pad - c.kernel) / c.stride + 1, width = (c.W + 2 * pad - c.kernel) / c.stride + 1;
  Buffer<float> spikes(c.images * c.H * c.W * c.C);
  std::bernoulli_distribution fires(c.density);
  for (float& spike : spikes) spike = fires(random) ? 1.0f : 0.0f;
  Buffer<uint32_t> bits(c.images * c.H * c.W * words);
  const int64_t wrong = kernels().pack_spikes({c.images * c.H * c.W, c.C, spikes.data(), bits.data()});
  checks.equal(wrong == -1, true, "pack_spikes finds nothing wrong");
  for (int64_t i = 0; i < static_cast<int64_t>(spikes.size()); i++) {
    const uint32_t bit = bits[i / c.C * words + i % c.C / kWordBits] >> (i % c.C % kWordBits) & 1u;
    checks.equal(bit, spikes[i] == 1.0f, "packed spikes");
  }
  const auto dy = random_floats(random, c.images * height * width * c.F, 1.0f);
  Buffer<float> gradient(c.kernel * c.kernel * c.C * c.F);
  kernels().spike_filter_gradient({c.images, c.H, c.W, c.C, c.kernel, c.kernel, c.stride, pad, pad, height, width, c.F,
                                   bits.data(), dy.data(), gradient.data()});
  for (int64_t i = 0; i < static_cast<int64_t>(gradient.size()); i++) {
    const int64_t f = i % c.F, k = i / c.F % c.C, kx = i / c.F / c.C % c.kernel, ky = i / c.F / c.C / c.kernel;
    double sum = 0;
    for (int64_t at = 0; at < c.images * height * width; at++) {
      const int64_t x = at % width * c.stride + kx - pad, y = at / width % height * c.stride + ky - pad;
      if (x < 0 || y < 0 || x >= c.W || y >= c.H) continue;
      sum += spikes[((at / width / height * c.H + y) * c.W + x) * c.C + k] * static_cast<double>(dy[at * c.F + f]);
    }
    checks.close(gradient[i], sum, kTolerance, "gradient of a spike convolution's filter");
  }
}

}  // namespace

void test_training(Checks& checks) {
  Random random(20261123);
  for (const NormCase& c : {NormCase{2, 1, false, false}, NormCase{7, 16, true, false}, NormCase{17, 33, true, true},
                            NormCase{513, 5, false, true}, NormCase{1100, 48, true, false}}) {
    check_norm(c, random, checks);
  }
  check_scale_add_relu(1, 1, 1, random, checks);
  check_scale_add_relu(3, 17, 37, random, checks);
  check_scale_add_relu(2, 64, 64, random, checks);
  check_bias_relu_gradient(1, 1, random, checks);
  check_bias_relu_gradient(700, 37, random, checks);
  for (const bool ends : {false, true}) {
    check_image_conv(1, 1, 1, 1, 1, 1, ends, random, checks);
    check_image_conv(2, 9, 19, 1, 37, 3, ends, random, checks);
    check_image_conv(1, 3, 40, 3, 32, 5, ends, random, checks);
  }
  check_max_pool(1, 2, 2, 1, 2, random, checks);
  check_max_pool(2, 5, 7, 19, 2, random, checks);
  check_max_pool(2, 8, 7, 35, 3, random, checks);
  for (const FilterCase& c :
       {FilterCase{1, 1, 1, 1, 1, 1, 1, 1}, FilterCase{3, 5, 7, 40, 3, 1, 33, 0.2}, FilterCase{2, 6, 5, 33, 5, 2, 130, 0.5},
        FilterCase{300, 1, 1, 65, 1, 1, 70, 0.1}, FilterCase{2, 4, 4, 3, 3, 1, 128, 0}, FilterCase{2, 7, 6, 35, 3, 2, 20, 0.3},
        FilterCase{40, 9, 9, 70, 3, 1, 100, 0.1}, FilterCase{2, 9, 8, 5, 1, 3, 9, 0.5}}) {
    check_filter_gradient(c, random, checks);
  }
}

}  // namespace weightshare
