// Signs one request and prints what must be sent.
// Usage: sign PRIVATE.pem URL [BODY.json]
#include <partnersign.hpp>

#include <ctime>
#include <fstream>
#include <iostream>
#include <iterator>

int main(int argc, char **argv) {
    if (argc < 3) {
        std::cerr << "usage: sign PRIVATE.pem URL [BODY.json]\n";
        return 2;
    }
    try {
        const auto key = partnersign::signing_key::from_file(argv[1]).value();
        const auto signer = partnersign::signer::make(key).value();

        std::string body;
        partnersign::request request("GET", argv[2]);
        if (argc > 3) {
            std::ifstream file(argv[3], std::ios::binary);
            body.assign(std::istreambuf_iterator<char>(file), {});
            request.method = "POST";
            request.body = body;
        }

        const auto now = partnersign::timestamp(static_cast<std::uint64_t>(std::time(nullptr)));
        const auto signed_request = signer.sign(request, now).value();
        for (const auto &[name, value] : signed_request.headers()) std::cout << name << ": " << value << '\n';
        if (const auto contents = signed_request.body()) std::cout << '\n' << *contents << '\n';
    } catch (const partnersign::exception &why) {
        std::cerr << why.what() << '\n';
        return 1;
    }
}
