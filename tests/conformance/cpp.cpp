// Conformance through partnersign.hpp: prints one JSON line for each case (README.md has the format).
// Usage: cpp VECTORS-FOLDER
#include <partnersign.hpp>

#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <openssl/sha.h>

namespace ps = partnersign;
using nlohmann::json;

namespace {

std::string folder;

std::string slurp(const std::string &path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) {
        std::cerr << "cannot read " << path << '\n';
        std::exit(1);
    }
    return std::string(std::istreambuf_iterator<char>(file), {});
}

std::string unhex(const std::string &text) {
    std::string contents;
    for (std::size_t at = 0; at + 1 < text.size(); at += 2)
        contents.push_back(static_cast<char>(std::stoi(text.substr(at, 2), nullptr, 16)));
    return contents;
}

template <typename Bytes> std::string hex(const Bytes &contents) {
    static const char digits[] = "0123456789abcdef";
    std::string text;
    for (const auto byte : contents) {
        text.push_back(digits[static_cast<unsigned char>(byte) >> 4]);
        text.push_back(digits[static_cast<unsigned char>(byte) & 15]);
    }
    return text;
}

// A bytes value of the vectors: a string, {"hex"}, {"repeat", "times"}, or a list of them.
std::string contents_of(const json &value) {
    std::string contents;
    if (value.is_string()) return value.get<std::string>();
    if (value.is_array()) {
        for (const auto &part : value) contents += contents_of(part);
        return contents;
    }
    if (value.contains("hex")) return unhex(value["hex"].get<std::string>());
    const std::string unit = value["repeat"].get<std::string>();
    for (std::size_t left = value["times"].get<std::size_t>(); left > 0; --left) contents += unit;
    return contents;
}

std::optional<std::string> optional_contents(const json &value) {
    if (value.is_null()) return std::nullopt;
    return contents_of(value);
}

json refusal(const ps::error &why) {
    const auto position = why.position();
    return {{"error",
             {{"code", std::string(why.code())},
              {"number", why.number()},
              {"message", why.message()},
              {"position", position ? json(*position) : json(nullptr)}}}};
}

std::string sha256(const std::string &text) {
    std::array<unsigned char, SHA256_DIGEST_LENGTH> hash{};
    SHA256(reinterpret_cast<const unsigned char *>(text.data()), text.size(), hash.data());
    return hex(hash);
}

std::map<std::string, json> keys;

// The contents of a key case: a file, or bytes.
std::string key_contents(const json &test) {
    return test.contains("file") ? slurp(folder + "/" + test["file"].get<std::string>()) : contents_of(test["bytes"]);
}

template <typename Key, typename... Passphrase>
ps::result<Key> load(const json &test, Passphrase &&...passphrase) {
    const std::string contents = key_contents(test);
    if (test["encoding"] == "pem") return Key::from_pem(contents, passphrase...);
    return Key::from_der(reinterpret_cast<const std::uint8_t *>(contents.data()), contents.size(), passphrase...);
}

ps::result<ps::signing_key> load_private(const json &test) {
    const auto passphrase = optional_contents(test.value("passphrase", json(nullptr)));
    std::optional<std::string_view> view;
    if (passphrase) view = *passphrase;
    return load<ps::signing_key>(test, view);
}

ps::verifying_key public_key(const std::string &name) { return load<ps::verifying_key>(keys.at(name)).value(); }

const ps::signing_key &usual_key() {
    static const ps::signing_key key = load_private(keys.at("rsa2048.pkcs8.pem")).value();
    return key;
}

const ps::signer &usual_signer() {
    static const ps::signer signer = ps::signer::make(usual_key()).value();
    return signer;
}

// The freshness of a case, or none where the type of this language makes it impossible.
std::optional<ps::freshness> freshness_of(const json &value) {
    if (value.contains("nonce")) return ps::nonce(value["nonce"].get<std::string>());
    const std::string text = value["timestamp"].get<std::string>();
    const bool digits = text.find_first_not_of("0123456789") == std::string::npos;
    if (text.empty() || !digits || text.size() > 19 || (text.size() > 1 && text[0] == '0')) return std::nullopt;
    return ps::timestamp(std::stoull(text));
}

const json left_out = {{"left_out", "a timestamp is a uint64_t"}};
constexpr const char *search_url = "https://api.qredo.network/api/v1/p/company/search";

template <typename Value> json told(const std::optional<Value> &value) { return value ? json(hex(*value)) : json(nullptr); }

