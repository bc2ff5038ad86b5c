//! From typed requests and loose arguments to the bytes of a request.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use stevedore_api::container::{
    Condition, Create, HostConfig, Kill, List, Logs, Network, Remove, Rename, Tail, Wait,
};
use stevedore_api::image::{InspectOne, Load, Pull, Push};
use stevedore_api::network::Connect;
use stevedore_api::system::{GetVersion, Ping};
use stevedore_api::{ApiVersion, Args, Call, Endpoint, Fault, Method, Value, endpoint, endpoints};

const V1_41: ApiVersion = ApiVersion::new(1, 41);

fn call<E: Endpoint>(request: &E, version: ApiVersion) -> Result<Call, Fault> {
    Call::check(E::INFO, &request.args(), version)
}

fn target<E: Endpoint>(request: &E) -> String {
    let call = call(request, V1_41).unwrap();
    format!("{} {}", call.method().as_str(), call.target)
}

fn body<E: Endpoint>(request: &E) -> serde_json::Value {
    serde_json::from_slice(&call(request, V1_41).unwrap().body.unwrap()).unwrap()
}

#[test]
fn arguments_go_to_path_and_query() {
    for (made, expected) in [
        (target(&Ping::new()), "GET /v1.41/_ping"),
        (target(&GetVersion::new()), "GET /v1.41/version"),
        (
            target(&List::new().all(true).limit(3)),
            "GET /v1.41/containers/json?all=true&limit=3",
        ),
        (
            target(&List::new().filter("label", "a=b").filter("label", "c")),
            "GET /v1.41/containers/json?filters=%7B%22label%22%3A%5B%22a%3Db%22%2C%22c%22%5D%7D",
        ),
        (
            target(
                &Logs::new()
                    .id("web")
                    .stdout(true)
                    .follow(true)
                    .tail(Tail::All),
            ),
            "GET /v1.41/containers/web/logs?follow=true&stdout=true&tail=all",
        ),
        (
            target(&Kill::new().id("web").signal("HUP")),
            "POST /v1.41/containers/web/kill?signal=HUP",
        ),
        (
            target(&Wait::new().id("web").condition(Condition::NextExit)),
            "POST /v1.41/containers/web/wait?condition=next-exit",
        ),
        (
            target(&Remove::new().id("web").force(true).delete_volumes(true)),
            "DELETE /v1.41/containers/web?v=true&force=true",
        ),
        (
            target(&Pull::new().name("reg.io:5000/team/app").tag("1.0")),
            "POST /v1.41/images/create?fromImage=reg.io%3A5000%2Fteam%2Fapp&tag=1.0",
        ),
        (
            target(&Load::new().quiet(true)),
            "POST /v1.41/images/load?quiet=true",
        ),
        (
            target(&InspectOne::new().name("reg.io:5000/team/app:1.0")),
            "GET /v1.41/images/reg.io:5000/team/app:1.0/json",
        ),
    ] {
        assert_eq!(made, expected);
    }
}

#[test]
fn a_body_has_the_wire_names_and_only_what_was_set() {
    let create = Create::new("nginx")
        .name("web")
        .cmd(["nginx", "-g", "daemon off;"])
        .env("A", "b=c")
        .label("Com.Example", "x")
        .tty(false)
        .host_config(HostConfig::new().publish("80/tcp", "8080").memory(64 << 20))
        .network("front", Network::new().alias("www"));
    assert_eq!(target(&create), "POST /v1.41/containers/create?name=web");
    assert_eq!(
        body(&create),
        serde_json::json!({
            "Image": "nginx",
            "Cmd": ["nginx", "-g", "daemon off;"],
            "Env": ["A=b=c"],
            "Labels": {"Com.Example": "x"},
            "Tty": false,
            "ExposedPorts": {"80/tcp": {}},
            "HostConfig": {
                "PortBindings": {"80/tcp": [{"HostIp": "", "HostPort": "8080"}]},
                "Memory": 67_108_864,
            },
            "NetworkingConfig": {"EndpointsConfig": {"front": {"Aliases": ["www"]}}},
        })
    );
}

#[test]
fn a_field_may_be_named_our_way_or_the_wires_but_not_both() {
    let create = |pairs: &[(&str, i64)]| {
        let mut args = Args::new();
        args.set("image", "busybox");
        let pairs = pairs.iter().map(|(k, v)| ((*k).to_owned(), Value::Int(*v)));
        args.set("host_config", Value::Map(pairs.collect()));
        Call::check(Create::INFO, &args, V1_41)
    };
    let ours = create(&[("shm_size", 1)]).unwrap().body;
    let wires = create(&[("ShmSize", 1)]).unwrap().body;
    assert_eq!(ours, wires);
    let twice = create(&[("shm_size", 1), ("ShmSize", 2)]).unwrap_err();
    assert_eq!(twice.argument(), Some("host_config.ShmSize"));
}

#[test]
fn a_misspelt_name_is_refused_with_the_one_that_was_meant() {
    let mut args = Args::new();
    args.set("image", "busybox");
    args.set(
        "host_config",
        Value::Map(vec![("Shmsize".to_owned(), Value::Int(1))]),
    );
    let fault = Call::check(Create::INFO, &args, V1_41).unwrap_err();
    assert_eq!(
        fault.to_string(),
        "`host_config.Shmsize` of container_create must be a field of host_config \
         (is `shm_size` meant?), not an unknown name"
    );
    let mut args = Args::new();
    args.set("followed", true);
    let fault = Call::check(Logs::INFO, &args, V1_41).unwrap_err();
    assert!(fault.to_string().contains("is `follow` meant?"), "{fault}");
}

