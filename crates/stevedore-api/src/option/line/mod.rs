//! Whole lines of `docker run`.

use std::borrow::Cow;
use std::io;
use std::path::PathBuf;

use super::{Command, Invalid, number};
use crate::container::Create;
use crate::meant::meant;

mod draft;
mod finish;
mod flags;
mod image;
mod join;
mod security;
mod shell;

use draft::Draft;
use flags::{FLAGS, Flag, Set};

/// What `docker run` was told, as far as it is said in a line: the options, the
/// image, and the command behind it.
///
/// ```
/// use stevedore_api::option::{Nowhere, RunLine};
///
/// let words = ["--rm", "-p", "8080:80", "-e", "TZ=UTC", "nginx", "nginx-debug"];
/// let line = RunLine::parse(words, &Nowhere)?;
/// assert!(line.rm);
/// assert_eq!(line.create.image.as_deref(), Some("nginx"));
/// assert_eq!(line.create.cmd, Some(vec!["nginx-debug".to_owned()]));
///
/// let error = RunLine::parse(["-p", "http:80", "nginx"], &Nowhere).unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "--publish, port mapping 'http:80': expected a port from 1 to 65535 in place of 'http'"
/// );
/// # Ok::<(), stevedore_api::option::Invalid>(())
/// ```
///
/// Every option of the command's version 28 is known but `--use-api-socket`.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
#[allow(
    clippy::struct_excessive_bools,
    reason = "each is an option of its own"
)]
pub struct RunLine {
    /// The container to make.
    pub create: Create,
    /// Remove the container when it has ended.
    pub rm: bool,
    /// Don't wait for it.
    pub detach: bool,
    /// Whether to pull the image first.
    pub pull: Pull,
    /// Say nothing of a pull.
    pub quiet: bool,
    /// Hand signals on to the container; so it is unless something else is said.
    pub sig_proxy: bool,
    /// The keys that detach from the container.
    pub detach_keys: Option<String>,
    /// The file to write the container's id to, which is left to the caller.
    pub cidfile: Option<String>,
    /// Options that were given and have no effect, here as in the command.
    pub ignored: Vec<&'static str>,
}

/// Whether an image is pulled before it is run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Pull {
    /// Always.
    Always,
    /// Where the engine doesn't have it.
    #[default]
    Missing,
    /// Never.
    Never,
}

/// What a line may refer to: variables and files of the caller.
pub trait Surroundings {
    /// The value of an environment variable.
    fn variable(&self, name: &str) -> Option<String>;

    /// The content of a file, for `--env-file`, `--label-file` and a seccomp profile.
    fn read(&self, path: &str) -> io::Result<Vec<u8>>;

    /// The folder from which paths that begin with a dot lead on.
    fn folder(&self) -> io::Result<PathBuf>;
}

/// No environment and no files: a line that refers to some is refused.
#[derive(Debug, Clone, Copy, Default)]
pub struct Nowhere;

impl Surroundings for Nowhere {
    fn variable(&self, _: &str) -> Option<String> {
        None
    }

    fn read(&self, _: &str) -> io::Result<Vec<u8>> {
        Err(io::Error::other("files are not read here"))
    }

    fn folder(&self) -> io::Result<PathBuf> {
        Err(io::Error::other("there is no folder to start from"))
    }
}

impl RunLine {
    /// Reads the words behind `docker run`.
    ///
    /// # Errors
    /// What the docker command refuses, and what it passes on though every engine
    /// refuses it.
    pub fn parse<W: AsRef<str>>(
        words: impl IntoIterator<Item = W>,
        around: &impl Surroundings,
    ) -> Result<Self, Invalid> {
        let mut draft = Draft::default();
        let mut words = words.into_iter();
        let mut image = None;
        while let Some(word) = words.next() {
            let word = word.as_ref();
            if word == "--" {
                image = words.next().map(|word| word.as_ref().to_owned());
                break;
            } else if let Some(long) = word.strip_prefix("--") {
                read_long(&mut draft, word, long, &mut words)?;
            } else if let Some(short) = word.strip_prefix('-').filter(|rest| !rest.is_empty()) {
                read_short(&mut draft, word, short, &mut words)?;
            } else {
                image = Some(word.to_owned());
                break;
            }
        }
        let Some(image) = image else {
            return Err(Invalid::short("line", "", "an image"));
        };
        let command = words.map(|word| word.as_ref().to_owned()).collect();
        finish::finish(draft, &image, command, around)
    }

