//! Which event streams are open: a few for each token and each account, of which the oldest makes room for the next. In
//! memory, for this process. What streams say is in `http/c2s/stream.rs`.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::sync::oneshot;

/// The most streams of one token: two windows of an app that listens to two collections.
pub const OF_TOKEN: usize = 4;
/// The most streams of one account.
pub const OF_ACCOUNT: usize = 16;

/// The open streams.
#[derive(Default)]
pub struct Streams {
    table: Mutex<Table>,
}

#[derive(Default)]
struct Table {
    next: u64,
    /// By account, oldest first.
    open: HashMap<i64, Vec<Open>>,
}

struct Open {
    number: u64,
    token: i64,
    /// Dropped with this row, by which the stream learns that its place was taken.
    _place: oneshot::Sender<()>,
}

/// An open stream's place; free again when dropped.
pub struct Place {
    streams: Arc<Streams>,
    account: i64,
    number: u64,
    taken: oneshot::Receiver<()>,
}

impl Streams {
    /// A place for one more stream; the oldest of the token or the account loses its own, if there are too many.
    pub fn open(self: &Arc<Self>, account: i64, token: i64) -> Place {
        let mut table = self.table();
        let number = table.next;
        table.next += 1;
        let (place, taken) = oneshot::channel();
        let open = table.open.entry(account).or_default();
        open.push(Open { number, token, _place: place });
        if open.iter().filter(|open| open.token == token).count() > OF_TOKEN
            && let Some(oldest) = open.iter().position(|open| open.token == token)
        {
            open.remove(oldest);
        }
        if open.len() > OF_ACCOUNT {
            open.remove(0);
        }
        Place { streams: self.clone(), account, number, taken }
    }

    fn table(&self) -> MutexGuard<'_, Table> {
        // A poisoned lock still holds the table.
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Place {
    /// Waits until a newer stream has taken it.
    pub async fn taken(&mut self) {
        // Nothing is ever sent: the other half is dropped.
        drop((&mut self.taken).await);
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut table = self.streams.table();
        if let Some(open) = table.open.get_mut(&self.account) {
            open.retain(|open| open.number != self.number);
            if open.is_empty() {
                table.open.remove(&self.account);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_taken(place: &mut Place) -> bool {
        place.taken.try_recv() == Err(oneshot::error::TryRecvError::Closed)
    }

    #[test]
    fn the_oldest_stream_of_a_token_makes_room_and_others_stay() {
        let streams = Arc::new(Streams::default());
        let (mut other, mut foreign) = (streams.open(1, 9), streams.open(2, 8));
        let mut places: Vec<Place> = (0..=OF_TOKEN).map(|_| streams.open(1, 7)).collect();
        let taken: Vec<bool> = places.iter_mut().map(is_taken).collect();
        assert!(taken[0] && taken[1..].iter().all(|taken| !taken), "{taken:?}");
        assert!(!is_taken(&mut other) && !is_taken(&mut foreign));
    }

    #[test]
    fn the_oldest_stream_of_an_account_makes_room_whatever_its_token() {
        let streams = Arc::new(Streams::default());
        let numbers = 0..=i64::try_from(OF_ACCOUNT).unwrap();
        let mut places: Vec<Place> = numbers.map(|token| streams.open(1, token)).collect();
        let taken: Vec<bool> = places.iter_mut().map(is_taken).collect();
        assert!(taken[0] && taken[1..].iter().all(|taken| !taken), "{taken:?}");
    }

    #[test]
    fn a_stream_that_ended_leaves_nothing_behind() {
        let streams = Arc::new(Streams::default());
        for _ in 0..100 {
            let mut place = streams.open(1, 7);
            assert!(!is_taken(&mut place));
        }
        assert!(streams.table().open.is_empty());
    }
}
