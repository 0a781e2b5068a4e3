#include "runtime/scratch.h"

#include <sys/mman.h>

#include <cstdlib>
#include <new>

namespace weightshare {
namespace {

constexpr size_t kCacheLine = 64;
constexpr size_t kHugePage = 2 << 20;

struct Block {
  void* memory = nullptr;
  size_t bytes = 0;
  ~Block() { free(memory); }

  void grow(size_t wanted) {
    free(memory);
    const size_t alignment = wanted >= kHugePage / 4 ? kHugePage : kCacheLine;
    bytes = (wanted + alignment - 1) / alignment * alignment;
    memory = aligned_alloc(alignment, bytes);
    if (memory == nullptr) {
      bytes = 0;
      throw std::bad_alloc();
    }
#ifdef MADV_HUGEPAGE
    if (alignment == kHugePage) madvise(memory, bytes, MADV_HUGEPAGE);
#endif
  }
};

}  // namespace

void* scratch(Scratch use, size_t bytes) {
  static thread_local Block blocks[static_cast<int>(Scratch::kUses)];
  Block& block = blocks[static_cast<int>(use)];
  if (block.bytes < bytes || block.memory == nullptr) block.grow(bytes);
  return block.memory;
}

}  // namespace weightshare
