// Compiled with -fno-exceptions: see mixed.cpp.
#include <partnersign.hpp>

bool works_without_exceptions();

bool works_without_exceptions() {
    const auto key = partnersign::signing_key::from_pem("nonsense");
    const auto made = partnersign::compact_json("[ 1 ]");
    return !key && key.error().code() == "invalid_private_key" && made.value() == "[1]";
}
