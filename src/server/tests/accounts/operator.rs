//! What whoever runs the server does: disabling, reset links, the control socket, a change of address.

use alcove_protocol::{api::path, time::DAY};
use alcove_server::{
    app::Clock,
    bus::Wake,
    control::{self, Answer, Order},
    db::testing::FreshDatabase,
};
use diesel::{Connection, SqliteConnection, connection::SimpleConnection};
use reqwest::{Method, StatusCode};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::{
    browser::Browser,
    world::{PASSWORD, World, config, problem},
};

/// S-61: a disabled account is out at once; the reason is for whoever knows the password.
#[tokio::test]
async fn disabling_ends_tokens_sessions_and_streams_at_once() {
    let world = World::start().await;
    world.person("ana", "owner").await;
    let ben = world.person("ben", "member").await;
    let mut wakes = world.server.app.bus.listen();
    assert_eq!(world.order(Order::AccountDisable { name: "@ben".into() }).await, Answer::Done);
    let account = world.server.app.site.account_of(&ben.activitypub_actor_id).unwrap();
    while wakes.recv().await.unwrap() != Wake::Access(account) {}
    let answer = world.with_token(Method::GET, path::SESSIONS, &ben.access_token).await;
    assert_eq!(answer.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(problem(world.try_sign_in("ben", "wrong horse battery").await).await.0, "wrong-password");
    assert_eq!(problem(world.try_sign_in("ben", PASSWORD).await).await.0, "account-disabled");
}

/// S-68: the last owner stays.
#[tokio::test]
async fn the_last_owner_cannot_be_disabled() {
    let world = World::start().await;
    world.person("ana", "owner").await;
    let disable = Order::AccountDisable { name: "ana".into() };
    assert!(matches!(world.order(disable.clone()).await, Answer::Refused(_)));
    world.person("ben", "owner").await;
    assert_eq!(world.order(disable).await, Answer::Done);
    assert!(matches!(world.order(Order::AccountDisable { name: "ben".into() }).await, Answer::Refused(_)));
}

/// S-68: roles change, but somebody runs the place.
#[tokio::test]
async fn a_role_is_changed_unless_it_is_that_of_the_last_owner() {
    let world = World::start().await;
    world.person("ana", "owner").await;
    world.person("ben", "member").await;
    let give = |name: &str, role: &str| Order::AccountRole { name: name.into(), role: role.into() };
    for (name, role) in [("ana", "admin"), ("nobody", "owner"), ("ben", "guest"), ("ben", "queen")] {
        let answer = world.order(give(name, role)).await;
        assert!(matches!(answer, Answer::Refused(_)), "{name} {role}: {answer:?}");
    }
    assert_eq!(world.order(give("ana", "owner")).await, Answer::Done, "nothing changes");
    assert_eq!(world.order(give("@ben", "owner")).await, Answer::Done);
    assert_eq!(world.order(give("ana", "member")).await, Answer::Done);
    let Answer::Accounts(lines) = world.order(Order::AccountList).await else { panic!("a list") };
    let roles: Vec<&str> = lines.iter().map(|line| line.role.as_str()).collect();
    assert_eq!(roles, ["member", "owner"]);
}

/// While a server starts, whoever comes early waits: with an order, which must not open the database beside it, or with a
/// request.
#[tokio::test(flavor = "multi_thread")]
async fn orders_and_requests_that_come_before_the_start_is_over_wait_for_it() {
    let (database, folder) = (FreshDatabase::sqlite(), tempfile::tempdir().unwrap());
    let mut config = config(&database, &folder, "http://localhost:8440");
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    config.server.listen = listener.local_addr().unwrap();
    drop(listener);
    alcove_server::start(config.clone(), Clock::System).await.unwrap().stop().await;
    // A writer elsewhere keeps the start from going on.
    let file = database.settings.url.0.trim_start_matches("sqlite:").to_owned();
    let mut writer = SqliteConnection::establish(&file).unwrap();
    writer.batch_execute("BEGIN IMMEDIATE").unwrap();
    let starting = tokio::spawn(alcove_server::start(config.clone(), Clock::System));
    let address = config.server.listen;
    let request = loop {
        if let Ok(stream) = TcpStream::connect(address).await
            && control::path(&config).exists()
        {
            break stream;
        }
        tokio::task::yield_now().await;
    };
    let order = Order::InviteCreate { role: "owner".into(), uses: 1, days: 1, note: String::new() };
    let order = tokio::spawn(async move { control::send(&config, &order).await });
    let answer = tokio::spawn(ask(request));
    assert!(!starting.is_finished());
    writer.batch_execute("COMMIT").unwrap();
    assert!(answer.await.unwrap().starts_with("HTTP/1.1 200"));
    assert!(matches!(order.await.unwrap().unwrap(), Some(Answer::Link { .. })));
    starting.await.unwrap().unwrap().stop().await;
}

/// The front page over a connection that is open already.
async fn ask(mut stream: TcpStream) -> String {
    stream.write_all(b"GET / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n").await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

/// S-61: a reset link works once and for a day, and signs everything out.
#[tokio::test]
async fn a_reset_link_sets_a_password_once() {
    let world = World::start().await;
    let ana = world.person("ana", "member").await;
    let link = || async {
        let Answer::Link { link, .. } = world.order(Order::AccountResetLink { name: "ana".into() }).await
        else {
            panic!("a link")
        };
        link.trim_start_matches("http://localhost:8440").to_owned()
    };
    let (first, second) = (link().await, link().await);
    let mut browser = Browser::new(&world);
    assert_eq!(browser.get(&first).await.status, StatusCode::GONE, "a newer link ends an older one");
    let form = browser.get(&second).await;
    let short = browser.submit(&second, &form, &[("new", "short")]).await;
    assert!(short.status == StatusCode::BAD_REQUEST && short.says("too short"), "{}", short.html);
    let set = browser.submit(&second, &form, &[("new", "a brand new password")]).await;
    assert_eq!(set.location.as_deref(), Some("/signin"));
    assert_eq!(browser.get(&second).await.status, StatusCode::GONE);
    let answer = world.with_token(Method::GET, path::SESSIONS, &ana.access_token).await;
    assert_eq!(answer.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(world.try_sign_in("ana", "a brand new password").await.status(), StatusCode::CREATED);
    let third = link().await;
    world.pass(DAY);
    assert_eq!(browser.get(&third).await.status, StatusCode::GONE);
}

#[tokio::test]
async fn orders_reach_a_running_server_by_its_socket() {
    use std::os::unix::fs::PermissionsExt;
    let world = World::start().await;
    let config = world.server.app.config.clone();
    let config = config.as_ref();
    let mode = std::fs::metadata(control::path(config)).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let order = Order::InviteCreate { role: "owner".into(), uses: 1, days: 1, note: "me".into() };
    let Some(Answer::Link { link, .. }) = control::send(config, &order).await.unwrap() else {
        panic!("a link")
    };
    assert!(link.starts_with("http://localhost:8440/join/"));
    let Some(Answer::Invitations(lines)) = control::send(config, &Order::InviteList).await.unwrap() else {
        panic!("a list")
    };
    assert!(lines.len() == 1 && lines[0].standing == "open" && lines[0].note == "me");
    let Err(refused) = alcove_server::start(config.clone(), Clock::System).await else { panic!("refused") };
    assert!(refused.to_string().contains("another server is running"), "two in one folder: {refused}");
    world.server.stop().await;
    assert_eq!(control::send(config, &Order::AccountList).await.unwrap(), None);
}

#[tokio::test]
async fn a_server_does_not_start_under_another_address_or_handle_domain() {
    let (database, folder) = (FreshDatabase::new(), tempfile::tempdir().unwrap());
    let first = config(&database, &folder, "https://chat.example.org");
    alcove_server::start(first.clone(), Clock::System).await.unwrap().stop().await;
    alcove_server::start(first.clone(), Clock::System).await.unwrap().stop().await;
    let moved = config(&database, &folder, "https://elsewhere.example.org");
    let Err(error) = alcove_server::start(moved, Clock::System).await else { panic!("refused") };
    assert!(error.to_string().contains("https://chat.example.org"), "{error}");
    let mut renamed = first;
    renamed.server.handle_domain = "example.org".into();
    let Err(error) = alcove_server::start(renamed, Clock::System).await else { panic!("refused") };
    assert!(error.to_string().contains("handle_domain"), "{error}");
}
