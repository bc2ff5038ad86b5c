//! Lines of logs as engines write them, cut and resumed anywhere.

use proptest::prelude::*;
use stevedore_api::{Framing, Timestamp};
use stevedore_client::{FrameDecoder, Source};

use super::LogLine;
use super::line::Cutter;
use super::seen::Seen;

/// What a program wrote, and when.
#[derive(Debug, Clone)]
struct Record {
    stderr: bool,
    /// Nanoseconds after a certain moment.
    time: i128,
    text: Vec<u8>,
}

impl Record {
    fn source(&self) -> Source {
        if self.stderr {
            Source::Stderr
        } else {
            Source::Stdout
        }
    }

    /// The parts in which the engine takes it, each with the time before it.
    fn parts(&self) -> impl Iterator<Item = Vec<u8>> {
        let stamp = stamp(self.time);
        let parts = self.text.chunks(PART);
        parts.map(move |part| [stamp.as_bytes(), b" ", part].concat())
    }
}

/// So much the engine of these tests takes at once.
const PART: usize = 8;

fn stamp(time: i128) -> String {
    let second = 1_000_000_000;
    format!(
        "2024-05-01T12:00:{:02}.{:09}Z",
        time / second,
        time % second
    )
}

fn frame(stderr: bool, text: impl AsRef<[u8]>) -> Vec<u8> {
    let size = u32::try_from(text.as_ref().len()).unwrap().to_be_bytes();
    [&[1 + u8::from(stderr), 0, 0, 0], &size[..], text.as_ref()].concat()
}

/// The log as it is on the wire.
fn framed(records: &[Record]) -> Vec<u8> {
    let frames = |record: &Record| {
        let stderr = record.stderr;
        record
            .parts()
            .map(|part| frame(stderr, part))
            .collect::<Vec<_>>()
    };
    records.iter().flat_map(frames).collect::<Vec<_>>().concat()
}

/// Pushes bytes, cut into pieces, through a decoder and a cutter.
fn cut(cutter: &mut Cutter, framing: Framing, pieces: &[&[u8]], each: &mut dyn FnMut(LogLine)) {
    cutter.restart(framing == Framing::Raw);
    let mut decoder = FrameDecoder::new(framing);
    for piece in pieces {
        decoder.push(piece.to_vec().into());
        while let Some(chunk) = decoder.next().unwrap() {
            cutter.push(chunk, decoder.begins());
            while let Some(line) = cutter.next() {
                each(line);
            }
        }
    }
}

/// The lines of a log that comes whole.
fn lines(framing: Framing, details: bool, pieces: &[&[u8]]) -> Vec<LogLine> {
    let mut cutter = Cutter::new(details, 1 << 20);
    let mut lines = Vec::new();
    cut(&mut cutter, framing, pieces, &mut |line| lines.push(line));
    while let Some(line) = cutter.finish() {
        lines.push(line);
    }
    lines
}

fn texts(lines: &[LogLine]) -> Vec<String> {
    let text = |line: &LogLine| String::from_utf8(line.bytes.to_vec()).unwrap();
    lines.iter().map(text).collect()
}

fn record(stderr: bool, time: i128, text: &str) -> Record {
    let text = text.as_bytes().to_vec();
    Record { stderr, time, text }
}

#[test]
fn a_long_line_is_put_together_and_the_other_stream_may_come_in_between() {
    let wire = [
        frame(false, format!("{} 01234567", stamp(5))),
        frame(true, format!("{} err\n", stamp(6))),
        frame(false, format!("{} 89abcdef", stamp(5))),
        frame(false, format!("{} ghij\n", stamp(5))),
    ]
    .concat();
    let found = lines(Framing::Multiplexed, false, &[&wire]);
    assert_eq!(texts(&found), ["err\n", "0123456789abcdefghij\n"]);
    assert_eq!(found[1].source, Some(Source::Stdout));
    assert_eq!(found[1].time, Some(stamp(5).parse().unwrap()));
}

#[test]
fn last_words_without_a_newline_are_a_line_of_their_own() {
    let log = [
        record(false, 1, "last"),
        record(false, 2, "first\n"),
        record(false, 3, "last"),
    ];
    let found = lines(Framing::Multiplexed, false, &[&framed(&log)]);
    assert_eq!(texts(&found), ["last", "first\n", "last"]);
    let times: Vec<_> = found.into_iter().filter_map(|line| line.time).collect();
    let expected = [1, 2, 3].map(|time| stamp(time).parse::<Timestamp>().unwrap());
    assert_eq!(times, expected);
}

