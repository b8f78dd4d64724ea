"""URLs that were signed otherwise than they were sent."""

from urllib.parse import quote

from .signing import API, COMPANY

_NONCE = {"freshness": {"nonce": "10"}}
LOCAL = "http://127.0.0.1:8080/api/v1/p"
SANDBOX, PLAY = "https://sandbox-api.qredo.network/api/v1/p", "https://play-api.qredo.network/api/v1/p"
FEED = "wss://api.qredo.network/api/v1/p/wallets/feed"


def add(maker):
    def case(cause, url, signed, also=(), **request):
        extra = ", ".join(["body"] * ("body" in request) + ["nonce"] * ("freshness" in request))
        host = f", Host {request['headers'][0][1]}" if "headers" in request else ""
        name = f"{signed or 'nothing'} signed, {url} sent{extra and ', ' + extra}{host}"
        maker.cause(name, cause, also, url=url, signed={"url": signed}, **request)

    post = {"body": COMPANY}
    search, local_search = f"{API}/company/search?query=cme", f"{LOCAL}/company/search?query=a%20b&limit=1"
    company, feed_path = f"{API}/company", FEED.removeprefix("wss://api.qredo.network")
    case("url_without_query", search, f"{API}/company/search")
    case("url_without_query", local_search, f"{LOCAL}/company/search", **_NONCE)
    case("url_without_query", f"{company}?dry=1", company, **post)
    case("url_without_query", f"{FEED}?since=1", FEED)
    case("url_rewritten", f"{company}?", company)

    case("url_path_only", search, "/api/v1/p/company/search?query=cme")
    case("url_path_only", company, "/api/v1/p/company", **post)
    case("url_path_only", local_search, "/api/v1/p/company/search?query=a%20b&limit=1", **_NONCE)
    case("url_path_only", FEED, feed_path)
    case("url_path_only url_without_query", search, "/api/v1/p/company/search")
    case("url_path_only url_without_query", f"{company}?dry=1", "/api/v1/p/company", **post, **_NONCE)
    case("url_path_only url_without_prefix", company, "/company", **post)
    case("url_path_only url_without_prefix", search, "/company/search?query=cme")

    case("url_without_scheme", company, "api.qredo.network/api/v1/p/company", **post)
    case("url_without_scheme", local_search, local_search.removeprefix("http://"))
    case("url_without_scheme", FEED, FEED.removeprefix("wss://"), **_NONCE)

    case("url_without_prefix", company, "https://api.qredo.network/company", **post)
    case("url_without_prefix", search, "https://api.qredo.network/company/search?query=cme", **_NONCE)
    case("url_without_prefix", f"{LOCAL}/fund/1", "http://127.0.0.1:8080/fund/1")
    case("url_without_prefix", FEED, "wss://api.qredo.network/wallets/feed")
    case("url_with_prefix", "https://api.qredo.network/company", company, **post)
    case("url_with_prefix", "http://127.0.0.1:8080/fund/1?a=b", f"{LOCAL}/fund/1?a=b", **_NONCE)
    case("url_with_prefix", "wss://api.qredo.network/wallets/feed", FEED)

    case("url_scheme", company, company.replace("https", "http"), **post)
    case("url_scheme", f"{LOCAL}/company", f"{LOCAL}/company".replace("http", "https"), **_NONCE)
    case("url_scheme", FEED, FEED.replace("wss", "ws"))
    case("url_scheme", FEED, FEED.replace("wss", "https"))
    case("url_scheme", FEED, FEED.replace("wss", "http"))
    case("url_scheme", "ws://127.0.0.1:8080/api/v1/p/wallets/feed", f"{LOCAL}/wallets/feed")
    case("url_scheme", f"{API}/wallets/feed", FEED, **_NONCE)
    case("url_scheme", f"{LOCAL}/wallets/feed", "ws://127.0.0.1:8080/api/v1/p/wallets/feed")
    case("url_scheme", f"{LOCAL}/wallets/feed", "wss://127.0.0.1:8080/api/v1/p/wallets/feed")

    case("url_scheme", "https://localhost/api/v1/p/fund", "http://localhost/api/v1/p/fund")
    case("url_scheme", company, company.replace("https", "http"), **post, headers=[("host", "api.qredo.network")])

    for cause, with_slash in (("url_trailing_slash", 1), ("url_no_trailing_slash", 0)):
        for url, slashed, request in [
            (company, f"{company}/", post), (search, f"{API}/company/search/?query=cme", _NONCE),
            (f"{LOCAL}/fund/1", f"{LOCAL}/fund/1/", {}), (FEED, f"{FEED}/", {}),
        ]:
            case(cause, *((url, slashed) if with_slash else (slashed, url)), **request)
    case("url_no_trailing_slash", "https://api.qredo.network/", "https://api.qredo.network")

    case("url_default_port", company, company.replace("network/", "network:443/"), **post)
    case("url_default_port", "http://localhost/api/v1/p/fund?a=b", "http://localhost:80/api/v1/p/fund?a=b", **_NONCE)
    case("url_default_port", FEED, FEED.replace("network/", "network:443/"))
    case("url_default_port", "ws://localhost/api/v1/p/feed", "ws://localhost:80/api/v1/p/feed")

    case("url_escape_case", f"{API}/company/Z%C3%BCrich", f"{API}/company/Z%c3%bcrich")
    case("url_escape_case", f"{API}/company?q=a%2Fb%3Dc", f"{API}/company?q=a%2fb%3dc", **post)
    case("url_escape_case", f"{LOCAL}/a%2Fb", f"{LOCAL}/a%2fb", **_NONCE)
    case("url_escape_case", f"{API}/company?q=a%2fb%3dc", f"{API}/company?q=a%2Fb%3Dc", **post)
    case("url_escaped_otherwise", f"{API}/company?q=a%20b&r=1", f"{API}/company?q=a+b&r=1")
    case("url_escaped_otherwise", f"{API}/company?q=a+b", f"{API}/company?q=a%20b", **_NONCE)
    case("url_escaped_otherwise", f"{API}/company/a%20b", f"{API}/company/a%2520b", **post)
    case("url_escaped_otherwise", f"{API}/company/a%2520b?c=%2525", f"{API}/company/a%20b?c=%25", also="url_decoded")
    for quoted in (quote("a,b/c:d'(e)~*", safe=""), quote("a,b/c:d'(e)~*", safe="!'()*")):
        case("url_escaped_otherwise", f"{API}/company?q=a,b/c:d'(e)~*&r=%C3%A9", f"{API}/company?q={quoted}&r=%C3%A9")
        case("url_escaped_otherwise", f"{API}/company?q={quoted}&r=%20x", f"{API}/company?q=a,b/c:d'(e)~*&r=%20x")
    case("url_escaped_otherwise", f"{API}/company/a,b@c?q=x", f"{API}/company/{quote('a,b@c', safe='')}?q=x")
    case("url_query_reordered", f"{API}/company?a=1&b=2", f"{API}/company?b=2&a=1")
    case("url_query_reordered", f"{API}/company?limit=5&offset=10&sort=name&after=x",
         f"{API}/company?after=x&limit=5&offset=10&sort=name", **_NONCE)
    case("url_query_reordered", f"{API}/company?e=5&d=4&c=3&b=2&a=1&f=6", f"{API}/company?a=1&b=2&c=3&d=4&e=5&f=6", **post)
    case("url_query_reordered url_path_only", f"{API}/company?a=1&b=2", "/api/v1/p/company?b=2&a=1")
    case("url_empty_query", company, f"{company}?", **post)
    case("url_empty_query", f"{LOCAL}/fund/1", f"{LOCAL}/fund/1?")
    case("url_without_port", f"{LOCAL}/fund/1", "http://127.0.0.1/api/v1/p/fund/1", also="url_other_origin")
    case("url_without_port", "https://partner.example:8443/api/v1/p/fund", "https://partner.example/api/v1/p/fund", **post)
    case("url_rewritten", "https://api.qredo.network:443/api/v1/p/fund", f"{API}/fund", **_NONCE)
    case("url_rewritten", "https://api.qredo.network", "https://api.qredo.network/")
    case("url_rewritten", f"{API}/company?q=a b'é", f"{API}/company?q=a%20b%27%C3%A9", also="url_escaped_otherwise")
    case("url_rewritten", f"{company}#top", company, **post)
    case("url_path_only", company, "api/v1/p/company", **post)
    case("url_escaped_otherwise", f"{company}?a=1&b=2", f"{company}?a=1&amp;b=2")
    case("url_other_origin", company, "http://[::1]:8080/api/v1/p/company")
    case("url_without_port", "http://[::1]:8080/api/v1/p/fund", "http://[::1]/api/v1/p/fund")
    case("url_decoded", f"{API}/company/Z%C3%BCrich", f"{API}/company/Zürich")
    case("url_decoded", local_search, f"{LOCAL}/company/search?query=a b&limit=1", **_NONCE)
    case("url_decoded", f"{API}/company/a%2Fb", f"{API}/company/a/b", **post)
    case("url_decoded", f"{API}/company?q=100%25%20a%2Bb+c", f"{API}/company?q=100% a+b+c")
    case("url_decoded", f"{API}/company/%E6%9D%B1%E4%BA%AC?n=%F0%9F%96%8B", f"{API}/company/東京?n=🖋")
    case("url_decoded", f"{API}/company/a%2520b", f"{API}/company/a%20b")
    _other_origins(case, company, post)


