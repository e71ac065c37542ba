//! Foreign JSON, read within bounds: at most 32 levels deep, 10,000 values, no key twice (S-05, S-51), nothing after the
//! document; and the few shapes of ActivityStreams that everybody writes differently. Not JSON-LD: nothing is expanded.

use std::{cell::Cell, fmt};

use serde::{
    Deserializer,
    de::{DeserializeOwned, DeserializeSeed, Error as _, MapAccess, SeqAccess, Visitor},
};
use serde_json::{Map, Value};

/// How deep a foreign document may be nested.
pub const MAX_DEPTH: usize = 32;
/// How many values a foreign document may hold.
pub const MAX_VALUES: usize = 10_000;
/// The longest name of a type, in bytes; longer ones are none.
const MAX_TYPE: usize = 100;

/// Why bytes are not a document that we read; the text says what was expected.
#[derive(Debug, thiserror::Error)]
#[error("expected JSON of at most {MAX_DEPTH} levels and {MAX_VALUES} values, each key once: {0}")]
pub struct InvalidJson(#[from] serde_json::Error);

/// Reads a foreign document within the bounds above.
pub fn parse(bytes: &[u8]) -> Result<Value, InvalidJson> {
    let values = Cell::new(MAX_VALUES);
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let value = Bounded { depth: MAX_DEPTH, values: &values }.deserialize(&mut deserializer)?;
    deserializer.end()?;
    Ok(value)
}

/// Reads JSON of our own making from a text. As bytes, like all other JSON: what reads it is compiled for each source and type,
/// and the app would carry it twice.
///
/// # Errors
/// What is no JSON, or not of this type.
pub fn read<T: DeserializeOwned>(text: &str) -> serde_json::Result<T> {
    serde_json::from_slice(text.as_bytes())
}

/// What is left of the bounds while reading.
#[derive(Clone, Copy)]
struct Bounded<'a> {
    depth: usize,
    values: &'a Cell<usize>,
}

impl<'a> Bounded<'a> {
    fn deeper<E: serde::de::Error>(self) -> Result<Bounded<'a>, E> {
        let depth = self.depth.checked_sub(1).ok_or_else(|| E::custom("nested too deep"))?;
        Ok(Bounded { depth, ..self })
    }
}

impl<'de> DeserializeSeed<'de> for Bounded<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        let left = self.values.get().checked_sub(1).ok_or_else(|| D::Error::custom("too many values"))?;
        self.values.set(left);
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Bounded<'_> {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON value")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let inner = self.deeper()?;
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(inner)? {
            list.push(item);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let inner = self.deeper()?;
        let mut object = Map::new();
        while let Some(key) = entries.next_key::<String>()? {
            let value = entries.next_value_seed(inner)?;
            if object.insert(key, value).is_some() {
                return Err(A::Error::custom("a key stands twice"));
            }
        }
        Ok(Value::Object(object))
    }
}

/// The values of a property that may be missing, single or a list.
pub fn many<'a>(document: &'a Value, name: &str) -> &'a [Value] {
    match document.get(name) {
        None | Some(Value::Null) => &[],
        Some(Value::Array(list)) => list,
        Some(single) => std::slice::from_ref(single),
    }
}

/// The id of a link or of an embedded object.
pub fn id_of(value: &Value) -> Option<&str> {
    value.as_str().or_else(|| value.get("id").and_then(Value::as_str))
}

/// The ids of a property that holds links or objects, one or many; what has no id is left out.
pub fn ids<'a>(document: &'a Value, name: &str) -> Vec<&'a str> {
    many(document, name).iter().filter_map(id_of).collect()
}

/// A property that holds one link or object, or a list of exactly one.
pub fn single_id<'a>(document: &'a Value, name: &str) -> Option<&'a str> {
    match many(document, name) {
        [one] => id_of(one),
        _ => None,
    }
}

