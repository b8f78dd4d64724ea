"""freshness.json: timestamps and nonces, good and bad (design 4.2)."""

from .values import error

GOOD_TIMESTAMPS = {
    "0": "0", "1": "1", "10": "10", "documents' sample": "1634226826", "2^31 - 1": "2147483647",
    "2^31": "2147483648", "2^32": "4294967296", "largest of ten digits": "9999999999",
}
BAD_TIMESTAMPS = {
    "empty": "", "eleven digits": "10000000000", "milliseconds": "1634226826000",
    "microseconds": "1634226826000000", "nanoseconds": "1634226826000000000", "leading zero": "01634226826",
    "ten digits with a leading zero": "0634226826", "two zeros": "00", "plus sign": "+1634226826",
    "minus sign": "-1", "minus zero": "-0", "space before": " 1634226826", "space after": "1634226826 ",
    "line feed after": "1634226826\n", "tab before": "\t1634226826", "space within": "1634 226826",
    "decimal point": "1634226826.0", "comma": "1,634,226,826", "underscore": "1_634_226_826",
    "exponent": "1634e6", "hexadecimal": "0x61680000", "letters": "now", "ISO 8601": "2021-10-14T15:53:46Z",
    "Arabic-Indic digits": "\u0661\u0662\u0663", "full-width digits": "\uff11\uff12\uff13",
    "superscript digit": "1\u00b2", "NUL after": "1634226826\0", "2^64": "18446744073709551616",
    "100 digits": "1" * 100, "quoted": '"1634226826"',
}
GOOD_NONCES = {
    "0": "0", "1": "1", "10": "10", "seven digits": "1234567", "letters": "abcXYZ", "hyphen": "-", "underscore": "_",
    "all kinds": "aZ09_-", "negative looking": "-1", "leading zeros": "007", "UUID": "9827feec-4eae-4e80-bda3-daa7c3b97add",
    "127 characters": "a" * 127, "128 characters": "a" * 128, "2^53 - 1": "9007199254740991",
    "2^53": "9007199254740992", "2^64": "18446744073709551616",
    "ten digits just before 2017": "1483228799", "ten digits at 2050": "2524608000",
    "ten digits, smallest": "1000000000", "ten digits, largest": "9999999999", "nine digits": "999999999",
    "ten digits with a leading zero": "0634226826", "eleven digits": "16342268260",
    "a timestamp with a zero before": "01634226826", "milliseconds": "1634226826000",
    "a timestamp with a letter": "1634226826a", "a timestamp with a hyphen": "-1634226826",
}
BAD_NONCES = {
    "empty": "", "129 characters": "a" * 129, "10,000 characters": "a" * 10000,
    "ten digits, first second of 2017": "1483228800", "ten digits, documents' sample": "1634226826",
    "ten digits, last second of 2049": "2524607999", "space": " ", "space before": " 10", "space after": "10 ",
    "space within": "1 0", "tab": "1\t0", "line feed after": "10\n", "carriage return and line feed": "10\r\n",
    "NUL": "10\0", "DEL": "10\u007f", "plus": "+10", "point": "1.0", "comma": "1,000", "colon": "7https:", "slash": "a/b",
    "base64 padding": "YWI=", "standard base64 alphabet": "a+b", "tilde": "a~b", "percent": "a%20b",
    "quote": '"10"', "brace": "{10}",
    "é": "é", "Arabic-Indic digits": "\u0661\u0662\u0663", "full-width digits": "\uff11\uff12",
    "zero-width space": "10\u200b", "letter of another alphabet": "\u0430bc",
    "transplanted URL and body": '7https://api.h/note{"memo":"',
}


def make(numbers):
    cases = []
    for kind, good, bad in (("timestamp", GOOD_TIMESTAMPS, BAD_TIMESTAMPS), ("nonce", GOOD_NONCES, BAD_NONCES)):
        for name, text in good.items():
            cases.append({"name": f"{kind}: {name}", "freshness": {kind: text}, "ok": True})
        for name, text in bad.items():
            cases.append({"name": f"bad {kind}: {name}", "freshness": {kind: text},
                          "error": error(f"invalid_{kind}", numbers)})
    return {"description": "Timestamps and nonces, good and bad (design 4.2).", "cases": cases}
