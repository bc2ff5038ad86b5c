//! Where a container's ports are published.

use stevedore_api::container::PortProtocol;
use stevedore_client::Result;

use super::{Container, Inspect};

/// A port of a container, and where on the host it is published.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct PublishedPort {
    /// The port in the container.
    pub container_port: u16,
    /// Its protocol.
    pub protocol: PortProtocol,
    /// The address on the host, `0.0.0.0` or `::` for all of them; nothing where the port
    /// is not published.
    pub host_ip: Option<String>,
    /// The port on the host; nothing where the port is not published.
    pub host_port: Option<u16>,
}

impl Container {
    /// The ports that it offers, each with where it is published: a row for each address.
    ///
    /// One request: `GET /containers/{id}/json`. Ports are published while it runs. They
    /// come by number, TCP first.
    ///
    /// ```no_run
    /// # async fn example(docker: stevedore::Docker) -> stevedore::Result<()> {
    /// let ports = docker.container("web").ports().await?;
    /// let http = ports.iter().find(|port| port.container_port == 80);
    /// if let Some(port) = http.and_then(|port| port.host_port) {
    ///     println!("http://localhost:{port}");
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub async fn ports(&self) -> Result<Vec<PublishedPort>> {
        Ok(table(&self.inspect().await?))
    }
}

/// The rows of an inspect. What is no port of the API's form is left out.
fn table(inspect: &Inspect) -> Vec<PublishedPort> {
    let mut rows = Vec::new();
    for (offered, bindings) in &inspect.network_settings.ports {
        let (port, protocol) = offered.split_once('/').unwrap_or((offered, "tcp"));
        let Ok(container_port) = port.parse() else {
            continue;
        };
        let row = |host_ip, host_port| PublishedPort {
            container_port,
            protocol: protocol.into(),
            host_ip,
            host_port,
        };
        if bindings.is_empty() {
            rows.push(row(None, None));
        }
        for binding in bindings {
            rows.push(row(
                Some(binding.host_ip.clone()),
                binding.host_port.parse().ok(),
            ));
        }
    }
    // The engine's order is that of a Go map.
    rows.sort_by(|a, b| {
        let key = |row: &PublishedPort| {
            let protocol = match row.protocol {
                PortProtocol::Tcp => 0,
                PortProtocol::Udp => 1,
                _ => 2,
            };
            (row.container_port, protocol)
        };
        key(a).cmp(&key(b)).then_with(|| a.host_ip.cmp(&b.host_ip))
    });
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_has_a_row_for_each_place_it_is_published_at() {
        let inspect: Inspect = serde_json::from_str(
            r#"{"NetworkSettings":{"Ports":{
                "8080/tcp":null,
                "53/udp":[{"HostIp":"127.0.0.1","HostPort":"5353"}],
                "53/tcp":[{"HostIp":"0.0.0.0","HostPort":"32768"},{"HostIp":"::","HostPort":"32769"}],
                "strange":null
            }}}"#,
        )
        .unwrap();
        let rows: Vec<_> = table(&inspect)
            .into_iter()
            .map(|row| {
                let host = row.host_ip.zip(row.host_port);
                (row.container_port, row.protocol.to_string(), host)
            })
            .collect();
        let at = |ip: &str, port| Some((ip.to_owned(), port));
        assert_eq!(
            rows,
            [
                (53, "tcp".to_owned(), at("0.0.0.0", 32768)),
                (53, "tcp".to_owned(), at("::", 32769)),
                (53, "udp".to_owned(), at("127.0.0.1", 5353)),
                (8080, "tcp".to_owned(), None),
            ]
        );
    }
}
