// The side of a depthwise filter as a constant: its taps are unrolled.
#pragma once
#include <cstdint>
#include <type_traits>

namespace weightshare {
namespace WEIGHTSHARE_INSTRUCTION_SET {

// Calls body<K>() for the filter's side.
template <typename Body>
void with_side(int64_t kernel, Body&& body) {
  switch (kernel) {
    case 1:
      return body(std::integral_constant<int, 1>());
    case 3:
      return body(std::integral_constant<int, 3>());
    case 5:
      return body(std::integral_constant<int, 5>());
    case 7:
      return body(std::integral_constant<int, 7>());
    case 9:
      return body(std::integral_constant<int, 9>());
    case 11:
      return body(std::integral_constant<int, 11>());
    case 13:
      return body(std::integral_constant<int, 13>());
    case 15:
      return body(std::integral_constant<int, 15>());
  }
}

}  // namespace WEIGHTSHARE_INSTRUCTION_SET
}  // namespace weightshare
