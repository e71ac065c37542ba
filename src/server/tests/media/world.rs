//! A server with a fresh database, a folder for its files, and a clock that stories move.

use std::{
    io::Cursor,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};

use alcove_protocol::api::{Join, Token, path};
use alcove_server::{
    Server,
    app::Clock,
    config::Config,
    control::{self, Answer, Order},
    db::testing::FreshDatabase,
    jobs,
};
use image::{DynamicImage, ImageFormat, Rgb, RgbImage};
use reqwest::{Client, Method, RequestBuilder, Response, StatusCode, redirect};
use serde_json::Value;

/// What must not be left in a photograph.
pub const PLACE: &[u8] = b"N 48.2082 E 16.3738";

pub struct World {
    pub server: Server,
    pub client: Client,
    pub folder: tempfile::TempDir,
    config: Config,
    moved: Arc<AtomicI64>,
    _database: FreshDatabase,
}

impl World {
    pub async fn start() -> Self {
        Self::start_with(|_| ()).await
    }

    pub async fn start_with(change: impl FnOnce(&mut Config)) -> Self {
        let (database, folder) = (FreshDatabase::new(), tempfile::tempdir().unwrap());
        let mut config = Config { database: database.settings.clone(), ..Config::default() };
        config.server.public_url = "http://localhost:8440".into();
        config.server.listen = ([127, 0, 0, 1], 0).into();
        config.server.data = folder.path().join("data");
        config.outgoing.allow_addresses = vec!["127.0.0.1/32".into()];
        change(&mut config);
        let moved = Arc::new(AtomicI64::new(0));
        let server = alcove_server::start(config.clone(), Clock::Moved(moved.clone())).await.unwrap();
        let client = Client::builder().redirect(redirect::Policy::none()).build().unwrap();
        Self { server, client, folder, config, moved, _database: database }
    }

    /// Ends the server and starts it again.
    pub async fn restart(self) -> Self {
        let Self { server, client, folder, config, moved, _database } = self;
        server.stop().await;
        let server = alcove_server::start(config.clone(), Clock::Moved(moved.clone())).await.unwrap();
        Self { server, client, folder, config, moved, _database }
    }

    /// Lets time pass, in milliseconds, and does what is due then.
    pub async fn pass(&self, milliseconds: i64) {
        self.moved.fetch_add(milliseconds, Ordering::SeqCst);
        jobs::upkeep::tidy(&self.server.app).await.unwrap();
    }

    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        // Addresses are those of a server behind a proxy; this one is the proxy.
        let path = path.strip_prefix("http://localhost:8440").unwrap_or(path);
        self.client.request(method, format!("http://{}{path}", self.server.address))
    }

    pub async fn get(&self, path: &str) -> Response {
        self.request(Method::GET, path).send().await.unwrap()
    }

    /// Somebody who has just joined.
    pub async fn person(&self, name: &str) -> Token {
        let order = Order::InviteCreate { role: "member".into(), uses: 1, days: 7, note: String::new() };
        let answer = control::perform(&self.server.app, order).await.unwrap();
        let Answer::Link { link, .. } = answer else { panic!("an invitation") };
        let join = Join {
            invitation: link.rsplit_once('/').unwrap().1.to_owned(),
            proof: None,
            name: name.into(),
            display_name: None,
            password: "correct horse battery".into(),
            client_name: "a story".into(),
        };
        let body = serde_json::to_vec(&join).unwrap();
        let request = self.request(Method::POST, path::JOIN).header("content-type", "application/json");
        let answer = request.body(body).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::CREATED, "{name} joins");
        serde_json::from_value(json(answer).await).unwrap()
    }

    /// Gives a file as an app does.
    pub async fn give(&self, person: &Token, file: &[u8], texts: &[(&str, &str)]) -> Response {
        let mut form = Vec::new();
        for (name, text) in texts {
            part(&mut form, &format!("name=\"{name}\""), text.as_bytes());
        }
        part(&mut form, "name=\"file\"; filename=\"innocent.png\"", file);
        form.extend(b"--line--\r\n");
        let request = self.request(Method::POST, "/api/v2/media").bearer_auth(&person.access_token);
        request.header("content-type", "multipart/form-data; boundary=line").body(form).send().await.unwrap()
    }

    /// Waits until a file is prepared, and answers what its owner is told then.
    pub async fn settled(&self, person: &Token, given: Response) -> Response {
        let media = json(given).await;
        self.drain().await;
        let path = format!("/api/v1/media/{}", media["id"].as_str().unwrap());
        self.request(Method::GET, &path).bearer_auth(&person.access_token).send().await.unwrap()
    }

    /// Waits until no picture is being prepared.
    pub async fn drain(&self) {
        let app = &self.server.app;
        let mut wakes = app.bus.listen();
        let waiting = async || {
            let kinds = [alcove_server::actions::media::PREPARE];
            app.db.read(move |transaction| alcove_server::db::jobs::count(transaction, &kinds)).await.unwrap()
        };
        jobs::media::drain(app).await.unwrap();
        while waiting().await > 0 {
            drop(wakes.recv().await);
        }
    }

    /// The names of all files that are kept on disk.
    pub fn files(&self) -> Vec<String> {
        let mut files = Vec::new();
        let mut folders = vec![self.folder.path().join("data/media")];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    files.push(path.file_name().unwrap().to_str().unwrap().to_owned());
                }
            }
        }
        files
    }
}

fn part(form: &mut Vec<u8>, about: &str, content: &[u8]) {
    form.extend(format!("--line\r\nContent-Disposition: form-data; {about}\r\n\r\n").as_bytes());
    form.extend(content);
    form.extend(b"\r\n");
}

pub async fn json(answer: Response) -> Value {
    serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap()
}

/// A picture of two colours.
pub fn picture(width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
    let color = |x: u32| if x < width / 2 { Rgb([255, 0, 0]) } else { Rgb([0, 0, 255]) };
    let mut file = Cursor::new(Vec::new());
    let picture = DynamicImage::from(RgbImage::from_fn(width, height, |x, _| color(x)));
    picture.write_to(&mut file, format).unwrap();
    file.into_inner()
}

/// A photograph with the place where it was taken.
pub fn photograph() -> Vec<u8> {
    let plain = picture(640, 320, ImageFormat::Jpeg);
    let note = [b"Exif\0\0II*\0\x08\0\0\0\0\0\0\0\0\0", PLACE].concat();
    let length = u16::try_from(note.len() + 2).unwrap().to_be_bytes();
    [&plain[..2], &[0xFF, 0xE1], &length, &note, &plain[2..]].concat()
}

pub fn holds(bytes: &[u8], words: &[u8]) -> bool {
    bytes.windows(words.len()).any(|window| window == words)
}
