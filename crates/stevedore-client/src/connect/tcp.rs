//! TCP ports.

use std::future::{Future, poll_fn};
use std::io;
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::task::Poll;
use std::time::Duration;

use socket2::{SockRef, TcpKeepalive};
use tokio::net::{TcpStream, lookup_host};
use tokio::time::{Instant, sleep};

use super::BoxStream;
use crate::error::Hitch;
use crate::host::Address;
use crate::{Error, Result, Settings};

/// A connection to whichever of the name's addresses answers first.
pub(super) async fn connect(settings: &Settings, address: &Address) -> Result<BoxStream> {
    let found = lookup_host((address.host.as_str(), address.port))
        .await
        .map_err(|error| {
            let why = format!("no address is known for the name `{}`", address.host);
            Error::unreachable_because(settings, &why)
                .for_hitch(Hitch::NoSuchMachine)
                .caused_by(error)
        })?;
    let stream = first(in_turns(found.collect()))
        .await
        .map_err(|error| Error::unreachable(settings, error))?;
    // Where the system refuses them the connection works, too: small requests may be
    // slower, and a machine that has vanished is noticed later.
    let _ = stream.set_nodelay(true);
    let _ = SockRef::from(&stream).set_tcp_keepalive(&keepalive());
    Ok(Box::pin(stream))
}

/// An idle connection is asked after this time whether it is still there, and again after that.
fn keepalive() -> TcpKeepalive {
    TcpKeepalive::new()
        .with_time(Duration::from_secs(30))
        .with_interval(Duration::from_secs(15))
}

/// The addresses with the two families in turns, the first one's first (RFC 8305, section 4).
fn in_turns(addresses: Vec<SocketAddr>) -> Vec<SocketAddr> {
    let first = addresses.first().is_some_and(SocketAddr::is_ipv6);
    let (mut ones, mut others): (Vec<_>, Vec<_>) = addresses
        .into_iter()
        .partition(|address| address.is_ipv6() == first);
    let mut turns = Vec::with_capacity(ones.len() + others.len());
    let (mut ones, mut others) = (ones.drain(..), others.drain(..));
    loop {
        match (ones.next(), others.next()) {
            (None, None) => return turns,
            (one, other) => turns.extend(one.into_iter().chain(other)),
        }
    }
}

/// The next address gets its chance when the ones before have kept silent this long
/// (RFC 8305, section 5).
const PATIENCE: Duration = Duration::from_millis(250);

type Attempt = Pin<Box<dyn Future<Output = io::Result<TcpStream>> + Send>>;

/// The first connection that stands; the failure of the last attempt where none does.
async fn first(addresses: Vec<SocketAddr>) -> io::Result<TcpStream> {
    let mut waiting = addresses.into_iter();
    let mut attempts: Vec<Attempt> = Vec::new();
    let mut last = None;
    let mut patience = pin!(sleep(PATIENCE));
    poll_fn(|cx| {
        loop {
            let mut at = 0;
            let mut is_over = attempts.is_empty();
            while let Some(attempt) = attempts.get_mut(at) {
                match attempt.as_mut().poll(cx) {
                    Poll::Pending => at += 1,
                    Poll::Ready(Ok(stream)) => return Poll::Ready(Ok(stream)),
                    Poll::Ready(Err(error)) => {
                        last = Some(error);
                        is_over = true;
                        drop(attempts.remove(at));
                    }
                }
            }
            if !is_over && patience.as_mut().poll(cx).is_pending() {
                return Poll::Pending;
            }
            match waiting.next() {
                Some(address) => {
                    attempts.push(Box::pin(TcpStream::connect(address)));
                    patience.as_mut().reset(Instant::now() + PATIENCE);
                }
                None if attempts.is_empty() => {
                    let last = last.take();
                    return Poll::Ready(Err(last.unwrap_or_else(|| {
                        io::Error::new(io::ErrorKind::NotFound, "the name has no address")
                    })));
                }
                None => return Poll::Pending,
            }
        }
    })
    .await
}

#[cfg(test)]
mod tests {
    use tokio::net::TcpListener;

    use super::*;
    use crate::Host;

    #[test]
    fn families_take_turns() {
        let address = |text: &str| text.parse::<SocketAddr>().unwrap();
        let found = ["[::1]:1", "[::2]:1", "[::3]:1", "1.1.1.1:1", "1.1.1.2:1"].map(address);
        let turns = ["[::1]:1", "1.1.1.1:1", "[::2]:1", "1.1.1.2:1", "[::3]:1"].map(address);
        assert_eq!(in_turns(found.to_vec()), turns);
        assert_eq!(in_turns(Vec::new()), []);
    }

    #[tokio::test]
    async fn an_address_where_nobody_listens_is_passed_over() {
        let gone = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let refusing = gone.local_addr().unwrap();
        drop(gone);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let listening = listener.local_addr().unwrap();
        let stream = first(vec![refusing, listening]).await.unwrap();
        assert_eq!(stream.peer_addr().unwrap(), listening);
        let refused = first(vec![refusing]).await.unwrap_err();
        assert_eq!(refused.kind(), io::ErrorKind::ConnectionRefused);
        let nowhere = first(Vec::new()).await.unwrap_err();
        assert_eq!(nowhere.kind(), io::ErrorKind::NotFound);
    }

    #[tokio::test]
    async fn a_name_leads_to_a_connection_that_is_kept_alive() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = Address::new("localhost", listener.local_addr().unwrap().port());
        let settings = |address: &Address| Settings::new().host(Host::Tcp(address.clone()));
        let known = settings(&address);
        let (connected, accepted) = tokio::join!(connect(&known, &address), listener.accept());
        assert!(connected.is_ok());
        accepted.unwrap();
        let unknown = Address::new("no-such-name.invalid", 1);
        let error = connect(&settings(&unknown), &unknown).await.err().unwrap();
        assert!(
            error.to_string().contains("`no-such-name.invalid`"),
            "{error}"
        );
    }
}
