#include "runtime/parallel.h"

#include <atomic>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#if defined(__x86_64__)
#include <xmmintrin.h>
#endif

namespace weightshare {
namespace {

// What a thread's floating-point unit does with rounding and with numbers below the smallest normal one. TensorFlow has those
// taken as zero while an operation runs, in the thread that runs it.
#if defined(__x86_64__)
using FloatMode = unsigned int;
FloatMode float_mode() { return _mm_getcsr() & ~static_cast<FloatMode>(_MM_EXCEPT_MASK); }
void set_float_mode(FloatMode mode) { _mm_setcsr(mode); }
#else
using FloatMode = int;
FloatMode float_mode() { return 0; }
void set_float_mode(FloatMode) {}
#endif

class Pool {
 public:
  explicit Pool(int helpers) : helpers_(helpers) {
    for (int i = 0; i < helpers; i++) std::thread([this] { help(); }).detach();
  }

  void run(int64_t tasks, const std::function<void(int64_t)>& task) {
    std::lock_guard<std::mutex> one_caller(callers_);
    {
      std::lock_guard<std::mutex> lock(mutex_);
      task_ = &task;
      tasks_ = tasks;
      mode_ = float_mode();
      next_ = 0;
      busy_ = helpers_;
      round_++;
    }
    start_.notify_all();
    take(tasks, task);
    std::unique_lock<std::mutex> lock(mutex_);
    done_.wait(lock, [this] { return busy_ == 0; });
    if (failure_) std::rethrow_exception(std::exchange(failure_, nullptr));
  }

 private:
  void help() {
    for (uint64_t seen = 0;;) {
      std::unique_lock<std::mutex> lock(mutex_);
      start_.wait(lock, [&] { return round_ != seen; });
      seen = round_;
      const auto* task = task_;
      const int64_t tasks = tasks_;
      set_float_mode(mode_);
      lock.unlock();
      take(tasks, *task);
      lock.lock();
      if (--busy_ == 0) done_.notify_one();
    }
  }

  void take(int64_t tasks, const std::function<void(int64_t)>& task) {
    try {
      for (int64_t i; (i = next_.fetch_add(1)) < tasks;) task(i);
    } catch (...) {
      next_ = tasks;
      std::lock_guard<std::mutex> lock(mutex_);
      if (!failure_) failure_ = std::current_exception();
    }
  }

  const int helpers_;
  std::mutex callers_, mutex_;
  std::condition_variable start_, done_;
  std::atomic<int64_t> next_{0};
  int64_t tasks_ = 0;
  FloatMode mode_ = float_mode();
  int busy_ = 0;
  uint64_t round_ = 0;
  const std::function<void(int64_t)>* task_ = nullptr;
  std::exception_ptr failure_;
};

int threads = 1;

}  // namespace

void set_thread_count(int count) { threads = count < 1 ? 1 : count; }
int thread_count() { return threads; }

void parallel_for(int64_t tasks, const std::function<void(int64_t)>& task) {
  if (tasks <= 1 || threads == 1) {
    for (int64_t i = 0; i < tasks; i++) task(i);
    return;
  }
  static Pool* pool = new Pool(threads - 1);  // lives as long as the process: nothing to join at its end
  pool->run(tasks, task);
}

}  // namespace weightshare
