//! `/@{name}`: the page of a person here, for everybody; `/@{name}@{host}` and `/people/{id}`: of somebody elsewhere, for
//! people here. What visitors see of people here comes from memory, as the documents that programs read do.

use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse, http::StatusCode, web};
use alcove_protocol::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    templates::{self, Templates},
    timeline::POSTS_PER_PAGE,
    views::{
        Reader,
        profile::{self, ProfileView},
    },
    visitor::Visitor,
};
use crate::{
    actions,
    app::App,
    db::{
        Transaction, accounts,
        actors::{self, ActorRow},
        posts::Standing,
    },
    error::{Error, Result},
    federation::documents::{self, Document, Subject},
    http::federation::actor::{Wanted, answer, to, wanted},
};

/// Where a page of a profile begins.
#[derive(Deserialize)]
pub struct Before {
    /// A [`Standing`], as [`written`] has it.
    before: Option<String>,
}

/// Whose page.
enum Named {
    /// By name.
    Here(String),
    /// By name and domain.
    There(String, String),
    /// By row id.
    Id(i64),
}

/// `GET /@{name}` and `GET /@{name}@{host}`: a page for browsers; a server is sent to the id.
pub async fn show(
    visitor: Visitor,
    templates: web::Data<Templates>,
    name: web::Path<String>,
    before: web::Query<Before>,
    request: HttpRequest,
) -> Result<HttpResponse> {
    let name = name.into_inner().to_ascii_lowercase();
    if let Some((name, domain)) = name.split_once('@') {
        let named = Named::There(name.to_owned(), domain.to_owned());
        return for_reader(visitor, named, &before).await;
    }
    let for_everybody = wanted(&request, Wanted::Page);
    if for_everybody == Wanted::Document || visitor.session.is_none() && before.before.is_none() {
        let page = for_visitors(&visitor.app, &templates, name).await?;
        if for_everybody == Wanted::Document {
            return Ok(to(visitor.app.site.actor(page.about).as_str()));
        }
        return Ok(templates::public(answer(&request, &page, "text/html; charset=utf-8")));
    }
    for_reader(visitor, Named::Here(name), &before).await
}

/// `GET /people/{id}`
pub async fn by_id(visitor: Visitor, id: web::Path<i64>, before: web::Query<Before>) -> Result<HttpResponse> {
    for_reader(visitor, Named::Id(id.into_inner()), &before).await
}

/// The first page of a profile as every visitor sees it, from memory.
async fn for_visitors(app: &web::Data<App>, templates: &Templates, name: String) -> Result<Arc<Document>> {
    documents::ready(app, Subject::Page(name.clone()), async || {
        let reader = Reader::new(app, None);
        let (row, context) = app
            .db
            .read(move |transaction| {
                let row = find(transaction, &Named::Here(name))?;
                let context = context(transaction, &reader, &row, Standing::NEWEST)?;
                Ok((row, context))
            })
            .await?;
        Ok(Document::of_text(row.id, templates.render(app, "profile.html", context)?))
    })
    .await
}

async fn for_reader(visitor: Visitor, named: Named, before: &Before) -> Result<HttpResponse> {
    if visitor.session.is_none() && !matches!(named, Named::Here(_)) {
        return Ok(visitor.sign_in_first());
    }
    let (reader, from) = (visitor.reader(), standing(before.before.as_deref()));
    let context = visitor.app.db.read(move |transaction| {
        let row = find(transaction, &named)?;
        context(transaction, &reader, &row, from)
    });
    visitor.page(StatusCode::OK, "profile.html", context.await?)
}

fn find(transaction: &mut Transaction<'_>, named: &Named) -> Result<ActorRow> {
    let row = match named {
        Named::Here(name) => match accounts::by_name(transaction, name)? {
            Some(account) => actors::find(transaction, account.id)?,
            None => None,
        },
        Named::There(name, domain) => actors::by_handle(transaction, domain, name)?,
        Named::Id(id) => actors::find(transaction, *id)?,
    };
    let row = row.ok_or(Error::NotFound)?;
    actions::domains::expect_shown(transaction, &row)?;
    if row.gone_at.is_some() { Err(Error::Gone) } else { Ok(row) }
}

fn context(
    transaction: &mut Transaction<'_>,
    reader: &Reader,
    row: &ActorRow,
    before: Standing,
) -> Result<Value> {
    let view = ProfileView::load(transaction, reader, row)?;
    let relation = view.relation.as_ref();
    let (mut posts, next) = profile::posts_of(transaction, reader, row, relation, before, POSTS_PER_PAGE)?;
    if before == Standing::NEWEST {
        let pinned = profile::pinned(transaction, reader, row, relation)?;
        posts.retain(|post| pinned.iter().all(|first| first.id != post.id));
        posts.splice(0..0, pinned);
    }
    let path = &view.person.path;
    let own = reader.app.site.actor(row.id);
    Ok(json!({
        "here": path,
        "older": next.map(|standing| format!("{path}?before={}", written(standing))),
        "newer": (before != Standing::NEWEST).then_some(path),
        "posts": posts,
        "nothing": nothing(&view, own.as_str() == row.uri),
        "profile": view,
    }))
}

fn nothing(view: &ProfileView, is_local: bool) -> &'static str {
    match &view.relation {
        Some(relation) if !relation.may_follow => {
            "Nothing is shown here, because one of you has blocked the other."
        }
        _ if is_local => "No posts yet.",
        _ => "No posts are known here yet.",
    }
}

/// A standing as it is written in addresses.
fn written(standing: Standing) -> String {
    format!("{}.{}", standing.published_at.0, standing.id)
}

fn standing(text: Option<&str>) -> Standing {
    let read = |text: &str| {
        let (at, id) = text.split_once('.')?;
        Some(Standing { published_at: Timestamp(at.parse().ok()?), id: id.parse().ok()? })
    };
    text.and_then(read).unwrap_or(Standing::NEWEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_in_time_reads_back_and_what_is_strange_is_the_newest() {
        let place = Standing { published_at: Timestamp(7), id: 3 };
        assert_eq!(standing(Some(&written(place))), place);
        assert_eq!(standing(Some("x")), Standing::NEWEST);
        assert_eq!(standing(None), Standing::NEWEST);
    }
}
