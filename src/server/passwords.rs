//! Argon2id (RFC 9106) for passwords: OWASP's parameters, a bound on how many run at once and on how many wait, beside the
//! event loop. What a password must look like, and what changing one does, is `actions/passwords.rs`.

use std::{sync::Arc, time::Duration};

use argon2::{
    Argon2, PasswordHash, PasswordHasher, PasswordVerifier,
    password_hash::{Error as HashError, SaltString},
};
use tokio::sync::Semaphore;

use crate::error::{Error, Result};

/// How many run at once: with 19 MiB each, what a burst of sign-ins may cost in memory.
const AT_ONCE: usize = 2;
/// How many may wait for their turn before the rest is told to come again.
const WAITING: usize = 32;
/// How long one waits for its turn.
const PATIENCE: Duration = Duration::from_secs(10);

/// A hash of the same parameters that no password leads to, so that a name that does not exist takes as long as a wrong
/// password.
const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5bm9ib2R5bm9ibw$3yzPAM2JbXn6FzubGgknAOckdtDzkzOt6+g3njVaVYs";

/// What a look at a password gave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is the password.
    Right,
    /// It is not, or there is nobody.
    Wrong,
}

/// Makes and checks password hashes.
pub struct Passwords {
    turns: Arc<Semaphore>,
    queue: Arc<Semaphore>,
}

impl Default for Passwords {
    fn default() -> Self {
        Self { turns: Arc::new(Semaphore::new(AT_ONCE)), queue: Arc::new(Semaphore::new(AT_ONCE + WAITING)) }
    }
}

impl Passwords {
    /// The hash of a password, as a PHC string. The defaults of the crate are OWASP's: 19 MiB, two passes, one lane.
    ///
    /// # Errors
    /// [`Error::Busy`] when too many wait.
    pub async fn hash(&self, password: String, salt: [u8; 16]) -> Result<String> {
        self.in_turn(move || {
            let salt = SaltString::encode_b64(&salt).map_err(unknown)?;
            let hash = Argon2::default().hash_password(password.as_bytes(), &salt).map_err(unknown)?;
            Ok(hash.to_string())
        })
        .await
    }

    /// Compares a password with a stored hash; without one it compares with nobody's, which takes as long.
    ///
    /// # Errors
    /// [`Error::Busy`] when too many wait.
    pub async fn verify(&self, password: String, hash: Option<String>) -> Result<Verdict> {
        self.in_turn(move || {
            let known = hash.is_some();
            let hash = hash.unwrap_or_else(|| NOBODY.to_owned());
            let parsed = PasswordHash::new(&hash).map_err(unknown)?;
            match Argon2::default().verify_password(password.as_bytes(), &parsed) {
                Ok(()) if known => Ok(Verdict::Right),
                Ok(()) | Err(HashError::Password) => Ok(Verdict::Wrong),
                Err(error) => Err(unknown(error)),
            }
        })
        .await
    }

    async fn in_turn<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let _place = self.queue.try_acquire().map_err(|_| Error::Busy)?;
        let turn = tokio::time::timeout(PATIENCE, self.turns.clone().acquire_owned()).await;
        let turn = turn.map_err(|_| Error::Busy)?.map_err(|_| Error::Busy)?;
        // The turn goes along, so that a request that was given up does not free it before the work ends.
        let worked = tokio::task::spawn_blocking(move || {
            let result = work();
            drop(turn);
            result
        });
        worked.await.map_err(Error::unknown)?
    }
}

fn unknown(error: HashError) -> Error {
    Error::Unknown(error.to_string().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_the_password_itself_is_right() {
        let passwords = Passwords::default();
        let hash = passwords.hash("correct horse battery".into(), [7; 16]).await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        let verify = |password: &str, hash: Option<&String>| passwords.verify(password.into(), hash.cloned());
        assert_eq!(verify("correct horse battery", Some(&hash)).await.unwrap(), Verdict::Right);
        assert_eq!(verify("correct horse batter", Some(&hash)).await.unwrap(), Verdict::Wrong);
        assert_eq!(verify("correct horse battery", None).await.unwrap(), Verdict::Wrong);
    }

    #[tokio::test]
    async fn more_than_can_wait_are_told_to_come_again() {
        let passwords = Passwords::default();
        let one = |_| passwords.hash("correct horse battery".into(), [7; 16]);
        let results = futures_util::future::join_all((0..AT_ONCE + WAITING + 20).map(one)).await;
        let refused = results.iter().filter(|result| matches!(result, Err(Error::Busy))).count();
        assert_eq!(refused, 20);
    }
}
