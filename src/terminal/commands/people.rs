//! Who somebody is: the safety number, and believing a new identity after it was compared.

use alcove_client::Command;
use alcove_terminal::{Error, texts};
use clap::Args;
use serde_json::json;

use super::{Context, chats};
use crate::input;

/// `verify`.
#[derive(Args)]
pub struct Verify {
    /// Whom, as @name@example.org.
    handle: String,
    /// You have compared the number: trust their new identity. Asks for a yes once it has shown the number.
    #[arg(long)]
    trust: bool,
}

/// Shows the number, and takes the person's word for it.
pub async fn verify(verify: Verify, context: &Context) -> Result<(), Error> {
    let handle = chats::parse(&verify.handle)?;
    let mut session = context.open().await?;
    let person = session.find(&handle).await?;
    let number = session.safety_number(&person.id)?;
    let sentence = number.as_ref().map_or_else(
        || texts::no_safety_number(&person.handle),
        |number| texts::safety_number(&person.handle, number),
    );
    let trust = session.trust_of(&person.id)?;
    if let Some(sentence) = texts::trust(&person.handle, trust) {
        context.output.say(&sentence);
    }
    context
        .output
        .fact(&sentence, &json!({"handle": person.handle, "safety_number": number, "trust": trust}));
    if !verify.trust {
        return Ok(());
    }
    let Some(identity) = session.identity_of(&person.id)? else {
        return Err(Error::Expected(texts::NOTHING_TO_TRUST.to_owned()));
    };
    if !input::confirm(texts::SAME_NUMBER)? {
        context.output.fact(texts::NOT_TRUSTED, &json!({"trusted": null}));
        return Ok(());
    }
    // The key whose number was shown: another that comes meanwhile is refused.
    let trust = Command::TrustIdentity { actor: person.id.clone(), identity };
    let events = session.command(trust).await?;
    context.show(&mut session, &events);
    context.output.fact(&texts::trusted(&person.handle), &json!({"trusted": person.id}));
    Ok(())
}
