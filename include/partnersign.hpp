// partnersign for C++17: RAII over partnersign.h, header only.
//
//   partnersign::signing_key key = partnersign::signing_key::from_file("private.pem").value();
//   partnersign::signer signer = partnersign::signer::make(key).value();
//   partnersign::request request("POST", "https://api.qredo.network/api/v1/p/company");
//   request.body = R"({ "name": "ACME Corp" })";
//   partnersign::signed_request signed_request =
//       signer.sign(request, partnersign::timestamp(1639490495)).value();
//   // Send signed_request.method(), .url(), .headers() and exactly .body().
//
// One style of error: every function that can fail returns a result<T>. Test it, or call value(), which
// throws partnersign::exception; without exceptions (-fno-exceptions) it prints the error to stderr and
// calls std::abort(). Objects are move-only and free their handle when they are destroyed; one that was
// moved from is empty, and every call on it fails with PARTNERSIGN_INVALID_HANDLE. Objects can be used
// from several threads at once, as the C functions can; moving one while another thread uses it is a
// data race of C++'s own. Inputs are read during the call and not kept.
//
// A program can have both kinds of translation unit. Without exceptions the types are others of the same
// name (an inline namespace), so that neither gets the other's value(): do not pass objects between them.
#ifndef PARTNERSIGN_HPP
#define PARTNERSIGN_HPP

#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "partnersign.h"

#if defined(__cpp_exceptions) || defined(_CPPUNWIND)
#define PARTNERSIGN_EXCEPTIONS 1
#else
#define PARTNERSIGN_EXCEPTIONS 0
#endif

