// Runs every test with every instruction set that this processor has.
#include <cstdio>

#include "kernels/table.h"
#include "runtime/parallel.h"
#include "test/check.h"

int main() {
  weightshare::set_thread_count(2);
  int64_t failures = 0;
  for (const char* instruction_set : {"portable", "avx2", "avx512"}) {
    const std::string problem = weightshare::choose_kernels(instruction_set);
    if (!problem.empty()) {
      std::printf("%s: left out, %s\n", instruction_set, problem.c_str());
      continue;
    }
    weightshare::Checks checks;
#define WEIGHTSHARE_RUN(name) weightshare::test_##name(checks);
    WEIGHTSHARE_TESTS(WEIGHTSHARE_RUN)
#undef WEIGHTSHARE_RUN
    std::printf("%s: %ld values checked, %ld wrong\n", instruction_set, static_cast<long>(checks.values),
                static_cast<long>(checks.failures));
    failures += checks.failures;
  }
  return failures == 0 ? 0 : 1;
}