/// The address that a link leads to, given as text, as an object with `href` or `url`, or as the first of a list.
pub fn link_of(value: &Value) -> Option<&str> {
    match value {
        Value::String(text) => Some(text),
        Value::Array(list) => list.iter().find_map(link_of),
        Value::Object(link) => ["href", "url"].iter().find_map(|name| link.get(*name).and_then(link_of)),
        _ => None,
    }
}

/// An object of the members that have a value.
pub fn present<const N: usize>(members: [(&str, Option<Value>); N]) -> Value {
    let present = members.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
    Value::Object(present.collect())
}

/// A property that holds one string.
pub fn text<'a>(document: &'a Value, name: &str) -> Option<&'a str> {
    document.get(name).and_then(Value::as_str)
}

/// The type of a document among those that `known` accepts: plain, in a list, prefixed as `mls:Welcome`, or as a full
/// address (trap T1).
pub fn type_among(document: &Value, known: impl Fn(&str) -> bool) -> Option<&str> {
    let names = many(document, "type").iter().filter_map(Value::as_str).map(short_type);
    names.filter(|name| name.len() <= MAX_TYPE).find(|name| known(name))
}

fn short_type(name: &str) -> &str {
    name.rsplit(['#', ':', '/']).next().unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// S-05, S-51: a key twice, however it is spelt, too deep, too much, or two documents.
    #[test]
    fn bounds_hold() {
        assert!(parse(b"{\"a\":[1,2.5,null,true,\"x\",-3]}").is_ok());
        assert!(parse("[".repeat(200).as_bytes()).is_err(), "nested 200 deep");
        assert!(parse(format!("{}1{}", "[".repeat(33), "]".repeat(33)).as_bytes()).is_err());
        assert!(parse(format!("{}1{}", "[".repeat(32), "]".repeat(32)).as_bytes()).is_ok());
        assert!(parse(b"{\"id\":1,\"id\":2}").is_err(), "a key twice");
        assert!(parse(br#"{"id":1,"\u0069d":2}"#).is_err(), "a key twice, once in disguise");
        assert!(parse(br#"{"a":[{"id":1,"b":2,"id":1}]}"#).is_err(), "deep inside");
        assert!(parse(b"{} {}").is_err(), "two documents");
        let many = format!("[{}]", vec!["1"; MAX_VALUES].join(","));
        assert!(parse(many.as_bytes()).is_err(), "too many values");
    }

    #[test]
    fn shapes_read_alike() {
        let document = json!({"to": "a", "cc": [{"id": "b"}, 7, "c"], "object": [{"id": "d"}], "x": null});
        assert_eq!(ids(&document, "to"), ["a"]);
        assert_eq!(ids(&document, "cc"), ["b", "c"]);
        assert_eq!(single_id(&document, "object"), Some("d"));
        assert_eq!(single_id(&document, "cc"), None);
        let icon = json!([{"type": "Image"}, {"url": [{"href": "https://h.example/i"}]}]);
        assert_eq!(link_of(&icon), Some("https://h.example/i"));
        assert_eq!(present([("a", None), ("b", Some(json!(1)))]), json!({"b": 1}));
        assert!(many(&document, "x").is_empty() && many(&document, "y").is_empty());
    }

    /// Trap T1: the type as string, list, prefixed name or full address.
    #[test]
    fn types_are_found_in_every_form() {
        let known = |name: &str| name == "Welcome";
        for form in [
            json!("Welcome"),
            json!(["Object", "Welcome"]),
            json!("mls:Welcome"),
            json!(["https://purl.archive.org/socialweb/mls#Welcome"]),
        ] {
            assert_eq!(type_among(&json!({"type": form}), known), Some("Welcome"));
        }
        assert_eq!(type_among(&json!({"type": "Note"}), known), None);
        assert_eq!(type_among(&json!({"type": "x".repeat(101)}), |_| true), None, "S-51");
    }
}