namespace partnersign {
#if !PARTNERSIGN_EXCEPTIONS
inline namespace without_exceptions {
#endif

/// Bytes that are not text: DER, digests, signatures.
using bytes = std::vector<std::uint8_t>;
using digest = std::array<std::uint8_t, 32>;

/// What went wrong.
class error {
public:
    error() : raw_ PARTNERSIGN_ERROR_INIT {}

    /// The number of the status, such as PARTNERSIGN_INVALID_URL.
    std::int32_t number() const noexcept { return raw_.code; }
    /// The text that all languages share, such as "invalid_url".
    std::string_view code() const noexcept {
        const char *text = "";
        return partnersign_status_code(raw_.code, &text, nullptr) == PARTNERSIGN_OK ? text : "";
    }
    /// One sentence that names the rule, the place and the mend.
    const char *message() const noexcept { return raw_.message; }
    /// The offset in bytes into the input that was refused, if there is such a place.
    std::optional<std::size_t> position() const noexcept {
        if (raw_.position < 0) return std::nullopt;
        return static_cast<std::size_t>(raw_.position);
    }

    /// For the C functions.
    partnersign_error *raw() noexcept { return &raw_; }

private:
    partnersign_error raw_;
};

#if PARTNERSIGN_EXCEPTIONS
/// What result<T>::value() throws.
class exception : public std::runtime_error {
public:
    explicit exception(const partnersign::error &why)
        : std::runtime_error(std::string(why.code()) + ": " + why.message()), why_(why) {}
    const partnersign::error &why() const noexcept { return why_; }

private:
    partnersign::error why_;
};
#endif

namespace detail {

[[noreturn]] inline void fail(const error &why) {
#if PARTNERSIGN_EXCEPTIONS
    throw exception(why);
#else
    const std::string_view code = why.code();
    std::fprintf(stderr, "partnersign: %.*s: %s\n", static_cast<int>(code.size()), code.data(), why.message());
    std::abort();
#endif
}

} // namespace detail

/// A T, or why there is none.
template <typename T> class [[nodiscard]] result {
public:
    result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
    result(partnersign::error why) : state_(std::in_place_index<1>, std::move(why)) {}

    bool has_value() const noexcept { return state_.index() == 0; }
    explicit operator bool() const noexcept { return has_value(); }

    /// The value; throws partnersign::exception if there is none.
    [[nodiscard]] T &value() & { return require(), *std::get_if<0>(&state_); }
    [[nodiscard]] const T &value() const & { return require(), *std::get_if<0>(&state_); }
    /// Of a temporary the value itself, so that a range-for over it holds what it goes through.
    [[nodiscard]] T value() && { return require(), std::move(*std::get_if<0>(&state_)); }

    T &operator*() & { return value(); }
    const T &operator*() const & { return value(); }
    T operator*() && { return std::move(*this).value(); }
    T *operator->() { return &value(); }
    const T *operator->() const { return &value(); }

    /// Why there is no value; number() is 0 if there is one.
    partnersign::error error() const {
        const partnersign::error *why = std::get_if<1>(&state_);
        return why ? *why : partnersign::error();
    }

private:
    void require() const {
        if (const partnersign::error *why = std::get_if<1>(&state_)) detail::fail(*why);
    }
    std::variant<T, partnersign::error> state_;
};

/// Success, or why not.
template <> class [[nodiscard]] result<void> {
public:
    result() = default;
    result(partnersign::error why) : why_(std::move(why)) {}

    bool has_value() const noexcept { return !why_; }
    explicit operator bool() const noexcept { return has_value(); }
    void value() const {
        if (why_) detail::fail(*why_);
    }
    partnersign::error error() const { return why_ ? *why_ : partnersign::error(); }

private:
    std::optional<partnersign::error> why_;
};

namespace detail {

/// Owns a handle.
template <typename Raw, std::int32_t (*Free)(Raw)> class handle {
public:
    handle() noexcept : raw_{0} {}
    explicit handle(Raw raw) noexcept : raw_(raw) {}
    handle(handle &&other) noexcept : raw_(other.release()) {}
    handle &operator=(handle &&other) noexcept {
        if (this != &other) {
            reset();
            raw_ = other.release();
        }
        return *this;
    }
    handle(const handle &) = delete;
    handle &operator=(const handle &) = delete;
    ~handle() { reset(); }

    /// The C handle, which this object still owns.
    Raw get() const noexcept { return raw_; }
    /// The C handle, which is now the caller's to free.
    Raw release() noexcept {
        Raw raw = raw_;
        raw_.id = 0;
        return raw;
    }
    /// Frees the handle.
    void reset() noexcept {
        if (raw_.id != 0) (void)Free(raw_);
        raw_.id = 0;
    }
    explicit operator bool() const noexcept { return raw_.id != 0; }

private:
    Raw raw_;
};

/// Calls a function that gives a handle: `call(out, error)`.
template <typename Object, typename Raw, typename Call> result<Object> give(Call call) {
    Raw raw{0};
    error why;
    if (call(&raw, why.raw()) != PARTNERSIGN_OK) return why;
    return Object(raw);
}

/// Calls a function that gives one value: `call(out, error)`.
template <typename Value, typename Call> result<Value> ask(Call call) {
    Value value{};
    error why;
    if (call(&value, why.raw()) != PARTNERSIGN_OK) return why;
    return value;
}

/// Calls a function that gives nothing: `call(error)`.
template <typename Call> result<void> act(Call call) {
    error why;
    if (call(why.raw()) != PARTNERSIGN_OK) return why;
    return {};
}

/// Calls a function that fills a buffer, `call(buffer, capacity, out_length, error)`: once for the size,
/// once for the contents.
template <typename Container, typename Call> result<Container> fill(Call call) {
    Container contents;
    error why;
    std::size_t length = 0;
    if (call(nullptr, std::size_t{0}, &length, why.raw()) != PARTNERSIGN_OK) return why;
    contents.resize(length);
    if (length == 0) return contents;
    if (call(contents.data(), contents.size(), &length, why.raw()) != PARTNERSIGN_OK) return why;
    contents.resize(length);
    return contents;
}

/// Why an object that was moved from, or never made, is refused where C would take its 0 for none.
inline error empty_object() {
    error why;
    why.raw()->code = PARTNERSIGN_INVALID_HANDLE;
    (void)std::snprintf(why.raw()->message, sizeof why.raw()->message,
                        "the object was moved from or never made; leave it out if you mean none");
    return why;
}

/// NULL stands for none, so what is there but empty gets an address.
struct optional_text {
    explicit optional_text(const std::optional<std::string_view> &text) {
        if (!text.has_value()) return;
        data = text->data() ? text->data() : "";
        size = text->size();
    }
    const char *data = nullptr;
    std::size_t size = 0;
};

} // namespace detail

/// An RSA public key.
class verifying_key : public detail::handle<partnersign_verifying_key, partnersign_verifying_key_free> {
public:
    using handle::handle;

    static result<verifying_key> from_pem(std::string_view pem) {
        return detail::give<verifying_key, partnersign_verifying_key>([&](auto *out, auto *why) {
            return partnersign_verifying_key_from_pem(pem.data(), pem.size(), out, why);
        });
    }
    static result<verifying_key> from_der(const std::uint8_t *der, std::size_t size) {
        return detail::give<verifying_key, partnersign_verifying_key>([&](auto *out, auto *why) {
            return partnersign_verifying_key_from_der(der, size, out, why);
        });
    }
    static result<verifying_key> from_der(const bytes &der) { return from_der(der.data(), der.size()); }
    static result<verifying_key> from_file(std::string_view path) {
        return detail::give<verifying_key, partnersign_verifying_key>([&](auto *out, auto *why) {
            return partnersign_verifying_key_from_file(path.data(), path.size(), out, why);
        });
    }

    result<std::uint32_t> bits() const {
        return detail::ask<std::uint32_t>(
            [&](auto *out, auto *why) { return partnersign_verifying_key_bits(get(), out, why); });
    }
    result<std::string> to_pem() const {
        return detail::fill<std::string>([&](char *buffer, auto capacity, auto *length, auto *why) {
            return partnersign_verifying_key_to_pem(get(), buffer, capacity, length, why);
        });
    }
    result<bytes> to_der() const {
        return detail::fill<bytes>([&](std::uint8_t *buffer, auto capacity, auto *length, auto *why) {
            return partnersign_verifying_key_to_der(get(), buffer, capacity, length, why);
        });
    }
    result<std::string> fingerprint() const {
        return detail::fill<std::string>([&](char *buffer, auto capacity, auto *length, auto *why) {
            return partnersign_verifying_key_fingerprint(get(), buffer, capacity, length, why);
        });
    }
    result<void> verify_digest(const digest &hash, const bytes &signature) const {
        return detail::act([&](auto *why) {
            return partnersign_verifying_key_verify_digest(get(), hash.data(), hash.size(), signature.data(),
                                                           signature.size(), why);
        });
    }
};

/// An RSA private key.
class signing_key : public detail::handle<partnersign_signing_key, partnersign_signing_key_free> {
public:
    using handle::handle;

    static result<signing_key> from_pem(std::string_view pem,
                                        std::optional<std::string_view> passphrase = std::nullopt) {
        const detail::optional_text secret(passphrase);
        return detail::give<signing_key, partnersign_signing_key>([&](auto *out, auto *why) {
            return partnersign_signing_key_from_pem(pem.data(), pem.size(), secret.data, secret.size, out, why);
        });
    }
    static result<signing_key> from_der(const std::uint8_t *der, std::size_t size,
                                        std::optional<std::string_view> passphrase = std::nullopt) {
        const detail::optional_text secret(passphrase);
        return detail::give<signing_key, partnersign_signing_key>([&](auto *out, auto *why) {
            return partnersign_signing_key_from_der(der, size, secret.data, secret.size, out, why);
        });
    }
    static result<signing_key> from_der(const bytes &der,
                                        std::optional<std::string_view> passphrase = std::nullopt) {
        return from_der(der.data(), der.size(), passphrase);
    }
    static result<signing_key> from_file(std::string_view path,
                                         std::optional<std::string_view> passphrase = std::nullopt,
                                         bool allow_insecure = false) {
        const detail::optional_text secret(passphrase);
        return detail::give<signing_key, partnersign_signing_key>([&](auto *out, auto *why) {
            return partnersign_signing_key_from_file(path.data(), path.size(), secret.data, secret.size,
                                                     allow_insecure ? 1 : 0, out, why);
        });
    }
    static result<signing_key> generate(std::uint32_t bits = 2048) {
        return detail::give<signing_key, partnersign_signing_key>(
            [&](auto *out, auto *why) { return partnersign_signing_key_generate(bits, out, why); });
    }

    result<verifying_key> public_key() const {
        return detail::give<verifying_key, partnersign_verifying_key>(
            [&](auto *out, auto *why) { return partnersign_signing_key_public(get(), out, why); });
    }
    /// A secret, which the caller erases; encrypted if there is a passphrase.
    result<std::string> to_pem(std::optional<std::string_view> passphrase = std::nullopt) const {
        const detail::optional_text secret(passphrase);
        return detail::fill<std::string>([&](char *buffer, auto capacity, auto *length, auto *why) {
            return partnersign_signing_key_to_pem(get(), secret.data, secret.size, buffer, capacity, length, why);
        });
    }
    result<bytes> sign_digest(const digest &hash) const {
        bytes signature(1024);
        std::size_t length = 0;
        error why;
        if (partnersign_signing_key_sign_digest(get(), hash.data(), hash.size(), signature.data(),
                                                signature.size(), &length, why.raw()) != PARTNERSIGN_OK)
            return why;
        signature.resize(length);
        return signature;
    }
};

/// The key that goes into `x-api-key`.
class api_key : public detail::handle<partnersign_api_key, partnersign_api_key_free> {
public:
    using handle::handle;

    static result<api_key> parse(std::string_view text) {
        return detail::give<api_key, partnersign_api_key>([&](auto *out, auto *why) {
            return partnersign_api_key_parse(text.data(), text.size(), out, why);
        });
    }
    result<std::string> key_id() const {
        return detail::fill<std::string>([&](char *buffer, auto capacity, auto *length, auto *why) {
            return partnersign_api_key_key_id(get(), buffer, capacity, length, why);
        });
    }
};

/// What the caller wants to send. The views are read during a call and not kept.
struct request {
    request(std::string_view method_, std::string_view url_) : method(method_), url(url_) {}

    std::string_view method;
    std::string_view url;
    /// JSON, or none: a view without data, as it is at first. One that is there but empty is refused.
    std::string_view body;
    /// Compact, or bytes left alone.
    bool exact = false;
    std::size_t max_body_bytes = static_cast<std::size_t>(10) * 1024 * 1024;

    partnersign_request raw() const noexcept {
        partnersign_request raw = PARTNERSIGN_REQUEST_INIT;
        raw.method = method.data();
        raw.method_length = method.size();
        raw.url = url.data();
        raw.url_length = url.size();
        raw.body = body.data();
        raw.body_length = body.size();
        raw.form = exact ? PARTNERSIGN_EXACT : PARTNERSIGN_COMPACT;
        raw.max_body_bytes = max_body_bytes;
        return raw;
    }
};

/// What stops a replay: made by timestamp() or nonce().
class freshness {
public:
    partnersign_freshness raw() const noexcept {
        partnersign_freshness raw = PARTNERSIGN_FRESHNESS_INIT;
        raw.kind = kind_;
        raw.timestamp = timestamp_;
        raw.nonce = nonce_.data();
        raw.nonce_length = nonce_.size();
        return raw;
    }

private:
    friend freshness timestamp(std::uint64_t seconds);
    friend freshness nonce(std::string text);
    freshness() = default;
    std::int32_t kind_ = 0;
    std::uint64_t timestamp_ = 0;
    std::string nonce_;
};

/// Unix seconds, sent as `x-timestamp`.
inline freshness timestamp(std::uint64_t seconds) {
    freshness made;
    made.kind_ = PARTNERSIGN_TIMESTAMP;
    made.timestamp_ = seconds;
    return made;
}

/// 1 to 128 of `A-Za-z0-9_-`, sent as `x-nonce`; a copy is kept.
inline freshness nonce(std::string text) {
    freshness made;
    made.kind_ = PARTNERSIGN_NONCE;
    made.nonce_ = std::move(text);
    return made;
}

/// A header to send.
struct header {
    std::string name;
    std::string value;
};

/// What must be sent. Its parts throw as result<T>::value() does, which happens only on one that was
/// moved from.
class signed_request : public detail::handle<partnersign_signed_request, partnersign_signed_request_free> {
public:
    using handle::handle;

    std::string method() const { return text(partnersign_signed_request_method); }
    std::string url() const { return text(partnersign_signed_request_url); }
    /// In the order in which they are sent, names in lower case. The value of x-api-key is a secret.
    std::vector<header> headers() const {
        std::vector<header> all;
        const std::size_t count = detail::ask<std::size_t>([&](auto *out, auto *why) {
            return partnersign_signed_request_header_count(get(), out, why);
        }).value();
        for (std::size_t index = 0; index < count; ++index) {
            all.push_back({indexed(partnersign_signed_request_header_name, index),
                           indexed(partnersign_signed_request_header_value, index)});
        }
        return all;
    }
    /// The exact bytes to send, or none for a request without a body.
    std::optional<std::string> body() const {
        std::string contents = text(partnersign_signed_request_body);
        if (contents.empty()) return std::nullopt;
        return contents;
    }
    /// The value of x-sign.
    std::string signature() const { return text(partnersign_signed_request_signature); }
    /// The exact bytes that were hashed.
    std::string payload() const { return text(partnersign_signed_request_payload); }
    /// SHA-256 of the payload.
    partnersign::digest digest() const {
        partnersign::digest hash{};
        std::size_t length = 0;
        error why;
        if (partnersign_signed_request_digest(get(), hash.data(), hash.size(), &length, why.raw()) != PARTNERSIGN_OK)
            detail::fail(why);
        return hash;
    }

private:
    template <typename Part> std::string text(Part part) const {
        return detail::fill<std::string>([&](char *buffer, auto capacity, auto *length, auto *why) {
            return part(get(), buffer, capacity, length, why);
        }).value();
    }
    template <typename Part> std::string indexed(Part part, std::size_t index) const {
        return detail::fill<std::string>([&](char *buffer, auto capacity, auto *length, auto *why) {
            return part(get(), index, buffer, capacity, length, why);
        }).value();
    }
};

/// A checked request that waits for its signature: the first of two phases.
class prepared : public detail::handle<partnersign_prepared, partnersign_prepared_free> {
public:
    using handle::handle;

    static result<prepared> make(const request &what, const freshness &when) {
        const partnersign_request raw = what.raw();
        const partnersign_freshness fresh = when.raw();
        return detail::give<prepared, partnersign_prepared>(
            [&](auto *out, auto *why) { return partnersign_prepare(&raw, &fresh, out, why); });
    }
    result<std::string> payload() const {
        return detail::fill<std::string>([&](char *buffer, auto capacity, auto *length, auto *why) {
            return partnersign_prepared_payload(get(), buffer, capacity, length, why);
        });
    }
    result<partnersign::digest> digest() const {
        partnersign::digest hash{};
        std::size_t length = 0;
        error why;
        if (partnersign_prepared_digest(get(), hash.data(), hash.size(), &length, why.raw()) != PARTNERSIGN_OK)
            return why;
        return hash;
    }
    /// The second phase: the signature's bytes, and the public key that they must verify against.
    result<signed_request> finish(const bytes &signature, const verifying_key &key) const {
        return finish_with(signature, key, partnersign_api_key{0});
    }
    result<signed_request> finish(const bytes &signature, const verifying_key &key, const api_key &with) const {
        if (!with) return detail::empty_object();
        return finish_with(signature, key, with.get());
    }

private:
    result<signed_request> finish_with(const bytes &signature, const verifying_key &key,
                                       partnersign_api_key with) const {
        return detail::give<signed_request, partnersign_signed_request>([&](auto *out, auto *why) {
            return partnersign_finish(get(), signature.data(), signature.size(), key.get(), with, out, why);
        });
    }
};

/// The results of signer::sign_batch, in the order of the requests.
class batch : public detail::handle<partnersign_batch, partnersign_batch_free> {
public:
    using handle::handle;

    result<std::size_t> count() const {
        return detail::ask<std::size_t>(
            [&](auto *out, auto *why) { return partnersign_batch_count(get(), out, why); });
    }
    result<signed_request> item(std::size_t index) const {
        return detail::give<signed_request, partnersign_signed_request>(
            [&](auto *out, auto *why) { return partnersign_batch_item(get(), index, out, why); });
    }
};

/// Gets the 32-byte digest and returns the signature's bytes, or none if it cannot. An exception that it
/// throws refuses the request with PARTNERSIGN_SIGNATURE_REJECTED; it never crosses the library.
using sign_digest_function = std::function<std::optional<bytes>(const digest &)>;

namespace detail {

/// Runs a callback's body; an exception becomes a status, for none may cross the library.
template <typename Body> std::int32_t guarded(std::int32_t failed, Body body) noexcept {
#if PARTNERSIGN_EXCEPTIONS
    try {
        return body();
    } catch (...) {
        return failed;
    }
#else
    (void)failed;
    return body();
#endif
}

inline std::int32_t call_sign_digest(void *user_data, const std::uint8_t *hash, std::size_t hash_length,
                                     std::uint8_t *signature, std::size_t capacity, std::size_t *out_length) {
    return guarded(PARTNERSIGN_SIGNING_FAILED, [&]() -> std::int32_t {
        digest copy{};
        if (hash_length != copy.size()) return PARTNERSIGN_INVALID_ARGUMENT;
        for (std::size_t index = 0; index < hash_length; ++index) copy[index] = hash[index];
        const std::optional<bytes> made = (*static_cast<sign_digest_function *>(user_data))(copy);
        if (!made) return PARTNERSIGN_SIGNING_FAILED;
        for (std::size_t index = 0; index < made->size() && index < capacity; ++index)
            signature[index] = (*made)[index];
        *out_length = made->size();
        return PARTNERSIGN_OK;
    });
}

template <typename Function> void drop(void *user_data) { delete static_cast<Function *>(user_data); }

} // namespace detail

/// Signs requests.
class signer : public detail::handle<partnersign_signer, partnersign_signer_free> {
public:
    using handle::handle;

    /// With a key of its own; without an API key no x-api-key is made.
    static result<signer> make(const signing_key &key) { return make_with(key, partnersign_api_key{0}); }
    static result<signer> make(const signing_key &key, const api_key &with) {
        if (!with) return detail::empty_object();
        return make_with(key, with.get());
    }
    /// With a key elsewhere. The function is called from each thread that signs, and lives as long as the
    /// signer or a call that uses it.
    static result<signer> external(const verifying_key &key, sign_digest_function sign_digest) {
        return external_with(key, std::move(sign_digest), partnersign_api_key{0});
    }
    static result<signer> external(const verifying_key &key, sign_digest_function sign_digest, const api_key &with) {
        if (!with) return detail::empty_object();
        return external_with(key, std::move(sign_digest), with.get());
    }

    result<verifying_key> public_key() const {
        return detail::give<verifying_key, partnersign_verifying_key>(
            [&](auto *out, auto *why) { return partnersign_signer_public_key(get(), out, why); });
    }
    result<signed_request> sign(const request &what, const freshness &when) const {
        const partnersign_request raw = what.raw();
        const partnersign_freshness fresh = when.raw();
        return detail::give<signed_request, partnersign_signed_request>(
            [&](auto *out, auto *why) { return partnersign_sign(get(), &raw, &fresh, out, why); });
    }
    result<signed_request> sign(const prepared &checked) const {
        return detail::give<signed_request, partnersign_signed_request>([&](auto *out, auto *why) {
            return partnersign_sign_prepared(get(), checked.get(), out, why);
        });
    }
    /// Each request with its freshness, on up to `threads` threads.
    result<batch> sign_batch(const std::vector<std::pair<request, freshness>> &requests, std::size_t threads) const {
        std::vector<partnersign_request> raws;
        std::vector<partnersign_freshness> freshnesses;
        raws.reserve(requests.size());
        freshnesses.reserve(requests.size());
        for (const auto &[what, when] : requests) {
            raws.push_back(what.raw());
            freshnesses.push_back(when.raw());
        }
        return detail::give<batch, partnersign_batch>([&](auto *out, auto *why) {
            return partnersign_sign_batch(get(), raws.data(), freshnesses.data(), raws.size(), threads, out, why);
        });
    }

private:
    static result<signer> make_with(const signing_key &key, partnersign_api_key with) {
        return detail::give<signer, partnersign_signer>([&](auto *out, auto *why) {
            return partnersign_signer_new(key.get(), with, out, why);
        });
    }
    static result<signer> external_with(const verifying_key &key, sign_digest_function sign_digest,
                                        partnersign_api_key with) {
        const auto call = sign_digest ? detail::call_sign_digest : nullptr;
        auto function = std::make_unique<sign_digest_function>(std::move(sign_digest));
        auto made = detail::give<signer, partnersign_signer>([&](auto *out, auto *why) {
            return partnersign_signer_external(key.get(), call, function.get(),
                                               detail::drop<sign_digest_function>, with, out, why);
        });
        if (made) (void)function.release();
        return made;
    }
};

/// Removes the whitespace between the tokens of a JSON object or array, and changes nothing else.
inline result<std::string> compact_json(std::string_view json) {
    std::string compact(json.size() + 1, '\0');
    std::size_t length = 0;
    error why;
    if (partnersign_compact_json(json.data(), json.size(), &compact[0], compact.size(), &length, why.raw()) !=
        PARTNERSIGN_OK)
        return why;
    compact.resize(length);
    return compact;
}

/// The API keys that a verifier knows.
class api_keys : public detail::handle<partnersign_api_keys, partnersign_api_keys_free> {
public:
    using handle::handle;

    static result<api_keys> make() {
        return detail::give<api_keys, partnersign_api_keys>(
            [](auto *out, auto *why) { return partnersign_api_keys_new(out, why); });
    }
    result<void> insert(const api_key &which, const verifying_key &key) const {
        return detail::act([&](auto *why) { return partnersign_api_keys_insert(get(), which.get(), key.get(), why); });
    }
};

enum class nonce_policy : std::int32_t {
    sequential = PARTNERSIGN_SEQUENTIAL,
    increasing = PARTNERSIGN_INCREASING,
    unique = PARTNERSIGN_UNIQUE,
};

/// What verifiers remember.
class replay_memory : public detail::handle<partnersign_replay_memory, partnersign_replay_memory_free> {
public:
    using handle::handle;

    static result<replay_memory> make(nonce_policy policy = nonce_policy::sequential) {
        return detail::give<replay_memory, partnersign_replay_memory>([&](auto *out, auto *why) {
            return partnersign_replay_memory_new(static_cast<std::int32_t>(policy), out, why);
        });
    }
};

/// A request as it arrived. The views are read during a call and not kept.
struct received_request {
    std::string_view method;
    std::string_view url;
    std::vector<std::pair<std::string_view, std::string_view>> headers;
    std::string_view body;

    /// Calls `work` with the C struct.
    template <typename Work> auto with_raw(Work work) const {
        std::vector<partnersign_header> raws;
        raws.reserve(headers.size());
        for (const auto &[name, value] : headers)
            raws.push_back({name.data(), name.size(), value.data(), value.size()});
        partnersign_received_request raw = PARTNERSIGN_RECEIVED_REQUEST_INIT;
        raw.method = method.data();
        raw.method_length = method.size();
        raw.url = url.data();
        raw.url_length = url.size();
        raw.headers = raws.data();
        raw.header_count = raws.size();
        raw.body = body.data();
        raw.body_length = body.size();
        return work(&raw);
    }
};

/// What a verified request turned out to be.
class verified : public detail::handle<partnersign_verified, partnersign_verified_free> {
public:
    using handle::handle;

    /// Empty if no API key came along.
    result<std::string> key_id() const {
        return detail::fill<std::string>([&](char *buffer, auto capacity, auto *length, auto *why) {
            return partnersign_verified_key_id(get(), buffer, capacity, length, why);
        });
    }
    /// PARTNERSIGN_TIMESTAMP or PARTNERSIGN_NONCE.
    result<std::int32_t> freshness_kind() const {
        return detail::ask<std::int32_t>(
            [&](auto *out, auto *why) { return partnersign_verified_freshness_kind(get(), out, why); });
    }
    result<std::string> freshness() const {
        return detail::fill<std::string>([&](char *buffer, auto capacity, auto *length, auto *why) {
            return partnersign_verified_freshness(get(), buffer, capacity, length, why);
        });
    }
    result<partnersign::digest> digest() const {
        partnersign::digest hash{};
        std::size_t length = 0;
        error why;
        if (partnersign_verified_digest(get(), hash.data(), hash.size(), &length, why.raw()) != PARTNERSIGN_OK)
            return why;
        return hash;
    }
};

/// What a look-up gets: an API key that lives as long as the call.
struct looked_up {
    partnersign_api_key raw;

    result<std::string> key_id() const {
        return detail::fill<std::string>([&](char *buffer, auto capacity, auto *length, auto *why) {
            return partnersign_api_key_key_id(raw, buffer, capacity, length, why);
        });
    }
    /// Compare it in constant time only.
    result<std::string> expose_secret() const {
        return detail::fill<std::string>([&](char *buffer, auto capacity, auto *length, auto *why) {
            return partnersign_api_key_expose_secret(raw, buffer, capacity, length, why);
        });
    }
};

/// Returns the public key that belongs to an API key, which the caller keeps, or null. An exception that
/// it throws refuses the request with PARTNERSIGN_INTERNAL; it never crosses the library.
using lookup_function = std::function<const verifying_key *(const looked_up &)>;

namespace detail {

inline std::int32_t call_lookup(void *user_data, partnersign_api_key which, partnersign_verifying_key *out) {
    return guarded(PARTNERSIGN_INTERNAL, [&]() -> std::int32_t {
        const verifying_key *found = (*static_cast<lookup_function *>(user_data))(looked_up{which});
        if (!found) return PARTNERSIGN_UNKNOWN_API_KEY;
        *out = found->get();
        return PARTNERSIGN_OK;
    });
}

} // namespace detail

/// How a verifier works.
struct verifier_options {
    std::uint64_t window_seconds = 300;
    std::uint64_t max_body_bytes = static_cast<std::uint64_t>(10) * 1024 * 1024;
    /// Without one, nonces are refused and timestamps can be replayed within the window.
    const replay_memory *replay = nullptr;

    /// Whether `replay` is an object that was moved from: not the same as none.
    bool has_empty_replay() const noexcept { return replay != nullptr && !*replay; }

    partnersign_verifier_options raw() const noexcept {
        partnersign_verifier_options raw = PARTNERSIGN_VERIFIER_OPTIONS_INIT;
        raw.window_seconds = window_seconds;
        raw.max_body_bytes = max_body_bytes;
        if (replay) raw.replay = replay->get();
        return raw;
    }
};

/// Checks received requests.
class verifier : public detail::handle<partnersign_verifier, partnersign_verifier_free> {
public:
    using handle::handle;

    static result<verifier> with_key(const verifying_key &key, const verifier_options &options = {}) {
        if (options.has_empty_replay()) return detail::empty_object();
        const partnersign_verifier_options raw = options.raw();
        return detail::give<verifier, partnersign_verifier>([&](auto *out, auto *why) {
            return partnersign_verifier_with_key(key.get(), &raw, out, why);
        });
    }
    static result<verifier> with_api_keys(const api_keys &keys, const verifier_options &options = {}) {
        if (options.has_empty_replay()) return detail::empty_object();
        const partnersign_verifier_options raw = options.raw();
        return detail::give<verifier, partnersign_verifier>([&](auto *out, auto *why) {
            return partnersign_verifier_with_api_keys(keys.get(), &raw, out, why);
        });
    }
    static result<verifier> with_lookup(lookup_function lookup, const verifier_options &options = {}) {
        if (options.has_empty_replay()) return detail::empty_object();
        const partnersign_verifier_options raw = options.raw();
        const auto call = lookup ? detail::call_lookup : nullptr;
        auto function = std::make_unique<lookup_function>(std::move(lookup));
        auto made = detail::give<verifier, partnersign_verifier>([&](auto *out, auto *why) {
            return partnersign_verifier_with_lookup(call, function.get(),
                                                    detail::drop<lookup_function>, &raw, out, why);
        });
        if (made) (void)function.release();
        return made;
    }

    /// `now` is the verifier's time in Unix seconds.
    result<verified> verify(const received_request &received, std::uint64_t now) const {
        return received.with_raw([&](const partnersign_received_request *raw) {
            return detail::give<verified, partnersign_verified>(
                [&](auto *out, auto *why) { return partnersign_verify(get(), raw, now, out, why); });
        });
    }
};

/// Why a signature did not match.
class diagnosis : public detail::handle<partnersign_diagnosis, partnersign_diagnosis_free> {
public:
    using handle::handle;

    /// Whether the failure is explained, or the signature is right.
    result<bool> found() const { return truth(partnersign_diagnosis_found); }
    /// Whether the signature is right and the request breaks no rule.
    result<bool> is_valid() const { return truth(partnersign_diagnosis_is_valid); }
    result<std::string> message() const { return part<std::string, char>(partnersign_diagnosis_message); }
    result<std::vector<std::string>> causes() const {
        std::vector<std::string> all;
        auto count = detail::ask<std::size_t>(
            [&](auto *out, auto *why) { return partnersign_diagnosis_cause_count(get(), out, why); });
        if (!count) return count.error();
        for (std::size_t index = 0; index < *count; ++index) {
            auto cause = detail::fill<std::string>([&](char *buffer, auto capacity, auto *length, auto *why) {
                return partnersign_diagnosis_cause(get(), index, buffer, capacity, length, why);
            });
            if (!cause) return cause.error();
            all.push_back(std::move(*cause));
        }
        return all;
    }
    /// The status of the rule that is broken although the signature is right; 0 if there is none.
    result<std::int32_t> broken_rule() const {
        return detail::ask<std::int32_t>(
            [&](auto *out, auto *why) { return partnersign_diagnosis_broken_rule(get(), out, why); });
    }
    /// Empty where the signature gives none back.
    result<bytes> signed_digest() const { return part<bytes, std::uint8_t>(partnersign_diagnosis_signed_digest); }
    /// Empty where it was not found.
    result<std::string> signed_payload() const {
        return part<std::string, char>(partnersign_diagnosis_signed_payload);
    }
    /// -1 where there is no such place.
    result<std::int64_t> first_difference() const {
        return detail::ask<std::int64_t>(
            [&](auto *out, auto *why) { return partnersign_diagnosis_first_difference(get(), out, why); });
    }

private:
    template <typename Container, typename Byte, typename Part> result<Container> part(Part call) const {
        return detail::fill<Container>([&](Byte *buffer, auto capacity, auto *length, auto *why) {
            return call(get(), buffer, capacity, length, why);
        });
    }
    template <typename Call> result<bool> truth(Call call) const {
        auto number = detail::ask<std::int32_t>([&](auto *out, auto *why) { return call(get(), out, why); });
        if (!number) return number.error();
        return *number != 0;
    }
};

/// Finds out what was signed instead; the key that the request's API key belongs to comes first.
inline result<diagnosis> diagnose(const std::vector<const verifying_key *> &keys, const received_request &received) {
    std::vector<partnersign_verifying_key> raws;
    raws.reserve(keys.size());
    for (const verifying_key *key : keys) raws.push_back(key ? key->get() : partnersign_verifying_key{0});
    return received.with_raw([&](const partnersign_received_request *raw) {
        return detail::give<diagnosis, partnersign_diagnosis>([&](auto *out, auto *why) {
            return partnersign_diagnose(raws.data(), raws.size(), raw, out, why);
        });
    });
}

enum class outcome : std::int32_t {
    consumed = PARTNERSIGN_CONSUMED,
    not_consumed = PARTNERSIGN_NOT_CONSUMED,
    unknown = PARTNERSIGN_UNKNOWN,
    refused = PARTNERSIGN_REFUSED,
};

/// What an HTTP answer says about the nonce of its request; no status if there was no answer.
inline result<outcome> outcome_of_http(std::optional<std::uint16_t> status,
                                       std::optional<std::string_view> reason = std::nullopt) {
    const detail::optional_text text(reason);
    auto number = detail::ask<std::int32_t>([&](auto *out, auto *why) {
        return partnersign_outcome_of_http(status ? *status : -1, text.data, text.size, out, why);
    });
    if (!number) return number.error();
    return static_cast<outcome>(*number);
}

/// A nonce that was handed out and must be settled. Destroying it settles nothing.
class reservation : public detail::handle<partnersign_reservation, partnersign_reservation_free> {
public:
    using handle::handle;

    result<std::uint64_t> nonce() const {
        return detail::ask<std::uint64_t>(
            [&](auto *out, auto *why) { return partnersign_reservation_nonce(get(), out, why); });
    }
    result<bool> uncertain() const {
        auto number = detail::ask<std::int32_t>(
            [&](auto *out, auto *why) { return partnersign_reservation_uncertain(get(), out, why); });
        if (!number) return number.error();
        return *number != 0;
    }
};

/// Hands out the nonces of one API key.
class nonce_sequencer : public detail::handle<partnersign_nonce_sequencer, partnersign_nonce_sequencer_free> {
public:
    using handle::handle;

    /// `last` is the last nonce that the server saw; 0 if none.
    static result<nonce_sequencer> make(nonce_policy policy = nonce_policy::sequential, std::uint64_t last = 0) {
        return detail::give<nonce_sequencer, partnersign_nonce_sequencer>([&](auto *out, auto *why) {
            return partnersign_nonce_sequencer_new(static_cast<std::int32_t>(policy), last, out, why);
        });
    }
    static result<nonce_sequencer> restore(const partnersign_nonce_state &state) {
        return detail::give<nonce_sequencer, partnersign_nonce_sequencer>(
            [&](auto *out, auto *why) { return partnersign_nonce_sequencer_restore(&state, out, why); });
    }
    result<partnersign_nonce_state> state() const {
        partnersign_nonce_state state = PARTNERSIGN_NONCE_STATE_INIT;
        error why;
        if (partnersign_nonce_sequencer_state(get(), &state, why.raw()) != PARTNERSIGN_OK) return why;
        return state;
    }
    result<reservation> reserve() const {
        return detail::give<reservation, partnersign_reservation>(
            [&](auto *out, auto *why) { return partnersign_reserve(get(), out, why); });
    }
    /// On success the reservation is empty afterwards; on failure it stays as it was.
    result<void> settle(reservation &reserved, outcome what) const {
        auto settled = detail::act([&](auto *why) {
            return partnersign_settle(get(), reserved.get(), static_cast<std::int32_t>(what), why);
        });
        if (settled) (void)reserved.release();
        return settled;
    }
    result<void> abandon() const {
        return detail::act([&](auto *why) { return partnersign_nonce_sequencer_abandon(get(), why); });
    }
    result<void> resync(std::uint64_t server_last) const {
        return detail::act([&](auto *why) { return partnersign_nonce_sequencer_resync(get(), server_last, why); });
    }
};

#if !PARTNERSIGN_EXCEPTIONS
} // namespace without_exceptions
#endif
} // namespace partnersign

#endif
