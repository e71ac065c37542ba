//! The named points at which tests kill a device, all in one place. In ordinary use reaching one does nothing; the binary
//! arms one by the environment variable [`VARIABLE`], a story by a hook of its own.

use std::{fmt, sync::Arc};

/// The environment variable that arms a point in `alcove-chat`: `device:after-save`, or `device:after-save@3` for the
/// third time that it is reached.
pub const VARIABLE: &str = "ALCOVE_FAIL_POINT";

/// A moment between two things that must not be torn apart, or must survive being torn apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailPoint {
    /// A step is worked out; nothing of it is on disk.
    BeforeSave,
    /// Every record of the step is written, nothing is committed.
    WithinSave,
    /// The step is on disk; nothing of it was sent.
    AfterSave,
    /// The server has answered; the device has not heard it (the lost 201).
    AfterSend,
    /// The answer is saved; nothing was shown.
    BeforeShow,
    /// Items are saved; the server does not know that yet.
    BeforeAcknowledge,
    /// Items are saved and the server knows it.
    AfterAcknowledge,
}

impl FailPoint {
    /// Every point, for the test that each was reached.
    pub const ALL: [Self; 7] = [
        Self::BeforeSave,
        Self::WithinSave,
        Self::AfterSave,
        Self::AfterSend,
        Self::BeforeShow,
        Self::BeforeAcknowledge,
        Self::AfterAcknowledge,
    ];

    /// The name that stories use.
    pub fn name(self) -> &'static str {
        match self {
            Self::BeforeSave => "device:before-save",
            Self::WithinSave => "device:within-save",
            Self::AfterSave => "device:after-save",
            Self::AfterSend => "device:after-send",
            Self::BeforeShow => "device:before-show",
            Self::BeforeAcknowledge => "device:before-acknowledge",
            Self::AfterAcknowledge => "device:after-acknowledge",
        }
    }
}

/// What happens when a point is reached: nothing, unless a hook was given.
#[derive(Clone, Default)]
pub struct FailPoints(Option<Arc<dyn Fn(FailPoint) + Send + Sync>>);

impl FailPoints {
    /// Calls the hook at every point that is reached.
    pub fn new(hook: impl Fn(FailPoint) + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(hook)))
    }

    /// Says that a point is reached.
    pub(crate) fn reach(&self, point: FailPoint) {
        if let Some(hook) = &self.0 {
            hook(point);
        }
    }
}

impl fmt::Debug for FailPoints {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(if self.0.is_some() { "FailPoints(armed)" } else { "FailPoints" })
    }
}
