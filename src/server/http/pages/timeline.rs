//! `/home`: what the people somebody follows have posted, newest first; and `/tags/{name}`: what carries a hashtag. Visitors
//! see of a hashtag what people here have posted.

use std::{cmp::Reverse, collections::BTreeMap};

use actix_web::{HttpResponse, http::StatusCode, web};
use serde::Deserialize;
use serde_json::json;

use super::{
    views::{
        Reader,
        load::{self, Item, Wanted},
        post::PostView,
    },
    visitor::Visitor,
};
use crate::{
    db::{
        Transaction, hashtags, shown,
        timelines::{self, Place},
    },
    error::Result,
};

/// How many posts one page shows.
pub const POSTS_PER_PAGE: usize = 20;

/// Where a page of a list begins.
#[derive(Deserialize)]
pub struct Before {
    /// A row id; posts before it are shown.
    before: Option<i64>,
}

impl Before {
    /// The row id, or the largest of all.
    pub fn id(&self) -> i64 {
        self.before.unwrap_or(i64::MAX)
    }

    /// The way back to the first page, when this is not it.
    pub fn newest<'p>(&self, path: &'p str) -> Option<&'p str> {
        self.before.map(|_| path)
    }
}

/// A page of a list and the row id that the next one begins before.
pub struct Page<T> {
    /// What is on it.
    pub items: Vec<T>,
    /// The row id of the last, if there is more.
    pub last: Option<i64>,
}

impl<T> Page<T> {
    /// The address of the next page.
    pub fn older(&self, path: &str) -> Option<String> {
        self.last.map(|id| format!("{path}?before={id}"))
    }
}

/// `GET /home`
pub async fn home(visitor: Visitor, before: web::Query<Before>) -> Result<HttpResponse> {
    let Some(session) = &visitor.session else { return Ok(visitor.sign_in_first()) };
    let (reader, account, from) = (visitor.reader(), session.account, before.id());
    let page = visitor.app.db.read(move |transaction| of_home(transaction, &reader, account, from)).await?;
    let context = json!({
        "heading": "Home",
        "posts": page.items,
        "older": page.older("/home"),
        "newer": before.newest("/home"),
        "nothing": "Nothing is here yet. Search for people and follow them: what they post will be here.",
    });
    visitor.page(StatusCode::OK, "timeline.html", context)
}

/// A page of somebody's home timeline.
///
/// # Errors
/// When the database fails.
pub fn of_home(
    transaction: &mut Transaction<'_>,
    reader: &Reader,
    account: i64,
    before: i64,
) -> Result<Page<PostView>> {
    let rows = timelines::before(transaction, account, &[Place::Home], before, POSTS_PER_PAGE as i64)?;
    let last = rows.last().filter(|_| rows.len() == POSTS_PER_PAGE).map(|row| row.item.id);
    let boosts: Vec<i64> = rows.iter().filter_map(|row| row.item.boost_id).collect();
    let boosters = shown::boosters(transaction, &boosts)?;
    let items = rows.into_iter().map(|row| Item {
        boosted_by: row.item.boost_id.and_then(|boost| boosters.get(&boost).copied()),
        post: row.post,
    });
    let own = |item: &Item| item.boosted_by.is_none().then_some((item.post.actor_id, item.post.published_at));
    let items = as_written(items.collect(), own);
    Ok(Page { items: load::posts(transaction, reader, items, Wanted::WithoutMuted)?, last })
}

/// A page stands in the order in which things came, newest first; but what one author has written in the order of its
/// writing, because what a server sends may overtake itself on the way. `own` says whose each is and when it was written, of
/// those that are somebody's own.
fn as_written<T>(items: Vec<T>, own: impl Fn(&T) -> Option<(i64, i64)>) -> Vec<T> {
    let mut places = BTreeMap::<i64, Vec<(i64, usize)>>::new();
    for (place, item) in items.iter().enumerate() {
        if let Some((author, written)) = own(item) {
            places.entry(author).or_default().push((written, place));
        }
    }
    let mut from: Vec<usize> = (0..items.len()).collect();
    for mut own in places.into_values() {
        let free: Vec<usize> = own.iter().map(|(_, place)| *place).collect();
        own.sort_by_key(|(written, _)| Reverse(*written));
        for (place, (_, origin)) in free.into_iter().zip(own) {
            from[place] = origin;
        }
    }
    let mut items: Vec<Option<T>> = items.into_iter().map(Some).collect();
    from.into_iter().filter_map(|place| items[place].take()).collect()
}

/// `GET /tags/{name}`
pub async fn tag(
    visitor: Visitor,
    name: web::Path<String>,
    before: web::Query<Before>,
) -> Result<HttpResponse> {
    let (reader, tag, from) = (visitor.reader(), name.into_inner(), before.id());
    let sought = tag.clone();
    let page = visitor.app.db.read(move |transaction| {
        let rows = match reader.account {
            Some(_) => hashtags::posts(transaction, &sought, from, POSTS_PER_PAGE as i64)?,
            None => shown::own_posts_with(transaction, &sought, from, POSTS_PER_PAGE as i64)?,
        };
        let last = rows.last().filter(|_| rows.len() == POSTS_PER_PAGE).map(|row| row.id);
        Ok(Page { items: load::posts(transaction, &reader, rows, Wanted::WithoutMuted)?, last })
    });
    let page = page.await?;
    let path = format!("/tags/{}", encoded(&tag));
    let context = json!({
        "heading": format!("#{tag}"),
        "sentence": match visitor.session {
            Some(_) => "Public posts with this hashtag, as far as they are known here.",
            None => "Public posts of people here with this hashtag.",
        },
        "posts": page.items,
        "older": page.older(&path),
        "newer": before.newest(&path),
        "nothing": "No posts.",
    });
    visitor.page(StatusCode::OK, "timeline.html", context)
}

/// A word as a part of a path.
fn encoded(word: &str) -> String {
    url::form_urlencoded::byte_serialize(word.as_bytes()).collect::<String>().replace('+', "%20")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_one_author_wrote_stands_as_it_was_written_and_all_else_as_it_came() {
        // Author and time, newest arrival first; a boost has none.
        let came = vec![Some((1, 10)), Some((2, 5)), None, Some((1, 30)), Some((2, 4)), Some((1, 20))];
        let expected = vec![Some((1, 30)), Some((2, 5)), None, Some((1, 20)), Some((2, 4)), Some((1, 10))];
        assert_eq!(as_written(came, |item| *item), expected);
    }
}
