//! Addresses of engines: any text is an address or an error, and an address that is shown
//! reads as the same one.
#![no_main]

use libfuzzer_sys::fuzz_target;
use stevedore_client::Host;

fuzz_target!(|text: &str| {
    if let Ok(host) = text.parse::<Host>() {
        let shown = host.to_string();
        match shown.parse::<Host>() {
            Ok(again) => assert_eq!(again, host, "shown as {shown:?}"),
            Err(error) => panic!("shown as {shown:?}, which is {error}"),
        }
    }
});
