//! Images: requests, replies, and their rows of the table.

mod progress;

use serde::Deserialize;
use serde_json::{Map, Value as Json};

pub use self::progress::{Progress, ProgressDetail};
use crate::reply::or_default;
use crate::request::request;
use crate::{Arg, Args, Endpoint, Field, Info, Lines, Method, Object, Reply, Schema, Span};

/// Every image endpoint.
pub(crate) static ENDPOINTS: &[&Info] = &[&INSPECT_ONE, &PULL, &LOAD];

/// A line of progress, as the engine sends it.
static PROGRESS: Object = Object {
    name: "progress",
    fields: &[
        Field::new("status", "status", Schema::Text),
        Field::new("id", "id", Schema::Text),
        Field::new("progress", "progress", Schema::Text),
        Field::new("progress_detail", "progressDetail", Schema::Any),
        Field::new("stream", "stream", Schema::Text),
        Field::new("error", "error", Schema::Text),
        Field::new("error_detail", "errorDetail", Schema::Any),
        Field::new("aux", "aux", Schema::Any),
    ],
    open: true,
};

static INSPECT_ONE: Info = Info {
    id: "image_inspect",
    legacy: "image_inspect",
    method: Method::Get,
    path: "/images/{name}/json",
    span: Span::ALWAYS,
    args: &[Arg::path_name("name", "The image's name or id.")],
    reply: Reply::Json(Schema::Object(&Object {
        name: "image",
        fields: &[
            Field::new("id", "Id", Schema::Text),
            Field::new("repo_tags", "RepoTags", Schema::List(&Schema::Text)),
        ],
        open: false,
    })),
    errors: &[(404, "no_such_image"), (500, "server_error")],
    upload: None,
    doc: "Everything about one image.",
};

static PULL: Info = Info {
    id: "image_pull",
    legacy: "image_create",
    method: Method::Post,
    path: "/images/create",
    span: Span::ALWAYS,
    args: &[
        Arg::query(
            Field::new("name", "fromImage", Schema::Text),
            "The image's name, with its registry where it has one.",
        )
        .required(),
        Arg::query(
            Field::new("tag", "tag", Schema::Text),
            "Tag or digest; without one every tag is pulled.",
        ),
        Arg::query(
            Field::new("platform", "platform", Schema::Text).since(32),
            "Platform `os/arch/variant`; the engine's own by default.",
        ),
    ],
    reply: Reply::Lines(Schema::Object(&PROGRESS)),
    errors: &[
        (404, "repository_does_not_exist_or_no_read_access"),
        (500, "server_error"),
    ],
    upload: None,
    doc: "Pull an image from a registry.",
};

static LOAD: Info = Info {
    id: "image_load",
    legacy: "image_load",
    method: Method::Post,
    path: "/images/load",
    span: Span::ALWAYS,
    args: &[Arg::query(
        Field::new("quiet", "quiet", Schema::Bool),
        "Leave out the progress of each layer.",
    )],
    reply: Reply::Lines(Schema::Object(&PROGRESS)),
    errors: &[(500, "server_error")],
    upload: Some("application/x-tar"),
    doc: "Load images from a tar archive.",
};

request! {
    /// Everything about one image: `GET /images/{name}/json`.
    InspectOne(INSPECT_ONE) -> crate::Json<Inspect> {
        /// The image's name or id.
        name: String,
    }
}

request! {
    /// Pulls an image from a registry: `POST /images/create`.
    Pull(PULL) -> Lines<Progress> {
        /// The image's name, with its registry where it has one.
        name: String,
        /// Tag or digest; without one every tag is pulled.
        tag: String,
        /// Platform `os/arch/variant`; the engine's own by default. API 1.32.
        platform: String,
    }
}

request! {
    /// Loads images from a tar archive: `POST /images/load`.
    ///
    /// The archive goes along as the upload.
    Load(LOAD) -> Lines<Progress> {
        /// Leave out the progress of each layer.
        quiet: bool,
    }
}

/// Everything about one image; what has no field here is in `extra`.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
#[non_exhaustive]
pub struct Inspect {
    /// Its id, `sha256:` and 64 hexadecimal digits.
    #[serde(deserialize_with = "or_default")]
    pub id: String,
    /// Its names with their tags.
    #[serde(deserialize_with = "or_default")]
    pub repo_tags: Vec<String>,
    /// Everything else that the engine sent.
    #[serde(flatten)]
    pub extra: Map<String, Json>,
}
