// Threads that share the work of one kernel call.
#pragma once
#include <cstdint>
#include <functional>

namespace weightshare {

// Sets how many threads take part (the caller's included), once, before the first parallel_for.
void set_thread_count(int threads);
int thread_count();

// Runs task(i) for every i in [0, tasks); the caller takes part and returns when all are done. Tasks are handed out in
// order, one at a time, so a result may depend on i but never on the thread that computed it; all threads round, and take
// tiny numbers as zero, as the caller does. The first exception that a
// task throws is thrown to the caller; tasks not yet begun are then left out.
void parallel_for(int64_t tasks, const std::function<void(int64_t)>& task);

}  // namespace weightshare
