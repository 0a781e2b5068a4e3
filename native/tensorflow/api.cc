#include "tensorflow/api.h"

#include <dlfcn.h>

namespace weightshare {

#define WEIGHTSHARE_DEFINE(name, result, parameters) result(*name) parameters = nullptr;
WEIGHTSHARE_TENSORFLOW_API(WEIGHTSHARE_DEFINE)
#undef WEIGHTSHARE_DEFINE

namespace {

void* find(const char* name) {
  static const char* const kLibraries[] = {"libtensorflow_framework.so.2", "libtensorflow_cc.so.2",
                                           "libtensorflow.so.2"};
  for (const char* library : kLibraries) {
    void* handle = dlopen(library, RTLD_LAZY | RTLD_NOLOAD);
    if (handle == nullptr) continue;
    void* address = dlsym(handle, name);
    dlclose(handle);
    if (address != nullptr) return address;
  }
  return nullptr;
}

}  // namespace

std::string find_tensorflow() {
#define WEIGHTSHARE_FIND(name, result, parameters)             \
  name = reinterpret_cast<result(*) parameters>(find(#name)); \
  if (name == nullptr) return "the loaded TensorFlow has no function " #name;
  WEIGHTSHARE_TENSORFLOW_API(WEIGHTSHARE_FIND)
#undef WEIGHTSHARE_FIND
  const std::string version = TF_Version();
  if (version != WEIGHTSHARE_TENSORFLOW_VERSION) {
    return "they are built for TensorFlow " WEIGHTSHARE_TENSORFLOW_VERSION ", but " + version + " is loaded";
  }
  return "";
}

}  // namespace weightshare