json run_keys(const json &test) {
    std::optional<ps::verifying_key> key;
    if (test["kind"] == "private") {
        auto loaded = load_private(test);
        if (!loaded) return refusal(loaded.error());
        key = loaded->public_key().value();
    } else {
        auto loaded = load<ps::verifying_key>(test);
        if (!loaded) return refusal(loaded.error());
        key = std::move(*loaded);
    }
    return {{"bits", key->bits().value()}, {"fingerprint", key->fingerprint().value()}, {"public_pem", key->to_pem().value()}};
}

// Calls `work` with the request of a case.
template <typename Work> json with_request(const json &test, Work work) {
    const std::string method = test["method"], url = contents_of(test["url"]);
    const auto body = optional_contents(test["body_in"]);
    ps::request request(method, url);
    if (body) request.body = *body;
    request.exact = test["form"] == "exact";
    const auto freshness =
        test.contains("freshness") && !test["freshness"].is_null() ? freshness_of(test["freshness"]) : ps::timestamp(1);
    if (!freshness) return left_out;
    return work(request, *freshness);
}

json run_signing(const json &test) {
    return with_request(test, [&](const ps::request &request, const ps::freshness &freshness) -> json {
        const ps::signing_key key = load_private(keys.at(test["key"])).value();
        const bool alone = test["api_key"].is_null();
        const auto api_key = [&] { return ps::api_key::parse(test["api_key"].get<std::string>()).value(); };
        const ps::signer signer = (alone ? ps::signer::make(key) : ps::signer::make(key, api_key())).value();
        auto made = signer.sign(request, freshness);
        if (!made) return refusal(made.error());
        json headers = json::array();
        for (const auto &[name, value] : made->headers()) headers.push_back({name, value});
        return {{"method", made->method()},         {"url", made->url()},
                {"headers", headers},               {"body", told(made->body())},
                {"payload", hex(made->payload())},  {"digest", hex(made->digest())},
                {"signature", made->signature()}};
    });
}

json run_compaction(const json &test) {
    auto compact = ps::compact_json(contents_of(test["input"]));
    if (!compact) return refusal(compact.error());
    return {{"output_sha256", sha256(*compact)}, {"length", compact->size()}};
}

json run_urls(const json &test) {
    const std::string url = contents_of(test["url"]);
    auto made = usual_signer().sign(ps::request("GET", url), ps::timestamp(1));
    if (!made) return refusal(made.error());
    return {{"url", made->url()}, {"digest", hex(made->digest())}};
}

json run_freshness(const json &test) {
    const auto freshness = freshness_of(test["freshness"]);
    if (!freshness) return left_out;
    auto made = usual_signer().sign(ps::request("GET", search_url), *freshness);
    if (!made) return refusal(made.error());
    for (const auto &[name, value] : made->headers())
        if (name == "x-timestamp" || name == "x-nonce") return {{"header", name}, {"value", value}};
    return nullptr;
}

json run_api_keys(const json &test) {
    auto api_key = ps::api_key::parse(test["api_key"].get<std::string>());
    if (!api_key) return refusal(api_key.error());
    const auto signer = ps::signer::make(usual_key(), *api_key).value();
    const auto made = signer.sign(ps::request("GET", search_url), ps::timestamp(1)).value();
    return {{"key_id", api_key->key_id().value()}, {"sent", made.headers().at(0).value}};
}

json run_requests(const json &test) {
    return with_request(test, [](const ps::request &request, const ps::freshness &freshness) -> json {
        auto made = usual_signer().sign(request, freshness);
        if (!made) return refusal(made.error());
        const auto body = made->body();
        return {{"method", made->method()},
                {"body_sha256", body ? json(sha256(*body)) : json(nullptr)},
                {"digest", hex(made->digest())}};
    });
}

ps::nonce_policy policy_of(const std::string &name) {
    if (name == "sequential") return ps::nonce_policy::sequential;
    return name == "increasing" ? ps::nonce_policy::increasing : ps::nonce_policy::unique;
}

// The verifier of a case, with a fresh replay memory.
ps::verifier verifier_of(const json &test, const json &policy) {
    ps::verifier_options options;
    options.window_seconds = test["window_seconds"].get<std::uint64_t>();
    ps::replay_memory memory;
    if (!policy.is_null()) {
        memory = ps::replay_memory::make(policy_of(policy)).value();
        options.replay = &memory;
    }
    if (test.contains("public_key") && !test["public_key"].is_null())
        return ps::verifier::with_key(public_key(test["public_key"]), options).value();
    const auto api_keys = ps::api_keys::make().value();
    for (const auto &entry : test["api_keys"]) {
        const auto api_key = ps::api_key::parse(entry["api_key"].get<std::string>()).value();
        api_keys.insert(api_key, public_key(entry["public_key"])).value();
    }
    return ps::verifier::with_api_keys(api_keys, options).value();
}

