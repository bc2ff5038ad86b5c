//! Requests by hand, each with one argument more than it needs.

use std::cell::Cell;
use std::path::Path;

use anyhow::{Context as _, Result, bail, ensure};
use serde_json::{Map, Value, json};

use super::newer::Newer;
use crate::coverage::leave_swarm;
use crate::engine::raw::{self, Response};
use crate::json::text;

/// The image that everything is made from.
const IMAGE: &str = "busybox:latest";

/// What the engine said to a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Said {
    Taken,
    Refused(u16, String),
}

/// An engine with what the requests are about.
pub(super) struct Probe<'a> {
    socket: &'a Path,
    /// It runs, and traps signals.
    pub(super) container: String,
    network: String,
    service: String,
    count: Cell<u32>,
}

impl<'a> Probe<'a> {
    pub(super) fn begin(socket: &'a Path) -> Result<Self> {
        let mut probe = Self {
            socket,
            container: String::new(),
            network: String::new(),
            service: String::new(),
            count: Cell::new(0),
        };
        let (name, tag) = IMAGE.split_once(':').context("a name and a tag")?;
        let pull = format!("/images/create?fromImage={name}&tag={tag}");
        let pulled = probe.sent("POST", &pull, None)?;
        ensure!(pulled.status == 200, "{}", pulled.text());
        probe.container = probe.container()?;
        let network = json!({"Name": probe.name(), "Labels": label()});
        probe.network = probe.made("/networks/create", &network, "/Id")?;
        let swarm = json!({"ListenAddr": "127.0.0.1:2377", "AdvertiseAddr": "127.0.0.1"});
        let swarm = probe.sent("POST", "/swarm/init", Some(&swarm))?;
        ensure!(swarm.status == 200, "{}", swarm.text());
        let service = probe.service_base();
        probe.service = probe.made("/services/create", &service, "/ID")?;
        Ok(probe)
    }

    /// Removes what the requests have made.
    pub(super) fn end(self) -> Result<()> {
        leave_swarm(self.socket)?;
        let filter = "filters=%7B%22label%22%3A%5B%22stevedore.verdicts%22%5D%7D";
        let list = self.sent("GET", &format!("/containers/json?all=1&{filter}"), None)?;
        for container in list.json()?.as_array().into_iter().flatten() {
            let path = format!("/containers/{}?force=1&v=1", text(container, "/Id"));
            self.sent("DELETE", &path, None)?;
        }
        for what in ["networks", "volumes", "images"] {
            self.sent("POST", &format!("/{what}/prune?{filter}"), None)?;
        }
        self.sent("DELETE", "/images/127.0.0.1:9/nowhere:one", None)?;
        Ok(())
    }

    /// Sends what `newer` is an argument of, with it and this value, or without.
    pub(super) fn send(&self, newer: &Newer, value: Option<&Value>) -> Result<Said> {
        let answer = self.answer(newer, value)?;
        Ok(if answer.status < 400 {
            Said::Taken
        } else {
            let said = answer.json().ok();
            let said = said.map(|it| text(&it, "/message").to_owned());
            Said::Refused(answer.status, said.unwrap_or_else(|| answer.text()))
        })
    }

    pub(super) fn answer(&self, newer: &Newer, value: Option<&Value>) -> Result<Response> {
        let (method, path) = newer.key.split_once(' ').context("a method and a path")?;
        if let Some(name) = newer.place.strip_prefix("query ") {
            let path = self.query_base(path)?;
            let path = match value.and_then(Value::as_str) {
                None => path,
                Some(value) => {
                    let and = if path.contains('?') { '&' } else { '?' };
                    format!("{path}{and}{name}={}", encoded(value))
                }
            };
            return self.sent(method, &path, None);
        }
        let place = newer
            .place
            .strip_prefix("request ")
            .context("what place?")?;
        let (path, mut body) = self.body_base(path)?;
        if let Some(value) = value {
            insert(&mut body, place, value)?;
        }
        let answer = self.sent(method, &path, Some(&body))?;
        if newer.key.ends_with("/connect") && answer.status < 300 {
            let body = json!({"Container": self.container, "Force": true});
            let path = format!("/networks/{}/disconnect", self.network);
            self.sent("POST", &path, Some(&body))?;
        }
        Ok(answer)
    }

