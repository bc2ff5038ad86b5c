//! Containers: requests, replies, and their rows of the table.

mod create;
mod host_config;
mod reply;
mod request;
mod shape;
mod table;

pub use create::{Create, Network};
pub use host_config::{HostConfig, PortBinding, RestartPolicy};
pub use reply::{Created, Exit, ExitError, Inspect, InspectConfig, InspectState, Port, Summary};
pub use request::{
    Attach, Condition, InspectOne, Kill, List, Logs, Remove, Start, Stop, Tail, Wait,
};
pub(crate) use table::ENDPOINTS;
