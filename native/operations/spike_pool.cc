#include "kernels/table.h"
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

// Bits [..., H, W, words(C)] and the gradient dy [..., H / size, W / size, C] of their pooling -> their gradient [..., H, W, C].
class SpikePoolGradientOperation {
 public:
  explicit SpikePoolGradientOperation(const Attributes& attributes) : size_(attributes.integer("size")) {
    require(size_ > 0, "size is " + std::to_string(size_) + ", but must be at least 1");
  }

  static Signature signature() {
    return {"WeightshareSpikePoolGradient", {"size: int"}, {"spikes: int32", "dy: float"}, {"dx: float"}};
  }

  void compute(Call& call) const {
    const Input& spikes = call.input(0);
    const Input& dy = call.input(1);
    const size_t rank = spikes.shape.size();
    require(rank >= 3 && dy.shape.size() == rank, "spikes have shape " + to_text(spikes.shape) + " and dy " +
                                                      to_text(dy.shape) + ", but [..., H, W, words] and [..., C] are needed");
    SpikePoolGradient work = {};
    work.H = spikes.shape[rank - 3], work.W = spikes.shape[rank - 2], work.C = dy.shape.back(), work.size = size_;
    require(size_ <= work.H && size_ <= work.W && work.C > 0 && spikes.shape.back() == words_of(work.C),
            "spikes of shape " + to_text(spikes.shape) + " do not fit windows of " + std::to_string(size_) + " and dy " +
                to_text(dy.shape));
    Shape shape = spikes.shape, pooled = spikes.shape;
    shape.back() = pooled.back() = work.C;
    pooled[rank - 3] /= size_, pooled[rank - 2] /= size_;
    work.images = product(Shape(shape.begin(), shape.end() - 3));
    work.spikes = reinterpret_cast<const uint32_t*>(spikes.ints());
    work.dy = call.input(1, pooled, "dy").floats();
    work.dx = call.floats(0, shape);
    kernels().spike_pool_gradient(work);
  }

 private:
  int64_t size_;
};

}  // namespace

void register_spike_pool() {
  register_operation<SpikePool>();
  register_operation<SpikePoolGradientOperation>();
}

}  // namespace weightshare
