//! Files in posts and in profiles, as browsers without scripts send them.

use std::io::Cursor;

use alcove_protocol::time::DAY;
use alcove_server::jobs;
use image::{DynamicImage, ImageFormat, Rgb, RgbImage};
use reqwest::{Method, StatusCode};

use super::{
    browser::{Browser, Page},
    posts::write,
    world::{World, json},
};

/// A picture of one colour.
pub fn picture(width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    let picture = RgbImage::from_pixel(width, height, Rgb([200, 40, 40]));
    DynamicImage::from(picture).write_to(&mut file, format).unwrap();
    file.into_inner()
}

/// What a form for a post holds besides.
const POST: [(&str, &str); 3] = [("visibility", "public"), ("language", "en"), ("do", "post")];

/// Looks at the page of a post that waits until something has become of it.
async fn settled(browser: &mut Browser<'_>, path: &str) -> Page {
    loop {
        let page = browser.get(path).await;
        if !page.says("is being prepared</h1>") {
            return page;
        }
    }
}

/// The page of the post that a form becomes, at once or a little later.
async fn out(browser: &mut Browser<'_>, sent: Page) -> String {
    let path = sent.location.unwrap_or_else(|| panic!("{}", sent.html));
    match path.starts_with("/write/") {
        true => settled(browser, &path).await.location.unwrap(),
        false => path,
    }
}

/// Sends a form with files, and waits for the post that it becomes; the path of its page.
async fn post(browser: &mut Browser<'_>, fields: &[(&str, &str)], files: &[(&str, &str, &[u8])]) -> String {
    let form = browser.get("/write").await;
    let sent = browser.give("/write", &form, &[&POST, fields].concat(), files).await;
    out(browser, sent).await
}

/// Nobody has to wait for it, and nobody is told that it is out before it is.
#[tokio::test]
async fn a_post_goes_out_by_itself_once_its_pictures_are_ready() {
    let world = World::start().await;
    let mut ana = Browser::new(&world);
    ana.join("ana").await;
    let turn = world.server.app.media.turn.clone().acquire_owned().await.unwrap();
    let form = ana.get("/write").await;
    let fields =
        [&POST[..], &[("text", "Look"), ("description_0", "A <red> wall"), ("focus_0", "0,0.7")]].concat();
    let file = picture(40, 30, ImageFormat::Jpeg);
    let sent = ana.give("/write", &form, &fields, &[("new_0", "wall.jpg", &file)]).await;
    let path = sent.location.unwrap_or_else(|| panic!("{}", sent.html));
    let waiting = ana.get(&path).await;
    assert!(waiting.says("Your post is being prepared") && waiting.says("A picture that is being prepared."));
    assert!(waiting.says("<blockquote dir=\"auto\">Look</blockquote>"), "{}", waiting.html);
    assert!(!ana.get("/@ana").await.says("wall</a>") && !ana.get("/home").await.says("Look"));
    let mut eve = Browser::new(&world);
    eve.join("eve").await;
    assert_eq!(eve.get(&path).await.status, StatusCode::NOT_FOUND);
    drop(turn);
    let out = settled(&mut ana, &path).await;
    let page = ana.get(&out.location.unwrap()).await;
    assert!(page.says("<p>Look</p>") && page.says("alt=\"A &lt;red&gt; wall\""), "{}", page.html);
    let edit = ana.get(&button_to(&page, "/edit")).await;
    assert!(edit.says("value=\"0,0.7\" selected"), "{}", edit.html);
}

/// The address of a link of a page that ends like this.
fn button_to(page: &Page, end: &str) -> String {
    let links = page.html.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
    links.map(str::to_owned).find(|path| path.ends_with(end)).unwrap_or_else(|| panic!("{end}"))
}

/// S-41: by its first bytes; the rest of the form is taken all the same, and sent again it goes out.
#[tokio::test]
async fn what_is_wrong_with_which_file_is_said_and_nothing_typed_is_lost() {
    let world = World::start().await;
    let mut ana = Browser::new(&world);
    ana.join("ana").await;
    let form = ana.get("/write").await;
    let fields = [
        &POST[..],
        &[
            ("text", "Look & see"),
            ("warning", "walls"),
            ("description_0", "a drawing"),
            ("description_1", "a wall"),
        ],
    ];
    let good = picture(8, 8, ImageFormat::Png);
    let files: [(&str, &str, &[u8]); 2] =
        [("new_0", "drawing.svg", b"<svg onload='alert(1)'/>"), ("new_1", "wall.png", &good)];
    let page = ana.give("/write", &form, &fields.concat(), &files).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    for part in
        ["“drawing.svg” was not taken. Expected a picture", "Look &amp; see", "value=\"walls\"", "a drawing"]
    {
        assert!(page.says(part), "{part} in {}", page.html);
    }
    let kept = page.hidden("file_0");
    let again =
        [&POST[..], &[("text", "Look & see"), ("file_0", &kept), ("description_0", "a wall")]].concat();
    let sent = ana.give("/write", &page, &again, &[]).await;
    let path = out(&mut ana, sent).await;
    let post = ana.get(&path).await;
    assert!(post.says("alt=\"a wall\"") && !post.says("drawing"), "{}", post.html);
}

