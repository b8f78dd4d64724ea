"""Checks a document against schema.json: the few keywords of JSON Schema that it uses, no more."""

import re

_TYPES = {"object": dict, "array": list, "string": str, "integer": int, "null": type(None)}
_KNOWN = {"type", "properties", "required", "additionalProperties", "items", "minItems", "maxItems", "minLength",
          "minimum", "maximum", "pattern", "enum", "const", "$ref", "anyOf", "oneOf", "allOf", "description"}


class Invalid(Exception):
    """The document breaks the schema; the text says where and how."""


def check(schema, document, name):
    """Raises Invalid unless the document is valid against `$defs/name`."""
    _check(schema, schema["$defs"][name], document, name)


def _check(root, rule, value, at):
    if set(rule) - _KNOWN:
        raise Invalid(f"{at}: unknown keywords {set(rule) - _KNOWN}")
    if "$ref" in rule:
        _check(root, root["$defs"][rule["$ref"].removeprefix("#/$defs/")], value, at)
    kinds = rule.get("type")
    if kinds and not any(_is(value, kind) for kind in ([kinds] if isinstance(kinds, str) else kinds)):
        raise Invalid(f"{at}: not of the type {kinds}")
    if "enum" in rule and value not in rule["enum"] or "const" in rule and value != rule["const"]:
        raise Invalid(f"{at}: {value!r} is not allowed")
    for keyword, fewest, most in (("anyOf", 1, 99), ("oneOf", 1, 1), ("allOf", len(rule.get("allOf", [])), 99)):
        if keyword in rule and not fewest <= sum(_fits(root, part, value) for part in rule[keyword]) <= most:
            raise Invalid(f"{at}: {keyword} does not hold")
    if isinstance(value, dict):
        _check_object(root, rule, value, at)
    elif isinstance(value, list):
        if not rule.get("minItems", 0) <= len(value) <= rule.get("maxItems", len(value)):
            raise Invalid(f"{at}: {len(value)} items")
        for index, item in enumerate(value):
            _check(root, rule.get("items", {}), item, f"{at}[{index}]")
    elif isinstance(value, str):
        if not re.search(rule.get("pattern", ""), value) or len(value) < rule.get("minLength", 0):
            raise Invalid(f"{at}: {value!r} does not fit")
    elif _is(value, "integer") and not rule.get("minimum", value) <= value <= rule.get("maximum", value):
        raise Invalid(f"{at}: {value} is out of bounds")


def _check_object(root, rule, value, at):
    missing = set(rule.get("required", [])) - set(value)
    if missing:
        raise Invalid(f"{at}: {sorted(missing)} missing")
    for key, item in value.items():
        known = rule.get("properties", {}).get(key, rule.get("additionalProperties", {}))
        if known is False:
            raise Invalid(f"{at}: {key} is not foreseen")
        _check(root, known, item, f"{at}.{key}")


def _is(value, kind):
    return isinstance(value, _TYPES[kind]) and not isinstance(value, bool)


def _fits(root, rule, value):
    try:
        _check(root, rule, value, "")
        return True
    except Invalid:
        return False
