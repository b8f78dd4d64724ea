//! Request bodies: parsed from the very bytes that were verified, into types that hold no wrong value.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{DeserializeOwned, Error as _, MapAccess, Visitor, value::MapAccessDeserializer};
use serde::{Deserialize, Deserializer};

use super::Stop;
use crate::answer::Answer;

/// Reads a body; what does not fit is 400 with the path of the field.
pub(crate) fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Stop> {
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let refused = |field: &str| Stop::Refused(Answer::bad_request(field));
    let Object(value) = serde_path_to_error::deserialize::<_, Object<T>>(&mut json).map_err(|error| {
        let path = error.path().to_string();
        let message = error.inner().to_string();
        // The path of a missing or repeated field is that of the object around it.
        let of_object =
            ["missing field `", "duplicate field `"].iter().find_map(|start| message.strip_prefix(start));
        match (path.as_str(), of_object.and_then(|rest| rest.split('`').next())) {
            ("." | "?", Some(field)) => refused(field),
            ("." | "?", None) => refused("body"),
            (path, Some(field)) if path != field && !path.ends_with(&format!(".{field}")) => {
                refused(&format!("{path}.{field}"))
            }
            (path, _) => refused(path),
        }
    })?;
    json.end().map_err(|_| refused("body"))?;
    Ok(value)
}

/// A JSON object: serde alone would take an array for a struct.
#[derive(Clone)]
pub(crate) struct Object<T>(pub(crate) T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct OfMap<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for OfMap<T> {
            type Value = Object<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a JSON object")
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
                T::deserialize(MapAccessDeserializer::new(map)).map(Object)
            }
        }
        deserializer.deserialize_map(OfMap(PhantomData))
    }
}

impl<T: JsonSchema> JsonSchema for Object<T> {
    fn inline_schema() -> bool {
        T::inline_schema()
    }

    fn schema_name() -> Cow<'static, str> {
        T::schema_name()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        T::json_schema(generator)
    }
}

/// A text of `MIN` to `MAX` characters.
#[derive(Clone)]
pub(crate) struct Text<const MIN: usize, const MAX: usize>(String);

/// A text that may be empty.
pub(crate) type AnyText = Text<0, 1000>;
/// A name, an address, an id.
pub(crate) type SomeText = Text<1, 200>;

impl<const MIN: usize, const MAX: usize> Text<MIN, MAX> {
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// The text, or nothing for none.
pub(crate) fn or_empty<const MIN: usize, const MAX: usize>(text: Option<&Text<MIN, MAX>>) -> &str {
    text.map_or("", Text::as_str)
}

impl<'de, const MIN: usize, const MAX: usize> Deserialize<'de> for Text<MIN, MAX> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        if (MIN..=MAX).contains(&text.chars().count()) {
            Ok(Self(text))
        } else {
            Err(D::Error::custom("the text is too short or too long"))
        }
    }
}

impl<const MIN: usize, const MAX: usize> JsonSchema for Text<MIN, MAX> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        format!("Text{MIN}To{MAX}").into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "minLength": MIN, "maxLength": MAX })
    }
}

/// An amount in base units, above zero.
#[derive(Clone, Copy)]
pub(crate) struct Amount(u64);

impl Amount {
    /// The largest number that every JSON reader keeps exact.
    pub(crate) const MAX: u64 = (1 << 53) - 1;

    pub(crate) const fn units(self) -> u64 {
        self.0
    }
}

impl<'de> Deserialize<'de> for Amount {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let units = u64::deserialize(deserializer)?;
        if (1..=Self::MAX).contains(&units) {
            Ok(Self(units))
        } else {
            Err(D::Error::custom("the amount is out of bounds"))
        }
    }
}

impl JsonSchema for Amount {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Amount".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "integer", "minimum": 1, "maximum": Self::MAX })
    }
}

/// Unix seconds, as a number or as its digits: the interface says text, its examples show numbers.
#[derive(Clone, Copy)]
pub(crate) struct Expires(u64);

impl Expires {
    pub(crate) const fn seconds(self) -> u64 {
        self.0
    }
}

impl<'de> Deserialize<'de> for Expires {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum NumberOrDigits {
            Number(u64),
            Digits(String),
        }
        let seconds = match NumberOrDigits::deserialize(deserializer)? {
            NumberOrDigits::Number(seconds) => Some(seconds),
            NumberOrDigits::Digits(digits) => Some(&digits)
                .filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))
                .and_then(|digits| digits.parse().ok()),
        };
        seconds
            .filter(|seconds| *seconds <= crate::clock::MAX_NOW)
            .map(Self)
            .ok_or_else(|| D::Error::custom("no Unix seconds of at most ten digits"))
    }
}

impl JsonSchema for Expires {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Expires".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "anyOf": [
                { "type": "integer", "minimum": 0, "maximum": crate::clock::MAX_NOW },
                { "type": "string", "pattern": "^[0-9]{1,10}$" }
            ]
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{Amount, AnyText, Expires, Object, SomeText, parse};
    use crate::operations::Stop;
    use serde::Deserialize;

    #[derive(Deserialize)]
    #[allow(dead_code)]
    struct Outer {
        name: SomeText,
        note: Option<AnyText>,
        send: Option<Object<Inner>>,
    }

    #[derive(Deserialize)]
    #[allow(dead_code)]
    struct Inner {
        amount: Amount,
        expires: Option<Expires>,
    }

    fn reason(json: &str) -> Option<String> {
        match parse::<Outer>(json.as_bytes()) {
            Ok(_) => None,
            Err(Stop::Refused(answer)) => {
                let body: serde_json::Value = serde_json::from_str(&answer.body).unwrap();
                Some(body["detail"]["reason"].as_str().unwrap().to_owned())
            }
            Err(Stop::Database(_)) => unreachable!(),
        }
    }

    #[test]
    fn a_refusal_names_the_field() {
        for (json, field) in [
            (r#"{"name":"a"}"#, None),
            (r#"{"name":"a","note":null,"other":[1]}"#, None),
            (r#"{"name":"a","send":{"amount":1,"expires":"1634226826"}}"#, None),
            (r#"{"name":"a","send":{"amount":1,"expires":1634226826}}"#, None),
            ("{}", Some("name")),
            (r#"{"name":""}"#, Some("name")),
            (r#"{"name":7}"#, Some("name")),
            (r#"{"name":"a","name":"b"}"#, Some("name")),
            (r#"{"name":"a","send":{}}"#, Some("send.amount")),
            (r#"{"name":"a","send":{"amount":0}}"#, Some("send.amount")),
            (r#"{"name":"a","send":{"amount":-1}}"#, Some("send.amount")),
            (r#"{"name":"a","send":{"amount":1.5}}"#, Some("send.amount")),
            (r#"{"name":"a","send":{"amount":1,"expires":"soon"}}"#, Some("send.expires")),
            (r#"{"name":"a","send":[1]}"#, Some("send")),
            (r#"["a"]"#, Some("body")),
            ("", Some("body")),
            ("{", Some("body")),
        ] {
            assert_eq!(reason(json).as_deref(), field, "{json}");
        }
    }
}
