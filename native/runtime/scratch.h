// Work memory of a thread, kept between calls.
#pragma once
#include <cstddef>

namespace weightshare {

// What a piece of work memory is for; each use has its own block in every thread.
enum class Scratch { kEvents, kOffsets, kWeights, kSums, kRow, kOther, kUses };

// At least `bytes` of memory of the calling thread, aligned to 64 bytes, contents undefined; valid until the thread
// asks for the same use again.
void* scratch(Scratch use, size_t bytes);

template <typename T>
T* scratch_of(Scratch use, size_t count) {
  return static_cast<T*>(scratch(use, count * sizeof(T)));
}

}  // namespace weightshare
