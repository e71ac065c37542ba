//! Hybrid public key encryption (RFC 9180) in the mode and with the algorithms of our suite: base mode, DHKEM(X25519,
//! HKDF-SHA256), HKDF-SHA256, AES-128-GCM. Bytes in, bytes out; the crate `hpke` does the work, and refuses shared secrets of
//! zeros (section 7.1.4). Not the choice of the suite, which is `crypto`.

use hpke::{
    Deserializable, Kem, OpModeR, OpModeS, Serializable, aead::AesGcm128, kdf::HkdfSha256,
    kem::X25519HkdfSha256, setup_receiver, setup_sender, single_shot_open, single_shot_seal,
};
use openmls_traits::types::{
    CryptoError, ExporterSecret, HpkeAeadType, HpkeCiphertext, HpkeConfig, HpkeKdfType, HpkeKemType,
    HpkeKeyPair, KemOutput,
};
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
    let (encapsulated, sealed) = single_shot_seal::<AesGcm128, HkdfSha256, X25519HkdfSha256>(
        &OpModeS::Base,
        &recipient,
        info,
        plain,
        aad,
    )
    .map_err(|_| CryptoError::HpkeEncryptionError)?;
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
    let (encapsulated, sender) =
        setup_sender::<AesGcm128, HkdfSha256, X25519HkdfSha256>(&OpModeS::Base, &recipient, info)
            .map_err(|_| CryptoError::SenderSetupError)?;
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
