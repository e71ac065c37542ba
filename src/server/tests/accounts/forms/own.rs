//! What is somebody's own: profile, choices, requests, reports.

use reqwest::StatusCode;

use super::{
    browser::Browser,
    posts::{button, write},
    world::{PASSWORD, World},
};

#[tokio::test]
async fn a_profile_is_changed_and_a_refused_one_comes_back_whole() {
    let world = World::start().await;
    let mut ana = Browser::new(&world);
    ana.join("ana").await;
    let form = ana.get("/settings/profile").await;
    let fields = [
        ("display_name", "Ana <b>Silva"),
        ("bio", "Gardener"),
        ("field_name_0", "Web"),
        ("field_value_0", "https://ana.example"),
        ("follow_approval", "manual"),
        ("discovery", "open"),
    ];
    let saved = ana.submit("/settings/profile", &form, &fields).await;
    assert_eq!(saved.location.as_deref(), Some("/settings/profile?saved=yes"), "{}", saved.html);
    let page = ana.get("/@ana").await;
    for part in ["Ana &lt;b&gt;Silva", "Gardener", "<bdi>Web</bdi>", "ana.example"] {
        assert!(page.says(part), "{part} in {}", page.html);
    }
    let long = "x".repeat(2_000);
    let refused = ana.submit("/settings/profile", &form, &[("display_name", "Bea"), ("bio", &long)]).await;
    assert!(refused.status.is_client_error() && refused.says(&long) && refused.says("value=\"Bea\""));
    assert!(ana.get("/@ana").await.says("Gardener"));
}

#[tokio::test]
async fn who_decides_about_followers_is_asked() {
    let world = World::start().await;
    let (mut ana, mut ben) = (Browser::new(&world), Browser::new(&world));
    ana.join("ana").await;
    ben.join("ben").await;
    let form = ana.get("/settings/profile").await;
    ana.submit("/settings/profile", &form, &[("display_name", "ana"), ("follow_approval", "manual")]).await;
    for (answer, seen) in [("decline", ">Follow<"), ("accept", "Unfollow")] {
        super::posts::follow(&mut ben, "ana").await;
        assert!(ben.get("/@ana").await.says("Requested"));
        assert!(ana.get("/notifications").await.says("1 person asks to follow you"));
        let requests = ana.get("/requests").await;
        let person = requests.hidden("person");
        ana.submit("/requests", &requests, &[("person", &person), ("do", answer)]).await;
        assert!(ben.get("/@ana").await.says(seen), "{answer}");
        assert!(ana.get("/requests").await.says("Nobody asks"));
    }
    assert!(ana.get("/@ana/followers").await.says("@ben@localhost:8440"));
    assert!(ben.get("/@ben/following").await.says("@ana@localhost:8440"));
}

#[tokio::test]
async fn choices_are_kept() {
    let world = World::start().await;
    let mut ana = Browser::new(&world);
    ana.join("ana").await;
    let form = ana.get("/settings/preferences").await;
    let fields = [("visibility", "unlisted"), ("language", "pt"), ("expand", "yes")];
    ana.submit("/settings/preferences", &form, &fields).await;
    let form = ana.get("/write").await;
    assert!(form.says("value=\"unlisted\" checked") && form.says("value=\"pt\" selected"), "{}", form.html);
    let post = write(&mut ana, &[("text", "Hidden"), ("warning", "Food")]).await;
    assert!(ana.get(&post).await.says("<details open>"));
    assert!(!Browser::new(&world).get(&post).await.says("<details open>"));
}

#[tokio::test]
async fn a_report_reaches_those_who_run_the_place_and_nobody_else() {
    let world = World::start().await;
    world.person("olga", "owner").await;
    let (mut olga, mut ana, mut ben) = (Browser::new(&world), Browser::new(&world), Browser::new(&world));
    let form = olga.get("/signin").await;
    olga.submit("/signin", &form, &[("name", "olga"), ("password", PASSWORD)]).await;
    ana.join("ana").await;
    ben.join("ben").await;
    let post = write(&mut ben, &[("text", "Buy my pills")]).await;
    let id = post.rsplit('/').next().unwrap().to_owned();
    let form = ana.get(&format!("/report?post={id}")).await;
    assert!(form.says("Buy my pills") && form.says("Report ben"), "{}", form.html);
    let fields = [("person", form.hidden("person")), ("post", id), ("comment", "Spam".to_owned())];
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    assert!(ana.submit("/report", &form, &fields).await.says("Thank you"));
    assert_eq!(ana.get("/moderation/reports").await.status, StatusCode::FORBIDDEN);
    assert!(!ana.get("/settings").await.says("/moderation/reports"));
    let reports = olga.get("/moderation/reports").await;
    assert!(
        reports.says("Spam") && reports.says("Buy my pills") && reports.says("@ana@"),
        "{}",
        reports.html
    );
    let report = reports.hidden("id");
    assert_eq!(button(&reports, "/moderation/reports"), "/moderation/reports");
    olga.submit("/moderation/reports", &reports, &[("id", &report)]).await;
    assert!(olga.get("/moderation/reports").await.says("No reports."));
    assert!(Browser::new(&world).get("/about").await.says("@olga@localhost:8440"));
}

#[tokio::test]
async fn moving_says_what_is_missing_and_loses_nothing() {
    let world = World::start().await;
    let mut ana = Browser::new(&world);
    ana.join("ana").await;
    let form = ana.get("/settings/move").await;
    let fields = [("do", "aliases"), ("aliases", "not an address")];
    let refused = ana.submit("/settings/move", &form, &fields).await;
    assert!(refused.says("Expected an address such as @name@server.") && refused.says("not an address"));
    let fields = [("do", "move"), ("target", "@nobody@localhost:8440"), ("password", PASSWORD)];
    let refused = ana.submit("/settings/move", &form, &fields).await;
    assert!(refused.status.is_client_error() && refused.says("Nobody was found"), "{}", refused.html);
}
