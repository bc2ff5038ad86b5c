//! Which networks a line joins, and how.

use super::draft::Draft;
use crate::container::Network as Settings;
use crate::option::{Invalid, Network};

/// Options such as `--ip` are about the first network; without one they are about the engine's
/// own choice.
pub(super) fn finish(draft: &mut Draft) -> Result<(), Invalid> {
    let mut networks = std::mem::take(&mut draft.networks);
    let is_chosen = !networks.is_empty();
    if !is_chosen {
        networks.push(Network::new("default"));
    }
    let own = |network: &&Network| !network.is_user_defined();
    if let (true, Some(own)) = (networks.len() > 1, networks.iter().find(own)) {
        let expected = "networks that were made, where there are several";
        return Err(Invalid::new("network", &own.name, &own.name, expected).of("network"));
    }
    let names: Vec<String> = draft.links.iter().map(ToString::to_string).collect();
    if let Some(first) = networks.first_mut() {
        merge(draft, first)?;
        if first.is_user_defined() && !names.is_empty() {
            first.settings.links = Some(names.clone());
        }
        if is_chosen {
            draft.host.network_mode = Some(first.name.clone());
        }
    }
    if !names.is_empty() {
        draft.host.links = Some(names);
    }
    let aliased = |network: &&Network| network.settings.aliases.is_some();
    if let Some(network) = networks.iter().filter(aliased).find(own) {
        let expected = "an alias on networks that were made, and no other";
        let name = network.name.as_str();
        return Err(Invalid::new("network", name, name, expected).of("network-alias"));
    }
    let are_several = networks.len() > 1;
    let mut create = std::mem::take(&mut draft.create);
    for Network { name, settings } in networks {
        if are_several || settings != Settings::new() {
            create = create.network(name, settings);
        }
    }
    draft.create = create;
    Ok(())
}

/// What is said about the first network beside it; nothing is said twice.
fn merge(draft: &mut Draft, network: &mut Network) -> Result<(), Invalid> {
    let twice = |option: &str| {
        let expected = "each property of a network in one place alone";
        Invalid::new("network", &network.name, &network.name, expected).of(option)
    };
    let settings = &mut network.settings;
    if !draft.aliases.is_empty() {
        if settings.aliases.is_some() {
            return Err(twice("network-alias"));
        }
        settings.aliases = Some(std::mem::take(&mut draft.aliases));
    }
    if let Some(address) = draft.mac_address.take() {
        if settings.mac_address.is_some() {
            return Err(twice("mac-address"));
        }
        settings.mac_address = Some(address.into());
    }
    let mut addresses = settings.ipam_config.take().unwrap_or_default();
    for (option, field, given) in [
        ("ip", &mut addresses.ipv4_address, draft.ip.take()),
        ("ip6", &mut addresses.ipv6_address, draft.ip6.take()),
    ] {
        if let Some(address) = given {
            if field.is_some() {
                return Err(twice(option));
            }
            *field = Some(address);
        }
    }
    if !draft.link_local_ips.is_empty() {
        if addresses.link_local_ips.is_some() {
            return Err(twice("link-local-ip"));
        }
        addresses.link_local_ips = Some(std::mem::take(&mut draft.link_local_ips));
    }
    settings.ipam_config =
        Some(addresses).filter(|it| *it != crate::container::NetworkAddresses::new());
    Ok(())
}
