//! Keys that are refused, and keys in every form that others publish them in.

use rsa::{BigUint, RsaPublicKey, pkcs1::EncodeRsaPublicKey as _};

use super::*;

const RSA_PSS: &str = include_str!("../../federation/signatures/samples/rfc9421_rsa_pss.pem");
const CAVAGE: &str = include_str!("../../federation/signatures/samples/cavage.pem");

fn read(text: impl Into<String>) -> Result<VerificationKey, InvalidKey> {
    VerificationKey::read(&KeyMaterial::Pem(text.into()))
}

fn rsa_pem(modulus: BigUint, exponent: u32) -> String {
    let key = RsaPublicKey::new_unchecked(modulus, BigUint::from(exponent));
    key.to_pkcs1_pem(LineEnding::LF).unwrap()
}

#[test]
fn own_keys_are_made_stored_and_used() {
    let new = NewKeys::generate(&mut rand::rngs::OsRng).unwrap();
    let multikey = VerificationKey::read(&KeyMaterial::Multikey(new.ed25519.public.clone())).unwrap();
    assert!(new.rsa.public.starts_with("-----BEGIN PUBLIC KEY-----\n"));
    for (new, key) in [(&new.rsa, read(&new.rsa.public).unwrap()), (&new.ed25519, multikey)] {
        let signing = SigningKey::read(&new.private_pem).unwrap();
        let signature = signing.sign(b"message").unwrap();
        assert_eq!(signing.algorithm(), key.algorithm());
        assert!(key.verifies(b"message", &signature) && !key.verifies(b"another", &signature));
        assert_eq!(format!("{signing:?} {new:?}"), "SigningKey(***) NewKey(***)");
        assert!(SigningKey::read(&new.public).is_err());
    }
}

#[test]
fn both_forms_of_pem_are_the_same_key() {
    let spki = read(RSA_PSS).unwrap();
    let (_, der) = pem::decode(RSA_PSS).unwrap();
    let info = SubjectPublicKeyInfoRef::from_der(&der).unwrap();
    let body = alcove_protocol::base64::encode(info.subject_public_key.as_bytes().unwrap());
    let pkcs1 =
        read(format!("-----BEGIN RSA PUBLIC KEY-----\n{body}\n-----END RSA PUBLIC KEY-----")).unwrap();
    assert_eq!(spki.fingerprint(), pkcs1.fingerprint());
    assert_eq!(spki.algorithm(), Algorithm::Rsa);
}

/// The example of FEP-521a.
#[test]
fn multikeys_are_read() {
    let read = |text: &str| VerificationKey::read(&KeyMaterial::Multikey(text.into()));
    let key = read("z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2").unwrap();
    assert_eq!(key.algorithm(), Algorithm::Ed25519);
    assert_eq!(read("6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2").unwrap_err(), InvalidKey::Malformed);
    assert_eq!(read("zz").unwrap_err(), InvalidKey::Kind);
    assert_eq!(read(&"z".repeat(2_000)).unwrap_err(), InvalidKey::Malformed);
}

/// S-14: keys that are too small or too large, even, or with an exponent that changes nothing.
#[test]
fn weak_rsa_keys_are_refused() {
    assert_eq!(read(CAVAGE).unwrap_err(), InvalidKey::Weak, "1024 bits");
    let two = BigUint::from(2_u32);
    let odd = |bits: u32| (BigUint::from(1_u32) << (bits - 1) as usize) + BigUint::from(0x1234_5679_u32);
    assert!(read(rsa_pem(odd(2_048), 65_537)).is_ok());
    assert!(read(rsa_pem(odd(8_192), 65_537)).is_ok());
    assert_eq!(read(rsa_pem(odd(2_047), 65_537)).unwrap_err(), InvalidKey::Weak);
    assert_eq!(read(rsa_pem(odd(8_193), 65_537)).unwrap_err(), InvalidKey::Weak);
    assert_eq!(read(rsa_pem(odd(2_048) * two, 65_537)).unwrap_err(), InvalidKey::Weak, "an even modulus");
    assert_eq!(read(rsa_pem(odd(2_048), 1)).unwrap_err(), InvalidKey::Weak, "an exponent of one");
    assert_eq!(read(rsa_pem(odd(2_048), 4)).unwrap_err(), InvalidKey::Weak, "an even exponent");
}

/// S-14: points of small order, with either sign bit, verify what nobody signed.
#[test]
fn small_order_ed25519_keys_are_refused() {
    for mut point in SMALL_ORDER {
        assert_eq!(VerificationKey::from_ed25519(&point).unwrap_err(), InvalidKey::Weak);
        point[31] |= 0x80;
        assert_eq!(VerificationKey::from_ed25519(&point).unwrap_err(), InvalidKey::Weak);
    }
    assert_eq!(VerificationKey::from_ed25519(&[9; 31]).unwrap_err(), InvalidKey::Malformed);
}

/// S-14: a signature block with garbage after the digest, as Bleichenbacher's forgery of 2006 has it, for a key with
/// exponent three; and blocks of the wrong length.
#[test]
fn forged_padding_is_refused() {
    let modulus = (BigUint::from(1_u32) << 2_047) + BigUint::from(0x1234_5679_u32);
    let key = read(rsa_pem(modulus, 3)).unwrap();
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, b"message");
    let info = [
        0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0,
        0x04, 0x20,
    ];
    let mut block = [&[0, 1][..], &[0xff; 8], &[0], &info, digest.as_ref()].concat();
    block.resize(256, 0xff);
    let forged = BigUint::from_bytes_be(&block).cbrt();
    let mut signature = vec![0; 256];
    let bytes = forged.to_bytes_be();
    signature[256 - bytes.len()..].copy_from_slice(&bytes);
    let raised = (&forged * &forged * &forged).to_bytes_be();
    assert_eq!(raised[..20], block[1..21], "the forgery has the form of a signature");
    for candidate in [&signature[..], &bytes, &[], &[0; 256], &[0xff; 256]] {
        assert!(!key.verifies(b"message", candidate));
    }
}

#[test]
fn other_keys_are_refused() {
    let p256 = "-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEqIVYZVLCrPZHGHjP17CTW0/+D9Lf\n\
                w0EkjqF7xB4FivAxzic30tMM4GF+hR6Dxh71Z50VGGdldkkDXZCnTNnoXQ==\n-----END PUBLIC KEY-----\n";
    assert_eq!(read(p256).unwrap_err(), InvalidKey::Kind);
    for text in ["", "key", "-----BEGIN PUBLIC KEY-----\nAQID\n-----END PUBLIC KEY-----"] {
        assert_eq!(read(text).unwrap_err(), InvalidKey::Malformed, "{text:?}");
    }
}
