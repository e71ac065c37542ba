//! The emoji of a place: added and removed by those who run it, written by everybody.

use image::ImageFormat;
use reqwest::{Method, StatusCode};

use super::{browser::Browser, files::picture, posts::write, world::World};

const PATH: &str = "/moderation/emoji";

#[tokio::test]
async fn those_who_run_a_place_add_emoji_that_everybody_writes() {
    let world = World::start().await;
    let (mut ada, mut ben) = (Browser::new(&world), Browser::new(&world));
    ada.join_as("ada", "admin").await;
    ben.join("ben").await;
    assert_eq!(ben.get(PATH).await.status, StatusCode::FORBIDDEN);
    let form = ada.get(PATH).await;
    assert!(form.says("There are none yet."));
    let tent = picture(200, 100, ImageFormat::Png);
    let file: [(&str, &str, &[u8]); 1] = [("file", "tent.png", &tent)];
    let own = ben.get("/write").await;
    let stolen = ben.give(PATH, &own, &[("shortcode", "tent")], &file).await;
    assert_eq!(stolen.status, StatusCode::FORBIDDEN);
    let added = ada.give(PATH, &form, &[("shortcode", ":tent:")], &file).await;
    assert_eq!(added.location.as_deref(), Some(PATH), "{}", added.html);
    world.prepared().await;
    assert!(ada.get(PATH).await.says("1 emoji") && ben.get("/write").await.says("<code>:tent:</code>"));

    let post = write(&mut ben, &[("text", "Our :tent: and :other:"), ("warning", "Camping :tent:")]).await;
    let page = ben.get(&post).await;
    assert_eq!(
        page.html.matches("<img class=\"emoji\"").count(),
        2,
        "in the text and the warning: {}",
        page.html
    );
    assert!(page.says(":other:"));
    let profile = ben.get("/settings/profile").await;
    ben.submit(
        "/settings/profile",
        &profile,
        &[("display_name", "Ben :tent:"), ("bio", "I sleep in a :tent:")],
    )
    .await;
    let page = ben.get("/@ben").await;
    assert!(page.html.matches("<img class=\"emoji\"").count() >= 4, "{}", page.html);

    let list = ada.get(PATH).await;
    let removed = ada.submit("/moderation/emoji/remove", &list, &[("shortcode", "tent")]).await;
    assert_eq!(removed.location.as_deref(), Some(PATH));
    assert!(ada.get(PATH).await.says("There are none yet."));
    let later = write(&mut ben, &[("text", "No :tent: any more")]).await;
    let article = ben.get(&later).await;
    assert!(article.says(":tent: any more"), "{}", article.html);
}

/// S-40, S-50: by name, by type and by size, and the name comes back as it was typed.
#[tokio::test]
async fn what_cannot_become_an_emoji_is_refused_in_words() {
    let world = World::start().await;
    let mut ada = Browser::new(&world);
    ada.join_as("ada", "owner").await;
    let form = ada.get(PATH).await;
    let (small, photo) = (picture(16, 16, ImageFormat::Png), picture(16, 16, ImageFormat::Jpeg));
    let large = [small.clone(), vec![0; 300 * 1_024]].concat();
    for (name, file, sentence) in [
        ("a b", &small, "letters of a to z"),
        ("x", &small, "letters of a to z"),
        ("wall", &photo, "Expected a PNG, GIF or WebP picture of at most 256 KiB."),
        ("wall", &large, "at most 256 KiB"),
        ("wall", &b"<svg/>".to_vec(), "Expected a picture"),
    ] {
        let refused = ada.give(PATH, &form, &[("shortcode", name)], &[("file", "x", file)]).await;
        assert!(refused.status.is_client_error() && refused.says(sentence), "{}", refused.html);
        assert!(refused.says(&format!("value=\"{name}\"")));
    }
    let nothing = ada.give(PATH, &form, &[("shortcode", "wall")], &[]).await;
    assert!(nothing.says("Expected a picture."), "{}", nothing.html);
    ada.give(PATH, &form, &[("shortcode", "wall")], &[("file", "x", &small)]).await;
    let twice = ada.give(PATH, &form, &[("shortcode", "wall")], &[("file", "x", &small)]).await;
    assert!(twice.says("There is an emoji :wall: already."), "{}", twice.html);
    let visitor = world.request(Method::GET, PATH).send().await.unwrap();
    assert_eq!(visitor.status(), StatusCode::SEE_OTHER);
}
