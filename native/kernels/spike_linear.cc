#include <algorithm>
#include <atomic>
#include <type_traits>
#include <vector>

#include "kernels/events.h"
#include "kernels/integrate_fire.h"
#include "kernels/table.h"
#include "kernels/weight_block.h"
#include "runtime/parallel.h"
#include "runtime/scratch.h"

namespace weightshare {
namespace WEIGHTSHARE_INSTRUCTION_SET {

void spike_linear(const SpikeLinear&);

namespace {

// Input features whose weights, for one block of outputs, stay in the second-level cache over all rows.
constexpr int64_t kChunkWords = 32;
constexpr int64_t kTasksPerThread = 4;

// The events of all T * N rows: for every chunk of words of a row, the indices within the chunk, in order.
struct Events {
  std::vector<int64_t> offsets;  // [rows, chunks], then the end
  uint16_t* indices;
  int64_t chunks;
};

struct Chunk {
  int64_t first_word, words;
};

int64_t row_words(const SpikeLinear& work) { return work.P * words_of(work.C); }

Chunk chunk_of(const SpikeLinear& work, int64_t chunk) {
  const int64_t first = chunk * kChunkWords;
  return {first, std::min(kChunkWords, row_words(work) - first)};
}

// Weight row of bit 0 of a word: a position's words after the first hold its later channels.
int64_t feature_of(const SpikeLinear& work, int64_t word) {
  const int64_t words = words_of(work.C);
  return word / words * work.C + word % words * kWordBits;
}

Events list_events(const SpikeLinear& work) {
  const int64_t rows = work.T * work.N, words = row_words(work);
  Events events;
  events.chunks = (words + kChunkWords - 1) / kChunkWords;
  events.offsets.assign(rows * events.chunks + 1, 0);
  parallel_for(rows, [&](int64_t row) {
    for (int64_t chunk = 0; chunk < events.chunks; chunk++) {
      const Chunk part = chunk_of(work, chunk);
      int64_t count = 0;
      for (int64_t i = 0; i < part.words; i++) {
        count += __builtin_popcount(work.spikes[row * words + part.first_word + i]);
      }
      events.offsets[row * events.chunks + chunk + 1] = count;
    }
  });
  for (size_t i = 1; i < events.offsets.size(); i++) events.offsets[i] += events.offsets[i - 1];
  events.indices = scratch_of<uint16_t>(Scratch::kEvents, events.offsets.back() + 1);
  parallel_for(rows, [&](int64_t row) {
    uint16_t list[kChunkWords * kWordBits + kWordBits];
    for (int64_t chunk = 0; chunk < events.chunks; chunk++) {
      const Chunk part = chunk_of(work, chunk);
      const int64_t first_feature = feature_of(work, part.first_word);
      uint16_t* end = list;
      for (int64_t i = part.first_word; i < part.first_word + part.words; i++) {
        const uint32_t base = static_cast<uint32_t>(feature_of(work, i) - first_feature);
        end = append_events(work.spikes[row * words + i], base, end);
      }
      std::copy(list, end, events.indices + events.offsets[row * events.chunks + chunk]);
    }
  });
  return events;
}

// Images [from, to) and one block of outputs.
struct Task {
  int64_t from, to, channel;
};

// The currents of a task, [T, images, width], without bias.
template <int kVectors>
void task_currents(const SpikeLinear& work, const Task& task, const Events& events, float* currents) {
  constexpr int64_t kWidth = kVectors * kLanes;
  const int64_t images = task.to - task.from, features = work.P * work.C;
  std::fill(currents, currents + work.T * images * kWidth, 0.0f);
  float* weights = scratch_of<float>(Scratch::kWeights, kChunkWords * kWordBits * kWidth);
  for (int64_t chunk = 0; chunk < events.chunks; chunk++) {
    const Chunk part = chunk_of(work, chunk);
    const int64_t from = feature_of(work, part.first_word);
    const int64_t next = part.first_word + part.words;
    const int64_t to = next == row_words(work) ? features : feature_of(work, next);
    pack_columns(work.weights + from * work.F, to - from, work.F, task.channel, kWidth, weights);
    for (int64_t t = 0; t < work.T; t++) {
      for (int64_t image = task.from; image < task.to; image++) {
        const int64_t* offset = &events.offsets[(t * work.N + image) * events.chunks + chunk];
        float* to_sum = currents + (t * images + image - task.from) * kWidth;
        Vector sum[kVectors];
        WEIGHTSHARE_UNROLL
        for (int v = 0; v < kVectors; v++) sum[v] = load(to_sum + v * kLanes);
        add_rows<kVectors>(sum, events.indices + offset[0], offset[1] - offset[0], weights);
        WEIGHTSHARE_UNROLL
        for (int v = 0; v < kVectors; v++) store(to_sum + v * kLanes, sum[v]);
      }
    }
  }
}

template <int kVectors>
void finish_task(const SpikeLinear& work, const Task& task, const float* currents, int64_t* totals) {
  constexpr int64_t kWidth = kVectors * kLanes;
  const IfLanes neuron(work.neuron);
  const int64_t images = task.to - task.from, words = words_of(work.F);
  float bias[kWidth];
  pack_columns(work.bias, 1, work.F, task.channel, kWidth, bias);
  for (int64_t image = task.from; image < task.to; image++) {
    Vector membrane[kVectors];
    for (Vector& lanes : membrane) lanes = neuron.initial;
    for (int64_t t = 0; t < work.T; t++) {
      const float* sum = currents + (t * images + image - task.from) * kWidth;
      const int64_t row = t * work.N + image;
      uint32_t bits[kWidth / kWordBits] = {};
      for (int v = 0; v < kVectors; v++) {
        const Vector current = load(sum + v * kLanes) + load(bias + v * kLanes);
        const int64_t left = std::min<int64_t>(work.F - task.channel - v * kLanes, kLanes);
        if (work.fired != nullptr) {
          bits[v * kLanes / kWordBits] |= fire(membrane[v], current, neuron) << (v * kLanes % kWordBits);
        } else if (left > 0) {
          store_some(work.currents + row * work.F + task.channel + v * kLanes, current, left);
        }
      }
      if (work.fired == nullptr) continue;
      for (int64_t word = 0; word < kWidth / kWordBits; word++) {
        const int64_t channel = task.channel + word * kWordBits;
        if (channel >= work.F) break;
        const uint32_t valid = bits[word] & valid_bits(channel, work.F);
        work.fired[row * words + channel / kWordBits] = valid;
        totals[t] += __builtin_popcount(valid);
      }
    }
  }
}

}  // namespace

void spike_linear(const SpikeLinear& work) {
  const int64_t width = block_width(work.F), blocks = (work.F + width - 1) / width;
  const Events events = list_events(work);
  int64_t tiles = 1;
  while (blocks * tiles < kTasksPerThread * thread_count() && 2 * tiles <= work.N) tiles *= 2;
  const int64_t images = (work.N + tiles - 1) / tiles;
  tiles = (work.N + images - 1) / images;
  std::vector<std::atomic<int64_t>> totals(work.T);
  parallel_for(blocks * tiles, [&](int64_t index) {
    const int64_t from = index % tiles * images;
    const Task task = {from, std::min(work.N, from + images), index / tiles * width};
    float* currents = scratch_of<float>(Scratch::kSums, work.T * (task.to - task.from) * width);
    std::vector<int64_t> spikes(work.T);
    with_vectors(width, [&](auto vectors) {
      task_currents<vectors.value>(work, task, events, currents);
      finish_task<vectors.value>(work, task, currents, spikes.data());
    });
    for (int64_t t = 0; t < work.T; t++) totals[t] += spikes[t];
  });
  if (work.totals != nullptr) {
    for (int64_t t = 0; t < work.T; t++) work.totals[t] += totals[t];
  }
}

}  // namespace WEIGHTSHARE_INSTRUCTION_SET
}  // namespace weightshare