    /// A request with a body that is well as it is.
    fn body_base(&self, path: &str) -> Result<(String, Value)> {
        let container = &self.container;
        Ok(match path {
            "/containers/create" => (path.to_owned(), json!({"Image": IMAGE, "Labels": label()})),
            "/containers/{id}/update" => (format!("/containers/{container}/update"), json!({})),
            "/commit" => (
                format!("/commit?container={container}"),
                json!({"Labels": label()}),
            ),
            "/networks/{id}/connect" => (
                format!("/networks/{}/connect", self.network),
                json!({"Container": container}),
            ),
            "/networks/create" | "/volumes/create" => (
                path.to_owned(),
                json!({"Name": self.name(), "Labels": label()}),
            ),
            "/containers/{id}/exec" => (
                format!("/containers/{container}/exec"),
                json!({"Cmd": ["true"]}),
            ),
            "/exec/{id}/start" => {
                let create = format!("/containers/{container}/exec");
                let exec = self.made(&create, &json!({"Cmd": ["true"]}), "/Id")?;
                (format!("/exec/{exec}/start"), json!({"Detach": true}))
            }
            "/services/create" => (path.to_owned(), self.service_base()),
            "/services/{id}/update" => {
                let service = format!("/services/{}", self.service);
                let now = self.sent("GET", &service, None)?.json()?;
                let version = now.pointer("/Version/Index").context("no version")?;
                let spec = now.get("Spec").context("no spec")?.clone();
                (format!("{service}/update?version={version}"), spec)
            }
            other => bail!("nothing is known of POST {other}"),
        })
    }

    /// A request that is well without its argument in the query.
    fn query_base(&self, path: &str) -> Result<String> {
        Ok(match path {
            "/containers/{id}/attach/ws" => {
                format!("/containers/{}/attach/ws?logs=1", self.container)
            }
            "/images/{name}/push" => {
                // Nobody listens there; what is wrong with an argument is told before.
                let tag = format!("/images/{IMAGE}/tag?repo=127.0.0.1:9/nowhere&tag=one");
                self.sent("POST", &tag, None)?;
                "/images/127.0.0.1:9/nowhere/push?tag=one".to_owned()
            }
            "/images/{name}" => {
                let tag = format!("/images/{IMAGE}/tag?repo=stevedore-verdicts&tag=one");
                self.sent("POST", &tag, None)?;
                "/images/stevedore-verdicts:one".to_owned()
            }
            "/images/get" => format!("/images/get?names={IMAGE}"),
            other => other
                .replace("/images/{name}", &format!("/images/{IMAGE}"))
                .replace("{id}", &self.container),
        })
    }

    /// A container that tells which signal ended it, once it is ready to.
    pub(super) fn container(&self) -> Result<String> {
        let script =
            "trap 'exit 5' INT; trap 'exit 6' TERM; : > /ready; while :; do sleep 0.1; done";
        let create = json!({"Image": IMAGE, "Cmd": ["sh", "-c", script], "Labels": label()});
        let id = self.made("/containers/create", &create, "/Id")?;
        let started = self.sent("POST", &format!("/containers/{id}/start"), None)?;
        ensure!(started.status == 204, "{}", started.text());
        self.until_ready(&id)?;
        Ok(id)
    }

