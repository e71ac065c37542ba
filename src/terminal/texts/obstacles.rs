//! Why a conversation cannot go on, in a sentence, and what helps (ENCRYPTION.md 1.6). Not what was concluded from what: that
//! is the device's.

use alcove_client::Obstacle;

use crate::People;

/// Why a conversation cannot go on as it is, and what helps.
pub fn obstacle(obstacle: &Obstacle, people: &People) -> String {
    match obstacle {
        Obstacle::Silent => {
            "Its server has not answered for three days. Messages still go through; `alcove-chat continue` \
            goes on at your server."
                .to_owned()
        }
        Obstacle::Apart { who } => format!(
            "{0} may have lost touch with it. `alcove-chat continue` begins it anew, with {0}.",
            people.handle(who)
        ),
        Obstacle::Unappliable { by: Some(by) } => format!(
            "It stopped at a change by {0} that cannot be applied. `alcove-chat continue` goes on without {0}.",
            people.handle(by)
        ),
        Obstacle::Unappliable { by: None } => {
            "It stopped at a change that cannot be applied. `alcove-chat continue` goes on without it."
                .to_owned()
        }
        Obstacle::Forgotten => {
            "Its server has forgotten where it was. `alcove-chat continue` goes on at your server.".to_owned()
        }
        Obstacle::Lost => {
            "This device missed changes. It waits until another device of yours has added it again. Without \
            one, ask somebody in the conversation to remove you and add you again."
                .to_owned()
        }
        Obstacle::Forked => {
            "Its server has told people different things, and some messages may be missing. `alcove-chat \
            continue` brings everybody together again."
                .to_owned()
        }
    }
}
