//! The arguments of `container$create`, which hide `host_config` behind friendlier ones.

use stevedore::option::{PortMapping, Volume};
use stevedore::{Args, Value};
use stevedore_api::{Info, Schema};

use super::{command, environment};
use crate::given::{Data, Given, Wrong};
use crate::read;

/// The arguments of `container$create`, which hide `host_config` behind
/// friendlier ones.
pub(crate) fn create<'a>(
    info: &'static Info,
    given: impl Iterator<Item = (&'a String, &'a Given)>,
) -> Result<Args, Wrong> {
    let mut args = Args::new();
    let mut host = Host::default();
    for (name, given) in given {
        match name.as_str() {
            "cmd" => args.set("cmd", command(given, name)?),
            "entrypoint" => args.set("entrypoint", command(given, name)?),
            "env" => args.set("env", environment(given)?),
            "health_check" => {
                let schema = info
                    .arg("healthcheck")
                    .map_or(Schema::Any, |arg| arg.field.schema);
                args.set("healthcheck", read::value(schema, given, name)?);
            }
            "ports" => publish(given, &mut args, &mut host)?,
            "volumes" => host.binds = binds(given)?,
            "network" => {
                let network = read::value(Schema::Text, given, name)?;
                host.set("network_mode", network);
            }
            "host_config" => {
                let schema = info
                    .arg("host_config")
                    .map_or(Schema::Any, |arg| arg.field.schema);
                if let Value::Map(pairs) = read::value(schema, given, name)? {
                    host.own = pairs;
                }
            }
            _ => read::set(&mut args, info, name, given)?,
        }
    }
    if let Some(host) = host.into_value() {
        args.set("host_config", host);
    }
    match args.text("image") {
        None => Err(Wrong::must_be("image", "a scalar character (non-NA)")),
        Some("") => {
            let what = "a scalar character (non-NA, not empty)";
            Err(Wrong::must_be("image", what))
        }
        Some(_) => Ok(args),
    }
}

/// What `ports`, `volumes` and `network` add to the user's own `host_config`.
#[derive(Default)]
struct Host {
    own: Vec<(String, Value)>,
    added: Vec<(String, Value)>,
    binds: Vec<Value>,
}

impl Host {
    fn set(&mut self, name: &str, value: impl Into<Value>) {
        self.added.push((name.to_owned(), value.into()));
    }

    fn into_value(self) -> Option<Value> {
        let mut pairs = self.own;
        if !self.binds.is_empty() {
            match pairs.iter_mut().find(|(name, _)| name == "binds") {
                Some((_, Value::List(known))) => known.extend(self.binds),
                _ => pairs.push(("binds".to_owned(), Value::List(self.binds))),
            }
        }
        for (name, value) in self.added {
            match pairs.iter_mut().find(|(known, _)| *known == name) {
                Some((_, slot)) => *slot = value,
                None => pairs.push((name, value)),
            }
        }
        (!pairs.is_empty()).then_some(Value::Map(pairs))
    }
}

fn publish(given: &Given, args: &mut Args, host: &mut Host) -> Result<(), Wrong> {
    if given.flag() == Some(true) {
        host.set("publish_all_ports", true);
        return Ok(());
    }
    let texts = match &given.data {
        Data::Texts(_) | Data::Numbers(_) => given.texts(),
        _ => None,
    };
    let texts = texts
        .and_then(|texts| texts.into_iter().collect::<Option<Vec<String>>>())
        .ok_or_else(|| Wrong::must_be("ports", "a character"))?;

    let mut exposed: Vec<(String, Value)> = Vec::new();
    let mut bindings: Vec<(String, Value)> = Vec::new();
    for text in texts {
        let mapping: PortMapping = text.parse().map_err(|_| {
            Wrong::new(
                "ports",
                format!(
                    "Port binding '{text}' does not match '[<ip>:][<host>:]<container>[/<protocol>]'"
                ),
            )
        })?;
        for publication in mapping.publications() {
            let binding = Value::Map(vec![
                ("host_ip".to_owned(), Value::from(publication.host_ip)),
                ("host_port".to_owned(), Value::from(publication.host_port)),
            ]);
            let port = publication.container;
            let known = bindings.iter_mut().find(|(known, _)| *known == port);
            if let Some((_, Value::List(known))) = known {
                known.push(binding);
            } else {
                exposed.push((port.clone(), Value::Map(Vec::new())));
                bindings.push((port, Value::List(vec![binding])));
            }
        }
    }
    if !bindings.is_empty() {
        args.set("exposed_ports", Value::Map(exposed));
        host.set("port_bindings", Value::Map(bindings));
    }
    Ok(())
}

fn binds(given: &Given) -> Result<Vec<Value>, Wrong> {
    let texts = match &given.data {
        Data::Texts(texts) => texts.iter().cloned().collect::<Option<Vec<_>>>(),
        _ => None,
    }
    .ok_or_else(|| Wrong::must_be("volumes", "a character vector (non-NA)"))?;
    // A path from the working directory on is made absolute: engines know no other.
    let here = std::env::current_dir().unwrap_or_default();
    let (mut binds, mut wrong) = (Vec::new(), Vec::new());
    for text in &texts {
        match text.parse::<Volume>() {
            Ok(volume) if volume.source().is_some() => {
                binds.push(Value::from(volume.anchored(&here).to_string()));
            }
            _ => wrong.push(format!("'{text}'")),
        }
    }
    if !wrong.is_empty() {
        return Err(Wrong::new(
            "volumes",
            format!(
                "Volume mapping {} does not match '<src>:<dest>[:ro]'",
                wrong.join(", ")
            ),
        ));
    }
    Ok(binds)
}
