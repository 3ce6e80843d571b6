//! Forms with files, as browsers send them: multipart/form-data (RFC 7578).

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::header;
use axum::http::request::Parts;

use super::Form;
use crate::error::WebError;

/// How many parts a form has at most.
const MOST_PARTS: usize = 1000;

/// A form that may have files. What a file holds is the value of its field.
pub(crate) struct Upload(pub(crate) Form);

/// What separates the parts of a form with files; nothing of what is none.
pub(crate) fn boundary_of(parts: &Parts) -> Option<String> {
    let kind = parts.headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
    let (name, rest) = kind.split_once(';')?;
    if !name.trim().eq_ignore_ascii_case("multipart/form-data") {
        return None;
    }
    let boundary = rest.split(';').find_map(|part| part.trim().strip_prefix("boundary="))?;
    let boundary = boundary.trim_matches('"');
    let is_fit = (1..=70).contains(&boundary.len()) && boundary.bytes().all(|byte| byte.is_ascii_graphic());
    is_fit.then(|| boundary.to_owned())
}

/// The fields of a form with files, as they were sent: name and value.
pub(crate) fn fields_of(body: &[u8], boundary: &str) -> Option<Vec<(String, Vec<u8>)>> {
    let (first, between) = (format!("--{boundary}"), format!("\r\n--{boundary}"));
    let mut rest = body.strip_prefix(first.as_bytes())?;
    let mut fields = Vec::new();
    while !rest.starts_with(b"--") {
        rest = rest.strip_prefix(b"\r\n")?;
        let end = find(rest, between.as_bytes())?;
        let (part, after) = (rest.get(..end)?, rest.get(end + between.len()..)?);
        let head = find(part, b"\r\n\r\n")?;
        let name = name_of(std::str::from_utf8(part.get(..head)?).ok()?)?;
        fields.push((name, part.get(head + 4..)?.to_vec()));
        if fields.len() > MOST_PARTS {
            return None;
        }
        rest = after;
    }
    Some(fields)
}

fn find(within: &[u8], what: &[u8]) -> Option<usize> {
    within.windows(what.len()).position(|window| window == what)
}

/// `name` of `Content-Disposition: form-data; name="text"; filename="rules.yaml"`.
fn name_of(head: &str) -> Option<String> {
    let is_it = |line: &&str| line.to_ascii_lowercase().starts_with("content-disposition:");
    let line = head.split("\r\n").find(is_it)?;
    let (_, rest) = line.split_once("; name=\"")?;
    rest.split_once('"').map(|(name, _)| name.to_owned())
}

impl<S: Send + Sync> FromRequest<S> for Upload {
    type Rejection = WebError;

    async fn from_request(request: Request, state: &S) -> Result<Self, WebError> {
        let (parts, body) = request.into_parts();
        let Some(boundary) = boundary_of(&parts) else {
            return Form::from_request(Request::from_parts(parts, body), state).await.map(Self);
        };
        let broken = || WebError::bad_request("unreadable", "The form broke off.");
        let body = Bytes::from_request(Request::from_parts(parts, body), state).await.map_err(|_| broken())?;
        let fields = fields_of(&body, &boundary).ok_or_else(broken)?;
        let text = |(name, value): (String, Vec<u8>)| match String::from_utf8(value) {
            Ok(value) if !value.contains('\0') => Ok((name, value)),
            _ => Err(WebError::bad_request("not-text", "What was sent is not valid UTF-8 text.")),
        };
        let fields = fields.into_iter().map(text).collect::<Result<Vec<_>, _>>()?;
        Ok(Self(Form::of(fields)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BODY: &str = "--x\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\nsecret\r\n--x\r\n\
                        content-disposition: form-data; name=\"file\"; filename=\"a.yaml\"\r\nContent-Type: text/plain\r\n\r\n\
                        a: 1\r\n--y\r\n\r\n--x--\r\n";

    #[test]
    fn fields_and_files_are_told_apart_by_their_names() {
        let fields = fields_of(BODY.as_bytes(), "x").unwrap();
        let told: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_slice())).collect();
        assert_eq!(told, [("csrf", &b"secret"[..]), ("file", &b"a: 1\r\n--y\r\n"[..])]);
    }

    #[test]
    fn what_breaks_off_or_names_nothing_is_no_form() {
        for end in 0..BODY.len() - 4 {
            assert_eq!(fields_of(&BODY.as_bytes()[..end], "x"), None, "{end}");
        }
        for bad in ["", "--x", "--x\r\n\r\n\r\n\r\n--x--", "--x\r\nContent-Disposition: form-data\r\n\r\na\r\n--x--"] {
            assert_eq!(fields_of(bad.as_bytes(), "x"), None, "{bad:?}");
        }
    }

    #[test]
    fn a_boundary_is_read_with_and_without_quotes() {
        let of = |kind: &str| {
            let request = axum::http::Request::builder().header("content-type", kind).body(()).unwrap();
            boundary_of(&request.into_parts().0)
        };
        assert_eq!(of("multipart/form-data; boundary=----a1").as_deref(), Some("----a1"));
        assert_eq!(of("Multipart/Form-Data; charset=utf-8; boundary=\"a b\"").as_deref(), None);
        assert_eq!(of("multipart/form-data; boundary=\"ab\"").as_deref(), Some("ab"));
        for bad in ["multipart/form-data", "text/plain; boundary=a", "multipart/form-data; boundary="] {
            assert_eq!(of(bad), None, "{bad}");
        }
    }
}
