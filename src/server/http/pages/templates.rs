//! The templates and the style sheet of the pages: built into the binary, each replaced by the file of the same name in the
//! folder that the configuration names. Not the pages themselves: each of those is a handler beside this file.

use std::{fs, path::Path};

use actix_web::{
    HttpResponse,
    http::{StatusCode, header},
    web,
};
use serde_json::{Value, json};
use tera::{Context, Tera};

use crate::{
    app::App,
    error::{Error, Result},
    http::headers::PAGE_POLICY,
    secret::sha256,
};

/// Name and text of everything that is built in.
const BUILT_IN: &[(&str, &str)] = &[
    ("about.html", include_str!("../../../../templates/about.html")),
    ("acts.html", include_str!("../../../../templates/acts.html")),
    ("authorize.html", include_str!("../../../../templates/authorize.html")),
    ("base.html", include_str!("../../../../templates/base.html")),
    ("blocks.html", include_str!("../../../../templates/blocks.html")),
    ("code.html", include_str!("../../../../templates/code.html")),
    ("conversation.html", include_str!("../../../../templates/conversation.html")),
    ("devices.html", include_str!("../../../../templates/devices.html")),
    ("edit_profile.html", include_str!("../../../../templates/edit_profile.html")),
    ("emoji.html", include_str!("../../../../templates/emoji.html")),
    ("face.html", include_str!("../../../../templates/face.html")),
    ("front.html", include_str!("../../../../templates/front.html")),
    ("history.html", include_str!("../../../../templates/history.html")),
    ("join.html", include_str!("../../../../templates/join.html")),
    ("media.html", include_str!("../../../../templates/media.html")),
    ("messages.html", include_str!("../../../../templates/messages.html")),
    ("move.html", include_str!("../../../../templates/move.html")),
    ("name.html", include_str!("../../../../templates/name.html")),
    ("notifications.html", include_str!("../../../../templates/notifications.html")),
    ("older.html", include_str!("../../../../templates/older.html")),
    ("password.html", include_str!("../../../../templates/password.html")),
    ("people.html", include_str!("../../../../templates/people.html")),
    ("poll.html", include_str!("../../../../templates/poll.html")),
    ("post.html", include_str!("../../../../templates/post.html")),
    ("preferences.html", include_str!("../../../../templates/preferences.html")),
    ("problem.html", include_str!("../../../../templates/problem.html")),
    ("profile.html", include_str!("../../../../templates/profile.html")),
    ("relation.html", include_str!("../../../../templates/relation.html")),
    ("relation_more.html", include_str!("../../../../templates/relation_more.html")),
    ("report.html", include_str!("../../../../templates/report.html")),
    ("reports.html", include_str!("../../../../templates/reports.html")),
    ("requests.html", include_str!("../../../../templates/requests.html")),
    ("reset.html", include_str!("../../../../templates/reset.html")),
    ("said.html", include_str!("../../../../templates/said.html")),
    ("sessions.html", include_str!("../../../../templates/sessions.html")),
    ("settings.html", include_str!("../../../../templates/settings.html")),
    ("signin.html", include_str!("../../../../templates/signin.html")),
    ("signout.html", include_str!("../../../../templates/signout.html")),
    ("stolen.html", include_str!("../../../../templates/stolen.html")),
    ("sure.html", include_str!("../../../../templates/sure.html")),
    ("thread.html", include_str!("../../../../templates/thread.html")),
    ("waiting.html", include_str!("../../../../templates/waiting.html")),
    ("timeline.html", include_str!("../../../../templates/timeline.html")),
    ("welcome.html", include_str!("../../../../templates/welcome.html")),
    ("who.html", include_str!("../../../../templates/who.html")),
    ("write.html", include_str!("../../../../templates/write.html")),
    ("import.html", include_str!("../../../../templates/import.html")),
    ("export.html", include_str!("../../../../templates/export.html")),
    ("search.html", include_str!("../../../../templates/search.html")),
    ("remote_follow.html", include_str!("../../../../templates/remote_follow.html")),
    ("leave.html", include_str!("../../../../templates/leave.html")),
    ("feed.rss.xml", include_str!("../../../../templates/feed.rss.xml")),
    ("feed.atom.xml", include_str!("../../../../templates/feed.atom.xml")),
];
const STYLE: (&str, &str) = ("alcove.css", include_str!("../../../../templates/alcove.css"));

/// The templates of a running server.
pub struct Templates {
    tera: Tera,
    style: String,
    /// The path of the style sheet; it contains the digest, so that browsers keep it until it changes.
    pub style_path: String,
}

impl Templates {
    /// Reads the templates; `folder` is empty when nothing is replaced.
    ///
    /// # Errors
    /// A template that cannot be read or understood, with its line.
    pub fn load(folder: &Path) -> Result<Self> {
        let texts = BUILT_IN
            .iter()
            .map(|(name, text)| Ok((*name, replaced(folder, name, text)?)))
            .collect::<Result<Vec<_>>>()?;
        let mut tera = Tera::new();
        tera.add_raw_templates(texts)
            .map_err(|error| Error::invalid(format!("server.templates: {error}")))?;
        let style = replaced(folder, STYLE.0, STYLE.1)?;
        let digest = alcove_protocol::base64::encode_url(&sha256(style.as_bytes()));
        let style_path = format!("/assets/{}.css", digest.get(..16).unwrap_or(&digest));
        Ok(Self { tera, style, style_path })
    }

