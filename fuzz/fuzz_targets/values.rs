//! Streams of JSON values: any bytes, cut anywhere, give the same texts, and JSON that was
//! written value by value is cut where it was joined.
#![no_main]

use bytes::Bytes;
use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use stevedore_client::ValueDecoder;

/// The texts that came out, and whether it ended well.
fn decode(bytes: &[u8], size: usize) -> (Vec<Bytes>, bool) {
    let mut decoder = ValueDecoder::new();
    let mut texts = Vec::new();
    for piece in bytes.chunks(size) {
        decoder.push(piece);
        loop {
            match decoder.next() {
                Ok(Some(text)) => texts.push(text),
                Ok(None) => break,
                Err(_) => return (texts, false),
            }
        }
    }
    let well = decoder.finish().is_ok();
    (texts, well)
}

fuzz_target!(|bytes: &[u8]| {
    let whole = decode(bytes, bytes.len().max(1));
    for size in [1, 3, 64] {
        assert_eq!(decode(bytes, size), whole);
    }
    let (texts, well) = whole;

    // What a parser of JSON reads one after the other is what was cut out.
    let parsed: Result<Vec<Value>, _> = serde_json::Deserializer::from_slice(bytes)
        .into_iter()
        .collect();
    if let Ok(parsed) = parsed
        && parsed.iter().all(|it| it.is_object() || it.is_array())
    {
        assert!(well);
        let cut: Vec<Value> = texts
            .iter()
            .map(|text| serde_json::from_slice(text).expect("a text that was cut out"))
            .collect();
        assert_eq!(cut, parsed);
    }
});
