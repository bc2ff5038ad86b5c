//! The shapes of system replies.

use crate::{Field, Object, Schema};

static PLATFORM: Object = Object {
    name: "platform",
    fields: &[Field::new("name", "Name", Schema::Text).since(35)],
    open: false,
};

static COMPONENT: Object = Object {
    name: "component",
    fields: &[
        Field::new("name", "Name", Schema::Text).since(35),
        Field::new("version", "Version", Schema::Text).since(35),
        Field::new("details", "Details", Schema::Map(&Schema::Text)).since(35),
    ],
    open: false,
};

pub(crate) static VERSION: Object = Object {
    name: "version",
    fields: &[
        Field::new("platform", "Platform", Schema::Object(&PLATFORM)).since(35),
        Field::new(
            "components",
            "Components",
            Schema::List(&Schema::Object(&COMPONENT)),
        )
        .since(35),
        Field::new("version", "Version", Schema::Text),
        Field::new("api_version", "ApiVersion", Schema::Text),
        Field::new("min_api_version", "MinAPIVersion", Schema::Text),
        Field::new("git_commit", "GitCommit", Schema::Text),
        Field::new("go_version", "GoVersion", Schema::Text),
        Field::new("os", "Os", Schema::Text),
        Field::new("arch", "Arch", Schema::Text),
        Field::new("kernel_version", "KernelVersion", Schema::Text),
        Field::new("experimental", "Experimental", Schema::Bool),
        Field::new("build_time", "BuildTime", Schema::Text),
    ],
    open: false,
};