#[test]
fn one_slip_of_the_fingers_is_seen_through() {
    let said = |name: &str| {
        let mut args = Args::new();
        args.set("image", "busybox");
        let host = vec![(name.to_owned(), Value::Int(1))];
        args.set("host_config", Value::Map(host));
        let fault = Call::check(Create::INFO, &args, V1_41).unwrap_err();
        fault.to_string()
    };
    for (name, meant) in [
        ("memroy", "memory"),
        ("Memorry", "memory"),
        ("shm_sise", "shm_size"),
        ("prvileged", "privileged"),
    ] {
        let said = said(name);
        assert!(said.contains(&format!("is `{meant}` meant?")), "{said}");
    }
    for name in ["zzz", "yromem"] {
        let said = said(name);
        assert!(!said.contains("meant?"), "{said}");
    }
}

#[test]
fn the_wrong_kind_is_refused_by_name() {
    let mut args = Args::new();
    args.set("id", "web");
    args.set("follow", "yes");
    let fault = Call::check(Logs::INFO, &args, V1_41).unwrap_err();
    assert_eq!(
        fault.to_string(),
        "`follow` of container_logs must be a boolean, not text"
    );
}

#[test]
fn what_a_version_lacks_is_refused_with_both_versions() {
    let old = ApiVersion::new(1, 25);
    let fault = call(&Logs::new().id("web").until(1), old).unwrap_err();
    assert_eq!(
        fault.to_string(),
        "`until` of container_logs needs API version 1.35 or later; the version in use is 1.25"
    );
    let annotated =
        Create::new("x").host_config(HostConfig::new().set("annotations", Value::Map(Vec::new())));
    let fault = call(&annotated, V1_41).unwrap_err();
    assert_eq!(fault.argument(), Some("host_config.annotations"));
    let withdrawn = Create::new("x").host_config(HostConfig::new().set("disk_quota", 1_i64));
    let fault = call(&withdrawn, V1_41).unwrap_err();
    assert!(
        fault
            .to_string()
            .contains("went away after API version 1.39"),
        "{fault}"
    );
}

#[test]
fn an_id_never_becomes_another_request() {
    for id in ["", ".", "..", "a/b", "a\r\nHost: x", "a\0b", "/"] {
        let fault = call(&Kill::new().id(id), V1_41).unwrap_err();
        assert_eq!(fault.argument(), Some("id"), "{id:?}");
    }
    assert_eq!(
        target(&Kill::new().id("a?b#c%2e d")),
        "POST /v1.41/containers/a%3Fb%23c%252e%20d/kill"
    );
    for name in ["", "a//b", "../x", "a/../b", "a/", "/a"] {
        let fault = call(&InspectOne::new().name(name), V1_41).unwrap_err();
        assert_eq!(fault.argument(), Some("name"), "{name:?}");
    }
}

#[test]
fn a_required_argument_that_is_empty_is_refused() {
    let fault = call(&Create::new(""), V1_41).unwrap_err();
    assert_eq!(
        fault.to_string(),
        "`image` of container_create must be given, not empty"
    );
    assert_eq!(fault.argument(), Some("image"));
    let fault = call(&Connect::new("").id("lab"), V1_41).unwrap_err();
    assert_eq!(fault.argument(), Some("container"));
    let fault = call(&Rename::new("").id("web"), V1_41).unwrap_err();
    assert_eq!(fault.argument(), Some("name"));
    // Credentials for a registry that wants none.
    call(&Push::new("").name("app"), V1_41).unwrap();
}

#[test]
fn a_required_argument_left_out_is_refused() {
    let fault = call(&Kill::new(), V1_41).unwrap_err();
    assert_eq!(
        fault.to_string(),
        "`id` of container_kill must be text, not left out"
    );
}

#[test]
fn the_table_is_consistent() {
    let mut ids = std::collections::BTreeSet::new();
    for info in endpoints() {
        assert!(ids.insert(info.id), "{} stands twice", info.id);
        assert!(std::ptr::eq(endpoint(info.id).unwrap(), info));
        let in_path = info.path.matches('{').count();
        let path_args = info
            .args
            .iter()
            .filter(|arg| info.path.contains(&format!("{{{}}}", arg.field.name)));
        assert_eq!(path_args.count(), in_path, "{}", info.id);
        let names: std::collections::BTreeSet<_> =
            info.args.iter().map(|arg| arg.field.name).collect();
        assert_eq!(names.len(), info.args.len(), "{}", info.id);
        assert!(!info.doc.is_empty() && info.args.iter().all(|arg| !arg.doc.is_empty()));
    }
    assert_eq!(ids.len(), 113);
    assert_eq!(endpoint("container_wait").unwrap().method, Method::Post);
}

#[test]
fn replies_take_null_absent_and_unknown_fields() {
    let json = r#"[{"Id":"a","Names":null,"Labels":{"K":"v"},"Later":{"x":1}}]"#;
    let list: Vec<stevedore_api::container::Summary> = serde_json::from_str(json).unwrap();
    assert_eq!(list[0].id, "a");
    assert!(list[0].names.is_empty());
    assert_eq!(list[0].extra["Later"]["x"], 1);
}
