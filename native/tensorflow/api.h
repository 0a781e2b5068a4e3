// The part of TensorFlow's C API that the kernels use (tensorflow/c/ops.h, kernels.h, tf_tensor.h), as pointers into
// the library that is already loaded: no headers to match, nothing to link, one library for Deno and Node.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>

struct TF_Status;
struct TF_Tensor;
struct TF_OpDefinitionBuilder;
struct TF_KernelBuilder;
struct TF_OpKernelConstruction;
struct TF_OpKernelContext;

namespace weightshare {

enum DataType : int { kFloat = 1, kInt32 = 3, kBool = 10 };
enum StatusCode : int { kOk = 0, kInvalidArgument = 3, kResourceExhausted = 8, kInternal = 13 };

#define WEIGHTSHARE_TENSORFLOW_API(FUNCTION)                                                                     \
  FUNCTION(TF_Version, const char*, ())                                                                          \
  FUNCTION(TF_NewStatus, TF_Status*, ())                                                                         \
  FUNCTION(TF_DeleteStatus, void, (TF_Status*))                                                                  \
  FUNCTION(TF_SetStatus, void, (TF_Status*, int, const char*))                                                   \
  FUNCTION(TF_GetCode, int, (const TF_Status*))                                                                  \
  FUNCTION(TF_Message, const char*, (const TF_Status*))                                                          \
  FUNCTION(TF_NewOpDefinitionBuilder, TF_OpDefinitionBuilder*, (const char*))                                    \
  FUNCTION(TF_OpDefinitionBuilderAddAttr, void, (TF_OpDefinitionBuilder*, const char*))                          \
  FUNCTION(TF_OpDefinitionBuilderAddInput, void, (TF_OpDefinitionBuilder*, const char*))                         \
  FUNCTION(TF_OpDefinitionBuilderAddOutput, void, (TF_OpDefinitionBuilder*, const char*))                        \
  FUNCTION(TF_RegisterOpDefinition, void, (TF_OpDefinitionBuilder*, TF_Status*))                                 \
  FUNCTION(TF_NewKernelBuilder, TF_KernelBuilder*,                                                               \
           (const char*, const char*, void* (*)(TF_OpKernelConstruction*), void (*)(void*, TF_OpKernelContext*), \
            void (*)(void*)))                                                                                    \
  FUNCTION(TF_RegisterKernelBuilder, void, (const char*, TF_KernelBuilder*, TF_Status*))                         \
  FUNCTION(TF_OpKernelConstruction_GetAttrInt64, void,                                                           \
           (TF_OpKernelConstruction*, const char*, int64_t*, TF_Status*))                                        \
  FUNCTION(TF_OpKernelConstruction_GetAttrFloat, void,                                                           \
           (TF_OpKernelConstruction*, const char*, float*, TF_Status*))                                          \
  FUNCTION(TF_OpKernelConstruction_GetAttrBool, void,                                                            \
           (TF_OpKernelConstruction*, const char*, unsigned char*, TF_Status*))                                  \
  FUNCTION(TF_OpKernelConstruction_Failure, void, (TF_OpKernelConstruction*, TF_Status*))                        \
  FUNCTION(TF_OpKernelContext_Failure, void, (TF_OpKernelContext*, TF_Status*))                                  \
  FUNCTION(TF_NumInputs, int, (TF_OpKernelContext*))                                                             \
  FUNCTION(TF_GetInput, void, (TF_OpKernelContext*, int, TF_Tensor**, TF_Status*))                               \
  FUNCTION(TF_AllocateOutput, TF_Tensor*,                                                                        \
           (TF_OpKernelContext*, int, int, const int64_t*, int, size_t, TF_Status*))                             \
  FUNCTION(TF_DeleteTensor, void, (TF_Tensor*))                                                                  \
  FUNCTION(TF_TensorType, int, (const TF_Tensor*))                                                               \
  FUNCTION(TF_NumDims, int, (const TF_Tensor*))                                                                  \
  FUNCTION(TF_Dim, int64_t, (const TF_Tensor*, int))                                                             \
  FUNCTION(TF_TensorData, void*, (const TF_Tensor*))

#define WEIGHTSHARE_DECLARE(name, result, parameters) extern result(*name) parameters;
WEIGHTSHARE_TENSORFLOW_API(WEIGHTSHARE_DECLARE)
#undef WEIGHTSHARE_DECLARE

// Finds every function in the loaded TensorFlow. Returns what is wrong in words, or nothing.
std::string find_tensorflow();

}  // namespace weightshare
