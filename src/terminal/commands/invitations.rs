//! Inviting somebody with a link that proves both sides to each other, looking at such links, taking one back.

use alcove_client::Command;
use alcove_terminal::{Error, Invite as Wanted, Session, texts};
use clap::{Args, Subcommand};
use serde_json::json;

use super::Context;

/// `invite`.
#[derive(Args)]
pub struct Invite {
    #[command(subcommand)]
    action: Option<Action>,
    /// For whom: a name that the newcomer is greeted with.
    #[arg(long)]
    name: Option<String>,
    /// How many days the link lasts.
    #[arg(long, default_value_t = 7)]
    days: u32,
    /// The first message that they find.
    #[arg(long, value_name = "TEXT", default_value = texts::GREETING)]
    greeting: String,
}

#[derive(Subcommand)]
enum Action {
    /// List the invitations of this device.
    List,
    /// Take one back.
    Revoke {
        /// Its name in brackets.
        id: String,
    },
}

/// Runs it.
pub async fn run(invite: Invite, context: &Context) -> Result<(), Error> {
    let mut session = context.open().await?;
    match invite.action {
        Some(Action::List) => list(&mut session, context).await,
        Some(Action::Revoke { id }) => {
            let events = session.command(Command::RevokeInvitation { id: id.clone() }).await?;
            context.show(&mut session, &events);
            context.output.fact(texts::INVITATION_REVOKED, &json!({"revoked": id}));
            Ok(())
        }
        None => {
            let greeting = Some(invite.greeting);
            let wanted = Wanted { name: invite.name, days: invite.days, greeting };
            let (link, _) = session.invite(wanted).await?;
            context.output.fact(&texts::invitation_link(&link), &json!({"link": link}));
            Ok(())
        }
    }
}

async fn list(session: &mut Session, context: &Context) -> Result<(), Error> {
    let events = session.command(Command::LookForInvitations).await?;
    context.show(session, &events);
    for own in session.invitations()? {
        context.output.fact(&texts::invitation(&own, session.people()), &json!({"invitation": own}));
    }
    Ok(())
}
