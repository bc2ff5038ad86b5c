//! Settings of a container that R's users may write as the docker command's options
//! take them: `memory = "512m"`.

use std::str::FromStr;
use std::time::{Duration, SystemTime};

use stevedore::container::{
    DeviceMapping, DeviceRequest, Mount, RestartPolicy, ThrottleDevice, Ulimit, WeightDevice,
};
use stevedore::option::{Cpus, Device, DeviceBps, ExtraHost, Gpus, Interval, Invalid, Size, Tmpfs};
use stevedore::{Timestamp, Value};

use crate::given::{Data, Given, Wrong};

/// The field `field` of `object`, where it is given as text that is such an option;
/// nothing where it is given as the API has it. `at` is what messages call it.
pub(crate) fn value(
    object: &str,
    field: &str,
    given: &Given,
    at: &str,
) -> Result<Option<Value>, Wrong> {
    let Data::Texts(texts) = &given.data else {
        return Ok(None);
    };
    let words = Words { texts, at };
    let value = match (object, field) {
        (
            "host_config",
            "memory"
            | "memory_reservation"
            | "kernel_memory"
            | "kernel_memory_tcp"
            | "shm_size"
            | "io_maximum_bandwidth",
        ) => words.one(|size: Size| size.bytes())?,
        ("host_config", "memory_swap") if given.text() == Some("-1") => Value::Int(-1),
        ("host_config", "memory_swap") => words.one(|size: Size| size.bytes())?,
        ("host_config", "nano_cpus") => words.one(|cpus: Cpus| cpus.billionths())?,
        ("host_config", "restart_policy") => words.one(|policy: RestartPolicy| policy)?,
        ("host_config", "ulimits") => words.all(|limit: Ulimit| limit)?,
        ("host_config", "mounts") => {
            let here = std::env::current_dir().unwrap_or_default();
            words.all(|mount: Mount| mount.anchored(&here))?
        }
        ("host_config", "devices") => words.devices()?,
        ("host_config", "device_requests") => words.all(|gpus: Gpus| DeviceRequest::from(gpus))?,
        ("host_config", "extra_hosts") => words.all(|host: ExtraHost| host.to_string())?,
        ("host_config", "blkio_weight_device") => words.all(|device: WeightDevice| device)?,
        ("host_config", "blkio_device_read_bps" | "blkio_device_write_bps") => {
            words.all(|limit: DeviceBps| ThrottleDevice::from(limit))?
        }
        // One with names has the paths as its names.
        ("host_config", "tmpfs") if given.names.is_none() => Value::Map(
            words
                .each(|path: Tmpfs| Ok(path.into()))?
                .into_iter()
                .map(|(path, options): (String, String)| (path, Value::Text(options)))
                .collect(),
        ),
        ("health_config", "interval" | "timeout" | "start_period" | "start_interval") => {
            words.interval()?
        }
        _ => return Ok(None),
    };
    Ok(Some(value))
}

/// A moment, much as `docker logs --since` takes it: seconds since 1970, a time with its zone,
/// a day in UTC, or so long ago.
pub(crate) fn moment(given: &Given, at: &str) -> Result<Timestamp, Wrong> {
    let text = match (given.seconds(), given.text()) {
        (Some(seconds), _) => seconds.to_string(),
        (None, Some(text)) => text.to_owned(),
        (None, None) => return Err(Wrong::must_be(at, "a scalar number or character (non-NA)")),
    };
    if let Ok(moment) = text.parse() {
        return Ok(moment);
    }
    if let Ok(midnight) = format!("{text}T00:00:00Z").parse() {
        return Ok(midnight);
    }
    let ago = text.parse::<Interval>().ok().map(Duration::from);
    match ago.and_then(|ago| SystemTime::now().checked_sub(ago)) {
        Some(moment) => Ok(moment.into()),
        None => Err(Wrong::must_be(
            at,
            "a time, such as \"2024-05-01T12:00:00Z\", a day, seconds since 1970, or a length \
             of time before now, such as \"10m\"",
        )),
    }
}

/// Texts, and what messages call them.
struct Words<'a> {
    texts: &'a [Option<String>],
    at: &'a str,
}

impl Words<'_> {
    fn one<T, V>(&self, value: impl Fn(T) -> V) -> Result<Value, Wrong>
    where
        T: FromStr<Err = Invalid>,
        V: Into<Value>,
    {
        match self.each(|word| Ok(value(word).into()))?.pop() {
            Some(value) if self.texts.len() == 1 => Ok(value),
            _ => Err(Wrong::must_be(self.at, "a single value")),
        }
    }

    fn all<T, V>(&self, value: impl Fn(T) -> V) -> Result<Value, Wrong>
    where
        T: FromStr<Err = Invalid>,
        V: Into<Value>,
    {
        self.each(|word| Ok(value(word).into())).map(Value::List)
    }

    fn interval(&self) -> Result<Value, Wrong> {
        let value = self.one(|interval: Interval| {
            i64::try_from(Duration::from(interval).as_nanos()).map_or(Value::Null, Value::from)
        })?;
        match value {
            Value::Null => Err(Wrong::must_be(self.at, "a length of time below 292 years")),
            value => Ok(value),
        }
    }

    fn devices(&self) -> Result<Value, Wrong> {
        self.each(
            |device: Device| match Option::<DeviceMapping>::from(&device) {
                Some(node) => Ok(node.into()),
                None => Err(Wrong::must_be(
                    self.at,
                    &format!("paths, and '{device}' is a CDI name; give it in 'device_requests'"),
                )),
            },
        )
        .map(Value::List)
    }

    fn each<T, V>(&self, value: impl Fn(T) -> Result<V, Wrong>) -> Result<Vec<V>, Wrong>
    where
        T: FromStr<Err = Invalid>,
    {
        self.texts
            .iter()
            .map(|text| {
                let text = text
                    .as_deref()
                    .ok_or_else(|| Wrong::must_be(self.at, "without missing values"))?;
                let word = text
                    .parse()
                    .map_err(|error| Wrong::new(self.at, format!("'{}': {error}", self.at)))?;
                value(word)
            })
            .collect()
    }
}
