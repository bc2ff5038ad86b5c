//! What holds for every string that an option may be given.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use std::fmt::{Debug, Display};
use std::str::FromStr;

use proptest::prelude::*;
use proptest::sample::select;
use stevedore::container::{Mount, RestartPolicy, Ulimit, WeightDevice};
use stevedore::option::{
    Capability, Command, Cpus, Device, DeviceBps, DeviceIops, DeviceRule, Env, Exposed, ExtraHost,
    Filter, Gpus, Interval, Invalid, Link, MacAddress, Network, Nowhere, Platform, PortMapping,
    RunLine, Size, Tmpfs, Volume,
};

/// The words of all lines that the docker command was tried with.
fn known_words() -> Vec<String> {
    let lines = include_str!("command_line/lines.txt").lines();
    let lines = lines.filter(|line| !line.starts_with('#'));
    lines
        .flat_map(|line| line.parse::<Command>().unwrap())
        .collect()
}

/// A word of those, with some of its characters replaced, left out or put in.
fn altered() -> impl Strategy<Value = String> {
    let signs = ":=,./-+\"'[] \t\n0159xkms%#@é\u{b5}\u{0}\u{feff}";
    let sign = select(signs.chars().collect::<Vec<_>>());
    let change = (any::<prop::sample::Index>(), 0..3_usize, sign);
    (select(known_words()), prop::collection::vec(change, 0..4)).prop_map(|(word, changes)| {
        let mut signs: Vec<char> = word.chars().collect();
        for (at, removed, put) in changes {
            let at = at.index(signs.len() + 1);
            let end = (at + removed).min(signs.len());
            signs.splice(at..end, [put]);
        }
        signs.into_iter().collect()
    })
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![4 => altered(), 1 => ".{0,40}", 1 => "[0-9a-z:=,./\" -]{0,30}"]
}

/// What is read is written so that it reads the same; what is not is pointed at.
fn check<T>(text: &str) -> Result<(), TestCaseError>
where
    T: FromStr<Err = Invalid> + Display + PartialEq + Debug,
{
    match text.parse::<T>() {
        Ok(value) => {
            let written = value.to_string();
            let again = written.parse::<T>();
            prop_assert_eq!(again.as_ref(), Ok(&value), "{}", written);
        }
        Err(error) => {
            let range = error.range();
            prop_assert!(range.end <= text.len(), "{error:?}");
            prop_assert!(text.get(range).is_some(), "{error:?}");
            prop_assert!(!error.to_string().is_empty() && !error.expected().is_empty());
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(5_000))]

    #[test]
    fn values_are_written_as_they_are_read(text in text()) {
        check::<Capability>(&text)?;
        check::<Command>(&text)?;
        check::<Cpus>(&text)?;
        check::<Device>(&text)?;
        check::<DeviceBps>(&text)?;
        check::<DeviceIops>(&text)?;
        check::<DeviceRule>(&text)?;
        check::<Exposed>(&text)?;
        check::<ExtraHost>(&text)?;
        check::<Filter>(&text)?;
        check::<Gpus>(&text)?;
        check::<Interval>(&text)?;
        check::<Link>(&text)?;
        check::<MacAddress>(&text)?;
        check::<Mount>(&text)?;
        check::<Network>(&text)?;
        check::<Platform>(&text)?;
        check::<PortMapping>(&text)?;
        check::<RestartPolicy>(&text)?;
        check::<Size>(&text)?;
        check::<Tmpfs>(&text)?;
        check::<Ulimit>(&text)?;
        check::<Volume>(&text)?;
        check::<WeightDevice>(&text)?;
    }

    #[test]
    fn lines_of_a_file_are_read_or_named(content in prop::collection::vec(any::<u8>(), 0..80)) {
        match Env::from_file("file", &content, |_| None) {
            Ok(read) => prop_assert!(read.iter().all(|env| !env.name().is_empty())),
            Err(error) => {
                let lines = content.split(|byte| *byte == b'\n').count();
                let (file, line) = error.place().unwrap();
                prop_assert!(file == "file" && (1..=lines).contains(&line));
            }
        }
    }

    #[test]
    fn no_line_makes_it_panic(words in prop::collection::vec(text(), 0..8)) {
        if let Err(error) = RunLine::parse(&words, &Nowhere) {
            prop_assert!(!error.to_string().is_empty());
        }
        // What `Display` of a command joins is what a line is split into.
        let line = words.iter().collect::<Command>().to_string();
        let (split, whole) = (RunLine::from_line(&line, &Nowhere), RunLine::parse(&words, &Nowhere));
        prop_assert_eq!(split, whole);
    }
}
