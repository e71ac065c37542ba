//! What an answer means for a parcel: where its files go, how far they are, and that it is a message now, or why not.

use alcove_protocol::{
    Problem, Timestamp,
    api::{BlobPlace, BlobStanding},
    time::SECOND,
};
use rand::{CryptoRng, RngCore};

use super::{
    Aim, Freight, Moved, Progress, UnderWay,
    parcel::{Load, Parcel, Standing},
};
use crate::{
    blob,
    command::Command,
    courier::{Answered, NoAnswer, Reply},
    device::Device,
    error::Error,
    event::Event,
    message::Content,
    step::Step,
};

/// How long no request is made at most, in milliseconds: as long as a server may ask for.
pub(super) const LONGEST_REST: i64 = 60 * 60 * SECOND;

/// What a person is told of a server that answers nonsense.
const NONSENSE: &str = "Your server's answer about the file does not fit.";
/// And where the bytes are gone that were to be sent.
const LOST: &str = "The file is not on this device any more.";

/// What came of an answer for the one file.
enum Verdict {
    /// It goes on.
    On,
    /// The same, and a file is where it has never been.
    Further,
    /// The same again, later.
    Again,
    /// Not before this time has passed, in milliseconds.
    Rest(i64),
    /// Not any more, and why.
    Fail(String),
}

impl Freight {
    /// What came back for the request that was handed out last; a reason in words if the server was not reached.
    ///
    /// # Errors
    /// [`Error::Record`].
    pub fn answered(
        &mut self,
        device: &mut Device,
        reply: Result<Reply, String>,
        now: Timestamp,
        rng: &mut (impl RngCore + CryptoRng),
    ) -> Result<Moved, Error> {
        let Some(way) = self.under_way.take() else { return Ok(Moved::default()) };
        let answer = reply.map_err(NoAnswer::Unreachable).and_then(Reply::judge);
        let verdict = self.hear(device, &way, answer, now);
        self.go_on(device, &way, verdict, now, rng)
    }

    /// The bytes that were to go along are not there any more.
    ///
    /// # Errors
    /// [`Error::Record`].
    pub fn lost(
        &mut self,
        device: &mut Device,
        now: Timestamp,
        rng: &mut (impl RngCore + CryptoRng),
    ) -> Result<Moved, Error> {
        let Some(way) = self.under_way.take() else { return Ok(Moved::default()) };
        self.go_on(device, &way, Verdict::Fail(LOST.to_owned()), now, rng)
    }

    fn hear(
        &mut self,
        device: &Device,
        way: &UnderWay,
        answer: Result<Answered, NoAnswer>,
        now: Timestamp,
    ) -> Verdict {
        match answer {
            Ok(answered) => self.take(device, way, &answered, now),
            Err(NoAnswer::Refused(problem)) => self.refused(way, &problem),
            Err(NoAnswer::Patience(rest)) => Verdict::Rest(rest),
            Err(NoAnswer::SignedOut(_) | NoAnswer::Unreachable(_) | NoAnswer::Unknown(_)) => {
                self.load(way).into_iter().for_each(|load| load.received = None);
                Verdict::Again
            }
        }
    }

    fn take(&mut self, device: &Device, way: &UnderWay, answered: &Answered, now: Timestamp) -> Verdict {
        let Some(load) = self.load(way) else { return Verdict::On };
        match way.aim {
            Aim::Announce => match answered.json::<BlobPlace>() {
                Ok(place) if is_sound(&place) && blob::is_of(&place.url, device.actor()) => {
                    (load.place, load.announced_at, load.received) = (Some(place), now, Some(0));
                    Verdict::On
                }
                _ => Verdict::Fail(NONSENSE.to_owned()),
            },
            Aim::Ask | Aim::Part(_) => match answered.json::<BlobStanding>() {
                Ok(standing) if load.may_stand(standing) => {
                    let is_further = load.stands(standing.received);
                    match way.aim {
                        // It has taken a part and not got it.
                        Aim::Part(from) if standing.received <= from => Verdict::Again,
                        Aim::Part(_) if is_further => Verdict::Further,
                        _ => Verdict::On,
                    }
                }
                _ => Verdict::Fail(NONSENSE.to_owned()),
            },
            Aim::Remove => {
                load.place = None;
                Verdict::Further
            }
        }
    }

