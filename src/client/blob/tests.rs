//! Sealing and opening, and whatever somebody may do to a sealed file in between.

use proptest::prelude::*;

use super::*;
use crate::record::hex;

/// Bytes that are not all the same.
fn file(size: usize) -> Vec<u8> {
    (0..size).map(|at| (at * 7 + at / 251) as u8).collect()
}

fn seal(file: &[u8], key: u8, slice: usize) -> (Vec<u8>, SealedBlob) {
    let mut sealer = Sealer::with_key(file.len() as u64, BlobKey([key; 32])).unwrap();
    let mut sealed = Vec::new();
    for some in file.chunks(slice) {
        sealed.extend(sealer.push(some).unwrap());
    }
    let (last, blob) = sealer.finish().unwrap();
    sealed.extend(last);
    (sealed, blob)
}

fn open(sealed: &[u8], blob: &SealedBlob, slice: usize) -> Result<Vec<u8>, BlobError> {
    let mut opener = Opener::new(blob.clone())?;
    let mut file = Vec::new();
    for some in sealed.chunks(slice) {
        file.extend(opener.push(some)?);
    }
    opener.finish()?;
    Ok(file)
}

/// Size, sealed length and digest, as another implementation of XChaCha20-Poly1305, STREAM and Padmé has come to them: whatever
/// seals files for a conversation must come to the same.
#[test]
fn test_vectors() {
    let sizes = [0, 1, 2, 9, 1_000, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 1_000_000];
    let vectors = sizes.map(|size| {
        let (sealed, blob) = seal(&file(size), 7, 4_096);
        format!("{size} {} {}", sealed.len(), hex(&blob.digest))
    });
    insta::assert_snapshot!(vectors.join("\n"), @"
    0 16 0670ddd6459dc8dc9844e7de92a3c57dba2ba59e32092a9fa15df8669245282b
    1 17 432bd7fddbe2aaadba750c5ebac098ea9ef430bdd90f5b877212262ea5c02331
    2 18 6281490652ca1346110161982be0f18db73e1e1de53c96e4437487c74b3ed6c7
    9 26 dc641e0acbe4d16022ca39668dcee4657b5a19144c8a2f59c5f313d43395128e
    1000 1040 39a0b7de648ca35af20dd48131c9767b310458735f1ecda20b2a81906ae930ec
    65535 65552 d241372e8e711cfbbfcf0ed1313edda7e8214b732eab2a816c732f13b3029785
    65536 65552 e31c25fbf71cc2ca3414f5217b9bbd3be2db733e68ad09f555e0372753413528
    65537 67616 38f328ffde926d5e6777f4da5b257bea6bfc584098660b1c8494d98cebde56e1
    131072 131104 30ea790fe534a05a5519edbfefc0fdc7aaf0579bd674c439052dd2c7ed8cbc65
    1000000 1016064 dc89d454f9534c89f2072868db7f7f20669ad9e153c3172528f5cc8941fdebaa
    ");
    insta::assert_snapshot!(hex(&seal(b"Alcove", 7, 6).0), @"03b43f8dd14a4593d2fe3a3b3131c0d3dfb65b15ffbd");
}

/// Padmé: at most 12 % more, and few different lengths.
#[test]
fn lengths_are_filled_up() {
    let padded = [0, 1, 8, 9, 10, 65, 1_000, 1_000_000, 100_000_000].map(padded_length);
    assert_eq!(padded, [0, 1, 8, 10, 10, 72, 1_024, 1_015_808, 100_663_296]);
    for size in (1..5_000).chain([1 << 39, (1 << 39) + 1]) {
        let padded = padded_length(size);
        assert!(padded >= size && padded - size <= size * 12 / 100, "{size} became {padded}");
        assert_eq!(padded_length(padded), padded, "{size}");
    }
    let lengths: std::collections::BTreeSet<u64> = (1..100_000).map(padded_length).collect();
    assert!(lengths.len() < 300, "{} lengths", lengths.len());
}

/// What a server takes is a sealed length; what a person is told is a file's.
#[test]
fn the_longest_file_that_fits_is_known() {
    assert_eq!([0, 15, 16, 17, 33].map(longest_within), [0, 0, 0, 1, 16]);
    for sealed in [1_000, 65_552, 65_553, 100 << 20, u64::MAX] {
        let size = longest_within(sealed);
        assert!(size <= MOST_BYTES && sealed_length(size) <= sealed, "{sealed}");
        assert!(size == MOST_BYTES || sealed_length(size + 1) > sealed, "{sealed}");
    }
}

#[test]
fn a_file_of_another_length_than_announced_is_not_sealed() {
    let mut sealer = Sealer::with_key(3, BlobKey([1; 32])).unwrap();
    assert_eq!(sealer.push(&[0; 4]).unwrap_err(), BlobError::Length);
    let sealer = Sealer::with_key(3, BlobKey([1; 32])).unwrap();
    assert_eq!(sealer.finish().unwrap_err(), BlobError::Length);
    assert_eq!(Sealer::with_key(MOST_BYTES + 1, BlobKey([1; 32])).unwrap_err(), BlobError::TooLarge);
    let (_, blob) = seal(b"", 1, 1);
    assert_eq!(Opener::new(SealedBlob { size: u64::MAX, ..blob }).unwrap_err(), BlobError::TooLarge);
}

/// Cut off, extended, exchanged, left out, repeated, another key, another digest, another length: none of it opens.
#[test]
fn what_is_not_as_it_was_sealed_does_not_open() {
    let whole = file(3 * CHUNK + 100);
    let (sealed, blob) = seal(&whole, 3, 10_000);
    assert_eq!(open(&sealed, &blob, 777).unwrap(), whole);
    let chunks: Vec<&[u8]> = sealed.chunks(SEALED).collect();
    let exchanged = [chunks[1], chunks[0], chunks[2], chunks[3]].concat();
    let repeated = [chunks[0], chunks[0], chunks[2], chunks[3]].concat();
    let left_out = [chunks[0], chunks[1], chunks[3]].concat();
    let mut flipped = sealed.clone();
    flipped[SEALED + 5] ^= 1;
    for (what, bytes) in [
        ("exchanged", &exchanged[..]),
        ("repeated", &repeated),
        ("left out", &left_out),
        ("flipped", &flipped),
        ("cut off within a chunk", &sealed[..sealed.len() - 1]),
        ("cut off at a chunk", &sealed[..3 * SEALED]),
        ("nothing", &[]),
        ("extended", &[&sealed[..], &[0]].concat()),
    ] {
        assert!(open(bytes, &blob, 10_000).is_err(), "{what}");
    }
    let another_key = SealedBlob { key: BlobKey([4; 32]), ..blob.clone() };
    let another_digest = SealedBlob { digest: [0; 32], ..blob.clone() };
    let shorter = SealedBlob { size: blob.size - 1, ..blob.clone() };
    for (what, blob) in [("key", another_key), ("digest", another_digest), ("length", shorter)] {
        assert!(open(&sealed, &blob, 10_000).is_err(), "another {what}");
    }
    // What ends at a chunk's end is not the end, even for one who says a length that would fit.
    let fitting =
        SealedBlob { size: 3 * CHUNK as u64, digest: Sha256::digest(&sealed[..3 * SEALED]).into(), ..blob };
    assert_eq!(open(&sealed[..3 * SEALED], &fitting, 10_000), Err(BlobError::Damaged));
}

#[test]
fn only_the_sender_s_own_server_is_asked() {
    let sender = ActorId::parse("https://h.example/users/1").unwrap();
    assert!(is_of("https://h.example/blobs/abc", &sender));
    for url in [
        "https://evil.example/blobs/abc",
        "http://h.example/blobs/abc",
        "https://h.example:8443/blobs/a",
        "blobs/a",
    ] {
        assert!(!is_of(url, &sender), "{url}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// However it is cut into slices on either side.
    #[test]
    fn what_was_sealed_opens(size in 0usize..200_000, sealing in 1usize..100_000, opening in 1usize..100_000) {
        let whole = file(size);
        let (sealed, blob) = seal(&whole, 9, sealing);
        prop_assert_eq!(sealed.len() as u64, sealed_length(size as u64));
        prop_assert_eq!(open(&sealed, &blob, opening), Ok(whole));
    }

    /// One bit, anywhere.
    #[test]
    fn no_bit_of_it_can_be_changed(at: prop::sample::Index, bit in 0u8..8) {
        let (mut sealed, blob) = seal(&file(70_000), 9, 70_000);
        let at = at.index(sealed.len());
        sealed[at] ^= 1 << bit;
        prop_assert!(open(&sealed, &blob, 50_000).is_err());
    }
}
