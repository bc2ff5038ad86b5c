//! What of a log was seen: where to go on after a cut.

use stevedore_api::Timestamp;
use stevedore_client::Source;

use super::LogLine;

/// What of a log was seen: where to go on after a cut, and what then comes twice.
///
/// The engine can start a log again at a time, not at a line. Two things make that exact:
///
/// - Of one stream the times never go back, so a line that comes again is known by its
///   time and by how many lines of that time were seen. Nothing else is remembered.
/// - The two streams are written side by side, each with the time at which its line
///   was taken, and one may overtake the other on the way. So the log is asked for from
///   the last time of the stream that is behind; but not more than [`Seen::SLACK`] behind
///   the other, as one that is silent would have everything sent again.
///
/// Where a tail was asked for, nothing older than its first line is: what it left out stays
/// out. (Lines of the very same nanosecond on both sides of its edge are not told apart, as
/// long as no later one has come.)
#[derive(Debug, Default)]
pub(super) struct Seen {
    marks: [Option<Mark>; 2],
    /// What comes again, and is dropped.
    again: [Option<Mark>; 2],
    /// The times of lines that had come in part when the log was cut.
    awaited: [Option<i128>; 2],
    /// The earliest time of all lines, in nanoseconds since 1970.
    earliest: Option<i128>,
    /// Whether a line came without a time, so that nothing can be known of it later.
    timeless: bool,
}

/// Up to where a stream was seen.
#[derive(Debug, Clone, Copy)]
struct Mark {
    /// The time of its last line.
    time: i128,
    /// So many lines of that time were seen whole.
    lines: u64,
    /// So many bytes of the line after them.
    bytes: usize,
}

impl Seen {
    /// So far a line may come behind one of the other stream that was taken later, in
    /// nanoseconds: as long as the engine's disk may keep a line waiting.
    const SLACK: i128 = 10 * 1_000_000_000;

    /// The line, unless it was seen before; what is new of it where a part was.
    pub(super) fn fresh(&mut self, mut line: LogLine) -> Option<LogLine> {
        let Some(time) = line.time.as_ref().and_then(Timestamp::nanoseconds) else {
            self.timeless = true;
            return Some(line);
        };
        let (again, mark, awaited) = match (&mut self.again, &mut self.marks, &mut self.awaited) {
            ([_, again], [_, mark], [_, awaited]) if line.source == Some(Source::Stderr) => {
                (again, mark, awaited)
            }
            ([again, _], [mark, _], [awaited, _]) => (again, mark, awaited),
        };
        match again {
            Some(seen) if time < seen.time => return None,
            Some(seen) if time == seen.time && seen.lines > 0 => {
                seen.lines -= u64::from(!line.continues);
                return None;
            }
            Some(seen) if time == seen.time && seen.bytes > 0 => {
                let known = seen.bytes.min(line.bytes.len());
                seen.bytes -= known;
                line.bytes = line.bytes.slice(known..);
                if line.bytes.is_empty() && line.continues {
                    return None;
                }
            }
            _ => *again = None,
        }
        let mark = match mark {
            Some(mark) if mark.time == time => mark,
            other => other.insert(Mark {
                time,
                lines: 0,
                bytes: 0,
            }),
        };
        if line.continues {
            mark.bytes += line.bytes.len();
        } else {
            mark.lines += 1;
            mark.bytes = 0;
            *awaited = awaited.filter(|awaited| *awaited > time);
        }
        self.earliest = Some(self.earliest.map_or(time, |earliest| earliest.min(time)));
        Some(line)
    }

    /// Whether nothing was seen.
    pub(super) fn is_empty(&self) -> bool {
        self.earliest.is_none() && !self.timeless
    }

    /// Whether the log can be taken up again.
    pub(super) fn can_resume(&self) -> bool {
        !self.timeless
    }

    /// The log is cut, and a line of each of these times has come in part.
    pub(super) fn cut(&mut self, open: [Option<i128>; 2]) {
        for (awaited, open) in self.awaited.iter_mut().zip(open) {
            *awaited = awaited.or(open);
        }
    }

    /// From now on the log comes again: what was seen is dropped.
    pub(super) fn restart(&mut self) {
        self.again = self.marks;
    }

    /// The earliest time of all lines, in nanoseconds since 1970.
    pub(super) fn earliest(&self) -> Option<i128> {
        self.earliest
    }

    /// From when on to ask for the log again, where a line was seen.
    ///
    /// `alone` says that there is one stream only. Nothing before `floor` belongs to it, but
    /// for lines that have come in part.
    pub(super) fn since(&self, alone: bool, floor: Option<i128>) -> Option<Timestamp> {
        let times = || self.marks.iter().flatten().map(|mark| mark.time);
        let (first, last) = (times().min()?, times().max()?);
        let behind = if times().count() == 2 || alone {
            first
        } else {
            i128::MIN
        };
        let since = behind.max(last - Self::SLACK);
        let since = floor.map_or(since, |floor| since.max(floor));
        let since = self.awaited.iter().flatten().fold(since, |a, b| a.min(*b));
        let second = i64::try_from(since.div_euclid(1_000_000_000)).ok()?;
        let rest = u32::try_from(since.rem_euclid(1_000_000_000)).ok()?;
        Some(Timestamp::from_unix(second, rest))
    }
}
