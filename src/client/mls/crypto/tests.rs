//! Our algorithms beside those of `openmls_rust_crypto`, which are by others: the same bytes where an operation has one
//! answer, and what one side has sealed or signed opens at the other. Then the test vector of RFC 9180, and what is refused.

use openmls_rust_crypto::RustCrypto;
use openmls_traits::types::{HpkeAeadType, HpkeKdfType, HpkeKemType};
use proptest::{collection::vec, prelude::*};

use super::*;
const SHA: HashType = HashType::Sha2_256;
const AES: AeadType = AeadType::Aes128Gcm;
const ED25519: SignatureScheme = SignatureScheme::ED25519;

fn config() -> HpkeConfig {
    HpkeConfig(HpkeKemType::DhKem25519, HpkeKdfType::HkdfSha256, HpkeAeadType::AesGcm128)
}

fn unhex(text: &str) -> Vec<u8> {
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
}

fn bytes(longest: usize) -> impl Strategy<Value = Vec<u8>> {
    vec(any::<u8>(), 0..=longest)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn hashes_and_derived_keys_are_the_same(
        key in bytes(100), data in bytes(500), info in bytes(60), length in 0_usize..9000,
    ) {
        let theirs = RustCrypto::default();
        prop_assert_eq!(Crypto.hash(SHA, &data), theirs.hash(SHA, &data));
        prop_assert_eq!(Crypto.hmac(SHA, &key, &data), theirs.hmac(SHA, &key, &data));
        prop_assert_eq!(Crypto.hkdf_extract(SHA, &key, &data), theirs.hkdf_extract(SHA, &key, &data));
        let expanded = Crypto.hkdf_expand(SHA, &key, &info, length);
        prop_assert_eq!(expanded, theirs.hkdf_expand(SHA, &key, &info, length));
    }

    #[test]
    fn what_is_sealed_symmetrically_is_the_same_and_opens(
        key in any::<[u8; 16]>(), nonce in any::<[u8; 12]>(), data in bytes(500), aad in bytes(60), at in any::<prop::sample::Index>(),
    ) {
        let theirs = RustCrypto::default();
        let mut sealed = Crypto.aead_encrypt(AES, &key, &data, &nonce, &aad).unwrap();
        prop_assert_eq!(&sealed, &theirs.aead_encrypt(AES, &key, &data, &nonce, &aad).unwrap());
        prop_assert_eq!(Crypto.aead_decrypt(AES, &key, &sealed, &nonce, &aad).unwrap(), data);
        let at = at.index(sealed.len());
        sealed[at] ^= 1;
        let refused = Err(CryptoError::AeadDecryptionError);
        prop_assert_eq!(Crypto.aead_decrypt(AES, &key, &sealed, &nonce, &aad), refused.clone());
        prop_assert_eq!(Crypto.aead_decrypt(AES, &key, &sealed[..at], &nonce, &aad), refused);
    }

    #[test]
    fn signatures_are_the_same_and_hold_for_what_they_sign(seed in any::<[u8; 32]>(), data in bytes(500)) {
        let theirs = RustCrypto::default();
        let public = SecretKey::from_bytes(seed).public();
        let signature = Crypto.sign(ED25519, &data, &seed).unwrap();
        prop_assert_eq!(&signature, &theirs.sign(ED25519, &data, &seed).unwrap());
        prop_assert_eq!(Crypto.verify_signature(ED25519, &data, &public, &signature), Ok(()));
        prop_assert_eq!(theirs.verify_signature(ED25519, &data, &public, &signature), Ok(()));
        let other = [&data[..], b"."].concat();
        let refused = Err(CryptoError::InvalidSignature);
        prop_assert_eq!(Crypto.verify_signature(ED25519, &other, &public, &signature), refused);
    }

    #[test]
    fn key_pairs_of_a_seed_are_the_same(seed in bytes(64)) {
        let ours = Crypto.derive_hpke_keypair(config(), &seed).unwrap();
        let theirs = RustCrypto::default().derive_hpke_keypair(config(), &seed).unwrap();
        prop_assert_eq!(&ours.public, &theirs.public);
        prop_assert_eq!(&ours.private[..], &clamped(&theirs.private)[..], "clamped when it is written down");
    }

    #[test]
    fn what_is_sealed_for_a_key_opens_on_the_other_side(
        seed in any::<[u8; 32]>(), info in bytes(60), aad in bytes(60), plain in bytes(300),
    ) {
        let theirs = RustCrypto::default();
        let ours = Crypto.derive_hpke_keypair(config(), &seed).unwrap();
        let pair = theirs.derive_hpke_keypair(config(), &seed).unwrap();
        let sealed = Crypto.hpke_seal(config(), &pair.public, &info, &aad, &plain).unwrap();
        prop_assert_eq!(&theirs.hpke_open(config(), &sealed, &pair.private, &info, &aad).unwrap(), &plain);
        prop_assert_eq!(&theirs.hpke_open(config(), &sealed, &ours.private, &info, &aad).unwrap(), &plain);
        let sealed = theirs.hpke_seal(config(), &ours.public, &info, &aad, &plain).unwrap();
        prop_assert_eq!(&Crypto.hpke_open(config(), &sealed, &ours.private, &info, &aad).unwrap(), &plain);
        prop_assert_eq!(&Crypto.hpke_open(config(), &sealed, &pair.private, &info, &aad).unwrap(), &plain);
        let other = [&info[..], b"."].concat();
        prop_assert!(Crypto.hpke_open(config(), &sealed, &ours.private, &other, &aad).is_err());
        prop_assert!(Crypto.hpke_open(config(), &sealed, &ours.private, &info, &other).is_err());
    }

    #[test]
    fn both_sides_export_the_same(seed in any::<[u8; 32]>(), info in bytes(60), context in bytes(60), length in 0_usize..200) {
        let theirs = RustCrypto::default();
        let pair = Crypto.derive_hpke_keypair(config(), &seed).unwrap();
        let (sent, one) = Crypto.hpke_setup_sender_and_export(config(), &pair.public, &info, &context, length).unwrap();
        let other = theirs.hpke_setup_receiver_and_export(config(), &sent, &pair.private, &info, &context, length);
        prop_assert_eq!(&one[..], &other.unwrap()[..]);
        let (sent, one) = theirs.hpke_setup_sender_and_export(config(), &pair.public, &info, &context, length).unwrap();
        let other = Crypto.hpke_setup_receiver_and_export(config(), &sent, &pair.private, &info, &context, length);
        prop_assert_eq!(&one[..], &other.unwrap()[..]);
    }
}