/// S-42: what turns out later to be broken brings the form back as it was.
#[tokio::test]
async fn a_picture_that_cannot_be_prepared_brings_the_form_back() {
    let world = World::start().await;
    let mut ana = Browser::new(&world);
    ana.join("ana").await;
    let form = ana.get("/write").await;
    let whole = picture(64, 64, ImageFormat::Jpeg);
    let (broken, good) = (&whole[..whole.len() / 2], picture(8, 8, ImageFormat::Png));
    let fields = [&POST[..], &[("text", "Half of it"), ("option_0", ""), ("description_1", "half")]].concat();
    let files: [(&str, &str, &[u8]); 2] = [("new_0", "good.png", &good), ("new_1", "half.jpg", broken)];
    let turn = world.server.app.media.turn.clone().acquire_owned().await.unwrap();
    let sent = ana.give("/write", &form, &fields, &files).await;
    drop(turn);
    let page = settled(&mut ana, &sent.location.unwrap()).await;
    assert!(page.says("File 2: This picture is damaged") && page.says("Half of it"), "{}", page.html);
    assert!(page.says(">half</textarea>") && page.says("/preview.png"), "the good one is kept");
    assert!(!ana.get("/@ana").await.says("Half of it"));
    let good = page.hidden("file_0");
    let fields = [&POST[..], &[("text", "All of it"), ("file_0", &good), ("remove_1", "yes")]].concat();
    let sent = ana.give("/write", &page, &fields, &[]).await;
    let path = out(&mut ana, sent).await;
    assert!(ana.get(&path).await.says("All of it"));
}

#[tokio::test]
async fn a_post_that_waits_is_taken_back_and_files_are_changed_by_an_edit() {
    let world = World::start().await;
    let mut ana = Browser::new(&world);
    ana.join("ana").await;
    let turn = world.server.app.media.turn.clone().acquire_owned().await.unwrap();
    let form = ana.get("/write").await;
    let file = picture(8, 8, ImageFormat::Png);
    let files: [(&str, &str, &[u8]); 1] = [("new_0", "wall.png", &file)];
    let fields = [&POST[..], &[("text", "Not yet"), ("description_0", "a wall")]].concat();
    let path = ana.give("/write", &form, &fields, &files).await.location.unwrap();
    let waiting = ana.get(&path).await;
    let back = ana.submit(&path, &waiting, &[]).await;
    assert!(back.says(">Not yet</textarea>") && back.says(">a wall</textarea>"), "{}", back.html);
    assert_eq!(ana.get(&path).await.status, StatusCode::NOT_FOUND);
    drop(turn);
    world.prepared().await;
    assert!(!ana.get("/@ana").await.says("Not yet"), "what was taken back does not go out");

    let page = post(&mut ana, &[("text", "One"), ("description_0", "the first")], &files).await;
    let id = page.rsplit('/').next().unwrap().to_owned();
    let path = format!("/posts/{id}/edit");
    let edit = ana.get(&path).await;
    let first = edit.hidden("file_0");
    let fields = [
        ("text", "Two"),
        ("file_0", first.as_str()),
        ("description_0", "the same"),
        ("description_1", "one more"),
    ];
    let sent = ana.give(&path, &edit, &fields, &[("new_1", "more.png", &file)]).await;
    assert_eq!(out(&mut ana, sent).await, page);
    let shown = ana.get(&page).await;
    assert!(shown.says("alt=\"the same\"") && shown.says("alt=\"one more\""), "{}", shown.html);
    let edit = ana.get(&path).await;
    let second = edit.hidden("file_1");
    let fields = [
        ("text", "Three"),
        ("file_0", &first),
        ("remove_0", "yes"),
        ("file_1", &second),
        ("description_1", "one more"),
    ];
    ana.give(&path, &edit, &fields, &[]).await;
    let shown = ana.get(&page).await;
    assert!(!shown.says("alt=\"the same\"") && shown.says("alt=\"one more\""), "{}", shown.html);
}

