// The C++ wrapper: ownership, moves, results, callbacks that throw. Also compiled without exceptions.
// Usage: wrapper KEYS-FOLDER [abort]
#include <partnersign.hpp>

#include <cstring>
#include <thread>

namespace ps = partnersign;

namespace {

unsigned checks, failures;

void check_that(bool holds, const char *what, int line) {
    ++checks;
    if (!holds) {
        ++failures;
        std::printf("wrapper.cpp:%d: %s\n", line, what);
    }
}
#define CHECK(holds) check_that((holds), #holds, __LINE__)

constexpr const char *url = "https://api.qredo.network/api/v1/p/company";

static_assert(!std::is_copy_constructible_v<ps::signer> && !std::is_copy_assignable_v<ps::signer>);
static_assert(std::is_nothrow_move_constructible_v<ps::signer> && std::is_nothrow_move_assignable_v<ps::signer>);

void ownership(const ps::signing_key &key) {
    ps::signer first = ps::signer::make(key).value();
    const partnersign_signer raw = first.get();
    ps::signer second = std::move(first);
    CHECK(second.get().id == raw.id);
    const auto moved_from = first.sign(ps::request("GET", url), ps::timestamp(1)); // NOLINT: on purpose
    CHECK(!moved_from && moved_from.error().number() == PARTNERSIGN_INVALID_HANDLE);
    second = ps::signer::make(key).value();
    CHECK(partnersign_signer_free(raw) == PARTNERSIGN_INVALID_HANDLE); // the assignment has freed it
    ps::signer &same = second;
    second = std::move(same);
    CHECK(static_cast<bool>(second));
    const partnersign_signer released = second.release();
    CHECK(!second && partnersign_signer_free(released) == PARTNERSIGN_OK);
}

void requests(const ps::signing_key &key) {
    const ps::signer signer = ps::signer::make(key).value();
    ps::request request("post", url);
    request.body = "{ \"a\": 1 }";
    const ps::signed_request made = signer.sign(request, ps::timestamp(1639490495)).value();
    CHECK(made.method() == "POST" && made.url() == url && made.body() == "{\"a\":1}");
    CHECK(made.payload() == std::string("1639490495") + url + "{\"a\":1}");
    CHECK(made.headers().size() == 4 && made.headers().at(0).name == "x-sign");
    request.exact = true;
    CHECK(signer.sign(request, ps::nonce("n-1")).value().body() == "{ \"a\": 1 }");
    request.body = {};
    CHECK(!signer.sign(request, ps::timestamp(1)).value().body());
    request.body = "";
    CHECK(signer.sign(request, ps::timestamp(1)).error().code() == "invalid_json");
    request.body = "{\"a\":}";
    const ps::error why = signer.sign(request, ps::timestamp(1)).error();
    CHECK(why.position() == std::size_t{5} && why.number() == PARTNERSIGN_INVALID_JSON);
    CHECK(signer.sign(ps::request("GET", url), ps::timestamp(1)).error().number() == PARTNERSIGN_OK);

    const ps::prepared prepared = ps::prepared::make(ps::request("GET", url), ps::timestamp(7)).value();
    const ps::verifying_key public_key = key.public_key().value();
    const ps::bytes signature = key.sign_digest(prepared.digest().value()).value();
    CHECK(public_key.verify_digest(prepared.digest().value(), signature).has_value());
    CHECK(prepared.finish(signature, public_key).value().payload() == std::string("7") + url);
    CHECK(prepared.finish({}, public_key).error().code() == "signature_rejected");

    std::vector<std::pair<ps::request, ps::freshness>> many;
    for (unsigned index = 0; index < 20; ++index) many.emplace_back(ps::request(index % 5 ? "GET" : "BREW", url), ps::timestamp(index));
    const ps::batch batch = signer.sign_batch(many, 2).value();
    CHECK(batch.count().value() == 20);
    for (unsigned index = 0; index < 20; ++index) {
        auto item = batch.item(index);
        CHECK(index % 5 ? item && item->payload() == std::to_string(index) + url : item.error().code() == "invalid_method");
    }
    CHECK(ps::compact_json("[ 1 ]").value() == "[1]" && ps::compact_json("").error().code() == "invalid_json");
}

// Counts what is alive of it.
struct counted {
    explicit counted(int *live_) : live(live_) { ++*live; }
    counted(const counted &other) : live(other.live) { ++*live; }
    counted &operator=(const counted &) = delete;
    ~counted() { --*live; }
    int *live;
};

void callbacks(const ps::signing_key &key) {
    const ps::verifying_key public_key = key.public_key().value();
    const ps::api_key api_key = ps::api_key::parse("eyJrZXlfaWQiOiJBek13cFhDNFVoQWhwUSIsImtleSI6InNlY3JldCJ9").value();
    int live = 0, mode = 0;
    {
        const counted token(&live);
        const ps::signer external = ps::signer::external(public_key, [token, &key, &mode](const ps::digest &hash) -> std::optional<ps::bytes> {
            if (mode == 1) return std::nullopt;
            if (mode == 2) return ps::bytes(3);
            if (mode == 3) return ps::bytes(100000);
#if PARTNERSIGN_EXCEPTIONS
            if (mode == 4) throw std::runtime_error("no connection to the HSM");
            if (mode == 5) throw 7;
#else
            if (mode >= 4) return std::nullopt;
#endif
            return key.sign_digest(hash).value();
        }, api_key).value();
        for (mode = 0; mode <= 5; ++mode) {
            const auto made = external.sign(ps::request("GET", url), ps::timestamp(1000));
            CHECK(mode == 0 ? made.has_value() : made.error().number() == PARTNERSIGN_SIGNATURE_REJECTED);
        }
        mode = 0;
        CHECK(!ps::signer::external(ps::verifying_key(), [token](const ps::digest &) { return std::optional<ps::bytes>(); }));
        CHECK(live > 1);
        // A function that is not there is refused at once.
        CHECK(ps::signer::external(public_key, nullptr).error().number() == PARTNERSIGN_INVALID_ARGUMENT);
        CHECK(ps::verifier::with_lookup(nullptr).error().number() == PARTNERSIGN_INVALID_ARGUMENT);

        const ps::signed_request made = external.sign(ps::request("GET", url), ps::timestamp(1000)).value();
        const auto headers = made.headers();
        ps::received_request received;
        received.method = "GET";
        received.url = url;
        for (const auto &[name, value] : headers) received.headers.emplace_back(name, value);
        const ps::verifier verifier = ps::verifier::with_lookup([&, token](const ps::looked_up &which) -> const ps::verifying_key * {
#if PARTNERSIGN_EXCEPTIONS
            if (mode == 1) throw std::runtime_error("no connection to the database");
#endif
            return mode == 0 && which.key_id().value() == "AzMwpXC4UhAhpQ" ? &public_key : nullptr;
        }).value();
        const ps::verified verified = verifier.verify(received, 1000).value();
        CHECK(verified.key_id().value() == "AzMwpXC4UhAhpQ" && verified.freshness().value() == "1000");
        CHECK(verified.digest().value() == made.digest());
        mode = 1;
        CHECK(verifier.verify(received, 1000).error().number() == (PARTNERSIGN_EXCEPTIONS ? PARTNERSIGN_INTERNAL : PARTNERSIGN_UNKNOWN_API_KEY));
        mode = 2;
        CHECK(verifier.verify(received, 1000).error().number() == PARTNERSIGN_UNKNOWN_API_KEY);

        ps::verifier_options options;
        const ps::replay_memory memory = ps::replay_memory::make().value();
        options.replay = &memory;
        options.window_seconds = 10;
        const ps::verifier strict = ps::verifier::with_key(public_key, options).value();
        CHECK(strict.verify(received, 1010).has_value() && strict.verify(received, 1011).error().code() == "timestamp_out_of_window");
        received.url = "https://api.qredo.network/api/v1/p/company?a=b";
        const ps::diagnosis found = ps::diagnose({&public_key}, received).value();
        CHECK(found.found().value() && found.causes().value() == std::vector<std::string>{"url_without_query"});
        CHECK(!found.is_valid().value() && found.first_difference().value() > 0);
    }
    CHECK(live == 0); // every function was destroyed
}

// What was moved from is not the same as none: that would drop the API key, or the memory.
void moved_from(const ps::signing_key &key) {
    const ps::verifying_key public_key = key.public_key().value();
    ps::api_key api_key = ps::api_key::parse("eyJrZXlfaWQiOiJBek13cFhDNFVoQWhwUSIsImtleSI6InNlY3JldCJ9").value();
    const ps::api_key kept = std::move(api_key);
    const auto refused = [](const auto &made) { return made.error().number() == PARTNERSIGN_INVALID_HANDLE; };
    const auto function = [&](const ps::digest &hash) -> std::optional<ps::bytes> { return key.sign_digest(hash).value(); };
    const ps::prepared prepared = ps::prepared::make(ps::request("GET", url), ps::timestamp(7)).value();
    const ps::bytes signature = key.sign_digest(prepared.digest().value()).value();
    CHECK(refused(ps::signer::make(key, api_key)) && ps::signer::make(key, kept).has_value()); // NOLINT: on purpose
    CHECK(refused(ps::signer::external(public_key, function, api_key)));
    CHECK(ps::signer::external(public_key, function, kept).has_value());
    CHECK(refused(prepared.finish(signature, public_key, api_key)));
    CHECK(prepared.finish(signature, public_key, kept).value().headers().size() == 4);

    ps::replay_memory memory = ps::replay_memory::make().value();
    const ps::replay_memory kept_memory = std::move(memory);
    ps::verifier_options options;
    options.replay = &memory; // NOLINT: on purpose
    CHECK(refused(ps::verifier::with_key(public_key, options)));
    CHECK(refused(ps::verifier::with_api_keys(ps::api_keys::make().value(), options)));
    CHECK(refused(ps::verifier::with_lookup([](const ps::looked_up &) -> const ps::verifying_key * { return nullptr; }, options)));
    options.replay = &kept_memory;
    CHECK(ps::verifier::with_key(public_key, options).has_value());
}

ps::result<std::vector<std::string>> some_text() { return std::vector<std::string>(3, std::string(100, 'x')); }

// A temporary gives its value away: the loop holds it.
void loops_over_temporaries() {
    std::size_t length = 0;
    for (const std::string &text : some_text().value()) length += text.size();
    for (const std::string &text : *some_text()) length += text.size();
    CHECK(length == 600);
}

void nonces() {
    const ps::nonce_sequencer sequencer = ps::nonce_sequencer::make(ps::nonce_policy::sequential, 41).value();
    ps::reservation reserved = sequencer.reserve().value();
    CHECK(reserved.nonce().value() == 42 && !reserved.uncertain().value());
    CHECK(sequencer.reserve().error().code() == "nonce_busy");
    CHECK(sequencer.settle(reserved, ps::outcome_of_http(200).value()).has_value() && !reserved);
    CHECK(ps::nonce_sequencer::restore(sequencer.state().value()).value().reserve().value().nonce().value() == 43);
    CHECK(ps::outcome_of_http(401, "nonce").value() == ps::outcome::refused && ps::outcome_of_http(std::nullopt).value() == ps::outcome::unknown);
}

} // namespace

int main(int argc, char **argv) {
    if (argc == 3) (void)ps::signing_key::generate(1).value(); // throws, or aborts without exceptions
    if (argc != 2) return 2;
    const ps::signing_key key = ps::signing_key::from_file(std::string(argv[1]) + "/rsa2048.pkcs8.pem", std::nullopt, true).value();
    ownership(key);
    requests(key);
    callbacks(key);
    moved_from(key);
    loops_over_temporaries();
    nonces();
#if PARTNERSIGN_EXCEPTIONS
    try {
        (void)ps::signing_key::from_pem("nonsense").value();
        CHECK(false);
    } catch (const ps::exception &why) {
        CHECK(std::strncmp(why.what(), "invalid_private_key: ", 21) == 0 && why.why().number() == PARTNERSIGN_INVALID_PRIVATE_KEY);
    }
#endif
    std::printf("%u checks, %u failed\n", checks, failures);
    return failures == 0 ? 0 : 1;
}
