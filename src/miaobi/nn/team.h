// Dynamic scheduling of the parts of each phase among threads.
//
// A phase ends when all of its parts are done, by any thread: a preempted thread delays the others by
// at most its current part and skips to the current phase later. On busy machines this is several
// times faster than equal shares with a barrier; on idle ones it costs nothing.

#pragma once

#include <sched.h>

#include <atomic>

namespace {

constexpr int MAX_SPINS = 1000;  // polls of a phase before yielding the processor

struct alignas(64) Phase {
    std::atomic<long> next{0};
    alignas(64) std::atomic<long> done{0};
};

inline void pause() {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#endif
}

// run work(part) for parts 0 … count - 1 of a phase, until all are done; begin() runs before the
// first part of each thread
template <class Begin, class Work>
void share(Phase& phase, long count, Begin begin, Work work) {
    bool started = false;
    for (long part; (part = phase.next.fetch_add(1, std::memory_order_relaxed)) < count;) {
        if (!started) begin();
        started = true;
        work(part);
        phase.done.fetch_add(1, std::memory_order_release);
    }
    for (int spins = 0; phase.done.load(std::memory_order_acquire) < count; ++spins) {
        if (spins < MAX_SPINS) pause();
        else sched_yield();
    }
}

}  // namespace
