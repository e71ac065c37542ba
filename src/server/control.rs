//! The control socket: how the command line talks to a running server, so that disabling an account ends its streams at
//! once and ids stay unique. A Unix socket in the data folder that only its owner may open; one order in a line of JSON,
//! one answer in a line. [`perform`] is the same with or without a server between.

use std::{
    fs, io,
    os::unix::fs::{DirBuilderExt, PermissionsExt},
    path::{Path, PathBuf},
};

use alcove_protocol::Timestamp;
use serde::{Deserialize, Serialize};
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::{UnixListener, UnixStream},
    task::JoinHandle,
};

use crate::{
    actions::{
        accounts, domains, freeze, invite,
        invite::{NewInvitation, Standing},
        keys, passwords,
    },
    app::App,
    config::Config,
    db::{self, Transaction},
    error::{Error, Result},
    federation::blocked,
};

/// The longest line, in bytes: a list of some ten thousand accounts.
const MAX_LINE: u64 = 4 << 20;

/// What the command line asks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Order {
    /// Makes an invitation.
    InviteCreate {
        /// `owner`, `admin` or `member`.
        role: String,
        /// How many may join.
        uses: u32,
        /// How long it lasts.
        days: u32,
        /// For whom.
        note: String,
    },
    /// Lists invitations.
    InviteList,
    /// Takes an invitation back.
    InviteRevoke {
        /// Its name in the list.
        name: String,
    },
    /// Lists accounts.
    AccountList,
    /// Gives an account another role.
    AccountRole {
        /// The name of its handle.
        name: String,
        /// `owner`, `admin` or `member`.
        role: String,
    },
    /// Closes an account.
    AccountDisable {
        /// The name of its handle.
        name: String,
    },
    /// Signs an account out and lets nothing be done in its name.
    AccountFreeze {
        /// The name of its handle.
        name: String,
    },
    /// Lets a frozen account be used again.
    AccountUnfreeze {
        /// The name of its handle.
        name: String,
    },
    /// Puts a new key in the place of the one that signs for an account.
    AccountNewKey {
        /// The name of its handle.
        name: String,
    },
    /// Blocks a domain.
    DomainBlock {
        /// Itself and all below it.
        domain: String,
        /// For the list.
        reason: String,
    },
    /// Ends the block of a domain.
    DomainUnblock {
        /// As it stands in the list.
        domain: String,
    },
    /// Lists blocked domains.
    DomainList,
    /// Makes a link to set a new password.
    AccountResetLink {
        /// The name of the account's handle.
        name: String,
    },
}

/// What became of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Answer {
    /// It is done.
    Done,
    /// A link to hand over, and when it ends.
    Link {
        /// Secret.
        link: String,
        /// The last moment.
        expires_at: Timestamp,
    },
    /// All invitations, newest first.
    Invitations(Vec<InvitationLine>),
    /// All accounts, oldest first.
    Accounts(Vec<AccountLine>),
    /// All blocked domains, in the order of the alphabet.
    Domains(Vec<DomainLine>),
    /// It was not done, and why.
    Refused(String),
}

/// One invitation in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvitationLine {
    /// What revokes it.
    pub name: String,
    /// What those who join are.
    pub role: String,
    /// `open`, `used`, `expired` or `revoked`.
    pub standing: String,
    /// How many have joined.
    pub used: i64,
    /// How many may.
    pub uses: i64,
    /// When it ends.
    pub expires_at: Option<Timestamp>,
    /// For whom.
    pub note: String,
}

/// One account in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountLine {
    /// Its handle.
    pub handle: String,
    /// What it may do.
    pub role: String,
    /// Since when.
    pub created_at: Timestamp,
    /// When it was closed.
    pub disabled_at: Option<Timestamp>,
    /// Since when it is frozen.
    pub frozen_at: Option<Timestamp>,
}

/// One blocked domain in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DomainLine {
    /// Itself and all below it.
    pub domain: String,
    /// Why.
    pub reason: String,
    /// Since when.
    pub created_at: Timestamp,
}

