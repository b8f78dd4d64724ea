// Two translation units of one program, this with exceptions and mixed_without.cpp without: each keeps its own.
#include <partnersign.hpp>

bool works_without_exceptions();

int main() {
    const bool works = works_without_exceptions();
    try {
        (void)partnersign::signing_key::from_pem("nonsense").value();
    } catch (const partnersign::exception &why) {
        return works && why.why().number() == PARTNERSIGN_INVALID_PRIVATE_KEY ? 0 : 1;
    }
    return 1;
}
