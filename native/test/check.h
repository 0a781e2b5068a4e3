// A small test bench for kernels outside TensorFlow, so that sanitizers see every access.
#pragma once
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <random>
#include <string>
#include <vector>

namespace weightshare {

// Counts what was checked and prints the first failures.
struct Checks {
  int64_t values = 0, failures = 0;

  void equal(uint32_t found, uint32_t expected, const std::string& where) {
    values++;
    if (found != expected) fail(where, found, expected);
  }

  void close(double found, double expected, double tolerance, const std::string& where) {
    values++;
    if (!(std::fabs(found - expected) <= tolerance * (1 + std::fabs(expected)))) fail(where, found, expected);
  }

 private:
  void fail(const std::string& where, double found, double expected) {
    if (failures++ < 10) std::printf("%s: found %g, expected %g\n", where.c_str(), found, expected);
  }
};

// Exactly as many elements as asked for, so that one read or write too many is seen.
template <typename T>
using Buffer = std::vector<T>;

using Random = std::mt19937;

inline Buffer<float> random_floats(Random& random, int64_t count, float scale) {
  std::normal_distribution<float> normal(0, scale);
  Buffer<float> values(count);
  for (float& value : values) value = normal(random);
  return values;
}

// Every test file's only function, test_NAME; it uses the kernels that are chosen.
#define WEIGHTSHARE_TESTS(X) X(spikes) X(optimisers) X(convmixer) X(training) X(surrogate_if) X(winograd_conv)

#define WEIGHTSHARE_DECLARE(name) void test_##name(Checks& checks);
WEIGHTSHARE_TESTS(WEIGHTSHARE_DECLARE)
#undef WEIGHTSHARE_DECLARE

}  // namespace weightshare
