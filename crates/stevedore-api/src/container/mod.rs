//! Containers: requests and replies.

mod create;
mod host_config;
mod port_binding;
mod restart_policy;
mod tail;

pub use crate::generated::container::*;
pub use port_binding::PortBinding;
pub use restart_policy::RestartPolicy;
pub use tail::Tail;
