//! Event streams of `inbox` and `messages` (Server-Sent Events, WHATWG HTML section 9.2): one ActivityStreams `Add` for each
//! thing that arrives, named `<incarnation>-<position>` so that a reader who comes back misses nothing. A stream ends as
//! soon as its token does (S-61), and when newer ones have taken its place (`streams.rs`).
//!
//! Readers of ours hear on `messages` of everything that their device works through, and get an `Update` without a name
//! when something else about their account moved: an approval of a device, for one, or a letter that is not encrypted
//! (`protocol::api::letters`).

use std::{collections::VecDeque, time::Duration};

use actix_web::{
    HttpRequest, HttpResponse,
    http::header,
    web::{self, Bytes, Data},
};
use alcove_protocol::{ActorId, api::Item, context};
use futures_util::stream;
use serde_json::json;
use tokio::{sync::broadcast, time::Interval};

use super::{
    super::authentication::{Bearer, Caller},
    owner,
};
use crate::{
    actions::{received, scopes::Scope},
    app::App,
    bus::Wake,
    db::items::Selection,
    error::{Error, Result},
    streams::Place,
};

/// How often a stream shows that it lives; also how long a lost wake can delay anything.
const HEARTBEAT: Duration = Duration::from_secs(20);

/// `GET /users/{account}/inbox/stream`.
pub async fn inbox(
    app: Data<App>,
    account: web::Path<i64>,
    bearer: Bearer,
    request: HttpRequest,
) -> Result<HttpResponse> {
    let caller = owner(bearer, Scope::Read, *account)?;
    open(&app, caller, "inbox", Selection::Plain, &request).await
}

/// `GET /users/{account}/messages/stream`.
pub async fn messages(
    app: Data<App>,
    account: web::Path<i64>,
    bearer: Bearer,
    request: HttpRequest,
) -> Result<HttpResponse> {
    let caller = owner(bearer, Scope::Messages, *account)?;
    let selection = if caller.device.is_some() { Selection::Everything } else { Selection::Sealed };
    open(&app, caller, "messages", selection, &request).await
}

async fn open(
    app: &App,
    caller: Caller,
    part: &str,
    selection: Selection,
    request: &HttpRequest,
) -> Result<HttpResponse> {
    // Listens before it looks, so that nothing falls in between.
    let wakes = app.bus.listen();
    let (incarnation, position) = begin(app, caller.account, selection, request).await?;
    let reader = Reader {
        target: app.site.of_account(caller.account, part),
        actor: caller.actor(app),
        app: app.clone(),
        place: app.streams.open(caller.account, caller.token),
        caller,
        selection,
        incarnation,
        position,
        wakes,
        heartbeat: tokio::time::interval(HEARTBEAT),
        ready: VecDeque::new(),
        looking: Look::ForItems,
    };
    Ok(HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header(("X-Accel-Buffering", "no"))
        .content_type("text/event-stream")
        .streaming(stream::unfold(reader, Reader::next)))
}

/// After what the reader knows already: what `Last-Event-ID` names, or all that has arrived so far. A name of before a
/// backup was restored means nothing any more; such a reader is told everything that is still here.
async fn begin(app: &App, account: i64, selection: Selection, request: &HttpRequest) -> Result<(i64, i64)> {
    let last = request.headers().get("last-event-id").and_then(|value| value.to_str().ok());
    let last = last.and_then(|name| name.split_once('-'));
    let last = last.and_then(|(incarnation, position)| {
        Some((incarnation.parse::<i64>().ok()?, position.parse::<i64>().ok()?))
    });
    app.db
        .read(move |transaction| {
            let (incarnation, newest) = received::newest(transaction, account, selection)?;
            Ok(match last {
                None => (incarnation, newest),
                Some((then, position)) if then == incarnation => (incarnation, position),
                Some(_) => (incarnation, 0),
            })
        })
        .await
}

/// What to look for before waiting again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Look {
    /// For what has arrived.
    ForItems,
    /// For what has arrived; and when that is nothing, to say that something else has moved.
    ForAnything,
    /// For nothing: wait.
    Nowhere,
}

/// One open stream.
struct Reader {
    app: App,
    caller: Caller,
    place: Place,
    actor: ActorId,
    target: String,
    selection: Selection,
    incarnation: i64,
    position: i64,
    wakes: broadcast::Receiver<Wake>,
    heartbeat: Interval,
    ready: VecDeque<Bytes>,
    looking: Look,
}

impl Reader {
    /// The next bytes of the stream; none when it ends.
    async fn next(mut self) -> Option<(Result<Bytes>, Self)> {
        loop {
            if let Some(bytes) = self.ready.pop_front() {
                return Some((Ok(bytes), self));
            }
            let step = match self.looking {
                Look::Nowhere => self.wait().await,
                _ => self.look().await,
            };
            if step.is_err() {
                return None;
            }
        }
    }

    /// Makes events of what has arrived.
    ///
    /// # Errors
    /// When the stream is over.
    async fn look(&mut self) -> Result<()> {
        let (site, sender) = (self.app.site.clone(), self.caller.sender());
        let (selection, position) = (self.selection, self.position);
        let page = self
            .app
            .db
            .read(move |transaction| received::page_for(transaction, &site, sender, selection, position));
        let (items, more) = page.await?;
        if items.is_empty() && self.looking == Look::ForAnything && self.caller.device.is_some() {
            self.ready.push_back(self.moved());
        }
        for item in items {
            self.position = item.position;
            self.ready.push_back(self.event(item));
        }
        self.looking = if more { Look::ForItems } else { Look::Nowhere };
        Ok(())
    }

    /// Waits for a wake or the next heartbeat.
    ///
    /// # Errors
    /// When the stream is over.
    async fn wait(&mut self) -> Result<()> {
        let wake = tokio::select! {
            _ = self.heartbeat.tick() => {
                self.ready.push_back(Bytes::from_static(b": alive\n\n"));
                self.looking = Look::ForItems;
                return self.expect_access().await;
            }
            () = self.place.taken() => return Err(Error::Busy),
            wake = self.wakes.recv() => wake,
        };
        match wake {
            Ok(Wake::Account(account)) if account == self.caller.account => self.looking = Look::ForAnything,
            Ok(Wake::Access(account)) if account == self.caller.account => self.expect_access().await?,
            Err(broadcast::error::RecvError::Lagged(_)) | Ok(Wake::Everything) => {
                self.looking = Look::ForAnything;
                self.expect_access().await?;
            }
            Ok(_) => {}
            Err(broadcast::error::RecvError::Closed) => return Err(Error::Busy),
        }
        Ok(())
    }

    async fn expect_access(&self) -> Result<()> {
        if self.caller.is_still_signed_in(&self.app).await? { Ok(()) } else { Err(Error::NotSignedIn) }
    }

    fn event(&self, item: Item) -> Bytes {
        let data = json!({
            "@context": [context::ACTIVITY_STREAMS, context::MLS, context::SSE], "type": "Add",
            "actor": self.actor, "object": item.activity, "target": self.target,
        });
        // JSON as serde_json writes it has no line breaks, which would end the event.
        Bytes::from(format!("event: Add\nid: {}-{}\ndata: {data}\n\n", self.incarnation, item.position))
    }

    fn moved(&self) -> Bytes {
        let data = json!({
            "@context": [context::ACTIVITY_STREAMS, context::SSE], "type": "Update",
            "actor": self.actor, "object": self.actor, "target": self.target,
        });
        Bytes::from(format!("event: Update\ndata: {data}\n\n"))
    }
}
