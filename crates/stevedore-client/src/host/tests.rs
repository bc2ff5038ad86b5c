use proptest::prelude::*;

use super::*;

fn host(text: &str) -> Host {
    text.parse()
        .unwrap_or_else(|error| panic!("{text}: {error}"))
}

#[test]
fn a_socket_is_named_three_ways() {
    let socket = Host::Unix("/run/d.sock".into());
    for text in [
        "unix:///run/d.sock",
        "http+unix:///run/d.sock",
        " /run/d.sock\n",
    ] {
        assert_eq!(host(text), socket, "{text}");
    }
    assert_eq!(host(Host::DEFAULT), Host::default());
}

#[test]
fn what_an_address_leaves_out_has_its_usual_value() {
    for (text, full) in [
        ("tcp://", "tcp://localhost:2375"),
        ("tcp://:99", "tcp://localhost:99"),
        ("tcp://a.example/", "tcp://a.example:2375"),
        ("http://10.0.0.1", "tcp://10.0.0.1:2375"),
        ("https://a", "https://a:2376"),
        ("https://a:443/docker/", "https://a:443/docker"),
        ("tcp://[::1]", "tcp://[::1]:2375"),
        ("tcp://[fe80::1%eth0]:7", "tcp://[fe80::1%eth0]:7"),
        ("npipe:////./pipe/engine", "npipe:////./pipe/engine"),
        (r"npipe://\\.\pipe\engine", "npipe:////./pipe/engine"),
        ("ssh://box", "ssh://box"),
        ("ssh://box/", "ssh://box"),
        ("ssh://me@box:22/run/d.sock", "ssh://me@box:22/run/d.sock"),
        ("ssh://me%40corp@[::1]:22", "ssh://me%40corp@[::1]:22"),
        ("ssh://box/a%20b", "ssh://box/a%20b"),
        ("ssh://box/a b's", "ssh://box/a%20b%27s"),
    ] {
        assert_eq!(host(text).to_string(), full);
        assert_eq!(host(full), host(text));
    }
}

#[test]
fn an_address_is_taken_apart() {
    let Host::Tls(address) = host("https://[2001:db8::2]:1/a/b") else {
        panic!("not TLS")
    };
    assert_eq!((address.host.as_str(), address.port), ("2001:db8::2", 1));
    assert_eq!(address.authority(), "[2001:db8::2]:1");
    assert_eq!(address.base, "/a/b");
    let Host::Ssh(ssh) = host("ssh://me%40corp@box:22/run/a%20b") else {
        panic!("not ssh")
    };
    assert_eq!(ssh.user.as_deref(), Some("me@corp"));
    assert_eq!((ssh.host.as_str(), ssh.port), ("box", Some(22)));
    assert_eq!(ssh.path.as_deref(), Some("/run/a b"));
}

#[test]
fn a_host_says_in_a_word_how_and_where() {
    for (text, protocol, address) in [
        ("/run/d.sock", "socket", "/run/d.sock"),
        ("npipe:////./pipe/x", "npipe", "//./pipe/x"),
        ("tcp://a", "http", "a:2375"),
        ("https://a", "https", "a:2376"),
        ("ssh://me@a", "ssh", "me@a"),
    ] {
        let host = host(text);
        assert_eq!(
            (host.protocol(), host.address().as_str()),
            (protocol, address)
        );
    }
}

#[test]
fn what_cannot_be_reached_is_refused_by_name() {
    let long = format!("unix:///{}", "x".repeat(107));
    for (text, why) in [
        ("", "must be `<protocol>://<address>`"),
        ("docker.sock", "must be `<protocol>://<address>`"),
        ("ftp://x", "`ftp` is an unknown protocol"),
        ("fd://", "not a client's"),
        ("unix://docker.sock", "must be absolute"),
        (long.as_str(), "at most 107 bytes"),
        ("tcp://a:b", "`b` is not a port"),
        ("tcp://a:0", "`0` is not a port"),
        ("tcp://a:+1", "`+1` is not a port"),
        ("tcp://a:65536", "`65536` is not a port"),
        ("tcp://::1:2375", "stands in brackets"),
        ("tcp://[::1", "never closed"),
        ("tcp://[a]:1", "not an IPv6 address"),
        ("tcp://[::1%]:1", "not an IPv6 address"),
        ("tcp://[::1]1", "after a colon"),
        ("tcp://a b", "not the name of a machine"),
        ("tcp://-a", "not the name of a machine"),
        ("tcp://a/b c", "must be escaped"),
        ("tcp://a?b", "query"),
        ("npipe://x", "npipe:////./pipe/docker_engine"),
        ("npipe:////./pipe/", "npipe:////./pipe/docker_engine"),
        ("ssh://", "names no machine"),
        ("ssh://-oProxyCommand=x", "can't begin with `-`"),
        ("ssh://%2Dl@x", "can't begin with `-`"),
        ("ssh://@x", "name of a user is empty"),
        ("ssh://$(x)", "a shell would act on"),
        ("ssh://a;b", "a shell would act on"),
        ("ssh://x/%0a", "control character"),
        ("ssh://x/%f", "two hexadecimal digits"),
        ("ssh://x/%ff", "not UTF-8"),
        ("ssh://x/a#b", "fragment"),
    ] {
        let error = text.parse::<Host>().expect_err(text);
        assert_eq!(error.kind(), ErrorKind::Settings);
        assert!(error.to_string().contains(why), "{error}");
    }
}

#[test]
fn a_password_is_refused_and_not_repeated() {
    for text in [
        "tcp://me:hunter2@a:1",
        "https://hunter2@a",
        "ssh://me:hunter2@a",
        "ssh://me:hunter2@b@a",
        "ssh://me:hunter2@a b/",
        "me:hunter2@a",
        "ftp://me:hunter2@a",
        "npipe://me:hunter2@a",
        "tcp://me:hunter2/3@a",
        "https://me:12/hunter2@a",
        "ssh://me:hunter2/3@a",
    ] {
        let error = text.parse::<Host>().expect_err(text);
        let said = format!("{error} {error:?} {}", error.chain());
        assert!(!said.contains("hunter2"), "{said}");
        assert!(said.contains("***@"), "{said}");
    }
}

proptest! {
    #[test]
    fn any_text_is_a_host_that_reads_back_or_an_error(
        scheme in "(unix|npipe|tcp|http|https|ssh|x|)(://|)",
        rest in "([a-z0-9.:@/%\\[\\]-]{0,20}|\\PC{0,20})",
    ) {
        if let Ok(host) = format!("{scheme}{rest}").parse::<Host>() {
            prop_assert_eq!(host.to_string().parse::<Host>().unwrap(), host);
        }
    }
}