/// Carries an order out in this process.
///
/// # Errors
/// Only trouble of ours: a refusal is an answer.
pub async fn perform(app: &App, order: Order) -> Result<Answer> {
    match carry_out(app, order).await {
        Err(error @ (Error::Refused(_) | Error::NotFound)) => Ok(Answer::Refused(error.to_string())),
        other => other,
    }
}

async fn carry_out(app: &App, order: Order) -> Result<Answer> {
    let (moment, site) = (app.moment(), app.site.clone());
    let done = |()| Answer::Done;
    match order {
        Order::InviteCreate { role, uses, days, note } => {
            let new = NewInvitation { role: invite::role(&role)?, uses, days, note };
            let made =
                app.db.write(move |transaction| invite::create(transaction, &moment, &site, new)).await?;
            Ok(Answer::Link { link: made.link, expires_at: made.expires_at })
        }
        Order::InviteRevoke { name } => {
            app.db.write(move |transaction| invite::revoke(transaction, &moment, &name)).await.map(done)
        }
        Order::AccountRole { name, role } => {
            let role = invite::role(&role)?;
            app.db.write(move |transaction| accounts::set_role(transaction, &name, role)).await.map(done)
        }
        Order::AccountDisable { name } => {
            app.db.write(move |transaction| accounts::disable(transaction, &moment, &name)).await.map(done)
        }
        Order::AccountFreeze { name } => {
            app.db.write(move |transaction| freeze::freeze_named(transaction, &moment, &name)).await.map(done)
        }
        Order::AccountUnfreeze { name } => app
            .db
            .write(move |transaction| freeze::unfreeze_named(transaction, &moment, &name))
            .await
            .map(done),
        Order::AccountNewKey { name } => {
            let new = app.new_keys().await?;
            let replaced = app.db.write(move |transaction| {
                let account = accounts::named(transaction, &name)?;
                keys::rotate(transaction, &site, &moment, account.id, new)
            });
            replaced.await.map(done)
        }
        Order::DomainBlock { domain, reason } => {
            let block = move |transaction: &mut Transaction<'_>| {
                domains::block(transaction, &site, &moment, &domain, &reason)
            };
            change_domains(app, block).await
        }
        Order::DomainUnblock { domain } => {
            change_domains(app, move |transaction| domains::unblock(transaction, &domain)).await
        }
        Order::AccountResetLink { name } => {
            let expires_at = moment.now.plus(passwords::RESET_LASTS);
            let made =
                app.db.write(move |transaction| passwords::make_reset_link(transaction, &moment, &name));
            Ok(Answer::Link { link: site.reset_page(&made.await?), expires_at })
        }
        Order::InviteList => list_invitations(app).await.map(Answer::Invitations),
        Order::AccountList => list_accounts(app).await.map(Answer::Accounts),
        Order::DomainList => list_domains(app).await.map(Answer::Domains),
    }
}

async fn list_invitations(app: &App) -> Result<Vec<InvitationLine>> {
    let (rows, now) = (app.db.read(db::invitations::all).await?, app.clock.now());
    let line = |row: db::invitations::InvitationRow| InvitationLine {
        standing: Standing::of(&row, now).as_str().to_owned(),
        name: row.name,
        role: row.role,
        used: row.used,
        uses: row.uses,
        expires_at: row.expires_at.map(Timestamp),
        note: row.note,
    };
    Ok(rows.into_iter().map(line).collect())
}

async fn list_accounts(app: &App) -> Result<Vec<AccountLine>> {
    let rows = app.db.read(db::accounts::all).await?;
    let line = |row: db::accounts::AccountRow| AccountLine {
        handle: app.site.handle(&row.name).to_string(),
        role: row.role,
        created_at: Timestamp(row.created_at),
        disabled_at: row.disabled_at.map(Timestamp),
        frozen_at: row.frozen_at.map(Timestamp),
    };
    Ok(rows.into_iter().map(line).collect())
}

