#include "kernels/table.h"

namespace weightshare {

namespace portable {
extern const KernelTable kTable;
}
#if defined(__x86_64__)
namespace avx2 {
extern const KernelTable kTable;
}
namespace avx512 {
extern const KernelTable kTable;
}
#endif

namespace {

struct Choice {
  const KernelTable* table;
  bool (*runs_here)();
};

const Choice kChoices[] = {
#if defined(__x86_64__)
    {&avx512::kTable,
     [] {
       return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
              __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
     }},
    {&avx2::kTable, [] { return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"); }},
#endif
    {&portable::kTable, [] { return true; }},
};

const KernelTable* chosen = nullptr;

}  // namespace

std::string choose_kernels(const std::string& instruction_set) {
  for (const Choice& choice : kChoices) {
    const bool asked_for = instruction_set == choice.table->instruction_set;
    if (!instruction_set.empty() && !asked_for) continue;
    if (choice.runs_here()) {
      chosen = choice.table;
      return "";
    }
    if (asked_for) return "this processor does not have the instruction set " + instruction_set;
  }
  return "the instruction set " + instruction_set + " is unknown; use avx512, avx2 or portable";
}

const KernelTable& kernels() { return *chosen; }

}  // namespace weightshare
