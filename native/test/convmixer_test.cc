// ConvMixer's kernels against plain loops in double precision: odd sizes, every filter, every option.
#include "kernels/table.h"
#include "test/check.h"

namespace weightshare {
namespace {

// Float32 sums of up to a thousand products of order one in another order than the double sums.
constexpr double kTolerance = 1e-5;
// GELU is tested relatively: far left, where it is 1e-26, the square of x is rounded before exp.
constexpr double kGeluTolerance = 1e-6, kFarGeluTolerance = 2.5e-6, kFar = -5;
constexpr float kEpsilon = 1e-5f;

double phi(double x) { return 0.5 * std::erfc(-x * std::sqrt(0.5)); }
double gelu(double x) { return x * phi(x); }
double gelu_slope(double x) { return phi(x) + x * std::exp(-0.5 * x * x) / std::sqrt(2 * std::acos(-1.0)); }

// Mean 0, variance and gamma 1, beta 0: what the norm returns is GELU, and its gradient the slope.
void test_gelu(Checks& checks) {
  Buffer<float> x;
  for (int i = -1100; i <= 2000; i++) x.push_back(static_cast<float>(i) * 0.01f);
  const int64_t rows = static_cast<int64_t>(x.size());
  const float zero = 0, one = 1, small = 1e-30f;
  Buffer<float> y(rows), dx(rows), ones(rows, 1.0f), sums(3);
  BiasGeluNorm forward = {rows, 1, x.data(), &zero, &zero, &one, &one, &zero, nullptr, small, y.data()};
  kernels().bias_gelu_norm(forward);
  kernels().bias_gelu_norm_gradient({rows, 1, ones.data(), x.data(), &zero, &zero, &one, &one, small, true, dx.data(),
                                     &sums[0], &sums[1], &sums[2]});
  for (int64_t i = 0; i < rows; i++) {
    const double expected = gelu(x[i]);
    const double error = expected == 0 ? y[i] : y[i] / expected - 1;
    checks.close(error, 0, x[i] < kFar ? kFarGeluTolerance : kGeluTolerance, "gelu");
    checks.close(dx[i], gelu_slope(x[i]), kGeluTolerance, "slope of gelu");
  }
}

struct NormCase {
  int64_t rows, C;
  bool residual, frozen;
};

struct Moments {
  Buffer<double> mean, variance;
};

Moments moments_of(const NormCase& c, const Buffer<float>& x, const Buffer<float>& bias) {
  Moments m = {Buffer<double>(c.C), Buffer<double>(c.C)};
  for (int64_t k = 0; k < c.C; k++) {
    for (int64_t i = 0; i < c.rows; i++) m.mean[k] += gelu(static_cast<double>(x[i * c.C + k]) + bias[k]) / c.rows;
    for (int64_t i = 0; i < c.rows; i++) {
      const double distance = gelu(static_cast<double>(x[i * c.C + k]) + bias[k]) - m.mean[k];
      m.variance[k] += distance * distance / c.rows;
    }
  }
  return m;
}

// Checks the forward pass; returns the statistics as the kernel found them.
void check_forward(const NormCase& c, const Buffer<float>& x, const Buffer<float>& bias, const Buffer<float>& gamma,
                   const Buffer<float>& beta, const Buffer<float>& residual, Buffer<float>& mean,
                   Buffer<float>& variance, Checks& checks) {
  const Moments expected = moments_of(c, x, bias);
  kernels().bias_gelu_moments({c.rows, c.C, x.data(), bias.data(), mean.data(), variance.data()});
  for (int64_t k = 0; k < c.C; k++) {
    checks.close(mean[k], expected.mean[k], kTolerance, "mean");
    checks.close(variance[k], expected.variance[k], kTolerance, "variance");
  }
  Buffer<float> y(c.rows * c.C);
  kernels().bias_gelu_norm({c.rows, c.C, x.data(), bias.data(), mean.data(), variance.data(), gamma.data(), beta.data(),
                            c.residual ? residual.data() : nullptr, kEpsilon, y.data()});
  for (int64_t i = 0; i < c.rows * c.C; i++) {
    const int64_t k = i % c.C;
    const double normed = (gelu(static_cast<double>(x[i]) + bias[k]) - mean[k]) / std::sqrt(variance[k] + kEpsilon);
    checks.close(y[i], normed * gamma[k] + beta[k] + (c.residual ? residual[i] : 0), kTolerance, "norm");
  }
}

void check_gradient(const NormCase& c, const Buffer<float>& x, const Buffer<float>& bias, const Buffer<float>& gamma,
                    const Buffer<float>& dy, const Buffer<float>& mean, const Buffer<float>& variance, Checks& checks) {
  Buffer<float> dx(c.rows * c.C), dbias(c.C), dgamma(c.C), dbeta(c.C);
  kernels().bias_gelu_norm_gradient({c.rows, c.C, dy.data(), x.data(), bias.data(), mean.data(), variance.data(),
                                     gamma.data(), kEpsilon, c.frozen, dx.data(), dbias.data(), dgamma.data(),
                                     dbeta.data()});
  for (int64_t k = 0; k < c.C; k++) {
    const double inverse = 1 / std::sqrt(static_cast<double>(variance[k]) + kEpsilon);
    const auto normed = [&](int64_t i) {
      return (gelu(static_cast<double>(x[i * c.C + k]) + bias[k]) - mean[k]) * inverse;
    };
    double sum = 0, product = 0, slopes = 0;
    for (int64_t i = 0; i < c.rows; i++) sum += dy[i * c.C + k], product += dy[i * c.C + k] * normed(i);
    // What is left of sums that cancel is as exact as their terms, which grow with 1 / sd.
    const double size = 1 + std::fabs(gamma[k]) * inverse;
    for (int64_t i = 0; i < c.rows; i++) {
      const double centred = c.frozen ? 0 : (sum + normed(i) * product) / c.rows;
      const double slope = gelu_slope(static_cast<double>(x[i * c.C + k]) + bias[k]);
      const double expected = gamma[k] * inverse * (dy[i * c.C + k] - centred) * slope;
      checks.close(dx[i * c.C + k] / size, expected / size, kTolerance, "gradient of x");
      slopes += expected;
    }
    checks.close(dbeta[k], sum, kTolerance, "gradient of beta");
    checks.close(dgamma[k], product, kTolerance * std::sqrt(c.rows), "gradient of gamma");
    checks.close(dbias[k] / size, slopes / size, kTolerance * std::sqrt(c.rows), "gradient of bias");
  }
}

void test_bias_gelu_norm(Random& random, Checks& checks) {
  const NormCase cases[] = {{1, 1, false, true},   {2, 3, true, false},    {7, 16, false, false}, {17, 33, true, true},
                            {513, 5, true, false}, {1100, 48, false, true}, {1030, 67, true, false}};
  for (const NormCase& c : cases) {
    const auto x = random_floats(random, c.rows * c.C, 1.5f), dy = random_floats(random, c.rows * c.C, 1.0f);
    const auto residual = random_floats(random, c.rows * c.C, 1.0f), bias = random_floats(random, c.C, 1.0f);
    const auto gamma = random_floats(random, c.C, 1.0f), beta = random_floats(random, c.C, 1.0f);
    Buffer<float> mean(c.C), variance(c.C);
    check_forward(c, x, bias, gamma, beta, residual, mean, variance, checks);
    check_gradient(c, x, bias, gamma, dy, mean, variance, checks);
  }
}

// A mean a thousand times the deviation: squares summed without care would lose the variance.
void test_far_mean(Random& random, Checks& checks) {
  const NormCase c = {5000, 3, false, false};
  const auto x = random_floats(random, c.rows * c.C, 1.0f);
  const Buffer<float> bias(c.C, 1000.0f);
  const Moments expected = moments_of(c, x, bias);
  Buffer<float> mean(c.C), variance(c.C);
  kernels().bias_gelu_moments({c.rows, c.C, x.data(), bias.data(), mean.data(), variance.data()});
  // x + bias is rounded to 6e-5, so the variance of 1 to some 1e-4 a value and less on average.
  for (int64_t k = 0; k < c.C; k++) checks.close(variance[k], expected.variance[k], 1e-5, "variance about a far mean");
}

struct ConvCase {
  int64_t N, H, W, C, kernel;
};

double convolved(const ConvCase& c, const Buffer<float>& x, const Buffer<float>& filter, bool flipped, int64_t at) {
  const int64_t k = at % c.C, column = at / c.C % c.W, row = at / c.C / c.W % c.H, n = at / c.C / c.W / c.H;
  double sum = 0;
  for (int64_t tap = 0; tap < c.kernel * c.kernel; tap++) {
    const int64_t y = row + tap / c.kernel - c.kernel / 2, z = column + tap % c.kernel - c.kernel / 2;
    if (y < 0 || z < 0 || y >= c.H || z >= c.W) continue;
    const int64_t from = flipped ? c.kernel * c.kernel - 1 - tap : tap;
    sum += static_cast<double>(x[((n * c.H + y) * c.W + z) * c.C + k]) * filter[from * c.C + k];
  }
  return sum;
}

double filter_gradient(const ConvCase& c, const Buffer<float>& x, const Buffer<float>& dy, int64_t tap, int64_t k) {
  double sum = 0;
  for (int64_t n = 0; n < c.N; n++) {
    for (int64_t row = 0; row < c.H; row++) {
      for (int64_t column = 0; column < c.W; column++) {
        const int64_t y = row + tap / c.kernel - c.kernel / 2, z = column + tap % c.kernel - c.kernel / 2;
        if (y < 0 || z < 0 || y >= c.H || z >= c.W) continue;
        sum += static_cast<double>(x[((n * c.H + y) * c.W + z) * c.C + k]) * dy[((n * c.H + row) * c.W + column) * c.C + k];
      }
    }
  }
  return sum;
}

void test_depthwise(Random& random, Checks& checks) {
  const ConvCase cases[] = {{1, 1, 1, 1, 1},  {2, 3, 5, 7, 3},    {1, 7, 8, 16, 5}, {2, 4, 9, 33, 7},  {1, 16, 16, 17, 9},
                            {3, 2, 6, 70, 9}, {1, 10, 33, 4, 11}, {1, 5, 3, 20, 13}, {1, 20, 17, 5, 15}, {70, 2, 3, 3, 3},
                            {2, 3, 12, 130, 1}, {5, 5, 6, 200, 3}, {16, 5, 6, 200, 3}};
  for (const ConvCase& c : cases) {
    const int64_t size = c.N * c.H * c.W * c.C, taps = c.kernel * c.kernel;
    const auto x = random_floats(random, size, 1.0f), other = random_floats(random, size, 1.0f);
    const auto filter = random_floats(random, taps * c.C, 0.3f);
    Buffer<float> y(size), gradient(taps * c.C);
    for (const bool flipped : {false, true}) {
      for (const bool added : {false, true}) {
        kernels().depthwise_conv({c.N, c.H, c.W, c.C, c.kernel, x.data(), filter.data(), flipped,
                                  added ? other.data() : nullptr, y.data()});
        for (int64_t i = 0; i < size; i++) {
          checks.close(y[i], convolved(c, x, filter, flipped, i) + (added ? other[i] : 0), kTolerance, "depthwise");
        }
      }
    }
    kernels().depthwise_filter_gradient({c.N, c.H, c.W, c.C, c.kernel, x.data(), other.data(), gradient.data()});
    for (int64_t i = 0; i < taps * c.C; i++) {
      checks.close(gradient[i], filter_gradient(c, x, other, i / c.C, i % c.C), kTolerance, "depthwise filter gradient");
    }
  }
}

}  // namespace

void test_convmixer(Checks& checks) {
  Random random(20220124);
  test_gelu(checks);
  test_bias_gelu_norm(random, checks);
  test_far_mean(random, checks);
  test_depthwise(random, checks);
}

}  // namespace weightshare
