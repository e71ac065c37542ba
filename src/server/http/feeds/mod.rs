//! The public posts of a person as a feed: `GET /@{name}.rss` (RSS 2.0 with Media RSS) and `GET /@{name}.atom` (RFC 4287).
//! Only what everybody may see is in it (S-29); what stands behind a content warning stays there. Not the outbox, which
//! other servers read.

mod view;

use actix_web::{
    HttpRequest, HttpResponse,
    web::{self, Data, Path},
};
use serde_json::json;

use crate::{
    actions::posts::details::PostDetails,
    app::App,
    db::{
        Transaction, accounts, actors, media,
        posts::{self, FOR_EVERYBODY, Standing},
    },
    error::{Error, Result},
    federation::documents::Document,
    http::{federation::actor, pages::templates::Templates},
    site::Site,
};
use view::{Feed, Source};

/// The most posts in a feed.
const ENTRIES: i64 = 20;

/// The routes of the feeds; they stand before those of profiles, whose addresses they extend.
pub fn routes(service: &mut web::ServiceConfig) {
    service.route("/@{name}.rss", web::get().to(rss)).route("/@{name}.atom", web::get().to(atom));
}

/// `GET /@{name}.rss`
pub async fn rss(
    app: Data<App>,
    templates: Data<Templates>,
    name: Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse> {
    answer(&app, &templates, &name, &request, ("feed.rss.xml", "application/rss+xml; charset=utf-8")).await
}

/// `GET /@{name}.atom`
pub async fn atom(
    app: Data<App>,
    templates: Data<Templates>,
    name: Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse> {
    answer(&app, &templates, &name, &request, ("feed.atom.xml", "application/atom+xml; charset=utf-8")).await
}

async fn answer(
    app: &App,
    templates: &Templates,
    name: &str,
    request: &HttpRequest,
    (template, content_type): (&str, &str),
) -> Result<HttpResponse> {
    let (site, name) = (app.site.clone(), name.to_ascii_lowercase());
    let (account, feed) = app.db.read(move |transaction| feed(transaction, &site, &name)).await?;
    let text = templates.render(app, template, json!({"feed": feed}))?;
    Ok(actor::answer(request, &Document::of_text(account, text), content_type))
}

fn feed(transaction: &mut Transaction<'_>, site: &Site, name: &str) -> Result<(i64, Feed)> {
    let account = accounts::by_name(transaction, name)?.filter(accounts::AccountRow::is_enabled);
    let account = account.ok_or(Error::NotFound)?;
    let actor = actors::find(transaction, account.id)?.ok_or(Error::NotFound)?;
    if actor.gone_at.is_some() {
        return Err(Error::Gone);
    }
    let rows = posts::of_actor(transaction, account.id, FOR_EVERYBODY, Standing::NEWEST, ENTRIES)?;
    let ids: Vec<i64> = rows.iter().map(|row| row.id).collect();
    let mut files = media::of_posts(transaction, &ids)?;
    let sources = rows.into_iter().map(|post| {
        let details = PostDetails::of_column(post.details.as_deref())?;
        let files = files.remove(&post.id).unwrap_or_default();
        Ok(Source { post, details, files })
    });
    let sources = sources.collect::<Result<Vec<_>>>()?;
    Ok((account.id, Feed::of(site, &account, &actor, &sources)))
}