    /// Reads the same in one line, with its words parted as a shell does it; `docker run` or
    /// `docker container run` may stand before them.
    ///
    /// There is no shell: what would part commands or lead elsewhere, such as `|`, `&&` or
    /// `> file`, is refused where it begins a word and is not quoted. Within a word it is text.
    ///
    /// ```
    /// use stevedore_api::option::{Nowhere, RunLine};
    ///
    /// let line = RunLine::from_line("docker run busybox sh -c 'echo a > b'", &Nowhere)?;
    /// assert_eq!(line.create.cmd.unwrap(), ["sh", "-c", "echo a > b"]);
    /// assert!(RunLine::from_line("docker run busybox echo a > b", &Nowhere).is_err());
    /// # Ok::<(), stevedore_api::option::Invalid>(())
    /// ```
    ///
    /// # Errors
    /// As [`parse`](Self::parse); a quote that is not closed; an operator of a shell; and another
    /// command that has the word `run`, such as `sudo docker run`, `docker --context lab run` or
    /// `podman run`. (Behind `docker run`, or with an option before it, an image may have any
    /// name: `docker run podman run`.)
    pub fn from_line(line: &str, around: &impl Surroundings) -> Result<Self, Invalid> {
        let words: Vec<String> = line.parse::<Command>()?.into_iter().collect();
        shell::refuse(line)?;
        let texts: Vec<&str> = words.iter().map(String::as_str).collect();
        match texts.as_slice() {
            ["docker", "run", rest @ ..] | ["docker", "container", "run", rest @ ..] => {
                Self::parse(rest, around)
            }
            [first @ ("docker" | "podman" | "sudo"), rest @ ..] if rest.contains(&"run") => {
                let expected = "`docker run` and nothing else before its options";
                Err(Invalid::new("command", first, first, expected))
            }
            all => Self::parse(all, around),
        }
    }
}

/// `--name`, `--name=value`, `--name value`.
fn read_long<W: AsRef<str>>(
    draft: &mut Draft,
    word: &str,
    long: &str,
    rest: &mut impl Iterator<Item = W>,
) -> Result<(), Invalid> {
    let (name, value) = match long.split_once('=') {
        Some((name, value)) => (name, Some(value)),
        None => (long, None),
    };
    let flag = FLAGS.iter().find(|flag| flag.long == name);
    let Some(flag) = flag else {
        let option = word.split('=').next().unwrap_or_default();
        return Err(unknown(option));
    };
    match (value, flag.set) {
        (Some(value), _) => flag.apply(draft, value),
        (None, Set::Flag(_)) => flag.apply(draft, "true"),
        (None, Set::Value(_)) => match rest.next() {
            Some(value) => flag.apply(draft, value.as_ref()),
            None => Err(Invalid::short("option", word, "a value")),
        },
    }
}

/// `-i`, `-it`, `-e value`, `-evalue`, `-e=value`, `-ite value`.
fn read_short<W: AsRef<str>>(
    draft: &mut Draft,
    word: &str,
    short: &str,
    rest: &mut impl Iterator<Item = W>,
) -> Result<(), Invalid> {
    let mut letters = short.chars();
    while let Some(letter) = letters.next() {
        let Some(flag) = FLAGS.iter().find(|flag| flag.short == Some(letter)) else {
            return Err(unknown(&format!("-{letter}")));
        };
        let behind = letters.as_str();
        let value = behind.strip_prefix('=').filter(|value| !value.is_empty());
        match flag.set {
            Set::Flag(_) if value.is_none() => flag.apply(draft, "true")?,
            _ if value.is_some() || !behind.is_empty() => {
                return flag.apply(draft, value.unwrap_or(behind));
            }
            _ => {
                let Some(value) = rest.next() else {
                    return Err(Invalid::short("option", word, "a value"));
                };
                return flag.apply(draft, value.as_ref());
            }
        }
    }
    Ok(())
}

/// The error for an option that there is not, with the one that was probably meant.
fn unknown(option: &str) -> Invalid {
    let long = option.strip_prefix("--").filter(|long| !long.is_empty());
    let known: Vec<_> = FLAGS.iter().map(|flag| flag.long).collect();
    let expected = match long.and_then(|long| meant(long, &known)) {
        Some(meant) => format!("an option of docker run (is '--{meant}' meant?)").into(),
        None => Cow::from("an option of docker run"),
    };
    Invalid::new("option", option, option, expected)
}

