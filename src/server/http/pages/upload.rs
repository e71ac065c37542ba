//! Forms with files, of people who are signed in: [`FileForm`] does for `multipart/form-data` what
//! [`Form`] does for the others, and takes those as well, from browsers that know no files; [`ListForm`] takes files that are
//! lists. The hidden field `csrf` must stand in front of every file: nothing is kept of a form that this browser was not
//! given.

use std::collections::BTreeMap;

use actix_web::{FromRequest, HttpMessage, HttpRequest, dev::Payload};
use futures_util::future::LocalBoxFuture;
use serde::de::DeserializeOwned;

use super::visitor::{self, Form, Visitor};
use crate::{
    actions::media::MOST_ATTACHED,
    error::Error,
    http::media::parts::{Given, Parts, Reader, Taken},
    text::lists::MAX_BYTES,
};

/// A form with files that this browser was given by us.
pub struct FileForm<T> {
    /// Who sent it; somebody who is signed in.
    pub visitor: Visitor,
    /// What was typed.
    pub fields: T,
    /// The names of fields with the files that were chosen in them; fields left empty are not here. Of each it is known what
    /// it is and that it is not too long, or why it is not taken; `media::arrival::take` takes them, and they are gone when
    /// dropped.
    pub files: Vec<(String, Given)>,
}

/// The same with a list.
pub struct ListForm<T> {
    /// Who sent it; somebody who is signed in.
    pub visitor: Visitor,
    /// What was typed.
    pub fields: T,
    /// The list, empty where none was chosen.
    pub list: Vec<u8>,
}

impl<T: DeserializeOwned + 'static> FromRequest for FileForm<T> {
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self, Error>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, mut payload) = (request.clone(), payload.take());
        Box::pin(async move {
            if request.content_type() != "multipart/form-data" {
                let Form { visitor, fields } = Form::from_request(&request, &mut payload).await?;
                visitor.signed_in()?;
                return Ok(Self { visitor, fields, files: Vec::new() });
            }
            let (visitor, fields, parts) = read(&request, payload, Taken::Media(MOST_ATTACHED)).await?;
            Ok(Self { visitor, fields, files: parts.files })
        })
    }
}

impl<T: DeserializeOwned + 'static> FromRequest for ListForm<T> {
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self, Error>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, payload) = (request.clone(), payload.take());
        Box::pin(async move {
            // One byte more than is taken, so that it is told in words that it is too long.
            let (visitor, fields, parts) = read(&request, payload, Taken::Lists(MAX_BYTES + 1)).await?;
            let list = parts.lists.into_iter().next().map(|(_, list)| list).unwrap_or_default();
            Ok(Self { visitor, fields, list })
        })
    }
}

async fn read<T: DeserializeOwned>(
    request: &HttpRequest,
    payload: Payload,
    taken: Taken,
) -> Result<(Visitor, T, Parts), Error> {
    let visitor = visitor::of(request).await?;
    let account = visitor.signed_in()?.account;
    let reader = Reader { app: &visitor.app, account, taken };
    let is_ours = |texts: &[(String, String)]| {
        let token = texts.iter().find(|(name, _)| name == "csrf").map(|(_, token)| token.as_str());
        visitor.expect_made(token.unwrap_or_default())
    };
    let mut parts = reader.read(request.headers(), payload, is_ours).await?;
    is_ours(&parts.texts)?;
    let mut fields: BTreeMap<String, String> = std::mem::take(&mut parts.texts).into_iter().collect();
    fields.remove("csrf");
    let fields = visitor::fields(fields)?;
    Ok((visitor, fields, parts))
}
