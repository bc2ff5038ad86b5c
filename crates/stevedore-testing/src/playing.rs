//! A conversation on one connection: requests come, and the script's bytes answer them.

use serde_json::json;

use crate::Request;
use crate::ledger::Ledger;
use crate::line::{Line, Over};
use crate::output::Output;
use crate::reading::{self, Unread};
use crate::script::step::{self, Step};
use crate::script::{Delivery, Exchange, Reads};

/// Where a conversation stands; what is left of it when the daemon stops early.
#[derive(Debug, Default)]
pub(crate) struct Place {
    /// A `read` or `read_eof` that is being waited for, with its exchange.
    pub(crate) reading: Option<String>,
}

/// Answers requests until the connection ends, and says why it did.
pub(crate) async fn converse(
    line: &mut Line,
    number: usize,
    ledger: &Ledger,
    place: &mut Place,
) -> Over {
    loop {
        let mut request = match reading::head(line, number).await {
            Ok(request) => request,
            Err(unread) => return refused(line, ledger, unread).await,
        };
        if !ledger.leaves_body(&request)
            && let Err(unread) = reading::body(line, &mut request).await
        {
            return refused(line, ledger, unread).await;
        }
        let to = Asked::of(&request);
        let played = match ledger.seen(request) {
            Ok(found) => match ledger.script().exchanges.get(found) {
                Some(exchange) => answer(line, ledger, exchange, &to, place).await,
                None => Ok(()),
            },
            Err(text) => unexpected(line, ledger, &text, &to).await,
        };
        if let Err(over) = played {
            return over;
        }
    }
}

/// What of a request decides how a reply is written.
struct Asked {
    head_only: bool,
    for_upgrade: bool,
    to_close: bool,
}

impl Asked {
    fn of(request: &Request) -> Self {
        let has = |name: &str, word: &str| {
            let value = request.header(name).unwrap_or_default();
            value
                .split(',')
                .any(|part| part.trim().eq_ignore_ascii_case(word))
        };
        Self {
            head_only: request.method == "HEAD",
            for_upgrade: has("connection", "upgrade"),
            to_close: has("connection", "close"),
        }
    }
}

async fn refused(line: &mut Line, ledger: &Ledger, unread: Unread) -> Over {
    let Unread::Broken(text) = unread else {
        return Over::ClientGone;
    };
    let body = json!({ "message": text }).to_string();
    ledger.failed(text);
    let size = body.len();
    let reply = format!("HTTP/1.1 400 Bad Request\r\nContent-Length: {size}\r\n\r\n{body}");
    match line.write(reply.as_bytes()).await {
        Ok(()) => Over::Close,
        Err(over) => over,
    }
}

/// Says to the client, too, what was not expected: its own error message then tells the tester.
async fn unexpected(line: &mut Line, ledger: &Ledger, text: &str, to: &Asked) -> Result<(), Over> {
    let script = ledger.script();
    let says = format!("{text} ({}: {})", script.name, script.says);
    let body = json!({ "message": says }).to_string();
    let size = body.len();
    let mut reply = format!(
        "HTTP/1.1 599 Unexpected\r\nContent-Type: application/json\r\nContent-Length: {size}\r\n\r\n"
    );
    if !to.head_only {
        reply.push_str(&body);
    }
    line.write(reply.as_bytes()).await
}

async fn answer(
    line: &mut Line,
    ledger: &Ledger,
    exchange: &Exchange,
    to: &Asked,
    place: &mut Place,
) -> Result<(), Over> {
    let reply = &exchange.reply;
    if reply.delivery == Delivery::Upgrade && !to.for_upgrade {
        let label = exchange.label();
        ledger.failed(format!(
            "`{label}` did not ask for an upgrade of its connection"
        ));
    }

    let mut output = Output::new(line, reply, to.head_only).await;
    if !step::each(&reply.steps).any(|step| matches!(step, Step::Head)) {
        output.head(reply);
    }
    for step in step::played(&reply.steps) {
        play(step, &mut output, ledger, exchange, place).await?;
    }
    output.end().await?;

    let ends = matches!(reply.delivery, Delivery::UntilClose | Delivery::Upgrade)
        || exchange.reads == Reads::Head
        || to.to_close
        || reply
            .header("connection")
            .is_some_and(|value| value.eq_ignore_ascii_case("close"));
    if ends { Err(Over::Close) } else { Ok(()) }
}

async fn play(
    step: &Step,
    output: &mut Output<'_>,
    ledger: &Ledger,
    exchange: &Exchange,
    place: &mut Place,
) -> Result<(), Over> {
    if let Some(bytes) = step.content() {
        return output.content(&bytes).await;
    }
    if matches!(step, Step::Head) {
        output.head(&exchange.reply);
    }
    output.flush().await?;
    match step {
        Step::Split(size) => output.split = *size,
        Step::Await(name) => tokio::select! {
            () = ledger.came(&name.value) => {}
            () = output.line.gone() => return Err(Over::ClientGone),
        },
        Step::Read(_) | Step::ReadEof => {
            let what = format!("`{}`: {}", exchange.label(), step.name());
            place.reading = Some(what.clone());
            let read = match step {
                Step::Read(text) => expect(output.line, text.as_bytes()).await,
                _ => expect_eof(output.line).await,
            };
            place.reading = None;
            if let Err(fault) = read {
                ledger.failed(format!("{what}: {fault}"));
                return Err(Over::Close);
            }
        }
        Step::Hold => {
            output.line.gone().await;
            return Err(Over::ClientGone);
        }
        Step::Close => return Err(Over::Close),
        Step::Reset => return Err(Over::Reset),
        _ => {}
    }
    Ok(())
}

/// Reads exactly these bytes, or says what came in their place.
async fn expect(line: &mut Line, wanted: &[u8]) -> Result<(), String> {
    loop {
        let size = line.input.len().min(wanted.len());
        let (found, _) = line.input.split_at(size);
        if !wanted.starts_with(found) {
            return Err(format!("came {:?}", String::from_utf8_lossy(found)));
        }
        if size == wanted.len() {
            line.input.drain(..size);
            return Ok(());
        }
        if !line.fill().await {
            return Err(format!("the client ended after {size} bytes"));
        }
    }
}

/// Waits for the end of what the client sends, or says what came before it.
async fn expect_eof(line: &mut Line) -> Result<(), String> {
    while line.input.is_empty() && line.fill().await {}
    if line.input.is_empty() {
        return Ok(());
    }
    Err(format!("came {:?}", String::from_utf8_lossy(&line.input)))
}