/// As SerializePrivateKey writes X25519 keys down (RFC 9180 section 7.1.2).
fn clamped(key: &[u8]) -> [u8; 32] {
    let mut key: [u8; 32] = key.try_into().unwrap();
    key[0] &= 0b1111_1000;
    key[31] = key[31] & 0b0111_1111 | 0b0100_0000;
    key
}

/// RFC 9180, appendix A.1.1: base mode with the algorithms of our suite.
#[test]
fn the_vector_of_the_standard_opens() {
    let pair = Crypto.derive_hpke_keypair(
        config(),
        &unhex("6db9df30aa07dd42ee5e8181afdb977e538f5e1fec8a06223f33f7013e525037"),
    );
    let pair = pair.unwrap();
    assert_eq!(pair.public, unhex("3948cfe0ad1ddb695d780e59077195da6c56506b027329794ab02bca80815c4d"));
    let private = unhex("4612c550263fc8ad58375df3f557aac531d26850903e55a9f23f21d8534e8ac8");
    assert_eq!(pair.private[..], clamped(&private));

    let info = unhex("4f6465206f6e2061204772656369616e2055726e");
    let encapsulated = unhex("37fda3567bdbd628e88668c3c8d7e97d1d1253b6d4ea6d44c150f741f1bf4431");
    let sealed =
        unhex("f938558b5d72f1a23810b4be2ab4f84331acc02fc97babc53a52ae8218a355a96d8770ac83d07bea87e13c512a");
    let sealed = HpkeCiphertext { kem_output: encapsulated.clone().into(), ciphertext: sealed.into() };
    let opened = Crypto.hpke_open(config(), &sealed, &private, &info, b"Count-0");
    assert_eq!(opened.unwrap(), b"Beauty is truth, truth beauty");
    let exported =
        Crypto.hpke_setup_receiver_and_export(config(), &encapsulated, &pair.private, &info, b"", 32);
    let expected = unhex("3853fe2b4035195a573ffc53856e77058e15d9ea064de3e59f4961d0095250ee");
    assert_eq!(exported.unwrap()[..], expected);
}

#[test]
fn every_other_algorithm_is_refused() {
    assert_eq!(Crypto.supported_ciphersuites(), [SUITE]);
    for suite in RustCrypto::default().supported_ciphersuites() {
        assert_eq!(Crypto.supports(suite).is_ok(), suite == SUITE, "{suite:?}");
    }
    for hash in [HashType::Sha2_384, HashType::Sha2_512] {
        assert_eq!(Crypto.hash(hash, b""), Err(CryptoError::UnsupportedHashAlgorithm));
        assert!(Crypto.hmac(hash, &[1; 32], b"").is_err());
        assert!(Crypto.hkdf_extract(hash, &[1; 32], b"").is_err());
        assert!(Crypto.hkdf_expand(hash, &[1; 64], b"", 16).is_err());
    }
    for aead in [AeadType::Aes256Gcm, AeadType::ChaCha20Poly1305] {
        let refused = Err(CryptoError::UnsupportedAeadAlgorithm);
        assert_eq!(Crypto.aead_encrypt(aead, &[1; 32], b"", &[1; 12], b""), refused);
        assert_eq!(Crypto.aead_decrypt(aead, &[1; 32], &[1; 16], &[1; 12], b""), refused);
    }
    let scheme = SignatureScheme::ECDSA_SECP256R1_SHA256;
    assert_eq!(Crypto.signature_key_gen(scheme), Err(CryptoError::UnsupportedSignatureScheme));
    assert!(Crypto.sign(scheme, b"", &[1; 32]).is_err());
    assert!(Crypto.verify_signature(scheme, b"", &[1; 32], &[1; 64]).is_err());
}

