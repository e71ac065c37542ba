//! Hybrid public key encryption (RFC 9180) in the mode and with the algorithms of our suite: base mode, DHKEM(X25519,
//! HKDF-SHA256), HKDF-SHA256, AES-128-GCM. Bytes in, bytes out; the crate `hpke` does the work, and refuses shared secrets of
//! zeros (section 7.1.4). Not the choice of the suite, which is `crypto`.

use std::convert::Infallible;

use hpke::{
    Deserializable, Kem, OpModeR, OpModeS, Serializable,
    aead::AesGcm128,
    kdf::HkdfSha256,
    kem::X25519HkdfSha256,
    rand_core::{TryCryptoRng, TryRng},
    setup_receiver, setup_sender_with_rng, single_shot_open, single_shot_seal_with_rng,
};
use openmls_traits::types::{
    CryptoError, ExporterSecret, HpkeAeadType, HpkeCiphertext, HpkeConfig, HpkeKdfType, HpkeKemType,
    HpkeKeyPair, KemOutput,
};
use rand::{CryptoRng, RngCore, rngs::OsRng};
use zeroize::Zeroizing;

type PublicKey = <X25519HkdfSha256 as Kem>::PublicKey;
type PrivateKey = <X25519HkdfSha256 as Kem>::PrivateKey;
type Encapsulated = <X25519HkdfSha256 as Kem>::EncappedKey;

/// Refuses every other combination of algorithms.
pub(super) fn require_ours(config: &HpkeConfig) -> Result<(), CryptoError> {
    match config {
        HpkeConfig(HpkeKemType::DhKem25519, HpkeKdfType::HkdfSha256, HpkeAeadType::AesGcm128) => Ok(()),
        _ => Err(CryptoError::UnsupportedCiphersuite),
    }
}

/// Seals one plaintext for the owner of a public key.
pub(super) fn seal(
    recipient: &[u8],
    info: &[u8],
    aad: &[u8],
    plain: &[u8],
) -> Result<HpkeCiphertext, CryptoError> {
    let recipient: PublicKey = read(recipient)?;
    let mut source = Noting::new(OsRng);
    let made = single_shot_seal_with_rng::<AesGcm128, HkdfSha256, X25519HkdfSha256>(
        &OpModeS::Base,
        &recipient,
        info,
        plain,
        aad,
        &mut source,
    );
    source.expect_randomness()?;
    let (encapsulated, sealed) = made.map_err(|_| CryptoError::HpkeEncryptionError)?;
    Ok(HpkeCiphertext { kem_output: encapsulated.to_bytes().to_vec().into(), ciphertext: sealed.into() })
}

/// Opens what was sealed for this private key.
pub(super) fn open(
    sealed: &HpkeCiphertext,
    recipient: &[u8],
    info: &[u8],
    aad: &[u8],
) -> Result<Vec<u8>, CryptoError> {
    let recipient: PrivateKey = read(recipient)?;
    let encapsulated: Encapsulated = read(sealed.kem_output.as_slice())?;
    single_shot_open::<AesGcm128, HkdfSha256, X25519HkdfSha256>(
        &OpModeR::Base,
        &recipient,
        &encapsulated,
        info,
        sealed.ciphertext.as_slice(),
        aad,
    )
    .map_err(|_| CryptoError::HpkeDecryptionError)
}

/// A secret that only the owner of a public key can export as well, and what it needs for that.
pub(super) fn export_as_sender(
    recipient: &[u8],
    info: &[u8],
    context: &[u8],
    length: usize,
) -> Result<(KemOutput, ExporterSecret), CryptoError> {
    let recipient: PublicKey = read(recipient)?;
    let mut source = Noting::new(OsRng);
    let made = setup_sender_with_rng::<AesGcm128, HkdfSha256, X25519HkdfSha256>(
        &OpModeS::Base,
        &recipient,
        info,
        &mut source,
    );
    source.expect_randomness()?;
    let (encapsulated, sender) = made.map_err(|_| CryptoError::SenderSetupError)?;
    let mut secret = vec![0; length];
    sender.export(context, &mut secret).map_err(|_| CryptoError::ExporterError)?;
    Ok((encapsulated.to_bytes().to_vec(), secret.into()))
}

