//! Looks names up and lets only permitted addresses through. The client connects to exactly what this hands it, so that a
//! name which resolves differently a second time gains nothing (S-33, S-34). Hosts that are addresses already never come
//! here; [`super::exchange`] vets those.

use std::{net::SocketAddr, sync::Arc};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use crate::federation::address::{AddressPolicy, Protection};

/// All addresses of a name are refused.
#[derive(Debug, thiserror::Error)]
#[error("expected a public address")]
pub(super) struct AddressRefused;

/// The resolver of one client.
pub(super) struct VettingResolver {
    policy: Arc<AddressPolicy>,
    protection: Protection,
}

impl VettingResolver {
    pub(super) fn new(policy: Arc<AddressPolicy>, protection: Protection) -> Self {
        Self { policy, protection }
    }
}

impl Resolve for VettingResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let (policy, protection) = (self.policy.clone(), self.protection);
        Box::pin(async move {
            let found: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            let permitted = |address: &SocketAddr| policy.permits(address.ip(), protection);
            let addresses: Vec<SocketAddr> = found.into_iter().filter(permitted).collect();
            if addresses.is_empty() {
                return Err(AddressRefused.into());
            }
            Ok(Box::new(addresses.into_iter()) as Addrs)
        })
    }
}
