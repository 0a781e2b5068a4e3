// The attribute of every operation with a norm.
#pragma once
#include "tensorflow/operation.h"

namespace weightshare {

inline float epsilon_of(const Attributes& attributes) {
  const float epsilon = attributes.real("epsilon");
  require(epsilon > 0, "epsilon is " + std::to_string(epsilon) + ", but must be more than 0");
  return epsilon;
}

}  // namespace weightshare