/// Changes the list of blocked domains; when that is answered, it counts here.
async fn change_domains(
    app: &App,
    change: impl FnOnce(&mut Transaction<'_>) -> Result<()> + Send + 'static,
) -> Result<Answer> {
    app.db.write(change).await?;
    blocked::reload(app).await?;
    Ok(Answer::Done)
}

async fn list_domains(app: &App) -> Result<Vec<DomainLine>> {
    let rows = app.db.read(db::blocked_domains::all).await?;
    let line = |row: db::blocked_domains::BlockedDomainRow| DomainLine {
        domain: row.domain,
        reason: row.reason,
        created_at: Timestamp(row.created_at),
    };
    Ok(rows.into_iter().map(line).collect())
}

/// Where the socket of a configuration is.
pub fn path(config: &Config) -> PathBuf {
    config.server.data.join("control.sock")
}

/// The socket of a server that is about to run: who gives an order waits until [`Bound::serve`].
pub struct Bound {
    listener: UnixListener,
    file: SocketFile,
}

/// The socket of a running server; gone when dropped.
pub struct Control {
    task: JoinHandle<()>,
    _file: SocketFile,
}

struct SocketFile(PathBuf);

impl Drop for SocketFile {
    fn drop(&mut self) {
        // Whoever starts next replaces what is left.
        drop(fs::remove_file(&self.0));
    }
}

impl Drop for Control {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Takes the socket, before anything of the server is there: from then on no order is carried out without it.
///
/// # Errors
/// When another server listens there, or the data folder cannot be written to.
pub async fn bind(config: &Config) -> Result<Bound> {
    let path = path(config);
    let place = |error: io::Error| Error::invalid(format!("server.data: {}: {error}", path.display()));
    // Nobody but us may look into the folder before the socket has its own permissions.
    fs::DirBuilder::new().recursive(true).mode(0o700).create(&config.server.data).map_err(place)?;
    if UnixStream::connect(&path).await.is_ok() {
        return Err(Error::invalid(format!(
            "server.data: another server is running with {}",
            path.display()
        )));
    }
    remove_stale(&path).map_err(place)?;
    let listener = UnixListener::bind(&path).map_err(place)?;
    let file = SocketFile(path.clone());
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).map_err(place)?;
    Ok(Bound { listener, file })
}

impl Bound {
    /// Carries orders out from now on, those that have waited first.
    pub fn serve(self, app: App) -> Control {
        let Self { listener, file } = self;
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let app = app.clone();
                tokio::spawn(async move {
                    if let Err(error) = answer(&app, stream).await {
                        tracing::warn!(%error, "the command line was not answered");
                    }
                });
            }
        });
        Control { task, _file: file }
    }
}

fn remove_stale(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

async fn answer(app: &App, mut stream: UnixStream) -> io::Result<()> {
    let (reader, mut writer) = stream.split();
    let mut line = String::new();
    BufReader::new(reader.take(MAX_LINE)).read_line(&mut line).await?;
    let answer = match serde_json::from_str(&line) {
        Ok(order) => perform(app, order).await.unwrap_or_else(|error| {
            tracing::error!(error = &error as &dyn std::error::Error, "an order was not carried out");
            Answer::Refused(error.to_string())
        }),
        Err(error) => Answer::Refused(format!("this server does not know that order: {error}")),
    };
    let mut text = serde_json::to_vec(&answer)?;
    text.push(b'\n');
    writer.write_all(&text).await
}

/// Sends an order to the server that runs with a configuration; `None` when none does.
///
/// # Errors
/// When a server is there but ends before it answers.
pub async fn send(config: &Config, order: &Order) -> Result<Option<Answer>> {
    let Ok(mut stream) = UnixStream::connect(path(config)).await else { return Ok(None) };
    let mut text = serde_json::to_vec(order).map_err(Error::unknown)?;
    text.push(b'\n');
    stream.write_all(&text).await.map_err(Error::unknown)?;
    let mut line = String::new();
    BufReader::new(stream.take(MAX_LINE)).read_line(&mut line).await.map_err(Error::unknown)?;
    if line.is_empty() {
        return Err(Error::invalid("The server ended before it answered. Its log says why."));
    }
    serde_json::from_str(&line).map(Some).map_err(Error::unknown)
}
