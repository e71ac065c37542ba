//! No point without a story. That each story's point was really reached, the story itself asserts: its process has ended
//! by SIGKILL there.

use alcove_server::fail_point::FailPoint as ServerPoint;
use alcove_terminal::FailPoint as DevicePoint;

use crate::{devices::Doing, servers::STORIES};

/// P15: every point at which a server or a device can be killed has a story in which it is.
#[test]
fn every_point_has_a_story() {
    for point in ServerPoint::ALL {
        assert!(STORIES.iter().any(|story| story.point == point), "{} was never reached", point.name());
    }
    for point in DevicePoint::ALL {
        let reached = Doing::ALL.iter().any(|doing| doing.points().contains(&point));
        assert!(reached, "{} was never reached", point.name());
    }
}
