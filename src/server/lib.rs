//! The Alcove server, as a value: [`start`] binds first and answers, so that tests use port 0, and [`Server::stop`] ends
//! everything that it began. One direction of dependence only:
//! `main -> http, jobs -> federation -> actions -> db -> protocol`.

pub mod actions;
pub mod app;
pub mod bundle;
pub mod bus;
pub mod cli;
pub mod config;
pub mod control;
pub mod cryptography;
pub mod db;
pub mod entrance;
pub mod error;
pub mod fail_point;
pub mod federation;
pub mod household;
pub mod http;
pub mod jobs;
pub mod log;
pub mod media;
pub mod mls;
pub mod passwords;
pub mod secret;
pub mod site;
pub mod streams;
pub mod text;
pub mod throttle;

use std::{net::SocketAddr, sync::Arc};

use app::{App, Clock};
use bundle::Bundle;
use bus::Bus;
use config::Config;
use db::{
    Db, facts,
    ids::{self, Ids},
};
use error::{Error, Result};
use media::Media;
use site::Site;

/// A running server.
pub struct Server {
    /// What it has at hand.
    pub app: App,
    /// Where it listens.
    pub address: SocketAddr,
    control: control::Control,
    http: http::Running,
    jobs: jobs::Running,
}

/// Takes the address and the control socket, opens the database, starts serving and working. Orders and requests that come
/// before everything is ready wait; they are answered then, or not taken if the start fails.
///
/// # Errors
/// Whatever keeps the server from starting, in words for whoever runs it.
pub async fn start(config: Config, clock: Clock) -> Result<Server> {
    let listener = std::net::TcpListener::bind(config.server.listen).map_err(|error| {
        Error::invalid(format!("server.listen: cannot listen on {}: {error}", config.server.listen))
    })?;
    let control = control::bind(&config).await?;
    let app = open(config, clock).await?;
    jobs::deliveries::take_back(&app).await?;
    jobs::media::take_back(&app).await?;
    let address = listener.local_addr().map_err(Error::unknown)?;
    let http = http::serve(&app, listener)?;
    let jobs = jobs::work(&app);
    let control = control.serve(app.clone());
    Ok(Server { app, address, control, http, jobs })
}

/// Opens everything but the doors: what the command line needs when no server runs.
///
/// # Errors
/// When the database cannot be opened, or was made for another address.
pub async fn open(config: Config, clock: Clock) -> Result<App> {
    let bus = match config.redis.url.0.as_str() {
        "" => Bus::local(),
        url => Bus::redis(url).await?,
    };
    let site = Arc::new(Site::new(&config.server.public_url, &config.server.handle_domain)?);
    let db = Db::open(&config.database, bus.clone())?;
    let now = clock.now();
    let (holder, secret) = (app::name(), app::name());
    let known = db.write(move |transaction| {
        let ids = Ids::new(ids::lease_node(transaction, &holder, now)?, ids::highest(transaction)?);
        Ok((Arc::new(ids), facts::set_if_missing(transaction, facts::PROXY_SECRET, &secret)?))
    });
    let (ids, secret) = known.await?;
    let entrance = Arc::default();
    let bundle = Arc::new(Bundle::load(&config.server.app)?);
    let media = Arc::new(Media::open(&config, &secret)?);
    let federation = Arc::<federation::Federation>::default();
    let app = App {
        outgoing: federation::fetcher(&config, &site, &federation.blocked)?,
        federation,
        config: Arc::new(config),
        site,
        db,
        bus,
        clock,
        entrance,
        media,
        bundle,
        streams: Arc::default(),
        ids,
    };
    found(&app).await?;
    federation::blocked::reload(&app).await?;
    Ok(app)
}

/// Gives the node number back: the end of what [`open`] began.
pub async fn close(app: &App) {
    let lease = app.ids.lease();
    if let Err(error) = app.db.write(move |transaction| ids::release_node(transaction, &lease)).await {
        tracing::warn!(%error, "the node number stays leased until it runs out");
    }
}

/// Writes down who this server is, or compares, and makes its own actor at the first start.
async fn found(app: &App) -> Result<()> {
    let (site, moment, policy) = (app.site.clone(), app.moment(), app.config.messages.policy);
    let has_actor = app.db.write(move |transaction| {
        actions::found::found(transaction, &site)?;
        actions::policy::adopt(transaction, &moment, policy)?;
        actions::found::has_instance_actor(transaction, &site)
    });
    if has_actor.await? {
        return Ok(());
    }
    let (site, moment, keys) = (app.site.clone(), app.moment(), app.new_keys().await?);
    app.db
        .write(move |transaction| actions::found::make_instance_actor(transaction, &moment, &site, keys))
        .await
}

impl Server {
    /// Ends streams, requests and work under way, and gives the node number back.
    pub async fn stop(self) {
        drop(self.control);
        self.http.stop().await;
        self.jobs.stop().await;
        close(&self.app).await;
    }
}
