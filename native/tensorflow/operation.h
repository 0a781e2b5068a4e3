// A TensorFlow operation as a C++ class: a constructor that reads attributes and compute(), which throws Invalid for
// tensors that do not fit; both become a TensorFlow status, which JavaScript sees as an exception.
#pragma once
#include <initializer_list>
#include <stdexcept>
#include <string>
#include <vector>

#include "tensorflow/api.h"

namespace weightshare {

using Shape = std::vector<int64_t>;

struct Invalid : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Throws Invalid(message) unless the condition holds.
void require(bool condition, const std::string& message);
std::string to_text(const Shape& shape);
int64_t product(const Shape& shape);

// Reads the attributes of an operation.
class Attributes {
 public:
  explicit Attributes(TF_OpKernelConstruction* construction) : construction_(construction) {}
  int64_t integer(const char* name) const;
  float real(const char* name) const;
  bool flag(const char* name) const;

 private:
  TF_OpKernelConstruction* construction_;
};

// An input tensor, valid during compute().
struct Input {
  DataType type;
  Shape shape;
  const void* data;

  const float* floats() const { return static_cast<const float*>(data); }
  const int32_t* ints() const { return static_cast<const int32_t*>(data); }
  int64_t size() const { return product(shape); }
};

// Inputs and outputs of one call.
class Call {
 public:
  explicit Call(TF_OpKernelContext* context);
  ~Call();
  Call(const Call&) = delete;
  Call& operator=(const Call&) = delete;

  int inputs() const { return static_cast<int>(inputs_.size()); }
  const Input& input(int index) const { return inputs_.at(index); }
  // Input `index`, which must have `rank` dimensions; `name` is for the message.
  const Input& input(int index, int rank, const char* name) const;
  // Input `index`, which must have this shape.
  const Input& input(int index, const Shape& shape, const char* name) const;
  float* floats(int output, const Shape& shape);
  int32_t* ints(int output, const Shape& shape);

 private:
  void* allocate(int output, DataType type, const Shape& shape);

  TF_OpKernelContext* context_;
  TF_Status* status_;
  std::vector<TF_Tensor*> tensors_;
  std::vector<Input> inputs_;
};

struct Signature {
  const char* name;
  std::vector<const char*> attributes, inputs, outputs;
};

using Create = void* (*)(TF_OpKernelConstruction*);
using Compute = void (*)(void*, TF_OpKernelContext*);
using Destroy = void (*)(void*);

// Registers an operation with its CPU kernel; throws std::runtime_error where TensorFlow refuses.
void register_operation(const Signature& signature, Create create, Compute compute, Destroy destroy);

void fail(TF_OpKernelConstruction* construction, const char* operation, const std::exception& error);
void fail(TF_OpKernelContext* context, const char* operation, const std::exception& error);

// Registers the class `Operation`: constructor(const Attributes&), void compute(Call&) const, static signature().
template <typename Operation>
void register_operation() {
  register_operation(
      Operation::signature(),
      [](TF_OpKernelConstruction* construction) -> void* {
        try {
          return new Operation(Attributes(construction));
        } catch (const std::exception& error) {
          fail(construction, Operation::signature().name, error);
          return nullptr;
        }
      },
      [](void* operation, TF_OpKernelContext* context) {
        try {
          Call call(context);
          static_cast<const Operation*>(operation)->compute(call);
        } catch (const std::exception& error) {
          fail(context, Operation::signature().name, error);
        }
      },
      [](void* operation) { delete static_cast<Operation*>(operation); });
}

}  // namespace weightshare
