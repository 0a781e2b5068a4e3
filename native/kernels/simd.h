// Vectors of floats in the width of the instruction set that the file is compiled for. Every file of kernels/ is
// compiled once per instruction set, each time into a namespace of its own.
#pragma once
#include <cstdint>
#include <cstring>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#if defined(__AVX512F__)
#define WEIGHTSHARE_VECTOR_BYTES 64
#elif defined(__AVX2__)
#define WEIGHTSHARE_VECTOR_BYTES 32
#else
#define WEIGHTSHARE_VECTOR_BYTES 16
#endif

// Tells the compiler to unroll the loop that follows over all vectors of a block.
#define WEIGHTSHARE_UNROLL _Pragma("GCC unroll 16")

namespace weightshare {
namespace WEIGHTSHARE_INSTRUCTION_SET {

typedef float Vector __attribute__((vector_size(WEIGHTSHARE_VECTOR_BYTES)));
typedef int32_t IntVector __attribute__((vector_size(WEIGHTSHARE_VECTOR_BYTES)));

constexpr int kLanes = WEIGHTSHARE_VECTOR_BYTES / 4;

#if defined(__AVX2__) && !defined(__AVX512F__)
constexpr IntVector kLaneNumbers = {0, 1, 2, 3, 4, 5, 6, 7};
#endif

inline Vector load(const float* from) {
  Vector vector;
  memcpy(&vector, from, sizeof vector);
  return vector;
}

inline void store(float* to, Vector vector) { memcpy(to, &vector, sizeof vector); }

inline Vector broadcast(float value) { return value - Vector{}; }

// The first `count` floats (at most kLanes), then zeros. A copy of unknown length would take longer than the arithmetic.
inline Vector load_some(const float* from, int count) {
#if defined(__AVX512F__)
  return _mm512_maskz_loadu_ps((1u << count) - 1, from);
#elif defined(__AVX2__)
  return _mm256_maskload_ps(from, (__m256i)(kLaneNumbers < count));
#else
  Vector vector{};
  memcpy(&vector, from, count * sizeof(float));
  return vector;
#endif
}

inline void store_some(float* to, Vector vector, int count) {
#if defined(__AVX512F__)
  _mm512_mask_storeu_ps(to, (1u << count) - 1, vector);
#elif defined(__AVX2__)
  _mm256_maskstore_ps(to, (__m256i)(kLaneNumbers < count), vector);
#else
  memcpy(to, &vector, count * sizeof(float));
#endif
}

// Lane by lane: condition ? a : b, where a condition is all ones or all zeros.
inline Vector select(IntVector condition, Vector a, Vector b) {
  return (Vector)(((IntVector)a & condition) | ((IntVector)b & ~condition));
}

// max(0, x) that lets NaN through, so that nothing finite comes of what is not.
inline Vector relu(Vector x) { return select((IntVector)(x <= Vector{}), Vector{}, x); }

// Gradient of relu at y, its argument or its value.
inline Vector relu_gradient(Vector dy, Vector y) { return select((IntVector)(y <= Vector{}), Vector{}, dy); }

// Two vectors that are computed step by step side by side: where each step of a long chain waits for the one before, the
// processor, which looks ahead only some operations, has two chains to work on. Every lane is computed as in a Vector.
struct Pair {
  Vector first, second;
};

inline Pair operator+(Pair a, Pair b) { return {a.first + b.first, a.second + b.second}; }
inline Pair operator-(Pair a, Pair b) { return {a.first - b.first, a.second - b.second}; }
inline Pair operator*(Pair a, Pair b) { return {a.first * b.first, a.second * b.second}; }
inline Pair operator+(Pair a, float b) { return {a.first + b, a.second + b}; }
inline Pair operator-(Pair a, float b) { return {a.first - b, a.second - b}; }
inline Pair operator*(Pair a, float b) { return {a.first * b, a.second * b}; }
inline Pair operator/(float a, Pair b) { return {a / b.first, a / b.second}; }
inline Pair& operator+=(Pair& a, Pair b) { return a = a + b; }
inline Pair relu(Pair x) { return {relu(x.first), relu(x.second)}; }
inline Pair relu_gradient(Pair dy, Pair y) { return {relu_gradient(dy.first, y.first), relu_gradient(dy.second, y.second)}; }

// One bit per lane, the lowest lane first, from all ones or all zeros in each.
inline uint32_t to_bits(IntVector condition) {
#if defined(__AVX512DQ__)
  return _mm512_movepi32_mask((__m512i)condition);
#elif defined(__AVX2__)
  return static_cast<uint32_t>(_mm256_movemask_ps((__m256)condition));
#elif defined(__x86_64__)
  return static_cast<uint32_t>(_mm_movemask_ps((__m128)condition));
#else
  uint32_t bits = 0;
  for (int lane = 0; lane < kLanes; lane++) bits |= (condition[lane] & 1u) << lane;
  return bits;
#endif
}

// The inverse: all ones in the lanes whose bit is set, all zeros in the others.
inline IntVector from_bits(uint32_t bits) {
#if defined(__AVX512DQ__)
  return (IntVector)_mm512_movm_epi32(static_cast<__mmask16>(bits));
#else
  IntVector lanes;
  WEIGHTSHARE_UNROLL
  for (int lane = 0; lane < kLanes; lane++) lanes[lane] = 1 << lane;
  return ((static_cast<int32_t>(bits) - IntVector{}) & lanes) != 0;
#endif
}

}  // namespace WEIGHTSHARE_INSTRUCTION_SET
}  // namespace weightshare