#[test]
fn a_full_part_goes_on_whatever_its_time() {
    let mut wire = Vec::new();
    for (time, length) in [(1, 8 << 10), (2, 8 << 10), (3, 100)] {
        wire.extend(frame(
            false,
            format!("{} {}", stamp(time), "x".repeat(length)),
        ));
    }
    wire.extend(frame(false, format!("{} next\n", stamp(4))));
    let found = lines(Framing::Multiplexed, false, &[&wire]);
    assert_eq!(
        texts(&found),
        ["x".repeat((16 << 10) + 100), "next\n".to_owned()]
    );
    assert_eq!(found[0].time, Some(stamp(1).parse().unwrap()));
}

#[test]
fn a_terminal_has_no_frames_and_no_source() {
    let log = [
        record(false, 1, "abcdefghijk\r\n"),
        record(false, 2, "\r\n"),
        record(false, 3, "last"),
        record(false, 4, "2024 was\r\n"),
        record(false, 5, "$ "),
    ];
    let parts: Vec<_> = log.iter().flat_map(Record::parts).collect();
    let pieces: Vec<_> = parts.iter().map(Vec::as_slice).collect();
    let found = lines(Framing::Raw, false, &pieces);
    let shown: Vec<_> = found.iter().map(|line| line.text().into_owned()).collect();
    assert_eq!(shown, ["abcdefghijk", "", "last", "2024 was", "$ "]);
    assert!(found.iter().all(|line| line.source.is_none()));
    assert!(found.iter().all(|line| line.time.is_some()));
    // Also where a piece ends anywhere, as long as parts are not joined to one.
    let bytewise: Vec<_> = parts.iter().flat_map(|part| part.chunks(1)).collect();
    assert_eq!(lines(Framing::Raw, false, &bytewise), found);
}

#[test]
fn details_stand_apart() {
    let text = |details: &str, text: &str| frame(false, format!("{} {details} {text}", stamp(1)));
    let log = [
        text("A=b,C=d%20e", "a line "),
        text("A=b,C=d%20e", "and more\n"),
        text("", "none\n"),
    ];
    let found = lines(Framing::Multiplexed, true, &[&log.concat()]);
    assert_eq!(texts(&found), ["a line and more\n", "none\n"]);
    assert_eq!(found[0].details.as_deref(), Some("A=b,C=d%20e"));
    assert_eq!((&found[1].details, found[1].time.is_some()), (&None, true));
}

#[test]
fn a_line_without_a_time_is_a_line() {
    for details in [false, true] {
        let log = ["plain\n", "1714557600 is a number\n", "2024-05\n", "\n"];
        let wire: Vec<u8> = log.iter().flat_map(|text| frame(false, text)).collect();
        let found = lines(Framing::Multiplexed, details, &[&wire]);
        assert_eq!(texts(&found), log);
        assert!(
            found
                .iter()
                .all(|line| line.time.is_none() && line.details.is_none())
        );
    }
}

#[test]
fn an_endless_line_comes_in_parts() {
    let log = [
        record(false, 1, "0123456789abcdefghij\n"),
        record(false, 2, "0123456789"),
    ];
    let mut cutter = Cutter::new(false, 10);
    let mut found = Vec::new();
    let wire = framed(&log);
    cut(&mut cutter, Framing::Multiplexed, &[&wire], &mut |line| {
        found.push(line);
    });
    found.extend(cutter.finish());
    assert_eq!(
        texts(&found),
        ["0123456789", "abcdefghij", "\n", "0123456789", ""]
    );
    let continues: Vec<_> = found.iter().map(|line| line.continues).collect();
    assert_eq!(continues, [true, true, false, true, false]);
}

/// Per stream, what was written: time and text, parts of a line put together.
fn per_stream(lines: &[LogLine]) -> [Vec<(String, Vec<u8>)>; 2] {
    let mut streams = <[Vec<(String, Vec<u8>)>; 2]>::default();
    let mut continues = [false; 2];
    for line in lines {
        let at = usize::from(line.source == Some(Source::Stderr));
        let time = line.time.as_ref().unwrap().to_string();
        if continues[at] {
            streams[at].last_mut().unwrap().1.extend(&line.bytes);
        } else {
            streams[at].push((time, line.bytes.to_vec()));
        }
        continues[at] = line.continues;
    }
    streams
}

fn expected(records: &[Record]) -> [Vec<(String, Vec<u8>)>; 2] {
    let mut streams = <[Vec<(String, Vec<u8>)>; 2]>::default();
    for record in records {
        let line = (stamp(record.time), record.text.clone());
        streams[usize::from(record.source() == Source::Stderr)].push(line);
    }
    streams
}

