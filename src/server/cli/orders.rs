//! Orders from the command line: sent to the running server, or carried out here when none runs, and what came of it told.
//! Links stand alone on standard output, so that they can be piped.

use std::io::Write;

use alcove_protocol::Timestamp;

use super::say;
use crate::{
    app::Clock,
    config::Config,
    control::{self, AccountLine, Answer, DomainLine, InvitationLine, Order},
    error::{Error, Result},
};

/// Gives an order and prints the answer.
pub async fn order(config: Config, order: Order) -> Result<()> {
    let answer = match control::send(&config, &order).await? {
        Some(answer) => answer,
        None => without_server(config, order).await?,
    };
    match answer {
        Answer::Done => say("Done."),
        Answer::Link { link, expires_at } => {
            drop(writeln!(std::io::stderr(), "Good until {}:", day(expires_at)));
            say(&link)
        }
        Answer::Invitations(lines) => lines.iter().try_for_each(|line| say(&invitation(line))),
        Answer::Accounts(lines) => lines.iter().try_for_each(|line| say(&account(line))),
        Answer::Domains(lines) => lines.iter().try_for_each(|line| say(&domain(line))),
        Answer::Refused(sentence) => Err(Error::invalid(sentence)),
    }
}

async fn without_server(config: Config, order: Order) -> Result<Answer> {
    let app = crate::open(config, Clock::System).await?;
    let answer = control::perform(&app, order).await;
    crate::close(&app).await;
    answer
}

fn invitation(line: &InvitationLine) -> String {
    let until = line.expires_at.map_or_else(|| "without end".to_owned(), |at| format!("until {}", day(at)));
    let InvitationLine { name, role, standing, used, uses, note, .. } = line;
    format!("{name}  {role}  {standing}  {used} of {uses}  {until}  {note}").trim_end().to_owned()
}

fn account(line: &AccountLine) -> String {
    let closed = line.disabled_at.map_or_else(String::new, |at| format!("  disabled {}", day(at)));
    let frozen = line.frozen_at.map_or_else(String::new, |at| format!("  frozen {}", day(at)));
    format!("{}  {}  since {}{closed}{frozen}", line.handle, line.role, day(line.created_at))
}

fn domain(line: &DomainLine) -> String {
    format!("{}  since {}  {}", line.domain, day(line.created_at), line.reason).trim_end().to_owned()
}

fn day(time: Timestamp) -> String {
    time.to_rfc3339().chars().take(10).collect()
}
