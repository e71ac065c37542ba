//! Bringing the letters of one conversation up to date: its newest pages are fetched until they meet the letters that are
//! here, and down to the oldest of those where one was edited or is gone. What is here has no gaps: where too much has come
//! meanwhile, what was before it is let go, and fetched again when somebody looks at it.

use alcove_protocol::api::{Correspondence, Letters};

use super::{
    News, Plain, Step, TALKS, TalkName,
    exchange::{UnderWay, held, letters},
    talk::{Held, Talk},
};
use crate::{
    courier::{Answered, Letter as Request, NoAnswer},
    error::Error,
};

/// The most pages that are fetched to meet what is here.
const MOST_PAGES: usize = 10;

/// A conversation that is to be brought up to date.
pub(super) struct Wish {
    pub(super) talk: TalkName,
    /// What the server has just said of it.
    pub(super) summary: Option<Box<Correspondence>>,
    /// Whether that is to show if a letter was sent.
    pub(super) settles: bool,
}

/// One while that is done.
pub(super) struct Reaching {
    wish: Wish,
    got: Vec<Held>,
    before: Option<String>,
    pages: usize,
}

impl Reaching {
    /// Whether what has come says everything about the letters that are here.
    fn is_done(&self, talk: &Talk) -> bool {
        // Pages of nothing: all of it stands across a block, and what is before it may not.
        let Some(floor) = self.got.first().map(|held| held.number) else { return false };
        let Some(oldest) = talk.oldest() else { return true };
        floor <= oldest.number || (floor <= talk.newest() && self.explains(talk))
    }

    /// Whether all that has changed is what has come: nothing was edited, and nothing before it is gone.
    fn explains(&self, talk: &Talk) -> bool {
        let Some(summary) = &self.wish.summary else { return true };
        let floor = self.got.first().map_or(i64::MIN, |held| held.number);
        let here = talk.held.iter().filter(|held| held.number >= floor).count();
        let (got, here) = (self.got.len() as u64, here as u64);
        summary.edit == talk.record.edit
            && summary.letters.saturating_add(here) == talk.record.letters.saturating_add(got)
    }
}

impl Plain {
    /// The next page of the conversation that is being brought up to date, or of the next one.
    pub(super) fn next_reach(&mut self) -> Option<(UnderWay, Request)> {
        while self.exchange.reaching.is_none() {
            let wish = self.exchange.reach.pop_front()?;
            if self.talks.get(&wish.talk).is_some_and(|talk| talk.record.id.is_some()) {
                self.exchange.reaching = Some(Reaching { wish, got: Vec::new(), before: None, pages: 0 });
            }
        }
        let reaching = self.exchange.reaching.as_ref()?;
        let id = self.talks.get(&reaching.wish.talk).and_then(|talk| talk.record.id.as_deref())?;
        Some((UnderWay::Reach, letters(id, reaching.before.clone())))
    }

    pub(super) fn reached(
        &mut self,
        judged: Result<Answered, NoAnswer>,
        step: &mut Step,
    ) -> Result<Result<(), NoAnswer>, Error> {
        let Some(mut reaching) = self.exchange.reaching.take() else { return Ok(Ok(())) };
        let page = match judged.and_then(|answered| answered.json::<Letters>()) {
            Ok(page) => page,
            Err(NoAnswer::Refused(problem)) if problem.status == 404 => {
                Letters { letters: Vec::new(), older: None }
            }
            Err(no_answer) => return Ok(Err(no_answer)),
        };
        let Some(talk) = self.talks.get(&reaching.wish.talk) else { return Ok(Ok(())) };
        reaching.got.splice(0..0, held(page.letters));
        reaching.pages += 1;
        let bottom = page.older.is_none();
        if !bottom && reaching.pages < MOST_PAGES && !reaching.is_done(talk) {
            reaching.before = page.older;
            self.exchange.reaching = Some(reaching);
            return Ok(Ok(()));
        }
        self.arrive(reaching, bottom, step)?;
        Ok(Ok(()))
    }

    /// Everything has come: it takes the place of what was here.
    fn arrive(&mut self, reaching: Reaching, bottom: bool, step: &mut Step) -> Result<(), Error> {
        let Reaching { wish: Wish { talk: name, summary, settles }, got, .. } = reaching;
        let Some(talk) = self.talks.get_mut(&name) else { return Ok(()) };
        let before = talk.held.len() as u64;
        let new = talk.replace(&name, got, bottom, &mut step.save);
        match summary {
            Some(summary) => {
                (talk.record.letters, talk.record.edit) = (summary.letters, summary.edit);
                talk.record.sent_since = false;
            }
            None => {
                talk.record.letters =
                    talk.record.letters.saturating_add(talk.held.len() as u64).saturating_sub(before)
            }
        }
        talk.record.last = talk.held.last().map(|held| held.letter.clone());
        let (announced, read) = (talk.record.announced, talk.record.read);
        talk.record.announced = announced.max(talk.newest());
        for letter in new {
            let number = super::talk::number(&letter.id).unwrap_or_default();
            if number > announced.max(read) && letter.author != self.own {
                step.show.push(News::Arrived(name.clone(), Box::new(letter)));
            }
        }
        if settles {
            self.settle_doubts(&name);
        }
        if bottom {
            self.forget_if_gone(&name, step);
        }
        self.keep(&name, step)?;
        step.show.push(News::Changed(name));
        Ok(())
    }

    /// A conversation of which the server has nothing any more, or shows nothing across a block; but nothing is forgotten in
    /// which the person has begun to write.
    fn forget_if_gone(&mut self, name: &str, step: &mut Step) {
        let gone = |talk: &Talk| {
            talk.held.is_empty() && talk.record.outgoing.is_empty() && talk.record.draft.is_none()
        };
        if self.talks.get(name).is_some_and(gone) {
            self.talks.remove(name);
            step.save.delete.push(format!("{TALKS}{name}"));
        }
    }
}
