// Signs a company search and sends it with libcurl; succeeds if the server answers 200.
// Usage: send_libcurl PRIVATE.pem API-KEY ORIGIN      (such as https://api.qredo.network)
#include <partnersign.hpp>

#include <curl/curl.h>

#include <ctime>
#include <iostream>
#include <memory>

namespace {

// Sends exactly what was signed: method, URL, headers and body bytes. Redirects stay off: another URL would
// need another signature.
long send(const partnersign::signed_request &signed_request) {
    const std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> curl(curl_easy_init(), curl_easy_cleanup);
    std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)> headers(nullptr, curl_slist_free_all);
    for (const auto &[name, value] : signed_request.headers()) {
        curl_slist *longer = curl_slist_append(headers.get(), (name + ": " + value).c_str());
        (void)headers.release();
        headers.reset(longer);
    }
    const std::string url = signed_request.url(), method = signed_request.method();
    const auto body = signed_request.body();
    curl_easy_setopt(curl.get(), CURLOPT_URL, url.c_str());
    curl_easy_setopt(curl.get(), CURLOPT_PATH_AS_IS, 1L);
    curl_easy_setopt(curl.get(), CURLOPT_CUSTOMREQUEST, method.c_str());
    curl_easy_setopt(curl.get(), CURLOPT_HTTPHEADER, headers.get());
    curl_easy_setopt(curl.get(), CURLOPT_TIMEOUT, 30L);
    curl_easy_setopt(curl.get(), CURLOPT_PROXY, "");
    if (body) {
        curl_easy_setopt(curl.get(), CURLOPT_POSTFIELDS, body->data());
        curl_easy_setopt(curl.get(), CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body->size()));
    }
    if (const CURLcode code = curl_easy_perform(curl.get()); code != CURLE_OK) {
        std::cerr << curl_easy_strerror(code) << '\n';
        return 0;
    }
    long status = 0;
    curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &status);
    return status;
}

} // namespace

int main(int argc, char **argv) {
    if (argc != 4) {
        std::cerr << "usage: send_libcurl PRIVATE.pem API-KEY ORIGIN\n";
        return 2;
    }
    curl_global_init(CURL_GLOBAL_DEFAULT);
    long status = 0;
    try {
        const auto signer = partnersign::signer::make(partnersign::signing_key::from_file(argv[1]).value(),
                                                      partnersign::api_key::parse(argv[2]).value())
                                .value();
        const std::string url = std::string(argv[3]) + "/api/v1/p/company/search";
        const auto now = partnersign::timestamp(static_cast<std::uint64_t>(std::time(nullptr)));
        status = send(signer.sign(partnersign::request("GET", url), now).value());
    } catch (const partnersign::exception &why) {
        std::cerr << why.what() << '\n';
    }
    curl_global_cleanup();
    std::cout << "\nstatus " << status << '\n';
    return status == 200 ? 0 : 1;
}
