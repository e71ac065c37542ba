//! Collections and their pages (ActivityStreams 2.0 Core, section 5): written ordered and whole, read in every form that
//! others use: ordered or not, items at once, or a first page that is linked or embedded.

use serde_json::{Value, json};

use crate::json;

/// The most items that are read from one document (S-51).
pub const MAX_ITEMS: usize = 1_000;

/// A collection as we write it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OrderedCollection {
    /// Its id.
    pub id: String,
    /// How many items there are; left out where it would tell too much.
    pub total: Option<u64>,
    /// The address of the first page, where there are pages.
    pub first: Option<String>,
    /// All items, where there are no pages.
    pub items: Option<Vec<Value>>,
}

/// A page of a collection as we write it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OrderedCollectionPage {
    /// Its id.
    pub id: String,
    /// The collection.
    pub part_of: String,
    /// The page after it, in the order of the items.
    pub next: Option<String>,
    /// The page before it.
    pub prev: Option<String>,
    /// What stands on it.
    pub items: Vec<Value>,
}

impl OrderedCollection {
    /// The document, in a context that knows its items' terms.
    pub fn to_value(&self, context: Value) -> Value {
        json::present([
            ("@context", Some(context)),
            ("id", Some(json!(self.id))),
            ("type", Some(json!("OrderedCollection"))),
            ("totalItems", self.total.map(|total| json!(total))),
            ("first", self.first.as_ref().map(|first| json!(first))),
            ("orderedItems", self.items.as_ref().map(|items| json!(items))),
        ])
    }
}

impl OrderedCollectionPage {
    /// The document, in a context that knows its items' terms.
    pub fn to_value(&self, context: Value) -> Value {
        json::present([
            ("@context", Some(context)),
            ("id", Some(json!(self.id))),
            ("type", Some(json!("OrderedCollectionPage"))),
            ("partOf", Some(json!(self.part_of))),
            ("next", self.next.as_ref().map(|next| json!(next))),
            ("prev", self.prev.as_ref().map(|prev| json!(prev))),
            ("orderedItems", Some(json!(self.items))),
        ])
    }
}

/// What one document of a foreign collection holds, whether it is the collection or one of its pages.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// Its items in the order written: objects or links; at most [`MAX_ITEMS`].
    pub items: Vec<Value>,
    /// The address of the page to read next. Whether it belongs to the same origin, and when to stop, is for the reader.
    pub next: Option<String>,
}

impl Part {
    /// Reads a collection or a page; `None` when it is neither.
    pub fn parse(document: &Value) -> Option<Self> {
        let kinds = ["OrderedCollection", "Collection", "OrderedCollectionPage", "CollectionPage"];
        json::type_among(document, |name| kinds.contains(&name))?;
        let first = document.get("first").filter(|first| first.is_object());
        let mut items = items(document);
        items.extend(first.into_iter().flat_map(self::items));
        items.truncate(MAX_ITEMS);
        // A collection that shows its items repeats them on its pages.
        let first_page =
            || json::single_id(document, "first").filter(|_| items.is_empty() && first.is_none());
        let next = first
            .map_or_else(|| json::single_id(document, "next"), |page| json::single_id(page, "next"))
            .or_else(first_page);
        Some(Self { next: next.map(str::to_owned), items })
    }
}

fn items(document: &Value) -> Vec<Value> {
    let ordered = json::many(document, "orderedItems");
    let items = if ordered.is_empty() { json::many(document, "items") } else { ordered };
    items.to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::context;

    const ID: &str = "https://h.example/users/1/outbox";

    #[test]
    fn collections_are_written_exactly_and_read_back() {
        let collection = OrderedCollection {
            id: ID.into(),
            total: Some(3),
            first: Some(format!("{ID}?page=1")),
            items: None,
        };
        let page = OrderedCollectionPage {
            id: format!("{ID}?page=1"),
            part_of: ID.into(),
            next: Some(format!("{ID}?page=2")),
            prev: None,
            items: vec![json!("https://h.example/a/1")],
        };
        let whole =
            OrderedCollection { items: Some(vec![json!({"id": "x"})]), first: None, ..collection.clone() };
        insta::assert_json_snapshot!("collection", collection.to_value(context::plain()));
        insta::assert_json_snapshot!("collection_whole", whole.to_value(context::mls()));
        insta::assert_json_snapshot!("collection_page", page.to_value(context::plain()));
        let read = |document: Value| Part::parse(&document).unwrap();
        let linked = read(collection.to_value(context::plain()));
        assert_eq!(linked, Part { items: vec![], next: Some(format!("{ID}?page=1")) });
        let at_once = read(whole.to_value(context::plain()));
        assert_eq!(at_once, Part { items: vec![json!({"id": "x"})], next: None });
        let second = read(page.to_value(context::plain()));
        assert_eq!(second, Part { items: page.items, next: page.next });
    }

    /// The forms of Emissary (unordered, linked), Mastodon (embedded first page) and GoToSocial (a single item unwrapped).
    #[test]
    fn collections_of_other_software_are_read() {
        let embedded = json!({"type": "Collection", "id": ID,
            "first": {"type": "CollectionPage", "items": ["a"], "next": "https://h.example/2"}});
        let expected = Part { items: vec![json!("a")], next: Some("https://h.example/2".into()) };
        assert_eq!(Part::parse(&embedded), Some(expected));
        let single = json!({"type": "OrderedCollectionPage", "orderedItems": {"id": "b"}});
        assert_eq!(Part::parse(&single), Some(Part { items: vec![json!({"id": "b"})], next: None }));
        let unordered = json!({"type": ["Collection"], "items": ["c"], "first": "https://h.example/1"});
        assert_eq!(Part::parse(&unordered).unwrap().next, None, "the items are all there");
        let empty = json!({"type": "OrderedCollection", "totalItems": 0});
        assert_eq!(Part::parse(&empty), Some(Part { items: vec![], next: None }));
        assert_eq!(Part::parse(&json!({"type": "Note", "items": ["a"]})), None);
    }

    /// S-51: what is read is bounded.
    #[test]
    fn long_collections_are_cut() {
        let long = json!({"type": "Collection", "items": vec!["a"; MAX_ITEMS + 5]});
        assert_eq!(Part::parse(&long).unwrap().items.len(), MAX_ITEMS);
    }
}
