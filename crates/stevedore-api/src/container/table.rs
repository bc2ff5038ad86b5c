//! The rows and shapes of the container endpoints.

use super::shape::{CONFIG, HOST_CONFIG, INSPECT, NETWORKING_CONFIG, SUMMARY};
use crate::{Arg, Field, Info, Method, Object, Reply, Schema, Span};

const ID: Arg = Arg::path(
    "id",
    "The container's id, a unique start of it, or its name.",
);
const DETACH_KEYS: Field = Field::new("detach_keys", "detachKeys", Schema::Text);

/// Every container endpoint.
pub(crate) static ENDPOINTS: &[&Info] = &[
    &LIST,
    &CREATE,
    &INSPECT_ONE,
    &LOGS,
    &START,
    &STOP,
    &KILL,
    &ATTACH,
    &WAIT,
    &REMOVE,
];

pub(super) static LIST: Info = Info {
    id: "container_list",
    legacy: "container_list",
    method: Method::Get,
    path: "/containers/json",
    span: Span::ALWAYS,
    args: &[
        Arg::query(
            Field::new("all", "all", Schema::Bool),
            "Also those that are not running.",
        ),
        Arg::query(
            Field::new("limit", "limit", Schema::Int),
            "At most this many, newest first; counts stopped ones too.",
        ),
        Arg::query(
            Field::new("size", "size", Schema::Bool),
            "Also measure the disk space of each, which is slow.",
        ),
        Arg::query(
            Field::new("filters", "filters", Schema::Filters),
            "Only those that match: `label`, `name`, `status`, `ancestor` and others.",
        ),
    ],
    reply: Reply::Json(Schema::List(&Schema::Object(&SUMMARY))),
    errors: &[(400, "bad_parameter"), (500, "server_error")],
    upload: None,
    doc: "List containers.",
};

const fn config(at: usize, doc: &'static str) -> Arg {
    #[allow(
        clippy::indexing_slicing,
        reason = "checked when the table is compiled"
    )]
    Arg::body(CONFIG.fields[at], doc)
}

pub(super) static CREATE: Info = Info {
    id: "container_create",
    legacy: "container_create",
    method: Method::Post,
    path: "/containers/create",
    span: Span::ALWAYS,
    args: &[
        config(
            0,
            "Host name inside the container; its short id by default.",
        ),
        config(1, "Domain name inside the container."),
        config(
            2,
            "User, `name`, `uid` or `uid:gid`, that the command runs as.",
        ),
        config(3, "Attach to standard input when it starts."),
        config(4, "Attach to standard output when it starts."),
        config(5, "Attach to standard error when it starts."),
        config(6, "Ports that it offers, `80/tcp`, each with an empty map."),
        config(7, "Give it a terminal; its output is then one raw stream."),
        config(8, "Keep standard input open."),
        config(9, "Close standard input when the first client detaches."),
        config(10, "Environment variables, each `NAME=value`."),
        config(
            11,
            "Command and arguments, a word each; the image's by default.",
        ),
        config(12, "How the engine tests that it is healthy."),
        config(13, "The command is escaped already (Windows)."),
        config(14, "The image to make it from."),
        config(
            15,
            "Paths that become anonymous volumes, each with an empty map.",
        ),
        config(16, "Folder in which the command starts."),
        config(
            17,
            "Program that the command is given to; the image's by default.",
        ),
        config(18, "No network at all."),
        config(19, "MAC address."),
        config(20, "Build triggers that the image carried."),
        config(21, "Labels."),
        config(22, "Signal that stops it."),
        config(23, "Seconds between that signal and SIGKILL."),
        config(24, "Shell for commands in shell form."),
        Arg::body(
            Field::new("host_config", "HostConfig", Schema::Object(&HOST_CONFIG)),
            "What depends on the host: mounts, published ports, limits, restarts.",
        ),
        Arg::body(
            Field::new(
                "networking_config",
                "NetworkingConfig",
                Schema::Object(&NETWORKING_CONFIG),
            ),
            "Networks to join, each with its settings.",
        ),
        Arg::query(
            Field::new("name", "name", Schema::Text),
            "Its name; the engine makes one up by default.",
        ),
        Arg::query(
            Field::new("platform", "platform", Schema::Text).since(41),
            "Platform `os/arch/variant` that the image must be for.",
        ),
    ],
    reply: Reply::Json(Schema::Object(&Object {
        name: "created",
        fields: &[
            Field::new("id", "Id", Schema::Text),
            Field::new("warnings", "Warnings", Schema::List(&Schema::Text)),
        ],
        open: false,
    })),
    errors: &[
        (400, "bad_parameter"),
        (404, "no_such_image"),
        (409, "conflict"),
        (500, "server_error"),
    ],
    upload: None,
    doc: "Make a container; it is not started.",
};

