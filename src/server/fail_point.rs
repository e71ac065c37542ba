//! The named points at which tests kill a server, all in one place (P15). In ordinary use reaching one does nothing; the
//! environment variable [`VARIABLE`] arms one, and the process that reaches it ends as by a power cut: no answer is sent,
//! no connection is closed well, nothing is cleaned up.

/// The environment variable that arms a point, as `server:answer-lost`.
pub const VARIABLE: &str = "ALCOVE_FAIL_POINT";

/// A moment between two things of which the second must follow from the first, whatever happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailPoint {
    /// A sequencer has taken a commit; nothing of it was delivered.
    CommitAcceptedBeforeDelivery,
    /// A delivery was verified; nothing of it is stored.
    ReceivedBeforeProcessing,
    /// What a device asked for is stored; the device has not heard it (the lost 201).
    AnswerLost,
}

impl FailPoint {
    /// Every point, for the test that each was reached.
    pub const ALL: [Self; 3] =
        [Self::CommitAcceptedBeforeDelivery, Self::ReceivedBeforeProcessing, Self::AnswerLost];

    /// The name that arms it.
    pub fn name(self) -> &'static str {
        match self {
            Self::CommitAcceptedBeforeDelivery => "server:commit-accepted-before-delivery",
            Self::ReceivedBeforeProcessing => "server:received-before-processing",
            Self::AnswerLost => "server:answer-lost",
        }
    }
}

/// Says that a point is reached; ends the process if it is the one that is armed.
pub fn reach(point: FailPoint) {
    if std::env::var(VARIABLE).is_ok_and(|armed| armed == point.name()) {
        tracing::error!(point = point.name(), "the process ends here because a test asked for it");
        kill_this_process();
    }
}

/// SIGKILL, which nothing can catch. Without `unsafe` only another process can send it; what reached the point waits here
/// for it, while the rest of this process has some milliseconds more.
fn kill_this_process() {
    drop(std::process::Command::new("sh").args(["-c", "kill -KILL $PPID"]).status());
    std::process::abort();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_point_has_a_name_of_its_own() {
        let mut names = FailPoint::ALL.map(FailPoint::name).to_vec();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), FailPoint::ALL.len());
        assert!(names.iter().all(|name| name.starts_with("server:")));
    }
}