    fn refused(&mut self, way: &UnderWay, problem: &Problem) -> Verdict {
        let mut load = self.load(way);
        load.iter_mut().for_each(|load| load.received = None);
        match (way.aim, problem.status) {
            // There is nothing to remove.
            (Aim::Remove, _) => {
                load.into_iter().for_each(|load| load.place = None);
                Verdict::On
            }
            // It took too long, and the server has let go of it: the same bytes go elsewhere.
            (Aim::Ask | Aim::Part(_), 404) => {
                load.into_iter().for_each(|load| load.place = None);
                Verdict::Again
            }
            // An answer was lost: the server says how far it is.
            (Aim::Part(_), 409) => Verdict::Again,
            _ => Verdict::Fail(problem.sentence().to_owned()),
        }
    }

    fn load(&mut self, way: &UnderWay) -> Option<&mut Load> {
        self.parcels.get_mut(&way.parcel)?.loads.get_mut(way.load)
    }

    fn go_on(
        &mut self,
        device: &mut Device,
        way: &UnderWay,
        verdict: Verdict,
        now: Timestamp,
        rng: &mut (impl RngCore + CryptoRng),
    ) -> Result<Moved, Error> {
        self.heed(way, verdict, now);
        let Some(parcel) = self.parcels.get_mut(&way.parcel) else { return Ok(Moved::default()) };
        let progress = progress(parcel);
        let mut step = match parcel.standing {
            Standing::UnderWay if parcel.due().is_none() => become_message(parcel, device, now, rng)?,
            _ => Step::default(),
        };
        if let Standing::Failed { reason } = &parcel.standing {
            let (conversation, id) = (parcel.conversation.clone(), parcel.id.clone());
            step.show.push(Event::NotSent { conversation, id, reason: reason.clone() });
        }
        if parcel.standing == Standing::GivenUp && parcel.due().is_none() {
            step.save.delete.push(parcel.key());
            self.parcels.remove(&way.parcel);
        } else if !matches!(way.aim, Aim::Part(_)) || parcel.due().is_none() {
            step.save.put.push(parcel.record()?);
        }
        // One part of many is not worth a record: after a crash the server is asked.
        Ok(Moved { step, progress })
    }

    fn heed(&mut self, way: &UnderWay, verdict: Verdict, now: Timestamp) {
        match verdict {
            Verdict::On => {}
            // Nothing less ends the trouble: a server that takes a file and loses it is asked less and less often.
            Verdict::Further => self.hasten(),
            Verdict::Rest(rest) => {
                (self.trouble, self.rests_until) = (0, Timestamp(now.0 + rest.min(LONGEST_REST)));
            }
            Verdict::Again => {
                self.trouble += 1;
                let rest = (SECOND << self.trouble.min(6)).min(60 * SECOND);
                self.rests_until = Timestamp(now.0 + rest);
            }
            Verdict::Fail(reason) => {
                let parcel = self.parcels.get_mut(&way.parcel).filter(|parcel| parcel.is_waiting());
                parcel
                    .into_iter()
                    .for_each(|parcel| parcel.standing = Standing::Failed { reason: reason.clone() });
            }
        }
    }
}

/// Everything has arrived: the message is sent, and the parcel is what is left of it. What cannot be sent now fails.
fn become_message(
    parcel: &mut Parcel,
    device: &mut Device,
    now: Timestamp,
    rng: &mut (impl RngCore + CryptoRng),
) -> Result<Step, Error> {
    let groups = device.groups(&parcel.conversation)?;
    let conversation = groups.into_iter().next().unwrap_or_else(|| parcel.conversation.clone());
    let send = Command::Send { conversation, content: parcel.message() };
    match device.command(send, now, rng) {
        Ok(step) => {
            let message = step.show.iter().find_map(|event| match event {
                Event::Sending { id, .. } => Some(id.clone()),
                _ => None,
            });
            parcel.standing = Standing::Sent { message: message.unwrap_or_default() };
            parcel.content = Content::Erased;
            Ok(step)
        }
        Err(error @ Error::Record { .. }) => Err(error),
        Err(error) => {
            parcel.standing = Standing::Failed { reason: error.to_string() };
            Ok(Step::default())
        }
    }
}

fn progress(parcel: &Parcel) -> Option<Progress> {
    let (done, total) = parcel.progress();
    (parcel.standing == Standing::UnderWay).then(|| Progress { id: parcel.id.clone(), done, total })
}

/// Whether the place that a server names can stand in a path and in a header.
fn is_sound(place: &BlobPlace) -> bool {
    let plain = |text: &str| {
        !text.is_empty()
            && text.len() <= 200
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
    };
    plain(&place.name) && plain(&place.upload_token)
}