    /// Waits until the script of [`container`](Self::container) has set its traps.
    fn until_ready(&self, id: &str) -> Result<()> {
        let path = format!("/containers/{id}/archive?path=/ready");
        for _ in 0..500 {
            if self.sent("GET", &path, None)?.status == 200 {
                return Ok(());
            }
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
        bail!("the container does not start its script")
    }

    fn service_base(&self) -> Value {
        json!({
            "Name": self.name(),
            "Labels": label(),
            "TaskTemplate": {"ContainerSpec": {"Image": IMAGE, "Command": ["true"]}},
            // None of its tasks ever runs.
            "Mode": {"Replicated": {"Replicas": 0}},
        })
    }

    /// A name that nothing else has.
    fn name(&self) -> String {
        self.count.set(self.count.get() + 1);
        format!("stevedore-verdicts-{}", self.count.get())
    }

    /// Makes something, and gives its id.
    pub(super) fn made(&self, path: &str, body: &Value, id: &str) -> Result<String> {
        let answer = self.sent("POST", path, Some(body))?;
        ensure!(answer.status < 300, "{path}: {}", answer.text());
        Ok(text(&answer.json()?, id).to_owned())
    }

    pub(super) fn sent(&self, method: &str, path: &str, body: Option<&Value>) -> Result<Response> {
        let path = format!("/v1.{}{path}", super::VERSION);
        let body = body.map(Value::to_string).unwrap_or_default();
        // A push wants to know who asks: nobody in particular.
        let mut headers = vec![("X-Registry-Auth", "e30=")];
        if !body.is_empty() {
            headers.push(("Content-Type", "application/json"));
        }
        let send = match method {
            "GET" => raw::get,
            "POST" => raw::post,
            "DELETE" => raw::delete,
            other => bail!("nobody sends {other} here"),
        };
        send(self.socket, &path, &headers, body.as_bytes()).with_context(|| path)
    }

    pub(super) fn socket(&self) -> &Path {
        self.socket
    }
}

fn label() -> Value {
    json!({"stevedore.verdicts": "1"})
}

/// Puts a value at a path of names, making what is around it.
fn insert(body: &mut Value, path: &str, value: &Value) -> Result<()> {
    let (name, rest) = path
        .split_once('.')
        .map_or((path, None), |(a, b)| (a, Some(b)));
    if body.is_null() {
        *body = Value::Object(Map::new());
    }
    let object = body.as_object_mut().context("no object to put it in")?;
    let Some(rest) = rest else {
        object.insert(name.to_owned(), value.clone());
        return Ok(());
    };
    let below = object.entry(name.to_owned()).or_insert(Value::Null);
    match name {
        "Mounts" => {
            let mut mount = mount(rest);
            insert(&mut mount, rest, value)?;
            *below = json!([mount]);
            Ok(())
        }
        "EndpointsConfig" => {
            *below = json!({"bridge": {}});
            let endpoint = below.get_mut("bridge").context("just put there")?;
            insert(endpoint, rest, value)
        }
        _ => insert(below, rest, value),
    }
}

/// A mount that has those options.
fn mount(options: &str) -> Value {
    match options.split('.').next().unwrap_or_default() {
        "BindOptions" => json!({"Type": "bind", "Source": "/tmp", "Target": "/there"}),
        "TmpfsOptions" => json!({"Type": "tmpfs", "Target": "/there"}),
        "ImageOptions" => json!({"Type": "image", "Source": IMAGE, "Target": "/there"}),
        "ClusterOptions" => json!({"Type": "cluster", "Source": "volume", "Target": "/there"}),
        _ => json!({"Type": "volume", "Target": "/there"}),
    }
}

fn encoded(value: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte);
    let one = |byte: u8| {
        if plain(byte) {
            char::from(byte).to_string()
        } else {
            format!("%{byte:02X}")
        }
    };
    value.bytes().map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_put_where_its_path_leads() {
        let mut body = json!({"Image": IMAGE});
        insert(
            &mut body,
            "HostConfig.Mounts.VolumeOptions.Subpath",
            &json!("x"),
        )
        .unwrap();
        let options = body.pointer("/HostConfig/Mounts/0/VolumeOptions/Subpath");
        assert_eq!(options, Some(&json!("x")));
        insert(
            &mut body,
            "NetworkingConfig.EndpointsConfig.GwPriority",
            &json!(7),
        )
        .unwrap();
        let priority = body.pointer("/NetworkingConfig/EndpointsConfig/bridge/GwPriority");
        assert_eq!(priority, Some(&json!(7)));
    }

    #[test]
    fn a_value_in_a_query_is_encoded() {
        assert_eq!(encoded("{\"a\":1}"), "%7B%22a%22%3A1%7D");
    }
}