pub(super) static INSPECT_ONE: Info = Info {
    id: "container_inspect",
    legacy: "container_inspect",
    method: Method::Get,
    path: "/containers/{id}/json",
    span: Span::ALWAYS,
    args: &[
        ID,
        Arg::query(
            Field::new("size", "size", Schema::Bool),
            "Also measure its disk space, which is slow.",
        ),
    ],
    reply: Reply::Json(Schema::Object(&INSPECT)),
    errors: &[(404, "no_such_container"), (500, "server_error")],
    upload: None,
    doc: "Everything about one container.",
};

pub(super) static LOGS: Info = Info {
    id: "container_logs",
    legacy: "container_logs",
    method: Method::Get,
    path: "/containers/{id}/logs",
    span: Span::ALWAYS,
    args: &[
        ID,
        Arg::query(
            Field::new("follow", "follow", Schema::Bool),
            "Go on with what is written from now on, until the container ends.",
        ),
        Arg::query(
            Field::new("stdout", "stdout", Schema::Bool),
            "Give standard output; one of the two must be asked for.",
        ),
        Arg::query(
            Field::new("stderr", "stderr", Schema::Bool),
            "Give standard error.",
        ),
        Arg::query(
            Field::new("since", "since", Schema::Time),
            "Only what was written from this time on, in seconds since 1970.",
        ),
        Arg::query(
            Field::new("until", "until", Schema::Time).since(35),
            "Only what was written before this time, in seconds since 1970.",
        ),
        Arg::query(
            Field::new("timestamps", "timestamps", Schema::Bool),
            "Put the time before each line.",
        ),
        Arg::query(
            Field::new("tail", "tail", Schema::IntOr(&["all"])),
            "Only this many lines from the end, or `all`.",
        ),
    ],
    reply: Reply::Frames,
    errors: &[(404, "no_such_container"), (500, "server_error")],
    upload: None,
    doc: "What a container wrote to standard output and standard error.",
};

pub(super) static START: Info = Info {
    id: "container_start",
    legacy: "container_start",
    method: Method::Post,
    path: "/containers/{id}/start",
    span: Span::ALWAYS,
    args: &[
        ID,
        Arg::query(
            DETACH_KEYS,
            "Key sequence that detaches a client, such as `ctrl-p,ctrl-q`.",
        ),
    ],
    reply: Reply::Nothing,
    errors: &[(404, "no_such_container"), (500, "server_error")],
    upload: None,
    doc: "Start a container.",
};

pub(super) static STOP: Info = Info {
    id: "container_stop",
    legacy: "container_stop",
    method: Method::Post,
    path: "/containers/{id}/stop",
    span: Span::ALWAYS,
    args: &[
        ID,
        Arg::query(
            Field::new("t", "t", Schema::Int),
            "Seconds to wait before SIGKILL; 10 or the container's own by default.",
        ),
        Arg::query(
            Field::new("signal", "signal", Schema::Text).since(42),
            "Signal to send first; the container's own by default.",
        ),
    ],
    reply: Reply::Nothing,
    errors: &[(404, "no_such_container"), (500, "server_error")],
    upload: None,
    doc: "Stop a container: a signal, some patience, then SIGKILL.",
};

