//! Settings of the `docker` program: any bytes name a context, none, or are an error that
//! shows nothing of them; and what a parser of JSON finds is what is read.
#![no_main]

use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use stevedore_client::ErrorKind;
use stevedore_client::fuzzing::current_context;

/// All that an error may say, but for the place.
const FAULTS: [&str; 3] = [
    "does not have the form that docker writes",
    "ends in the middle",
    "is not JSON",
];

fuzz_target!(|bytes: &[u8]| {
    let told = current_context(bytes);
    if let Err(error) = &told {
        assert_eq!(error.kind(), ErrorKind::Settings);
        let said = error.chain();
        let said: String = said.chars().filter(|c| !c.is_ascii_digit()).collect();
        let is_ours = |fault: &&str| {
            said == format!(
                "cannot use config.json: it {fault}, at line , column ; correct it there, or \
                 move it away"
            )
        };
        assert!(FAULTS.iter().any(|fault| is_ours(&fault)), "{said}");
    }
    let Ok(value) = serde_json::from_slice::<Value>(bytes) else {
        return;
    };
    match (&value, value.get("currentContext")) {
        (Value::Object(_), None | Some(Value::Null)) => assert_eq!(told.unwrap(), None),
        (Value::Object(_), Some(Value::String(name))) => {
            // One that is named twice is refused.
            if let Ok(told) = told {
                assert_eq!(told.unwrap_or_default(), *name);
            }
        }
        _ => assert!(told.is_err()),
    }
});
