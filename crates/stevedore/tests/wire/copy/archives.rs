//! Archives that no honest engine sends.

use super::tar::Tar;

/// An archive, and a word of the error that it must give.
pub(super) struct Case {
    pub(super) name: &'static str,
    /// Below `/d`, which is asked for.
    pub(super) archive: Vec<u8>,
    pub(super) says: &'static str,
}

fn case(name: &'static str, archive: Vec<u8>, says: &'static str) -> Case {
    Case {
        name,
        archive,
        says,
    }
}

pub(super) fn d() -> Tar {
    Tar::new().folder("d/", 0o755)
}

/// They would lead to `outside`, beside the target, or to what was in the target before.
pub(super) fn that_lead_elsewhere(outside: &str) -> Vec<Case> {
    let mut cases = paths(outside);
    cases.extend(links(outside));
    cases.extend(hard_links(outside));
    cases.extend(conflicts());
    cases
}

/// They are read in different ways by different programs, or not at all.
pub(super) fn that_are_none() -> Vec<Case> {
    let mut cases = damaged();
    cases.extend(strange());
    cases.extend(sizes());
    cases
}

/// Names.
fn paths(outside: &str) -> Vec<Case> {
    let long = [b"d/".as_slice(), &[b'a'; 5000]].concat();
    let deep = "d/".repeat(2000) + "f";
    vec![
        case(
            "upward",
            d().file("d/../../outside/f", b"x").end(),
            "leads upward",
        ),
        case(
            "upward from the start",
            Tar::new().file("../outside/f", b"x").end(),
            "leads upward",
        ),
        case(
            "upward at the end",
            d().folder("d/..", 0o777).end(),
            "leads upward",
        ),
        case(
            "absolute",
            d().file(&format!("{outside}/f"), b"x").end(),
            "absolute",
        ),
        case(
            "absolute from the start",
            Tar::new().file("/d", b"x").end(),
            "absolute",
        ),
        case(
            "upward in a record",
            d().records(&[("path", b"d/../../outside/f")])
                .file("d/f", b"x")
                .end(),
            "leads upward",
        ),
        case(
            "upward in a long name",
            d().entry(b'L', b"././@LongLink", b"", b"../outside/f\0")
                .file("d/f", b"x")
                .end(),
            "leads upward",
        ),
        case(
            "upward in a prefix",
            d().file("f", b"x")
                .with(|header| header.prefix = b"d/../../outside".to_vec())
                .end(),
            "leads upward",
        ),
        case(
            "beside what was asked for",
            d().file("before", b"x").end(),
            "not part of",
        ),
        case(
            "a name that is too long",
            d().records(&[("path", &long)]).file("d/f", b"").end(),
            "write",
        ),
        case(
            "a path that is too deep",
            d().records(&[("path", deep.as_bytes())])
                .file("d/f", b"")
                .end(),
            "deep",
        ),
        case(
            "a zero byte in a name",
            d().records(&[("path", b"d/f\0../../outside/f")])
                .file("d/f", b"x")
                .end(),
            "zero byte",
        ),
        case(
            "a zero byte in a target",
            d().records(&[("linkpath", b"a\0b")])
                .symlink("d/l", "a")
                .end(),
            "zero byte",
        ),
    ]
}

/// Links, and what goes through them.
fn links(outside: &str) -> Vec<Case> {
    vec![
        case(
            "through an absolute link",
            d().symlink("d/l", outside).file("d/l/f", b"x").end(),
            "a file or a link",
        ),
        case(
            "through a relative link",
            d().symlink("d/l", "../target").file("d/l/f", b"x").end(),
            "a file or a link",
        ),
        case(
            "a link that leads out",
            d().symlink("d/l", "../../outside").end(),
            "leads out",
        ),
        case(
            "a link that leads out in a record",
            d().records(&[("linkpath", b"../../outside")])
                .symlink("d/l", "a")
                .end(),
            "leads out",
        ),
        case(
            "a chain of links",
            d().symlink("d/l", ".")
                .symlink("d/l/l", "..")
                .file("d/l/l/f", b"x")
                .end(),
            "a file or a link",
        ),
        case(
            "a link in the place of the directory",
            Tar::new().symlink("d", outside).file("d/f", b"x").end(),
            "a file or a link",
        ),
        case(
            "a directory in the place of a link",
            d().symlink("d/l", outside).folder("d/l/", 0o777).end(),
            "a file or a link",
        ),
    ]
}

/// Hard links.
fn hard_links(outside: &str) -> Vec<Case> {
    vec![
        case(
            "a hard link upward",
            d().hard_link("d/h", "d/../../outside/secret").end(),
            "leads upward",
        ),
        case(
            "a hard link to an absolute path",
            d().hard_link("d/h", &format!("{outside}/secret")).end(),
            "absolute",
        ),
        case(
            "a hard link beside what was asked for",
            d().hard_link("d/h", "before").end(),
            "not part of",
        ),
        case(
            "a hard link through a link",
            d().symlink("d/l", outside)
                .hard_link("d/h", "d/l/secret")
                .end(),
            "not there",
        ),
        case(
            "a hard link to a directory",
            d().hard_link("d/h", "d").end(),
            "not to a file",
        ),
        case(
            "a hard link to a directory below",
            d().folder("d/e/", 0o755).hard_link("d/h", "d/e").end(),
            "not to a file",
        ),
        case(
            "a hard link to nothing",
            d().hard_link("d/h", "d/nope").end(),
            "not there",
        ),
    ]
}

