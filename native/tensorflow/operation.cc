#include "tensorflow/operation.h"

#include <memory>
#include <new>

namespace weightshare {
namespace {

class Status {
 public:
  Status() : status_(TF_NewStatus()) {}
  ~Status() { TF_DeleteStatus(status_); }
  TF_Status* get() const { return status_; }
  void check(const std::string& what) const {
    if (TF_GetCode(status_) != kOk) throw std::runtime_error(what + ": " + TF_Message(status_));
  }

 private:
  TF_Status* status_;
};

void set(const Status& status, const char* operation, const std::exception& error) {
  int code = kInternal;
  if (dynamic_cast<const Invalid*>(&error) != nullptr) code = kInvalidArgument;
  if (dynamic_cast<const std::bad_alloc*>(&error) != nullptr) code = kResourceExhausted;
  TF_SetStatus(status.get(), code, (std::string(operation) + ": " + error.what()).c_str());
}

}  // namespace

void require(bool condition, const std::string& message) {
  if (!condition) throw Invalid(message);
}

std::string to_text(const Shape& shape) {
  std::string text = "[";
  for (size_t axis = 0; axis < shape.size(); axis++) {
    text += (axis == 0 ? "" : ", ") + std::to_string(shape[axis]);
  }
  return text + "]";
}

int64_t product(const Shape& shape) {
  int64_t result = 1;
  for (const int64_t size : shape) result *= size;
  return result;
}

int64_t Attributes::integer(const char* name) const {
  Status status;
  int64_t value = 0;
  TF_OpKernelConstruction_GetAttrInt64(construction_, name, &value, status.get());
  status.check(name);
  return value;
}

float Attributes::real(const char* name) const {
  Status status;
  float value = 0;
  TF_OpKernelConstruction_GetAttrFloat(construction_, name, &value, status.get());
  status.check(name);
  return value;
}

bool Attributes::flag(const char* name) const {
  Status status;
  unsigned char value = 0;
  TF_OpKernelConstruction_GetAttrBool(construction_, name, &value, status.get());
  status.check(name);
  return value != 0;
}

Call::Call(TF_OpKernelContext* context) : context_(context), status_(TF_NewStatus()) {
  const int count = TF_NumInputs(context);
  for (int index = 0; index < count; index++) {
    TF_Tensor* tensor = nullptr;
    TF_GetInput(context, index, &tensor, status_);
    if (TF_GetCode(status_) != kOk) break;
    tensors_.push_back(tensor);
    Shape shape;
    for (int axis = 0; axis < TF_NumDims(tensor); axis++) shape.push_back(TF_Dim(tensor, axis));
    inputs_.push_back({static_cast<DataType>(TF_TensorType(tensor)), shape, TF_TensorData(tensor)});
  }
}

Call::~Call() {
  for (TF_Tensor* tensor : tensors_) TF_DeleteTensor(tensor);
  TF_DeleteStatus(status_);
}

const Input& Call::input(int index, int rank, const char* name) const {
  const Input& input = inputs_.at(index);
  require(static_cast<int>(input.shape.size()) == rank,
          std::string(name) + " has shape " + to_text(input.shape) + ", but " + std::to_string(rank) +
              " dimensions are needed");
  return input;
}

const Input& Call::input(int index, const Shape& shape, const char* name) const {
  const Input& input = inputs_.at(index);
  require(input.shape == shape, std::string(name) + " has shape " + to_text(input.shape) + ", but " +
                                    to_text(shape) + " is needed");
  return input;
}

float* Call::floats(int output, const Shape& shape) {
  return static_cast<float*>(allocate(output, kFloat, shape));
}

int32_t* Call::ints(int output, const Shape& shape) {
  return static_cast<int32_t*>(allocate(output, kInt32, shape));
}

void* Call::allocate(int output, DataType type, const Shape& shape) {
  TF_Tensor* tensor = TF_AllocateOutput(context_, output, type, shape.data(), static_cast<int>(shape.size()),
                                        product(shape) * 4, status_);
  if (TF_GetCode(status_) != kOk) throw std::runtime_error(TF_Message(status_));
  tensors_.push_back(tensor);
  return TF_TensorData(tensor);
}

void register_operation(const Signature& signature, Create create, Compute compute, Destroy destroy) {
  Status status;
  TF_OpDefinitionBuilder* builder = TF_NewOpDefinitionBuilder(signature.name);
  for (const char* attribute : signature.attributes) TF_OpDefinitionBuilderAddAttr(builder, attribute);
  for (const char* input : signature.inputs) TF_OpDefinitionBuilderAddInput(builder, input);
  for (const char* output : signature.outputs) TF_OpDefinitionBuilderAddOutput(builder, output);
  TF_RegisterOpDefinition(builder, status.get());
  status.check(std::string("registering ") + signature.name);
  TF_RegisterKernelBuilder(signature.name, TF_NewKernelBuilder(signature.name, "CPU", create, compute, destroy),
                           status.get());
  status.check(std::string("registering the kernel of ") + signature.name);
}

void fail(TF_OpKernelConstruction* construction, const char* operation, const std::exception& error) {
  Status status;
  set(status, operation, error);
  TF_OpKernelConstruction_Failure(construction, status.get());
}

void fail(TF_OpKernelContext* context, const char* operation, const std::exception& error) {
  Status status;
  set(status, operation, error);
  TF_OpKernelContext_Failure(context, status.get());
}

}  // namespace weightshare