/// The pictures of a profile are kept by their names: a day later, when what nobody uses is gone, they are there still.
#[tokio::test]
async fn pictures_of_a_profile_are_shown_and_taken_away() {
    let world = World::start().await;
    let mut ana = Browser::new(&world);
    ana.join("ana").await;
    write(&mut ana, &[("text", "Good morning")]).await;
    let form = ana.get("/settings/profile").await;
    let (face, wide) = (picture(500, 400, ImageFormat::Jpeg), picture(900, 300, ImageFormat::Png));
    let files: [(&str, &str, &[u8]); 2] = [("avatar", "me.jpg", &face), ("header", "garden.png", &wide)];
    let saved = ana.give("/settings/profile", &form, &[("display_name", "Ana")], &files).await;
    assert_eq!(saved.location.as_deref(), Some("/settings/profile?saved=yes"), "{}", saved.html);
    world.prepared().await;
    world.pass(2 * DAY);
    jobs::drain(&world.server.app).await.unwrap();
    let form = ana.get("/settings/profile").await;
    assert!(form.says("Your present picture") && form.says("Your present wide picture"), "{}", form.html);
    let page = ana.get("/@ana").await;
    assert_eq!(
        page.html.matches("/original\"").count(),
        4,
        "at the head and in previews, beside the post, and the wide one: {}",
        page.html
    );
    let actor = actor(&world, &mut ana).await;
    for name in ["icon", "image"] {
        let url = actor[name]["url"].as_str().unwrap().trim_start_matches("http://localhost:8440").to_owned();
        let file = world.request(Method::GET, &url).send().await.unwrap();
        assert_eq!(file.status(), StatusCode::OK, "{name}");
        assert_eq!(actor[name]["mediaType"], file.headers()["content-type"].to_str().unwrap());
    }
    let refused =
        ana.give("/settings/profile", &form, &[("display_name", "Bea")], &[("avatar", "x.svg", b"<svg/>")]);
    let refused = refused.await;
    assert!(refused.status.is_client_error() && refused.says("“x.svg” was not taken"), "{}", refused.html);
    ana.give("/settings/profile", &form, &[("display_name", "Ana"), ("remove_avatar", "yes")], &[]).await;
    let page = ana.get("/@ana").await;
    assert_eq!(page.html.matches("/original\"").count(), 1, "the wide one: {}", page.html);
}

/// A new picture is announced as what it is until it is there; one that cannot be used says why.
#[tokio::test]
async fn a_picture_of_a_profile_that_is_not_ready_is_not_shown() {
    let world = World::start().await;
    let mut ana = Browser::new(&world);
    ana.join("ana").await;
    let turn = world.server.app.media.turn.clone().acquire_owned().await.unwrap();
    let form = ana.get("/settings/profile").await;
    let face = picture(64, 64, ImageFormat::Jpeg);
    ana.give(
        "/settings/profile",
        &form,
        &[("display_name", "Ana")],
        &[("avatar", "half", &face[..face.len() / 2])],
    )
    .await;
    let form = ana.get("/settings/profile").await;
    assert!(
        form.says("A picture that is being prepared.") && !form.says("Your present picture"),
        "{}",
        form.html
    );
    drop(turn);
    world.prepared().await;
    let form = ana.get("/settings/profile").await;
    assert!(form.says("This picture is damaged") && !form.says("Your present picture"), "{}", form.html);
    ana.give("/settings/profile", &form, &[("display_name", "Ana")], &[("avatar", "me", &face)]).await;
    world.prepared().await;
    let form = ana.get("/settings/profile").await;
    assert!(!form.says("damaged") && form.says("Your present picture"), "{}", form.html);
}

/// The document of the only actor that a browser's own page names.
async fn actor(world: &World, browser: &mut Browser<'_>) -> serde_json::Value {
    let page = browser.get("/@ana").await;
    let address = page.html.split("type=\"application/activity+json\" href=\"").nth(1).unwrap();
    let address = address.split('"').next().unwrap().replace("&#x2F;", "/");
    let path = address.trim_start_matches("http://localhost:8440").to_owned();
    let request = world.request(Method::GET, &path).header("accept", "application/activity+json");
    json(request.send().await.unwrap()).await
}

#[tokio::test]
async fn buttons_that_take_files_show_them_first() {
    let world = World::start().await;
    let mut ana = Browser::new(&world);
    ana.join("ana").await;
    let form = ana.get("/write").await;
    let file = picture(8, 8, ImageFormat::Png);
    let fields = [("visibility", "public"), ("text", "Look"), ("do", "add")];
    let page = ana.give("/write", &form, &fields, &[("new_2", "a.png", &file)]).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(!page.hidden("file_0").is_empty() && page.says(">Look</textarea>"), "{}", page.html);
    let sound = [b"fLaC".as_slice(), &[0; 64]].concat();
    let page = ana.give("/write", &page, &fields, &[("new_0", "a.flac", &sound)]).await;
    assert!(page.says("A recording") && page.says("stay as they are"), "{}", page.html);
}
