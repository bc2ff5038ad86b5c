//! Trying again what got no answer.

use std::hash::{BuildHasher, RandomState};
use std::io;
use std::time::Duration;

use crate::error::Hitch;
use crate::{Error, ErrorKind};

/// How calls that got no answer are tried again: while an engine restarts, a
/// tunnel is rebuilt, a network is away for a moment.
///
/// Only what is safe is tried again: a call that was not sent at all, because
/// there was no connection, and a call that changes nothing (GET, HEAD). What
/// the engine refuses is an answer, and an answer that has begun is not asked
/// for again. Without a permission, a name or a certificate that would make it
/// better, nothing is waited for either. Where `ssh` does not get through, it does
/// not tell whether it ever will: that is tried again, also with a key that fits nowhere.
///
/// The pause doubles from one try to the next; each is cut by up to a half at
/// random, so that many clients do not come back at the same moment.
///
/// ```
/// use std::time::Duration;
/// use stevedore_client::{Retry, Settings};
///
/// // After about 0.2, 0.4 and 0.8 seconds.
/// let settings = Settings::new().retry(Retry::times(3).pause(Duration::from_millis(200)));
/// # assert!(settings.retry.is_some());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retry {
    times: u32,
    pause: Duration,
    longest: Duration,
}

impl Retry {
    /// So many times after the first, beginning with a pause of 100 ms.
    pub const fn times(times: u32) -> Self {
        Self {
            times,
            pause: Duration::from_millis(100),
            longest: Duration::from_secs(10),
        }
    }

    /// Sets the first pause.
    pub const fn pause(mut self, pause: Duration) -> Self {
        self.pause = pause;
        self
    }

    /// Sets the pause that none is longer than; 10 seconds by default.
    pub const fn longest(mut self, longest: Duration) -> Self {
        self.longest = longest;
        self
    }

    /// How long to wait before another try, if `tried` have failed so far and there is one.
    pub(crate) fn after(self, tried: u32) -> Option<Duration> {
        (tried <= self.times).then(|| {
            let doubled = 2_u32.saturating_pow(tried.saturating_sub(1));
            let pause = self.pause.saturating_mul(doubled).min(self.longest);
            pause.mul_f64(1.0 - chance() / 2.0)
        })
    }
}

/// A number from 0 to 1, another one each time.
fn chance() -> f64 {
    let random = RandomState::new().hash_one(()) >> 40;
    // 24 bits: a number of that size is exact as an `f32`.
    f64::from(u32::try_from(random).unwrap_or_default()) / f64::from(1_u32 << 24)
}

/// Whether an engine that could not be reached may be a moment later.
pub(crate) fn may_pass(error: &Error) -> bool {
    if error.kind() == ErrorKind::Timeout {
        return true;
    }
    match error.hitch() {
        Some((Hitch::Passing, _)) => return true,
        Some((Hitch::NoProgram, _)) => return false,
        _ => {}
    }
    let cause = std::error::Error::source(error).and_then(|it| it.downcast_ref::<io::Error>());
    cause.is_some_and(|cause| {
        matches!(
            cause.kind(),
            // The socket of an engine that starts again is not there for a while.
            io::ErrorKind::NotFound
                | io::ErrorKind::ConnectionRefused
                | io::ErrorKind::ConnectionReset
                | io::ErrorKind::ConnectionAborted
                | io::ErrorKind::BrokenPipe
                | io::ErrorKind::UnexpectedEof
                | io::ErrorKind::HostUnreachable
                | io::ErrorKind::NetworkUnreachable
                | io::ErrorKind::NetworkDown
                | io::ErrorKind::TimedOut
                | io::ErrorKind::WouldBlock
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Settings;

    #[test]
    fn pauses_double_up_to_the_longest_and_come_to_an_end() {
        let second = Duration::from_secs(1);
        let retry = Retry::times(4).pause(second).longest(3 * second);
        let longest = [1, 2, 3, 3];
        for (tried, longest) in (1..).zip(longest) {
            let pause = retry.after(tried).unwrap();
            let limits = second * longest / 2..=second * longest;
            assert!(limits.contains(&pause), "{tried}: {pause:?}");
        }
        assert_eq!(retry.after(5), None);
        assert_eq!(Retry::times(0).after(1), None);
        let endless = Retry::times(u32::MAX).pause(Duration::MAX);
        assert!(endless.after(u32::MAX).unwrap() <= 10 * second);
    }

    #[test]
    fn pauses_differ() {
        let retry = Retry::times(1);
        let pauses: Vec<_> = (0..8).map(|_| retry.after(1)).collect();
        assert!(pauses.iter().any(|pause| *pause != pauses[0]), "{pauses:?}");
    }

    #[test]
    fn a_missing_permission_does_not_pass() {
        let unreachable =
            |kind: io::ErrorKind| Error::unreachable(&Settings::default(), kind.into());
        assert!(may_pass(&unreachable(io::ErrorKind::ConnectionRefused)));
        assert!(may_pass(&unreachable(io::ErrorKind::NotFound)));
        assert!(!may_pass(&unreachable(io::ErrorKind::PermissionDenied)));
        assert!(!may_pass(&unreachable(io::ErrorKind::InvalidData)));
        assert!(!may_pass(&Error::new(ErrorKind::Unreachable, "no cause")));
    }
}
