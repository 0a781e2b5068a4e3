// What tfjs-node loads as its binding: loads the real one beside it and hands the call on. While TensorFlow's libraries
// initialise, standard error is closed, because they print information lines that no log level silences; what goes wrong
// is told by dlerror all the same. TF_CPP_MIN_LOG_LEVEL=0 shows the lines.
#include <node_api.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <dlfcn.h>
#include <fcntl.h>
#include <string>
#include <unistd.h>

namespace {

using Register = napi_value (*)(napi_env, napi_value);

std::string real_binding() {
  Dl_info here;
  dladdr(reinterpret_cast<void*>(&real_binding), &here);
  const std::string path = here.dli_fname;
  return path.substr(0, path.rfind('/') + 1) + "tfjs_binding_real.node";
}

void* load(const std::string& path) {
  const char* level = std::getenv("TF_CPP_MIN_LOG_LEVEL");
  const bool loud = level != nullptr && std::strcmp(level, "0") == 0;
  const int silence = loud ? -1 : open("/dev/null", O_WRONLY | O_CLOEXEC);
  const int kept = silence < 0 ? -1 : dup(STDERR_FILENO);
  if (kept >= 0) dup2(silence, STDERR_FILENO);
  void* library = dlopen(path.c_str(), RTLD_LAZY | RTLD_LOCAL);
  if (kept >= 0) {
    dup2(kept, STDERR_FILENO);
    close(kept);
  }
  if (silence >= 0) close(silence);
  return library;
}

}  // namespace

extern "C" __attribute__((visibility("default"))) napi_value napi_register_module_v1(napi_env env, napi_value exports) {
  void* library = load(real_binding());
  const auto start = library == nullptr ? nullptr : reinterpret_cast<Register>(dlsym(library, "napi_register_module_v1"));
  if (start != nullptr) return start(env, exports);
  const std::string message = "Loading TensorFlow: " + std::string(dlerror()) + "; run \"deno task setup\".";
  std::fprintf(stderr, "error: %s\n", message.c_str());  // not every runtime passes the exception on
  napi_throw_error(env, nullptr, message.c_str());
  return exports;
}
