// Winograd's convolution, both directions, and its kernel's gradient against plain loops in double precision.
#include <algorithm>

#include "kernels/table.h"
#include "test/check.h"

namespace weightshare {
namespace {

struct Case {
  int64_t N, H, W, C, F;
  bool bias, relu, normed;
};

// A norm for the input, if the case has one.
struct Norm {
  bool there;
  Buffer<float> mean, scale, beta;
  Norm(const Case& c, Random& random)
      : there(c.normed), mean(random_floats(random, c.C, 1.0f)), scale(random_floats(random, c.C, 1.0f)),
        beta(random_floats(random, c.C, 1.0f)) {}
  InputNorm data() const { return there ? InputNorm{mean.data(), scale.data(), beta.data()} : InputNorm{}; }
  double of(double x, int64_t k) const { return there ? std::max(0.0, (x - mean[k]) * scale[k] + beta[k]) : x; }
};

// Visits every pair of an output pixel and a tap that lies inside the image: at(n, y, x, ky, kx, input y, input x).
template <typename At>
void for_taps(const Case& c, const At& at) {
  for (int64_t n = 0; n < c.N; n++) {
    for (int64_t y = 0; y < c.H; y++) {
      for (int64_t x = 0; x < c.W; x++) {
        for (int64_t tap = 0; tap < 9; tap++) {
          const int64_t from_y = y + tap / 3 - 1, from_x = x + tap % 3 - 1;
          if (from_y < 0 || from_x < 0 || from_y >= c.H || from_x >= c.W) continue;
          at((n * c.H + y) * c.W + x, tap, (n * c.H + from_y) * c.W + from_x);
        }
      }
    }
  }
}

// Rounding of float32 sums of products of order 1, some 20 times that of a plain sum: the transforms multiply by up to 8 both
// ways and take differences.
double tolerance(int64_t terms) { return 2e-5 * std::sqrt(static_cast<double>(terms)); }

void check_convolution(const Case& c, Random& random, Checks& checks) {
  const auto x = random_floats(random, c.N * c.H * c.W * c.C, 1.0f), kernel = random_floats(random, 9 * c.C * c.F, 1.0f);
  const auto bias = random_floats(random, c.F, 1.0f);
  const Norm norm(c, random);
  Buffer<float> y(c.N * c.H * c.W * c.F);
  kernels().winograd_conv({c.N, c.H, c.W, c.C, c.F, x.data(), kernel.data(), false, norm.data(), c.bias ? bias.data() : nullptr, c.relu, y.data()});
  std::vector<double> expected(y.size());
  for (size_t i = 0; c.bias && i < y.size(); i++) expected[i] = bias[i % c.F];
  for_taps(c, [&](int64_t to, int64_t tap, int64_t from) {
    for (int64_t k = 0; k < c.C; k++) {
      for (int64_t f = 0; f < c.F; f++) {
        expected[to * c.F + f] += norm.of(x[from * c.C + k], k) * kernel[(tap * c.C + k) * c.F + f];
      }
    }
  });
  for (size_t i = 0; i < y.size(); i++) {
    checks.close(y[i], c.relu ? std::max(0.0, expected[i]) : expected[i], tolerance(9 * c.C), "Winograd's convolution");
  }
}

void check_gradients(const Case& c, Random& random, Checks& checks) {
  const auto x = random_floats(random, c.N * c.H * c.W * c.C, 1.0f), kernel = random_floats(random, 9 * c.C * c.F, 1.0f);
  const auto dy = random_floats(random, c.N * c.H * c.W * c.F, 1.0f);
  const Norm norm(c, random);
  Buffer<float> dx(x.size()), gradient(kernel.size());
  kernels().winograd_conv({c.N, c.H, c.W, c.F, c.C, dy.data(), kernel.data(), true, {}, nullptr, false, dx.data()});
  kernels().winograd_filter_gradient({c.N, c.H, c.W, c.C, c.F, x.data(), dy.data(), norm.data(), gradient.data()});
  std::vector<double> expected_dx(x.size()), expected(kernel.size());
  for_taps(c, [&](int64_t to, int64_t tap, int64_t from) {
    for (int64_t k = 0; k < c.C; k++) {
      for (int64_t f = 0; f < c.F; f++) {
        const double outer = dy[to * c.F + f];
        expected_dx[from * c.C + k] += outer * kernel[(tap * c.C + k) * c.F + f];
        expected[(tap * c.C + k) * c.F + f] += outer * norm.of(x[from * c.C + k], k);
      }
    }
  });
  for (size_t i = 0; i < dx.size(); i++) checks.close(dx[i], expected_dx[i], tolerance(9 * c.F), "gradient of its input");
  const double terms = c.N * c.H * c.W;
  for (size_t i = 0; i < gradient.size(); i++) checks.close(gradient[i], expected[i], tolerance(terms), "gradient of its kernel");
}

}  // namespace

void test_winograd_conv(Checks& checks) {
  Random random(20261124);
  for (const Case& c :
       {Case{1, 1, 1, 1, 1, false, false, true}, Case{1, 4, 4, 1, 1, true, false, false}, Case{2, 5, 7, 3, 2, false, true, true},
        Case{1, 3, 9, 16, 32, true, true, false}, Case{3, 8, 8, 17, 33, false, false, true}, Case{2, 6, 4, 40, 16, true, false, true},
        Case{9, 13, 14, 20, 65, false, true, false}, Case{1, 11, 11, 300, 5, false, false, false},
        Case{3, 9, 9, 130, 150, false, false, true}}) {
    check_convolution(c, random, checks);
    check_gradients(c, random, checks);
  }
}

}  // namespace weightshare
