// The library as a Node-API addon, for Node and Deno: start(threads, instructionSet) registers every operation with the
// TensorFlow that tfjs-node has loaded and returns the instruction set in use.
#include <node_api.h>

#include <exception>
#include <string>

#include "kernels/table.h"
#include "operations/operations.h"
#include "runtime/parallel.h"
#include "tensorflow/api.h"

namespace {

std::string start(int threads, const std::string& instruction_set) {
  const std::string missing = weightshare::find_tensorflow();
  if (!missing.empty()) return missing;
  const std::string unknown = weightshare::choose_kernels(instruction_set);
  if (!unknown.empty()) return unknown;
  weightshare::set_thread_count(threads);
  static bool registered = false;
  try {
    if (!registered) weightshare::register_all();
    registered = true;
  } catch (const std::exception& error) {
    return error.what();
  }
  return "";
}

napi_value start_from_javascript(napi_env environment, napi_callback_info info) {
  size_t count = 2;
  napi_value arguments[2];
  int32_t threads = 0;
  char name[32] = "";
  size_t length = 0;
  if (napi_get_cb_info(environment, info, &count, arguments, nullptr, nullptr) != napi_ok || count != 2 ||
      napi_get_value_int32(environment, arguments[0], &threads) != napi_ok ||
      napi_get_value_string_utf8(environment, arguments[1], name, sizeof name, &length) != napi_ok) {
    napi_throw_type_error(environment, nullptr, "start needs a number of threads and the name of an instruction set");
    return nullptr;
  }
  const std::string problem = start(threads, name);
  if (!problem.empty()) {
    napi_throw_error(environment, nullptr, problem.c_str());
    return nullptr;
  }
  napi_value result = nullptr;
  napi_create_string_utf8(environment, weightshare::kernels().instruction_set, NAPI_AUTO_LENGTH, &result);
  return result;
}

}  // namespace

NAPI_MODULE_INIT(/* napi_env env, napi_value exports */) {
  napi_value function = nullptr;
  if (napi_create_function(env, "start", NAPI_AUTO_LENGTH, start_from_javascript, nullptr, &function) == napi_ok) {
    napi_set_named_property(env, exports, "start", function);
  }
  return exports;
}