/// A log: of each stream the times never go back, and several lines may share one.
fn log() -> impl Strategy<Value = Vec<Record>> {
    // Steps are up to 3 seconds, so that a stream that is silent is left far behind.
    let step = prop_oneof![Just(0), Just(1), 1..3_000_000_000_i128];
    let text = "[a-z 0-9\u{e9}T:.Z-]{0,30}";
    let line = (any::<bool>(), step, 0..2_000_000_000_i128, text, 0..10_u8);
    prop::collection::vec(line, 0..20).prop_map(|lines| {
        let mut now = 2_000_000_000;
        let mut last: [(i128, bool); 2] = [(0, true); 2];
        let mut records = Vec::new();
        for (stderr, step, late, text, end) in lines {
            now += step;
            let (before, ended) = &mut last[usize::from(stderr)];
            // It may have waited, while lines of the other stream overtook it. What has no
            // newline ends when another time follows.
            let earliest = *before + i128::from(!*ended);
            let time = (now - late).max(earliest);
            now = now.max(time);
            let has_end = end > 0 || text.is_empty();
            let text = if has_end { text + "\n" } else { text };
            (*before, *ended) = (time, has_end);
            records.push(record(stderr, time, &text));
        }
        records
    })
}

proptest! {
    #[test]
    fn any_split_gives_the_lines_that_were_written(
        log in log(),
        mut cuts in prop::collection::vec(0..1500_usize, 0..20),
        longest in 1..40_usize,
    ) {
        let wire = framed(&log);
        cuts.extend([0, wire.len()]);
        let cuts = cuts.into_iter().map(|cut| cut.min(wire.len()));
        let mut cuts: Vec<_> = cuts.collect();
        cuts.sort_unstable();
        let pieces: Vec<&[u8]> = cuts.windows(2).map(|ends| &wire[ends[0]..ends[1]]).collect();
        let mut cutter = Cutter::new(false, longest);
        let mut found = Vec::new();
        cut(&mut cutter, Framing::Multiplexed, &pieces, &mut |line| found.push(line));
        while let Some(line) = cutter.finish() {
            found.push(line);
        }
        prop_assert!(found.iter().all(|line| line.bytes.len() <= longest));
        prop_assert_eq!(per_stream(&found), expected(&log));
    }

    #[test]
    fn a_log_that_is_cut_anywhere_loses_nothing_and_repeats_nothing(
        log in log(),
        cuts in prop::collection::vec(0..1500_usize, 0..6),
        tail in 0..25_usize,
        longest in 1..40_usize,
    ) {
        let mut cutter = Cutter::new(false, longest);
        let mut seen = Seen::default();
        let mut found = Vec::new();
        // What the engine sends: at first the tail, then what is not older than it is asked for.
        // The tail begins with a line that is later than all before and earlier than all
        // after it: otherwise no time parts them.
        let parts = |at: &usize| {
            let time = log.get(*at).map(|it| it.time);
            let before = log[..*at].iter().all(|it| Some(it.time) < time);
            *at == 0 || before && log[*at..].iter().all(|it| Some(it.time) >= time)
        };
        let tail = log.len().saturating_sub(tail);
        let tail = (0..=tail).rev().find(parts).unwrap();
        for cut_at in cuts.into_iter().map(Some).chain([None]) {
            let floor = seen.earliest().filter(|_| tail > 0);
            let sent = match seen.since(false, floor) {
                None => log[tail..].to_vec(),
                Some(since) => {
                    let since = since.nanoseconds().unwrap();
                    let at = |it: &Record| {
                        let time: Timestamp = stamp(it.time).parse().unwrap();
                        time.nanoseconds().unwrap()
                    };
                    log.iter().filter(|it| at(it) >= since).cloned().collect()
                }
            };
            seen.restart();
            // What was held back is forgotten with the connection.
            let wire = framed(&sent);
            let wire = &wire[..cut_at.unwrap_or(wire.len()).min(wire.len())];
            cut(&mut cutter, Framing::Multiplexed, &[wire], &mut |line| {
                found.extend(seen.fresh(line));
            });
            seen.cut(cutter.open());
        }
        while let Some(line) = cutter.finish() {
            found.extend(seen.fresh(line));
        }
        prop_assert_eq!(per_stream(&found), expected(&log[tail..]));
    }

    #[test]
    fn no_bytes_panic_and_none_is_lost(
        pieces in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..60), 0..8),
        details in any::<bool>(),
        longest in 1..40_usize,
    ) {
        let slices: Vec<_> = pieces.iter().map(Vec::as_slice).collect();
        let mut cutter = Cutter::new(details, longest);
        let mut found = Vec::new();
        cut(&mut cutter, Framing::Raw, &slices, &mut |line| found.push(line));
        while let Some(line) = cutter.finish() {
            found.push(line);
        }
        let bytes: Vec<u8> = found.iter().flat_map(|line| line.bytes.to_vec()).collect();
        prop_assert_eq!(bytes, pieces.concat());
    }
}
