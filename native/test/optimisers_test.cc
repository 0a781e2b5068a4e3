// Optimiser steps against the formulas in double precision.
#include "kernels/table.h"
#include "test/check.h"

namespace weightshare {
namespace {

// A dozen float32 operations an entry.
constexpr double kTolerance = 3e-6;

struct Tensors {
  Buffer<float> value, gradient, first, second;
};

Tensors random_tensors(Random& random, int64_t size) {
  Tensors tensors = {random_floats(random, size, 1), random_floats(random, size, 0.1f), random_floats(random, size, 0.1f),
                     random_floats(random, size, 0.1f)};
  for (float& second : tensors.second) second *= second;
  return tensors;
}

std::vector<UpdatedParameter> updates(std::vector<Tensors>& all) {
  std::vector<UpdatedParameter> parameters;
  for (Tensors& one : all) {
    parameters.push_back({one.value.data(), one.gradient.data(), one.first.data(), one.second.data(),
                          static_cast<int64_t>(one.value.size()), parameters.size() % 2 == 0});
  }
  return parameters;
}

std::vector<Tensors> some_tensors(Random& random) {
  std::vector<Tensors> all;
  for (const int64_t size : {1, 7, 33, 40000, 70001}) all.push_back(random_tensors(random, size));
  return all;
}

// The published constants of a step, each rounded once; what is compared is the formula with the unrounded ones.
void test_adam(Random& random, bool decoupled, Checks& checks) {
  std::vector<Tensors> all = some_tensors(random);
  const std::vector<Tensors> before = all;
  const double rate = 0.01, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, weight_decay = 20, k = 3;
  const double scale = rate / (1 - std::pow(beta1, k)), spread = 1 / std::sqrt(1 - std::pow(beta2, k));
  AdamStep step = {};
  step.parameters = updates(all);
  step.gradient_scale = 0.5f;
  step.beta1 = static_cast<float>(beta1), step.gain1 = static_cast<float>(1 - beta1);
  step.beta2 = static_cast<float>(beta2), step.gain2 = static_cast<float>(1 - beta2);
  step.scale = static_cast<float>(scale), step.spread = static_cast<float>(spread);
  step.epsilon = static_cast<float>(epsilon);
  step.l2 = decoupled ? 0 : static_cast<float>(weight_decay);
  step.keep = decoupled ? static_cast<float>(1 - rate * weight_decay) : 1;
  kernels().adam_step(step);
  for (size_t p = 0; p < all.size(); p++) {
    const double decay = p % 2 == 0 ? weight_decay : 0;
    for (size_t i = 0; i < all[p].value.size(); i++) {
      const double w = before[p].value[i];
      const double g = before[p].gradient[i] * 0.5 + (decoupled ? 0 : decay * w);
      const double m = before[p].first[i] * beta1 + g * (1 - beta1);
      const double v = before[p].second[i] * beta2 + g * g * (1 - beta2);
      const double kept = decoupled ? w * (1 - rate * decay) : w;
      checks.close(all[p].first[i], m, kTolerance, "adam first");
      checks.close(all[p].second[i], v, kTolerance, "adam second");
      checks.close(all[p].value[i], kept - scale * m / (std::sqrt(v) * spread + epsilon), kTolerance, "adam value");
    }
  }
}

void test_sgd(Random& random, Checks& checks) {
  std::vector<Tensors> all = some_tensors(random);
  const std::vector<Tensors> before = all;
  kernels().sgd_step({updates(all), 0.1f, 2.0f, 0.9f, 0.01f});
  for (size_t p = 0; p < all.size(); p++) {
    for (size_t i = 0; i < all[p].value.size(); i++) {
      const double w = before[p].value[i];
      const double velocity = 0.9 * before[p].first[i] + 2.0 * before[p].gradient[i] + (p % 2 == 0 ? 0.01 * w : 0);
      checks.close(all[p].first[i], velocity, kTolerance, "sgd velocity");
      checks.close(all[p].value[i], w - 0.1 * velocity, kTolerance, "sgd value");
    }
  }
}

}  // namespace

void test_optimisers(Checks& checks) {
  Random random(20140622);
  test_adam(random, false, checks);
  test_adam(random, true, checks);
  test_sgd(random, checks);
}

}  // namespace weightshare