    /// An answer with a page. `context` is an object; the name of the place and the style are added.
    ///
    /// # Errors
    /// A template that does not fit what it is given.
    pub fn page(&self, app: &App, status: StatusCode, name: &str, context: Value) -> Result<HttpResponse> {
        self.page_with_form_to(app, status, name, context, None)
    }

    /// The same, with a form whose answer may lead to one more address.
    ///
    /// # Errors
    /// As [`Templates::page`].
    pub fn page_with_form_to(
        &self,
        app: &App,
        status: StatusCode,
        name: &str,
        context: Value,
        target: Option<&str>,
    ) -> Result<HttpResponse> {
        let html = self.render(app, name, context)?;
        let policy =
            target.map_or_else(|| PAGE_POLICY.to_owned(), |target| format!("{PAGE_POLICY} {target}"));
        Ok(HttpResponse::build(status)
            .content_type("text/html; charset=utf-8")
            .insert_header((header::CONTENT_SECURITY_POLICY, policy))
            .insert_header((header::CACHE_CONTROL, "no-store"))
            .body(html))
    }

    /// The text of a page.
    ///
    /// # Errors
    /// As [`Templates::page`].
    pub fn render(&self, app: &App, name: &str, context: Value) -> Result<String> {
        let mut all = json!({
            "place": app.config.server.name,
            "domain": app.site.handle_domain,
            "style": self.style_path,
            "app": app.bundle.hash(),
            "visitor": null,
            "navigation": null,
        });
        if let (Value::Object(all), Value::Object(context)) = (&mut all, context) {
            all.extend(context);
        }
        let context = Context::from_serialize(&all).map_err(Error::unknown)?;
        self.tera.render(name, &context).map_err(Error::unknown)
    }

    /// A page that says one thing.
    ///
    /// # Errors
    /// As [`Templates::page`].
    pub fn said(
        &self,
        app: &App,
        status: StatusCode,
        heading: &str,
        sentence: &str,
        link: Option<(&str, &str)>,
    ) -> Result<HttpResponse> {
        let link = link.map(|(href, text)| json!({"href": href, "text": text}));
        self.page(app, status, "said.html", json!({"heading": heading, "sentence": sentence, "link": link}))
    }
}

/// A page for everybody, which reaches browsers from memory: it carries what every page does.
pub fn public(mut answer: HttpResponse) -> HttpResponse {
    let headers = answer.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, header::HeaderValue::from_static(PAGE_POLICY));
    headers.insert(header::VARY, header::HeaderValue::from_static("Accept, Cookie"));
    answer
}

fn replaced(folder: &Path, name: &str, built_in: &str) -> Result<String> {
    if folder.as_os_str().is_empty() {
        return Ok(built_in.to_owned());
    }
    match fs::read_to_string(folder.join(name)) {
        Ok(text) => Ok(text),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(built_in.to_owned()),
        Err(error) => Err(Error::invalid(format!("server.templates: cannot read {name}: {error}"))),
    }
}

/// `GET /assets/{digest}.css`
pub async fn style(templates: web::Data<Templates>, request: actix_web::HttpRequest) -> Result<HttpResponse> {
    if request.path() != templates.style_path {
        return Err(Error::NotFound);
    }
    Ok(HttpResponse::Ok()
        .content_type("text/css; charset=utf-8")
        .insert_header((header::CACHE_CONTROL, "public, max-age=31536000, immutable"))
        .body(templates.style.clone()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_replaces_templates_one_by_one() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("said.html"), "<p>{{ sentence }}</p>").unwrap();
        let templates = Templates::load(folder.path()).unwrap();
        let context = Context::from_serialize(&json!({"sentence": "<b>"})).unwrap();
        assert_eq!(templates.tera.render("said.html", &context).unwrap(), "<p>&lt;b&gt;</p>");
        fs::write(folder.path().join("front.html"), "{% if %}").unwrap();
        let Err(error) = Templates::load(folder.path()) else { panic!("refused") };
        assert!(error.to_string().contains("front.html"), "{error}");
    }

    /// No template loads anything from elsewhere, runs anything, or brings its own looks.
    #[test]
    fn built_in_templates_have_no_scripts_no_styles_and_no_remote_resources() {
        for (name, text) in BUILT_IN {
            // The name of an XML vocabulary looks like an address, and nothing is loaded from it.
            let parts = text.split_whitespace().filter(|part| !part.starts_with("xmlns"));
            let text = parts.collect::<Vec<_>>().join(" ");
            for word in
                ["<script", "<style", "style=", "javascript:", "onclick", "http://", "https://", "src=\"/"]
            {
                assert!(!text.contains(word), "{name} contains {word}");
            }
        }
        assert!(!STYLE.1.contains("url(") && !STYLE.1.contains("@import"));
    }

    /// S-43: only what is called HTML goes into a page as it is; `views/` says where that comes from.
    #[test]
    fn nothing_goes_unescaped_but_what_is_called_html() {
        for (name, text) in BUILT_IN {
            for part in text.split("{{").skip(1).filter_map(|part| part.split("}}").next()) {
                let Some((value, _)) = part.split_once('|').filter(|(_, filter)| filter.contains("safe"))
                else {
                    continue;
                };
                assert!(value.trim().ends_with("_html"), "{name}: {part}");
            }
        }
    }
}
