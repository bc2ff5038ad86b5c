//! Containers: requests and replies.

mod change;
mod create;
mod host_config;
mod options;
mod port_binding;
mod processes;
mod restart_policy;
mod summary;
mod tail;

pub use crate::generated::container::*;
pub use change::ChangeKind;
pub use port_binding::PortBinding;
pub use restart_policy::RestartPolicy;
pub use tail::Tail;