pub(super) static KILL: Info = Info {
    id: "container_kill",
    legacy: "container_kill",
    method: Method::Post,
    path: "/containers/{id}/kill",
    span: Span::ALWAYS,
    args: &[
        ID,
        Arg::query(
            Field::new("signal", "signal", Schema::Text),
            "The signal, by name or number; SIGKILL by default.",
        ),
    ],
    reply: Reply::Nothing,
    errors: &[
        (404, "no_such_container"),
        (409, "container_is_not_running"),
        (500, "server_error"),
    ],
    upload: None,
    doc: "Send a signal to a container.",
};

pub(super) static ATTACH: Info = Info {
    id: "container_attach",
    legacy: "container_attach",
    method: Method::Post,
    path: "/containers/{id}/attach",
    span: Span::ALWAYS,
    args: &[
        ID,
        Arg::query(
            DETACH_KEYS,
            "Key sequence that detaches, such as `ctrl-p,ctrl-q`.",
        ),
        Arg::query(
            Field::new("logs", "logs", Schema::Bool),
            "First give what was written before.",
        ),
        Arg::query(
            Field::new("stream", "stream", Schema::Bool),
            "Then go on with what is written from now on.",
        ),
        Arg::query(
            Field::new("stdin", "stdin", Schema::Bool),
            "Connect standard input.",
        ),
        Arg::query(
            Field::new("stdout", "stdout", Schema::Bool),
            "Connect standard output.",
        ),
        Arg::query(
            Field::new("stderr", "stderr", Schema::Bool),
            "Connect standard error.",
        ),
    ],
    reply: Reply::Duplex,
    errors: &[
        (400, "bad_parameter"),
        (404, "no_such_container"),
        (500, "server_error"),
    ],
    upload: None,
    doc: "Connect to the standard streams of a container.",
};

pub(super) static WAIT: Info = Info {
    id: "container_wait",
    legacy: "container_wait",
    method: Method::Post,
    path: "/containers/{id}/wait",
    span: Span::ALWAYS,
    args: &[
        ID,
        Arg::query(
            Field::new(
                "condition",
                "condition",
                Schema::Word(&["not-running", "next-exit", "removed"]),
            )
            .since(30),
            "What to wait for: `not-running` (the default), `next-exit` or `removed`.",
        ),
    ],
    reply: Reply::Json(Schema::Object(&Object {
        name: "exit",
        fields: &[Field::new("exit_code", "StatusCode", Schema::Int)],
        open: false,
    })),
    errors: &[
        (400, "bad_parameter"),
        (404, "no_such_container"),
        (500, "server_error"),
    ],
    upload: None,
    doc: "Wait until a container stops, and give its exit code.",
};

pub(super) static REMOVE: Info = Info {
    id: "container_remove",
    legacy: "container_delete",
    method: Method::Delete,
    path: "/containers/{id}",
    span: Span::ALWAYS,
    args: &[
        ID,
        Arg::query(
            Field::new("delete_volumes", "v", Schema::Bool),
            "Also remove its anonymous volumes.",
        ),
        Arg::query(
            Field::new("force", "force", Schema::Bool),
            "Kill it first if it runs.",
        ),
        // Described from 1.27 on, and honoured by every engine before.
        Arg::query(
            Field::new("link", "link", Schema::Bool).since(26),
            "Remove the link of this name, not the container.",
        ),
    ],
    reply: Reply::Nothing,
    errors: &[
        (400, "bad_parameter"),
        (404, "no_such_container"),
        (409, "conflict"),
        (500, "server_error"),
    ],
    upload: None,
    doc: "Remove a container.",
};
