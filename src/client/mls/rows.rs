//! Rows: where a value of OpenMLS stands among the device's records. Not which values there are: that is `storage`.

use serde::{Serialize, de::DeserializeOwned};

use super::Store;
use crate::{error::Error, record::hex};

/// What all rows of a group begin with.
pub(crate) fn group_prefix(group: &impl Serialize) -> Result<String, Error> {
    Ok(format!("mls/{}/", name(group)?))
}

/// Any key of OpenMLS as part of a path.
pub(super) fn name(key: &impl Serialize) -> Result<String, Error> {
    postcard::to_stdvec(key).map(|bytes| hex(&bytes)).map_err(Error::mls)
}

/// The key of one of a group's rows.
pub(super) fn row(group: &impl Serialize, kind: &str) -> Result<String, Error> {
    Ok(format!("{}{kind}", group_prefix(group)?))
}

/// The key of a row that belongs to no group.
pub(super) fn loose(kind: &str, key: &impl Serialize) -> Result<String, Error> {
    Ok(format!("mls-{kind}/{}", name(key)?))
}

impl Store {
    pub(super) fn put_row(
        &self,
        group: &impl Serialize,
        kind: &str,
        value: &impl Serialize,
    ) -> Result<(), Error> {
        self.put(&row(group, kind)?, value)
    }

    pub(super) fn row<T: DeserializeOwned>(
        &self,
        group: &impl Serialize,
        kind: &str,
    ) -> Result<Option<T>, Error> {
        self.get(&row(group, kind)?)
    }

    pub(super) fn delete_row(&self, group: &impl Serialize, kind: &str) -> Result<(), Error> {
        self.delete(&row(group, kind)?);
        Ok(())
    }

    /// A list is one record of postcard values.
    pub(super) fn list<T: DeserializeOwned>(&self, key: &str) -> Result<Vec<T>, Error> {
        let parts: Vec<Vec<u8>> = self.get(key)?.unwrap_or_default();
        parts.iter().map(|part| postcard::from_bytes(part).map_err(Error::mls)).collect()
    }

    pub(super) fn append(&self, key: &str, value: &impl Serialize) -> Result<(), Error> {
        let mut parts: Vec<Vec<u8>> = self.get(key)?.unwrap_or_default();
        parts.push(postcard::to_stdvec(value).map_err(Error::mls)?);
        self.put(key, &parts)
    }
}

/// The key of an epoch's path keys.
pub(super) fn epoch_row(group: &impl Serialize, epoch: &impl Serialize, leaf: u32) -> Result<String, Error> {
    Ok(format!("{}epoch-keys/{}/{leaf}", group_prefix(group)?, name(epoch)?))
}
