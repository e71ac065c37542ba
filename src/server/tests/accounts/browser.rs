//! A browser without scripts: it keeps cookies, reads forms and does not follow redirects by itself.

use std::collections::BTreeMap;

use reqwest::{Response, StatusCode};

use super::world::World;

/// A browser that looks at one server.
pub struct Browser<'w> {
    pub world: &'w World,
    pub cookies: BTreeMap<String, String>,
    /// The `Set-Cookie` headers of the last answer.
    pub set: Vec<String>,
}

/// What a browser was shown.
#[derive(Debug)]
pub struct Page {
    pub status: StatusCode,
    pub location: Option<String>,
    pub headers: reqwest::header::HeaderMap,
    pub html: String,
}

impl<'w> Browser<'w> {
    pub fn new(world: &'w World) -> Self {
        Self { world, cookies: BTreeMap::new(), set: Vec::new() }
    }

    pub async fn get(&mut self, path: &str) -> Page {
        let request = self.world.request(reqwest::Method::GET, path);
        self.send(request).await
    }

    /// Sends a form with the token of a page.
    pub async fn submit(&mut self, path: &str, page: &Page, fields: &[(&str, &str)]) -> Page {
        let mut all = vec![("csrf", page.hidden("csrf"))];
        all.extend(fields.iter().map(|(name, value)| (*name, (*value).to_owned())));
        self.post(path, &all).await
    }

    /// Sends a form with files, each by its field, its name and its bytes.
    pub async fn give(
        &mut self,
        path: &str,
        page: &Page,
        fields: &[(&str, &str)],
        files: &[(&str, &str, &[u8])],
    ) -> Page {
        let mut body = Vec::new();
        let token = page.hidden("csrf");
        for (name, value) in [("csrf", token.as_str())].iter().chain(fields) {
            part(&mut body, &format!("name=\"{name}\""), value.as_bytes());
        }
        for (name, file_name, bytes) in files {
            part(&mut body, &format!("name=\"{name}\"; filename=\"{file_name}\""), bytes);
        }
        body.extend(b"--line--\r\n");
        let request = self.world.request(reqwest::Method::POST, path);
        self.send(request.header("content-type", "multipart/form-data; boundary=line").body(body)).await
    }

    pub async fn post(&mut self, path: &str, fields: &[(&str, String)]) -> Page {
        let request = self.world.request(reqwest::Method::POST, path).form(fields);
        self.send(request).await
    }

    /// Sends a request with the cookies of this browser.
    pub async fn send(&mut self, request: reqwest::RequestBuilder) -> Page {
        let cookies: Vec<String> =
            self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request = request.header("accept", "text/html").header("user-agent", "Firefox/140.0 Linux");
        let answer = request.header("cookie", cookies.join("; ")).send().await.unwrap();
        self.keep_cookies(&answer);
        Page {
            status: answer.status(),
            location: answer.headers().get("location").map(|value| value.to_str().unwrap().to_owned()),
            headers: answer.headers().clone(),
            html: answer.text().await.unwrap(),
        }
    }

    fn keep_cookies(&mut self, answer: &Response) {
        let set = answer.headers().get_all("set-cookie").iter();
        self.set = set.map(|value| value.to_str().unwrap().to_owned()).collect();
        for line in &self.set {
            let (name, rest) = line.split_once('=').unwrap();
            let value = rest.split(';').next().unwrap();
            if value.is_empty() {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
    }

    /// Joins by invitation on the pages.
    pub async fn join(&mut self, name: &str) -> Page {
        self.join_as(name, "member").await
    }

    /// Joins with a role.
    pub async fn join_as(&mut self, name: &str, role: &str) -> Page {
        let path = format!("/join/{}", self.world.invitation(role, 1).await);
        let form = self.get(&path).await;
        self.submit(&path, &form, &[("name", name), ("password", super::world::PASSWORD)]).await
    }
}

fn part(form: &mut Vec<u8>, about: &str, content: &[u8]) {
    form.extend(format!("--line\r\nContent-Disposition: form-data; {about}\r\n\r\n").as_bytes());
    form.extend(content);
    form.extend(b"\r\n");
}

impl Page {
    /// The value of a hidden field.
    pub fn hidden(&self, name: &str) -> String {
        let start = format!("name=\"{name}\" value=\"");
        let rest = self.html.split_once(&start).unwrap_or_else(|| panic!("{name} in {}", self.html)).1;
        let value = rest.split('"').next().unwrap();
        value.replace("&amp;", "&").replace("&#x2F;", "/").replace("&#39;", "'").replace("&#x27;", "'")
    }

    pub fn says(&self, text: &str) -> bool {
        self.html.contains(text)
    }
}
