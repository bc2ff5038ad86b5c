//! Connections of the caller's own making.

use std::fmt;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;

use tokio::io::{AsyncRead, AsyncWrite};

use crate::Host;
use crate::connect::BoxStream;

type Dialled = Pin<Box<dyn Future<Output = io::Result<BoxStream>> + Send>>;
type Dial = dyn Fn(Host) -> Dialled + Send + Sync;

/// A function that connects, in place of the transports that are built in.
///
/// It is asked for each new connection, and gives anything that bytes can be written
/// to and read from. Over it goes what the host says: TLS for `https://` and where
/// the settings have certificates for a port, plain HTTP for the others. Its half-close (`poll_shutdown`) is how standard input ends.
///
/// ```
/// use stevedore_client::{Dialer, Settings};
/// use tokio::net::TcpStream;
///
/// let through_the_tunnel = Dialer::new(|_host| TcpStream::connect("127.0.0.1:8375"));
/// let settings = Settings::new().dialer(through_the_tunnel);
/// ```
#[derive(Clone)]
pub struct Dialer(Arc<Dial>);

impl Dialer {
    /// Connects by `dial`.
    pub fn new<F, S>(dial: impl Fn(Host) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = io::Result<S>> + Send + 'static,
        S: AsyncRead + AsyncWrite + Send + 'static,
    {
        Self(Arc::new(move |host| {
            let dialled = dial(host);
            Box::pin(async move {
                let stream: BoxStream = Box::pin(dialled.await?);
                Ok(stream)
            })
        }))
    }

    pub(crate) async fn dial(&self, host: &Host) -> io::Result<BoxStream> {
        (self.0)(host.clone()).await
    }
}

impl fmt::Debug for Dialer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Dialer")
    }
}

/// The same function.
impl PartialEq for Dialer {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for Dialer {}