def _other_origins(case, company, post):
    local = f"{LOCAL}/company"
    for signed in (f"{SANDBOX}/company", f"{PLAY}/company", "http://localhost/api/v1/p/company",
                   "http://localhost:8080/api/v1/p/company", "http://127.0.0.1/api/v1/p/company", local):
        case("url_other_origin", company, signed, **post)
        without_port = ["url_without_port"] if signed == local.replace(":8080", "") else ()
        case("url_other_origin", local, signed if signed != local else company, without_port, **_NONCE)
    for url, signed in [
        (f"{SANDBOX}/company/search?query=cme", f"{API}/company/search?query=cme"),
        (f"{PLAY}/company", company), ("http://localhost:8001/api/v1/p/fund", f"{API}/fund"),
        ("http://localhost:8001/api/v1/p/fund", "http://127.0.0.1:8001/api/v1/p/fund"),
        ("http://127.0.0.1:9000/api/v1/p/fund", "http://localhost:9000/api/v1/p/fund"),
        ("http://localhost:8001/api/v1/p/fund", "http://localhost:8080/api/v1/p/fund"),
        ("http://[::1]:8080/api/v1/p/fund", "http://localhost:8080/api/v1/p/fund"),
        ("https://partner.example/api/v1/p/fund", f"{SANDBOX}/fund"),
        (FEED, FEED.replace("api.", "sandbox-api.")),
    ]:
        case("url_other_origin", url, signed)
    case("url_other_origin", "ws://127.0.0.1:8080/api/v1/p/wallets/feed", FEED, also="url_other_origin url_scheme")
    for host, scheme in (("partner.example", "https"), ("gateway.internal:9000", "http"), ("10.0.0.7:8443", "https")):
        seen = {"headers": [("host", host)]}
        case("url_other_origin", company, f"{scheme}://{host}/api/v1/p/company", **post, **seen)
        case("url_other_origin", f"{LOCAL}/fund?a=b", f"{scheme}://{host}/api/v1/p/fund?a=b", **_NONCE, **seen)
