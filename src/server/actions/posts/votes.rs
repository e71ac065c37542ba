//! Votes that come for the questions of people here. Each voter counts once; of a question with one answer only the first
//! vote counts; after the end none does. The new count is told a moment later, so that many votes make one `Update`.

use alcove_protocol::{ActorId, post::Vote};

use super::{details::options_of, visible};
use crate::{
    actions::errands::{self, Errand, Haste},
    app::Moment,
    db::{
        Transaction, accounts,
        actors::ActorRow,
        polls::{self, Mode, PollRow},
        posts,
    },
    error::Result,
};

/// Counts a vote. What is none, comes too late, or comes from somebody who may not see the question changes nothing.
///
/// # Errors
/// When the database fails.
pub fn cast(transaction: &mut Transaction<'_>, moment: &Moment, voter: &ActorRow, vote: &Vote) -> Result<()> {
    let Some(post) = posts::by_uri(transaction, vote.in_reply_to.as_str())? else { return Ok(()) };
    let Ok(actor) = ActorId::parse(&voter.uri) else { return Ok(()) };
    if accounts::find(transaction, post.actor_id)?.is_none()
        || !visible::may_see(transaction, Some(&actor), &post)?
    {
        return Ok(());
    }
    let Some(poll) = polls::lock(transaction, post.id)?.filter(|poll| poll.is_open(moment.now)) else {
        return Ok(());
    };
    let Some(choice) = choice(&poll, &vote.name)? else { return Ok(()) };
    let has_voted = !polls::choices_of(transaction, post.id, voter.id)?.is_empty();
    if has_voted && poll.mode() == Mode::One {
        return Ok(());
    }
    if polls::vote(transaction, post.id, voter.id, choice)? {
        errands::send(transaction, moment, &Errand::Question { post: post.id }, Haste::Soon)?;
    }
    Ok(())
}

/// Which option a name means, counted from 0.
fn choice(poll: &PollRow, name: &str) -> Result<Option<i64>> {
    let options = options_of(&poll.options)?;
    let place = options.iter().position(|option| option.name == name);
    Ok(place.and_then(|place| i64::try_from(place).ok()))
}
