//! The strings that options of the docker command take, and the values that they
//! stand for.
//!
//! Each type is read with [`str::parse`] and written with [`ToString`], and what
//! is written reads the same. What can't be read is an [`Invalid`], which points at
//! the part that is wrong and says what would have been right. Values go into a
//! request through its setters:
//!
//! ```
//! use stevedore_api::container::{Create, HostConfig};
//!
//! let host = HostConfig::new()
//!     .memory("512m".parse::<stevedore_api::option::Size>()?.bytes())
//!     .ulimits(["nofile=1024:2048".parse::<stevedore_api::container::Ulimit>()?])
//!     .mounts(["type=tmpfs,target=/run".parse::<stevedore_api::container::Mount>()?]);
//! let create = Create::new("nginx")
//!     .host_config(host)
//!     .publish("127.0.0.1:8080:80".parse()?)
//!     .volume("data:/var/lib/data:ro".parse()?)
//!     .join("name=back,alias=web".parse()?);
//! # let _ = create;
//! # Ok::<(), stevedore_api::option::Invalid>(())
//! ```
//!
//! | option | is read as |
//! |---|---|
//! | `--publish`, `--expose` | [`PortMapping`], [`Exposed`] |
//! | `--volume`, `--mount`, `--tmpfs` | [`Volume`], [`container::Mount`](crate::container::Mount), [`Tmpfs`] |
//! | `--env`, `--env-file` | [`Env`], [`Env::from_file`] |
//! | `--network`, `--mac-address`, `--link`, `--add-host` | [`Network`], [`MacAddress`], [`Link`], [`ExtraHost`] |
//! | `--memory` and other sizes | [`Size`] |
//! | `--health-interval` and other lengths of time | [`Interval`] |
//! | `--cpus` | [`Cpus`] |
//! | `--ulimit`, `--restart` | [`container::Ulimit`](crate::container::Ulimit), [`container::RestartPolicy`](crate::container::RestartPolicy) |
//! | `--gpus`, `--device`, `--device-cgroup-rule` | [`Gpus`], [`Device`], [`DeviceRule`] |
//! | `--device-read-bps`, `--device-read-iops`, `--blkio-weight-device` | [`DeviceBps`], [`DeviceIops`], [`container::WeightDevice`](crate::container::WeightDevice) |
//! | `--cap-add`, `--platform`, `--filter` | [`Capability`], [`Platform`], [`Filter`] |
//! | a command in one line | [`Command`] |
//! | all of `docker run` | [`RunLine`] |

mod capability;
mod command;
mod cpus;
mod csv;
mod device;
mod env;
mod filter;
mod gpus;
mod host;
mod interval;
mod invalid;
mod line;
mod mount;
mod network;
mod number;
mod path;
mod platform;
mod port;
mod restart;
mod size;
mod tmpfs;
mod ulimit;
mod volume;

pub use capability::Capability;
pub use command::Command;
pub use cpus::Cpus;
pub(crate) use device::cdi;
pub use device::{Device, DeviceBps, DeviceIops, DeviceRule};
pub use env::Env;
pub use filter::Filter;
pub use gpus::Gpus;
pub use host::{ExtraHost, Link};
pub use interval::Interval;
pub use invalid::Invalid;
pub use line::{Nowhere, Pull, RunLine, Surroundings};
pub use network::{MacAddress, Network};
pub use platform::Platform;
pub use port::{Exposed, PortMapping, Protocol, Publication};
pub use size::Size;
pub use tmpfs::Tmpfs;
pub use volume::Volume;
