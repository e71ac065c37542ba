//! The table `hashtag`: which posts carry which, in lower case and without `#`.

use diesel::prelude::*;

use super::{
    Transaction,
    posts::{PostRow, word},
    query,
    schema::{hashtag, post},
};
use crate::error::Result;
use alcove_protocol::post::Visibility;

/// Puts these hashtags in the place of those that a post had.
pub fn set<Name: AsRef<str>>(transaction: &mut Transaction<'_>, post: i64, names: &[Name]) -> Result<()> {
    let former = hashtag::table.filter(hashtag::post_id.eq(post));
    query!(transaction, connection => diesel::delete(former).execute(connection))?;
    for name in names {
        let name = name.as_ref().trim_start_matches('#').to_lowercase();
        query!(transaction, connection => diesel::insert_into(hashtag::table)
            .values((hashtag::name.eq(&name), hashtag::post_id.eq(post)))
            .on_conflict_do_nothing()
            .execute(connection))?;
    }
    Ok(())
}

/// Up to `limit` public posts with a hashtag before a row id, newest first.
pub fn posts(transaction: &mut Transaction<'_>, name: &str, before: i64, limit: i64) -> Result<Vec<PostRow>> {
    let name = name.trim_start_matches('#').to_lowercase();
    let rows = query!(transaction, connection => hashtag::table
        .inner_join(post::table)
        .filter(hashtag::name.eq(&name))
        .filter(hashtag::post_id.lt(before))
        .filter(post::visibility.eq(word(Visibility::Public)))
        .order(hashtag::post_id.desc())
        .limit(limit)
        .select(PostRow::as_select())
        .load(connection))?;
    Ok(rows)
}