#[test]
fn other_parts_of_hpke_are_refused() {
    type Change = fn(&mut HpkeConfig);
    let changes: [Change; 3] = [
        |config| config.0 = HpkeKemType::DhKemP256,
        |config| config.1 = HpkeKdfType::HkdfSha512,
        |config| config.2 = HpkeAeadType::ChaCha20Poly1305,
    ];
    for change in changes {
        let other = || {
            let mut config = config();
            change(&mut config);
            config
        };
        let sealed = HpkeCiphertext { kem_output: vec![9; 32].into(), ciphertext: vec![0; 16].into() };
        let refused = CryptoError::UnsupportedCiphersuite;
        assert_eq!(Crypto.hpke_seal(other(), &[9; 32], b"", b"", b"").unwrap_err(), refused);
        assert_eq!(Crypto.hpke_open(other(), &sealed, &[1; 32], b"", b"").unwrap_err(), refused);
        assert_eq!(Crypto.derive_hpke_keypair(other(), &[1; 32]).err(), Some(refused));
        assert!(Crypto.hpke_setup_sender_and_export(other(), &[9; 32], b"", b"", 8).is_err());
        assert!(Crypto.hpke_setup_receiver_and_export(other(), &[9; 32], &[1; 32], b"", b"", 8).is_err());
    }
}

/// Keys, nonces, signatures and ciphertexts of another length are an error and never a panic.
#[test]
fn other_lengths_are_refused() {
    for length in [0, 1, 11, 13, 15, 17, 31, 33, 63, 65, 200] {
        let wrong = vec![1; length];
        assert!(Crypto.aead_encrypt(AES, &wrong, b"", &[1; 12], b"").is_err(), "{length}");
        assert!(Crypto.aead_encrypt(AES, &[1; 16], b"", &wrong, b"").is_err(), "{length}");
        assert!(Crypto.aead_decrypt(AES, &[1; 16], &wrong, &[1; 12], b"").is_err(), "{length}");
        assert!(Crypto.sign(ED25519, b"", &wrong).is_err(), "{length}");
        assert!(Crypto.verify_signature(ED25519, b"", &wrong, &[1; 64]).is_err(), "{length}");
        let key = SecretKey::from_bytes([1; 32]).public();
        assert!(Crypto.verify_signature(ED25519, b"", &key, &wrong).is_err(), "{length}");
        assert!(Crypto.hpke_seal(config(), &wrong, b"", b"", b"").is_err(), "{length}");
        let sealed = HpkeCiphertext { kem_output: wrong.clone().into(), ciphertext: wrong.clone().into() };
        assert!(Crypto.hpke_open(config(), &sealed, &[1; 32], b"", b"").is_err(), "{length}");
        let sealed = HpkeCiphertext { kem_output: vec![9; 32].into(), ciphertext: wrong.into() };
        assert!(Crypto.hpke_open(config(), &sealed, &[1; 32], b"", b"").is_err(), "{length}");
    }
    assert!(Crypto.hkdf_expand(SHA, &[1; 32], b"", 255 * 32 + 1).is_err());
}

/// Points of low order give a shared secret of zeros whatever the private key is: RFC 9180 section 7.1.4.
#[test]
fn points_of_low_order_are_refused() {
    let points = [
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
        "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    ];
    for point in points.map(unhex) {
        assert!(Crypto.hpke_seal(config(), &point, b"", b"", b"").is_err());
        assert!(Crypto.hpke_setup_sender_and_export(config(), &point, b"", b"", 8).is_err());
        let sealed = HpkeCiphertext { kem_output: point.clone().into(), ciphertext: vec![0; 16].into() };
        assert!(Crypto.hpke_open(config(), &sealed, &[1; 32], b"", b"").is_err());
        assert!(Crypto.hpke_setup_receiver_and_export(config(), &point, &[1; 32], b"", b"", 8).is_err());
    }
}

/// A key of small order, for which one signature holds for every message, is refused (`verify_strict`).
#[test]
fn a_weak_key_signs_nothing() {
    let identity = unhex("0100000000000000000000000000000000000000000000000000000000000000");
    let signature = [&identity[..], &[0; 32]].concat();
    let refused = Err(CryptoError::InvalidSignature);
    assert_eq!(Crypto.verify_signature(ED25519, b"anything", &identity, &signature), refused);
}

#[test]
fn what_is_drawn_is_new_each_time() {
    let (one, other): ([u8; 32], [u8; 32]) = (Crypto.random_array().unwrap(), Crypto.random_array().unwrap());
    assert_ne!(one, other);
    let (one, other) = (Crypto.random_vec(32).unwrap(), Crypto.random_vec(32).unwrap());
    assert_ne!(one, other);
    let (private, public) = Crypto.signature_key_gen(ED25519).unwrap();
    assert_ne!(Crypto.signature_key_gen(ED25519).unwrap(), (private.clone(), public.clone()));
    let signature = Crypto.sign(ED25519, b"hello", &private).unwrap();
    assert_eq!(Crypto.verify_signature(ED25519, b"hello", &public, &signature), Ok(()));
}