/// The same secret, at its recipient.
pub(super) fn export_as_receiver(
    encapsulated: &[u8],
    recipient: &[u8],
    info: &[u8],
    context: &[u8],
    length: usize,
) -> Result<ExporterSecret, CryptoError> {
    let recipient: PrivateKey = read(recipient)?;
    let encapsulated: Encapsulated = read(encapsulated)?;
    let receiver = setup_receiver::<AesGcm128, HkdfSha256, X25519HkdfSha256>(
        &OpModeR::Base,
        &recipient,
        &encapsulated,
        info,
    )
    .map_err(|_| CryptoError::ReceiverSetupError)?;
    let mut secret = vec![0; length];
    receiver.export(context, &mut secret).map_err(|_| CryptoError::ExporterError)?;
    Ok(secret.into())
}

/// The key pair of a seed: DeriveKeyPair (section 7.1.3). The private key is clamped already.
pub(super) fn derive_key_pair(seed: &[u8]) -> HpkeKeyPair {
    let (private, public) = X25519HkdfSha256::derive_keypair(seed);
    let mut bytes = Zeroizing::new([0; 32]);
    private.write_exact(&mut bytes[..]);
    HpkeKeyPair { private: bytes[..].into(), public: public.to_bytes().to_vec() }
}

/// A key of exactly 32 bytes.
fn read<T: Deserializable>(bytes: &[u8]) -> Result<T, CryptoError> {
    T::from_bytes(bytes).map_err(|_| CryptoError::InvalidLength)
}

/// A source of randomness for a crate that takes none that can fail: whether it did is noted, and nothing that was made with it
/// then is given out.
struct Noting<Source> {
    source: Source,
    failed: bool,
}

impl<Source: CryptoRng + RngCore> Noting<Source> {
    fn new(source: Source) -> Self {
        Self { source, failed: false }
    }

    /// Refuses what was made when there was no randomness.
    fn expect_randomness(&self) -> Result<(), CryptoError> {
        if self.failed { Err(CryptoError::InsufficientRandomness) } else { Ok(()) }
    }

    fn fill(&mut self, bytes: &mut [u8]) {
        self.failed |= self.source.try_fill_bytes(bytes).is_err();
    }
}

impl<Source: CryptoRng + RngCore> TryRng for Noting<Source> {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        let mut bytes = [0; 4];
        self.fill(&mut bytes);
        Ok(u32::from_le_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let mut bytes = [0; 8];
        self.fill(&mut bytes);
        Ok(u64::from_le_bytes(bytes))
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        self.fill(bytes);
        Ok(())
    }
}

impl<Source: CryptoRng + RngCore> TryCryptoRng for Noting<Source> {}

#[cfg(test)]
mod tests {
    use super::*;

    /// A system that has no randomness.
    struct Broken;

    impl RngCore for Broken {
        fn next_u32(&mut self) -> u32 {
            0
        }

        fn next_u64(&mut self) -> u64 {
            0
        }

        fn fill_bytes(&mut self, _: &mut [u8]) {
            panic!("it is asked in a way that can fail");
        }

        fn try_fill_bytes(&mut self, _: &mut [u8]) -> Result<(), rand::Error> {
            Err(rand::Error::new("none"))
        }
    }

    impl CryptoRng for Broken {}

    #[test]
    fn without_randomness_nothing_is_given_out() {
        let mut source = Noting::new(Broken);
        assert_eq!(source.expect_randomness(), Ok(()));
        let _: (PrivateKey, PublicKey) = X25519HkdfSha256::gen_keypair_with_rng(&mut source);
        assert_eq!(source.expect_randomness(), Err(CryptoError::InsufficientRandomness));
    }

    /// What names a context may be longer than what a length of two bytes can say.
    #[test]
    fn a_long_info_works_both_ways() {
        let pair = derive_key_pair(&[7; 32]);
        let info = vec![1; 100_000];
        let sealed = seal(&pair.public, &info, b"aad", b"plain").unwrap();
        assert_eq!(open(&sealed, &pair.private, &info, b"aad").unwrap(), b"plain");
        assert!(open(&sealed, &pair.private, &info[1..], b"aad").is_err());
        let (encapsulated, secret) = export_as_sender(&pair.public, &info, b"context", 32).unwrap();
        let other = export_as_receiver(&encapsulated, &pair.private, &info, b"context", 32).unwrap();
        assert_eq!(&secret[..], &other[..]);
    }
}
