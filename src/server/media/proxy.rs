//! The addresses at which people here see foreign files: each carries a proof (HMAC-SHA256, 128 bits of it) under a secret
//! of this server, so that nobody can have us fetch what he likes. What is fetched, and kept, is
//! `federation/remote_media.rs`.

use alcove_protocol::base64;
use aws_lc_rs::hmac;
use subtle::ConstantTimeEq;

use crate::site::Site;

/// The path of all of them.
pub const PATH: &str = "/media/remote/";
/// How many bytes of the proof are written.
const PROOF: usize = 16;
/// The longest foreign address, in bytes.
const LONGEST: usize = 2_048;

/// Makes and reads these addresses.
pub struct Proxy(hmac::Key);

impl Proxy {
    /// With the secret of this server.
    pub fn new(secret: &str) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes()))
    }

    /// The address for a foreign one. Our own ones, and what cannot be fetched, stay as they are.
    pub fn address(&self, site: &Site, url: &str) -> String {
        let is_foreign = url.starts_with("https://") || url.starts_with("http://");
        if !is_foreign || url.len() > LONGEST || url.starts_with(&site.url("/")) {
            return url.to_owned();
        }
        let proof = base64::encode_url(&self.proof(url));
        site.url(&format!("{PATH}{}/{proof}", base64::encode_url(url.as_bytes())))
    }

    /// The foreign address that one of ours stands for; `None` unless we made it.
    pub fn read(&self, url: &str, proof: &str) -> Option<String> {
        let url = String::from_utf8(base64::decode(url, LONGEST)?).ok()?;
        let proof = base64::decode(proof, 2 * PROOF)?;
        bool::from(self.proof(&url).ct_eq(&proof)).then_some(url)
    }

    fn proof(&self, url: &str) -> [u8; PROOF] {
        let tag = hmac::sign(&self.0, url.as_bytes());
        let mut proof = [0; PROOF];
        proof.copy_from_slice(&tag.as_ref()[..PROOF]);
        proof
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "https://there.example/a.jpg?b=c#d";

    fn parts(address: &str) -> (String, String) {
        let (url, proof) = address.split_once(PATH).unwrap().1.split_once('/').unwrap();
        (url.to_owned(), proof.to_owned())
    }

    /// S-36: only we can make an address that has us fetch something, and each is for one file.
    #[test]
    fn addresses_lead_back_and_cannot_be_forged() {
        let site = Site::new("https://here.example", "").unwrap();
        let (proxy, other) = (Proxy::new("secret"), Proxy::new("another"));
        let (url, proof) = parts(&proxy.address(&site, FILE));
        assert_eq!(proxy.read(&url, &proof).as_deref(), Some(FILE));
        assert_eq!(other.read(&url, &proof), None);
        let elsewhere = base64::encode_url(b"https://169.254.169.254/");
        assert_eq!(proxy.read(&elsewhere, &proof), None);
        for forged in ["", "AAAAAAAAAAAAAAAAAAAAAA", &proof[1..], &format!("{proof}AA")] {
            assert_eq!(proxy.read(&url, forged), None, "{forged}");
        }
    }

    #[test]
    fn our_own_files_need_no_proxy() {
        let site = Site::new("https://here.example", "").unwrap();
        let proxy = Proxy::new("secret");
        for own in ["https://here.example/media/x/original.jpg", "data:image/png;base64,", "", "javascript:x"]
        {
            assert_eq!(proxy.address(&site, own), own);
        }
        assert_ne!(proxy.address(&site, "https://here.example.evil/x"), "https://here.example.evil/x");
    }
}
