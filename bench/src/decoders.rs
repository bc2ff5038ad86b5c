//! The decoders alone: how many bytes a second, and whether time grows with them.

use std::hint::black_box;
use std::time::{Duration, Instant};

use bytes::Bytes;
use stevedore_client::{FrameDecoder, ValueDecoder};

use crate::figures::Times;

/// As much as one read of a socket gives.
const PIECE: usize = 64 << 10;
const UNIT: usize = 1 << 20;
/// The fastest decoders need several of these to be seen.
const SHORTEST: Duration = Duration::from_millis(300);

pub(crate) fn run() {
    println!("| decoder | 1 MiB | 10 MiB | 100 MiB | GB/s at 100 MiB | time of 100 x per x |");
    println!("|---|---|---|---|---|---|");
    row("frames of 80 bytes", frames(80), decode_frames);
    row("frames of 16 KiB", frames(16 << 10), decode_frames);
    row("lines of progress", lines(), decode_values);
    row("lines of progress, parsed", lines(), parse_values);
    row("text of a terminal", |size| vec![b'x'; size], decode_raw);
    // A value may be 64 MiB long.
    println!();
    println!(
        "| one JSON value of | 0.5 MiB | 5 MiB | 50 MiB | GB/s at 50 MiB | time of 100 x per x |"
    );
    println!("|---|---|---|---|---|---|");
    row("half the size", |size| one_value(size / 2), decode_values);
}

fn row(name: &str, make: impl Fn(usize) -> Vec<u8>, decode: impl Fn(&[Bytes])) {
    let mut times = Vec::new();
    let mut length = 0;
    for factor in [1, 10, 100] {
        let bytes = make(UNIT * factor);
        length = bytes.len();
        let pieces: Vec<Bytes> = bytes.chunks(PIECE).map(Bytes::copy_from_slice).collect();
        drop(bytes);
        times.push(median(|| decode(black_box(&pieces))));
    }
    let [one, ten, hundred] = times[..] else {
        return;
    };
    println!(
        "| {name} | {one:.2?} | {ten:.2?} | {hundred:.2?} | {:.2} | {:.2} |",
        length as f64 / hundred.as_secs_f64() / 1e9,
        hundred.as_secs_f64() / one.as_secs_f64() / 100.0
    );
}

fn median(mut work: impl FnMut()) -> Duration {
    let mut times = Times::default();
    let all = Instant::now();
    while times.count() < 5 || all.elapsed() < SHORTEST {
        let begun = Instant::now();
        work();
        times.add([begun.elapsed()]);
    }
    times.percentile(50)
}

/// Frames of this payload, of both streams in turn.
fn frames(payload: usize) -> impl Fn(usize) -> Vec<u8> {
    move |size| {
        let mut bytes = Vec::with_capacity(size + payload + 8);
        let mut kind = 1;
        while bytes.len() < size {
            bytes.extend([kind, 0, 0, 0]);
            bytes.extend((payload as u32).to_be_bytes());
            bytes.resize(bytes.len() + payload, b'x');
            kind = 3 - kind;
        }
        bytes
    }
}

/// Progress as an engine sends it.
fn lines() -> impl Fn(usize) -> Vec<u8> {
    |size| {
        let line = b"{\"status\":\"Downloading\",\"progressDetail\":{\"current\":15597568,\"total\":28204865},\
            \"progress\":\"[===========\\u003e            ]   15.6MB/28.2MB\",\"id\":\"5f70bf18a086\"}\r\n";
        line.iter()
            .copied()
            .cycle()
            .take(size / line.len() * line.len())
            .collect()
    }
}

fn one_value(size: usize) -> Vec<u8> {
    let entry = "{\"Id\":\"c0ffee012345\",\"Names\":[\"/web\"],\"State\":\"running\"},";
    let mut text = "[".to_owned();
    while text.len() < size {
        text.push_str(entry);
    }
    text.push_str("{}]\n");
    text.into_bytes()
}

fn decode_frames(pieces: &[Bytes]) {
    decode(FrameDecoder::multiplexed(), pieces);
}

fn decode_raw(pieces: &[Bytes]) {
    decode(FrameDecoder::new(stevedore::Framing::Raw), pieces);
}

fn decode(mut decoder: FrameDecoder, pieces: &[Bytes]) {
    for piece in pieces {
        decoder.push(piece.clone());
        while let Some(chunk) = decoder.next().expect("frames") {
            black_box(&chunk);
        }
    }
    decoder.finish().expect("whole frames");
}

fn decode_values(pieces: &[Bytes]) {
    values(pieces, |text| {
        black_box(&text);
    });
}

fn parse_values(pieces: &[Bytes]) {
    values(pieces, |text| {
        let progress: stevedore::image::Progress = serde_json::from_slice(&text).expect("progress");
        black_box(&progress);
    });
}

fn values(pieces: &[Bytes], mut each: impl FnMut(Bytes)) {
    let mut decoder = ValueDecoder::new();
    for piece in pieces {
        decoder.push(piece);
        while let Some(text) = decoder.next().expect("values") {
            each(text);
        }
    }
    decoder.finish().expect("whole values");
}