// The texts of a received request, which its views point into.
struct received {
    explicit received(const json &test)
        : method(test["method"].get<std::string>()), url(contents_of(test["url"])),
          body(optional_contents(test["body"]).value_or("")) {
        for (const auto &pair : test["headers"])
            headers.emplace_back(contents_of(pair[0]), contents_of(pair[1]));
    }
    ps::received_request request() const {
        ps::received_request request;
        request.method = method;
        request.url = url;
        request.body = body;
        for (const auto &[name, value] : headers) request.headers.emplace_back(name, value);
        return request;
    }
    std::string method, url, body;
    std::vector<std::pair<std::string, std::string>> headers;
};

json run_verifying(const json &test) {
    const auto verifier = verifier_of(test, test["replay"]);
    auto verified = verifier.verify(received(test).request(), test["now"].get<std::uint64_t>());
    if (!verified) return refusal(verified.error());
    const std::string key_id = verified->key_id().value();
    const char *kind = verified->freshness_kind().value() == PARTNERSIGN_TIMESTAMP ? "timestamp" : "nonce";
    return {{"key_id", key_id.empty() ? json(nullptr) : json(key_id)},
            {"freshness", {kind, verified->freshness().value()}},
            {"digest", hex(verified->digest().value())}};
}

json run_replay(const json &test) {
    const auto verifier = verifier_of(test, test["policy"]);
    json steps = json::array();
    for (const auto &step : test["steps"]) {
        auto verified = verifier.verify(received(step).request(), step["now"].get<std::uint64_t>());
        steps.push_back(verified ? json{{"ok", true}} : refusal(verified.error()));
    }
    return steps;
}

json run_diagnosis(const json &test) {
    std::vector<ps::verifying_key> known;
    for (const auto &name : test["public_keys"]) known.push_back(public_key(name));
    std::vector<const ps::verifying_key *> pointers;
    for (const auto &key : known) pointers.push_back(&key);
    auto found = ps::diagnose(pointers, received(test).request());
    if (!found) return refusal(found.error());
    const auto hash = found->signed_digest().value();
    const auto payload = found->signed_payload().value();
    return {{"found", found->found().value()},
            {"message", found->message().value()},
            {"causes", found->causes().value()},
            {"signed_digest", hash.empty() ? json(nullptr) : json(hex(hash))},
            {"signed_payload", payload.empty() ? json(nullptr) : json(hex(payload))}};
}

json run_outcome_of_http(const json &test) {
    std::optional<std::uint16_t> status;
    if (!test["status"].is_null()) status = test["status"].get<std::uint16_t>();
    std::optional<std::string> reason;
    if (!test["reason"].is_null()) reason = test["reason"].get<std::string>();
    std::optional<std::string_view> view;
    if (reason) view = *reason;
    static const char *const names[] = {"", "consumed", "not_consumed", "unknown", "refused"};
    return {{"outcome", names[static_cast<int>(ps::outcome_of_http(status, view).value())]}};
}

} // namespace

int main(int argc, char **argv) {
    if (argc != 2) return 2;
    folder = argv[1];
    const std::pair<const char *, json (*)(const json &)> files[] = {
        {"keys", run_keys},           {"signing", run_signing},   {"compaction", run_compaction},
        {"urls", run_urls},           {"freshness", run_freshness}, {"api_keys", run_api_keys},
        {"requests", run_requests},   {"verifying", run_verifying}, {"replay", run_replay},
        {"diagnosis", run_diagnosis}, {"outcome_of_http", run_outcome_of_http}};
    const json key_file = json::parse(slurp(folder + "/keys.json"));
    for (const auto &test : key_file["cases"]) keys[test["name"]] = test;
    for (const auto &[name, run] : files) {
        const json file = json::parse(slurp(folder + "/" + name + ".json"));
        for (const auto &test : file["cases"]) {
            json result = run(test), line = {{"file", name}, {"name", test["name"]}};
            if (result.is_object() && result.contains("left_out")) line["left_out"] = result["left_out"];
            else line["result"] = result;
            std::cout << line.dump(-1, ' ', false, json::error_handler_t::replace) << '\n';
        }
    }
}
