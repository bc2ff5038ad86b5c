//! A checked request, ready to send.

use std::borrow::Cow;
use std::fmt;

use serde_json::Map;

use crate::{ApiVersion, Args, Fault, Info, Method, lower};

/// One request, checked against a version: all that the wire needs to know.
///
/// Bytes that go along with it (a build context, a tar) are handed to the
/// sender beside it.
#[derive(Clone)]
pub struct Call {
    /// The endpoint.
    pub info: &'static Info,
    /// The version it was checked against; none where the path has none.
    pub version: Option<ApiVersion>,
    pub(crate) method: Method,
    /// The request target: path and query, encoded.
    pub target: String,
    /// Headers beyond those that every request carries.
    pub headers: Vec<(Cow<'static, str>, String)>,
    /// The JSON body, where there is one.
    pub body: Option<Vec<u8>>,
}

impl Call {
    /// The one check between an argument and the wire: every name is known,
    /// every shape fits, everything exists at `version`.
    ///
    /// # Errors
    /// The first argument that does not fit, or does not exist at `version`.
    pub fn check(info: &'static Info, args: &Args, version: ApiVersion) -> Result<Self, Fault> {
        if !info.span.holds(version) {
            return Err(Fault::Version {
                endpoint: info,
                argument: None,
                needs: info.span,
                have: version,
            });
        }
        for (name, _) in args.iter() {
            if info.arg(name).is_none() {
                return Err(lower::unknown(info, name));
            }
        }
        let mut parts = lower::Parts::new(info, version);
        for arg in info.args {
            match args.get(arg.field.name) {
                Some(value) => parts.add(arg, value)?,
                None if arg.required => return Err(lower::missing(info, arg)),
                None => {}
            }
        }
        let has_body = info.args.iter().any(|arg| arg.place == crate::Place::Body);
        let body = parts
            .whole
            .or_else(|| has_body.then(|| serde_json::Value::Object(Map::from_iter(parts.body))))
            .map(|json| json.to_string());
        Ok(Self {
            info,
            version: Some(version),
            method: info.method,
            target: format!("/v{version}{}{}", parts.path, parts.query),
            headers: parts
                .headers
                .into_iter()
                .map(|(name, value)| (name.into(), value))
                .collect(),
            body: body.map(String::into_bytes),
        })
    }

    /// `info` without a version in its path and without arguments: what
    /// negotiation asks before a version is known.
    pub fn unversioned(info: &'static Info) -> Self {
        Self {
            info,
            version: None,
            method: info.method,
            target: info.path.to_owned(),
            headers: Vec::new(),
            body: None,
        }
    }

    /// The HTTP method.
    pub fn method(&self) -> Method {
        self.method
    }
}

/// Without what the user gave: a query, a header or a body may hold secrets.
impl fmt::Debug for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call")
            .field("endpoint", &self.info.id)
            .field("version", &self.version)
            .field("method", &self.method)
            .finish_non_exhaustive()
    }
}
