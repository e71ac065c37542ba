//! Collections of actors that show how many, and never who: followers and following (ActivityPub section 5.3, 5.4).

use actix_web::{
    HttpResponse,
    web::{Data, Path},
};
use alcove_protocol::{
    collection::OrderedCollection,
    context::{self, ACTIVITY_JSON},
};

use crate::{
    app::App,
    db::{
        accounts,
        follows::{self, Side},
    },
    error::{Error, Result},
};

/// `GET /users/{account}/followers`
pub async fn followers(app: Data<App>, account: Path<i64>) -> Result<HttpResponse> {
    counted(&app, account.into_inner(), "followers", Side::Followers).await
}

/// `GET /users/{account}/following`
pub async fn following(app: Data<App>, account: Path<i64>) -> Result<HttpResponse> {
    counted(&app, account.into_inner(), "following", Side::Following).await
}

/// `GET /actor/outbox`: the server's own actor publishes nothing.
pub async fn instance_outbox(app: Data<App>) -> HttpResponse {
    collection(&app.site.url("/actor/outbox"), 0)
}

async fn counted(app: &App, account: i64, part: &str, side: Side) -> Result<HttpResponse> {
    let actor = app.site.actor(account);
    let count = app.db.read(move |transaction| {
        accounts::find(transaction, account)?.ok_or(Error::NotFound)?;
        follows::count(transaction, &actor, side)
    });
    Ok(collection(&app.site.of_account(account, part), count.await?))
}

fn collection(id: &str, count: i64) -> HttpResponse {
    let collection =
        OrderedCollection { id: id.to_owned(), total: count.try_into().ok(), first: None, items: None };
    HttpResponse::Ok().content_type(ACTIVITY_JSON).body(collection.to_value(context::plain()).to_string())
}
