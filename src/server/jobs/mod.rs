//! Work beside requests: deliveries, retention, leases. Workers register for wakes before they look into the database,
//! and look by themselves now and then, so that a lost wake costs a moment only.

use crate::app::App;

/// The working part of a running server.
pub struct Running {
    tasks: Vec<tokio::task::JoinHandle<()>>,
}

impl Running {
    /// Ends the workers; what they had leased is taken up again when the lease runs out.
    pub async fn stop(self) {
        for task in self.tasks {
            task.abort();
            drop(task.await);
        }
    }
}

/// Starts the workers.
pub fn work(_app: &App) -> Running {
    Running { tasks: Vec::new() }
}