/// One thing in the place of another.
fn conflicts() -> Vec<Case> {
    vec![
        case(
            "a file where a directory is",
            d().folder("d/e/", 0o755).file("d/e", b"x").end(),
            "directory",
        ),
        case(
            "a directory where a file is",
            d().file("d/e", b"x").folder("d/e/", 0o755).end(),
            "a file or a link",
        ),
        case(
            "something in a file",
            d().file("d/e", b"x").file("d/e/f", b"x").end(),
            "a file or a link",
        ),
    ]
}

/// What is cut off or changed.
fn damaged() -> Vec<Case> {
    let inner = Tar::new().file("d/hidden", b"x").cut();
    vec![
        case("no bytes", Vec::new(), "end mark"),
        case("only an end mark", vec![0; 1024], "without anything"),
        case("nonsense", vec![b'x'; 5000], "no readable sum"),
        case("text of an error", b"internal error\n".to_vec(), "cut off"),
        case("no end mark", d().file("d/f", b"x").cut(), "end mark"),
        case("cut off in a header", d().cut()[..300].to_vec(), "cut off"),
        case(
            "cut off in a file",
            d().file("d/f", &[1; 600]).cut()[..1100].to_vec(),
            "cut off",
        ),
        case(
            "cut off in the padding",
            d().file("d/f", &[1; 600]).cut()[..1700].to_vec(),
            "cut off",
        ),
        case(
            "half an end mark",
            d().raw(&[0; 512]).file("d/f", b"x").end(),
            "half an end mark",
        ),
        case(
            "a wrong sum",
            d().file("d/f", b"x")
                .with(|header| header.sum = Some(1))
                .end(),
            "sum",
        ),
        case(
            "a directory with bytes",
            d().entry(b'5', b"d/e/", b"", &inner).end(),
            "is no file but has",
        ),
    ]
}

/// Entries that no engine sends.
fn strange() -> Vec<Case> {
    let inner = Tar::new().file("d/hidden", b"x").cut();
    vec![
        case(
            "a link with bytes",
            d().entry(b'2', b"d/l", b"a", &inner).end(),
            "is no file but has",
        ),
        case(
            "a sparse file",
            d().entry(b'S', b"d/f", b"", b"x").end(),
            "unknown type",
        ),
        case(
            "an unknown type",
            d().entry(b'Z', b"d/f", b"", b"x").end(),
            "unknown type",
        ),
        case(
            "a link to nothing",
            d().symlink("d/l", "").end(),
            "leads nowhere",
        ),
        case(
            "no name",
            d().entry(b'0', b"", b"", b"").end(),
            "without a name",
        ),
        case(
            "a byte that the sum knows otherwise",
            d().raw(&{
                let mut block = Tar::new().file("d/f", b"").cut();
                block[0] = b'e';
                block
            })
            .end(),
            "sum",
        ),
        case(
            "bytes without end behind it",
            [d().end(), vec![0; 2 << 20]].concat(),
            "without end",
        ),
    ]
}

/// Sizes and records that lie.
fn sizes() -> Vec<Case> {
    let inner = Tar::new().file("d/hidden", b"x").cut();
    let huge = |size: &[u8]| {
        let size = size.to_vec();
        let with = d().file("d/f", b"x").with(|header| header.size = size);
        with.end()
    };
    vec![
        case(
            "8 EiB",
            huge(b"\x80\0\0\0\x7f\xff\xff\xff\xff\xff\xff\xff"),
            "cut off",
        ),
        case(
            "a size over 64 bits",
            huge(b"\x80\xff\0\0\0\0\0\0\0\0\0\0"),
            "size",
        ),
        case("a negative size", huge(&[0xff; 12]), "negative size"),
        case("a size that is no number", huge(b"0000000000z"), "size"),
        case(
            "a file hidden in a file, by a size of a record",
            // The header says 0 bytes: who believes it takes the bytes for entries.
            d().records(&[("size", b"1024")])
                .file("d/f", b"")
                .raw(&inner)
                .symlink("d/l", "../../outside")
                .end(),
            "leads out",
        ),
        case(
            "a record's size below nothing",
            d().records(&[("size", b"-1")]).file("d/f", b"").end(),
            "not a number",
        ),
        case(
            "a record's size over all",
            d().records(&[("size", b"99999999999999999999")])
                .file("d/f", b"")
                .end(),
            "not a number",
        ),
        case(
            "records that lie about their length",
            d().entry(b'x', b"x", b"", b"99 path=d/f\n")
                .file("d/f", b"x")
                .end(),
            "not readable",
        ),
        case(
            "records of 1 GiB",
            d().entry(b'x', b"x", b"", b"")
                .with(|header| header.size = b"10000000000".to_vec())
                .end(),
            "too much",
        ),
        case(
            "a long name of 8 GiB",
            d().entry(b'L', b"x", b"", b"")
                .with(|header| header.size = b"77777777777".to_vec())
                .end(),
            "too much",
        ),
        case(
            "extended twice",
            d().records(&[("path", b"d/a")])
                .records(&[("path", b"d/b")])
                .file("d/f", b"")
                .end(),
            "twice",
        ),
        case(
            "extended and then nothing",
            d().records(&[("path", b"d/a")]).end(),
            "missing",
        ),
        case(
            "a sparse file by records",
            d().records(&[("GNU.sparse.major", b"1")])
                .file("d/f", b"x")
                .end(),
            "sparse",
        ),
    ]
}
