//! The bytes of a reply on their way out.

use std::fmt::Write;

use crate::line::{Line, Over};
use crate::script::step::{self, Step};
use crate::script::{Delivery, Reply};

/// Output is gathered up to here before it is written.
const GATHERED: usize = 64 * 1024;

/// The bytes of one reply on their way out.
pub(crate) struct Output<'a> {
    pub(crate) line: &'a mut Line,
    chunked: bool,
    /// Content is left out, as in the reply to HEAD.
    silent: bool,
    /// Each write waits until the client has taken it, because pieces are to arrive as pieces.
    paced: bool,
    /// Content is written in pieces of this size; 0 is as it comes.
    pub(crate) split: usize,
    gathered: Vec<u8>,
}

impl<'a> Output<'a> {
    pub(crate) async fn new(line: &'a mut Line, reply: &Reply, head_only: bool) -> Self {
        let paced = step::each(&reply.steps).any(|step| matches!(step, Step::Split(1..)));
        if paced {
            line.settle().await;
        }
        let bodiless = match reply.delivery {
            Delivery::Raw | Delivery::Upgrade => false,
            _ => head_only || !reply.may_have_body(),
        };
        Self {
            line,
            chunked: reply.delivery == Delivery::Chunked,
            silent: bodiless,
            paced,
            split: 0,
            gathered: Vec::new(),
        }
    }

    pub(crate) fn head(&mut self, reply: &Reply) {
        if reply.delivery == Delivery::Raw {
            return;
        }
        let mut head = format!("HTTP/1.1 {} {}\r\n", reply.status, reply.reason);
        let mut put = |name: &str, value: &str| {
            // Writing to a string can't fail.
            let _ = write!(head, "{name}: {value}\r\n");
        };
        for (name, value) in &reply.headers {
            if let Some(value) = value {
                put(name, value);
            }
        }
        let said = |name: &str| {
            reply
                .headers
                .keys()
                .any(|key| key.eq_ignore_ascii_case(name))
        };
        match reply.delivery {
            Delivery::Length if reply.may_have_body() && !said("content-length") => {
                put("Content-Length", &step::size(&reply.steps).to_string());
            }
            Delivery::Chunked if !said("transfer-encoding") => put("Transfer-Encoding", "chunked"),
            Delivery::UntilClose if !said("connection") => put("Connection", "close"),
            Delivery::Upgrade if reply.status == 101 => {
                if !said("connection") {
                    put("Connection", "Upgrade");
                }
                if !said("upgrade") {
                    put("Upgrade", "tcp");
                }
            }
            _ => {}
        }
        head.push_str("\r\n");
        self.gathered.extend(head.as_bytes());
    }

    /// Writes content; pieces of it are chunks of their own where the reply is chunked.
    pub(crate) async fn content(&mut self, bytes: &[u8]) -> Result<(), Over> {
        if self.silent {
            return Ok(());
        }
        let size = if self.split == 0 {
            bytes.len().max(1)
        } else {
            self.split
        };
        for piece in bytes.chunks(size) {
            if self.chunked {
                self.gathered
                    .extend(format!("{:x}\r\n", piece.len()).as_bytes());
                self.gathered.extend(piece);
                self.gathered.extend(b"\r\n");
            } else {
                self.gathered.extend(piece);
            }
            if self.split > 0 || self.gathered.len() >= GATHERED {
                self.flush().await?;
            }
        }
        Ok(())
    }

    /// Says that this was all, in a way that the delivery has for it.
    pub(crate) async fn end(&mut self) -> Result<(), Over> {
        if self.chunked && !self.silent {
            self.gathered.extend(b"0\r\n\r\n");
        }
        self.flush().await
    }

    pub(crate) async fn flush(&mut self) -> Result<(), Over> {
        let bytes = std::mem::take(&mut self.gathered);
        if bytes.is_empty() {
            Ok(())
        } else if self.paced {
            self.line.write(&bytes).await?;
            self.line.taken().await
        } else {
            self.line.write(&bytes).await
        }
    }
}
