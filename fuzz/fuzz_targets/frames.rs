//! Output of containers: any bytes, cut anywhere, give the same items and never more bytes
//! than came.
#![no_main]

use bytes::Bytes;
use libfuzzer_sys::fuzz_target;
use stevedore_client::{FrameDecoder, Source};

/// What came out, per run of one source, and how it ended.
type Decoded = (Vec<(Source, Vec<u8>)>, Option<String>);

/// Feeds pieces of `size` bytes.
fn decode(bytes: &[u8], size: usize) -> Decoded {
    let mut decoder = FrameDecoder::multiplexed();
    let mut runs: Vec<(Source, Vec<u8>)> = Vec::new();
    for piece in bytes.chunks(size) {
        decoder.push(Bytes::copy_from_slice(piece));
        loop {
            match decoder.next() {
                Ok(Some(chunk)) => {
                    assert!(!chunk.bytes.is_empty());
                    match runs.last_mut() {
                        Some((source, run)) if *source == chunk.source => {
                            run.extend_from_slice(&chunk.bytes);
                        }
                        _ => runs.push((chunk.source, chunk.bytes.to_vec())),
                    }
                }
                Ok(None) => break,
                Err(error) => return (runs, Some(error.to_string())),
            }
        }
    }
    let end = decoder.finish().err().map(|error| error.to_string());
    (runs, end)
}

fuzz_target!(|bytes: &[u8]| {
    let whole = decode(bytes, bytes.len().max(1));
    let came: usize = whole.0.iter().map(|(_, run)| run.len()).sum();
    assert!(came <= bytes.len());
    for size in [1, 3, 64] {
        assert_eq!(decode(bytes, size), whole);
    }
});