impl Flag {
    fn apply(&self, draft: &mut Draft, value: &str) -> Result<(), Invalid> {
        match self.set {
            Set::Flag(set) => match number::flag(value) {
                Some(value) => {
                    set(draft, value);
                    Ok(())
                }
                None => Err(Invalid::new("value", value, value, "true or false").of(self.long)),
            },
            Set::Value(set) => set(draft, value).map_err(|error| error.of(self.long)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<RunLine, Invalid> {
        RunLine::from_line(line, &Nowhere)
    }

    #[test]
    fn options_end_at_the_image() {
        let line = parse("--rm busybox ls --rm -la").unwrap();
        assert_eq!(line.create.cmd.unwrap(), ["ls", "--rm", "-la"]);
        let line = parse("-- busybox -- ls").unwrap();
        assert_eq!(line.create.cmd.unwrap(), ["--", "ls"]);
    }

    #[test]
    fn a_line_may_begin_as_it_is_typed() {
        for line in ["docker run --rm busybox run", "--rm busybox run"] {
            let line = parse(line).unwrap();
            assert_eq!(line.create.image.as_deref(), Some("busybox"));
            assert_eq!(line.create.cmd.unwrap(), ["run"]);
        }
        // An image of that name has no command before it.
        let line = parse("docker ps").unwrap();
        assert_eq!(line.create.image.as_deref(), Some("docker"));
    }

    #[test]
    fn docker_container_run_is_docker_run() {
        let line = parse("docker container run --rm busybox run").unwrap();
        assert!(line.rm);
        assert_eq!(line.create.image.as_deref(), Some("busybox"));
        assert_eq!(line.create.cmd.unwrap(), ["run"]);
    }

    #[test]
    fn another_command_that_runs_is_refused() {
        for line in [
            "sudo docker run --rm busybox",
            "podman run busybox",
            "docker --context lab run busybox",
            "docker -H tcp://lab:2375 container run busybox",
        ] {
            let first = line.split(' ').next().unwrap();
            let error = parse(line).unwrap_err();
            assert_eq!(error.part(), first);
            assert_eq!(
                error.to_string(),
                format!(
                    "command '{first}': expected `docker run` and nothing else before its options"
                )
            );
        }
        // Behind `docker run` it is an image.
        for image in ["docker", "podman", "sudo"] {
            let line = parse(&format!("docker run {image} run")).unwrap();
            assert_eq!(line.create.image.as_deref(), Some(image));
        }
        let line = parse("docker:dind run").unwrap();
        assert_eq!(line.create.image.as_deref(), Some("docker:dind"));
    }

    #[test]
    fn short_options_may_share_a_dash() {
        let line = parse("-dtp8080:80 nginx").unwrap();
        assert!(line.detach);
        assert_eq!(line.create.tty, Some(true));
        let host = line.create.host_config.unwrap();
        assert!(host.port_bindings.unwrap().contains_key("80/tcp"));
    }

    #[test]
    fn a_mistake_names_the_option() {
        for (line, message) in [
            ("", "line: expected an image, found nothing"),
            ("--rm", "line: expected an image, found nothing"),
            (
                "--publish= nginx",
                "--publish, port mapping: expected a port from 1 to 65535, found nothing",
            ),
            (
                "--prot 1 nginx",
                "option '--prot': expected an option of docker run",
            ),
            (
                "--nmae web nginx",
                "option '--nmae': expected an option of docker run (is '--name' meant?)",
            ),
            (
                "--enviroment=A=secret nginx",
                "option '--enviroment': expected an option of docker run (is '--env' meant?)",
            ),
            (
                "--=secret nginx",
                "option '--': expected an option of docker run",
            ),
            ("-dZ nginx", "option '-Z': expected an option of docker run"),
            (
                "--publish",
                "option '--publish': expected a value at the end",
            ),
            (
                "--rm=maybe nginx",
                "--rm, value 'maybe': expected true or false",
            ),
            (
                "-m 5x nginx",
                "--memory, size '5x': expected one of the units b, k, m, g, t, p in place of 'x'",
            ),
        ] {
            assert_eq!(parse(line).unwrap_err().to_string(), message);
        }
    }

    #[test]
    fn secrets_are_in_no_message() {
        for line in [
            "-e =secret nginx",
            "--no-such-option=secret nginx",
            "--mount type=bind,target=/x,volume-opt=o=password=secret nginx",
            "--mount type=bind,target=/x,pasword=secret nginx",
            "--mount type=volume,target=/x,\"volume-opt=o=secret nginx",
            "--network name=a,driver-opt=secret nginx",
            "--network name=a,key=secret nginx",
            "--label =secret nginx",
            "--mount type=volume,target=/x,volume-opt=o=password=hun,secret nginx",
            "--network name=a,driver-opt=o=hun,secret=a nginx",
        ] {
            let words = line.split(' ');
            let error = RunLine::parse(words, &Nowhere).unwrap_err();
            let shown = format!("{error} {error:?}");
            assert!(!shown.contains("secret"), "{shown}");
        }
        let open = RunLine::from_line("-e A=secret'x nginx", &Nowhere).unwrap_err();
        assert!(!format!("{open} {open:?}").contains("secret"), "{open:?}");
    }
}
