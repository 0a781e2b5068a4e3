#include "operations/operations.h"
#include "runtime/parallel.h"
#include "tensorflow/operation.h"

namespace weightshare {
namespace {

// Max pooling of bits, window = stride = size: a word ORs those of its window. [..., H, W, words] ->
// [..., H / size, W / size, words]; an odd last row or column is dropped.
class SpikePool {
 public:
  explicit SpikePool(const Attributes& attributes) : size_(attributes.integer("size")) {
    require(size_ > 0, "size is " + std::to_string(size_) + ", but must be at least 1");
  }

  static Signature signature() { return {"WeightshareSpikePool", {"size: int"}, {"spikes: int32"}, {"pooled: int32"}}; }

  void compute(Call& call) const {
    const Input& spikes = call.input(0);
    const size_t rank = spikes.shape.size();
    require(rank >= 3, "spikes have shape " + to_text(spikes.shape) + ", but [..., H, W, words] is needed");
    const int64_t H = spikes.shape[rank - 3], W = spikes.shape[rank - 2], words = spikes.shape[rank - 1];
    Shape shape = spikes.shape;
    shape[rank - 3] = H / size_, shape[rank - 2] = W / size_;
    const int64_t images = product(Shape(shape.begin(), shape.end() - 3));
    const int64_t from_size = H * W * words, to_size = (H / size_) * (W / size_) * words;
    const int32_t* from = spikes.ints();
    int32_t* to = call.ints(0, shape);
    parallel_for(images, [&](int64_t image) {
      pool(from + image * from_size, to + image * to_size, H / size_, W / size_, W, words);
    });
  }

 private:
  void pool(const int32_t* from, int32_t* to, int64_t rows, int64_t columns, int64_t W, int64_t words) const {
    for (int64_t y = 0; y < rows; y++) {
      for (int64_t x = 0; x < columns; x++, to += words) {
        const int32_t* corner = from + (y * size_ * W + x * size_) * words;
        for (int64_t word = 0; word < words; word++) {
          int32_t bits = 0;
          for (int64_t i = 0; i < size_; i++) {
            for (int64_t j = 0; j < size_; j++) bits |= corner[(i * W + j) * words + word];
          }
          to[word] = bits;
        }
      }
    }
  }

  int64_t size_;
};

}  // namespace

void register_spike_pool() { register_operation<SpikePool>(); }

}  // namespace weightshare
