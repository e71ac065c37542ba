//! Redirects into the network, private addresses in every spelling, names that resolve to them, and servers that never
//! end or never begin.

use super::*;

/// S-35: three redirects are followed, each signed anew; a fourth, and a loop, are not.
#[tokio::test]
async fn redirects_are_few() {
    let server = Server::new(|target, address| match target {
        "/3" => redirect("/2"),
        "/2" => redirect(&format!("http://{address}/1")),
        "/1" => redirect("0"),
        "/0" => activity(&format!(r#"{{"id":"http://{address}/0"}}"#)),
        "/4" => redirect("/3"),
        _ => redirect(target),
    })
    .await;
    assert_eq!(get(&server.url("/3")).await.unwrap().id, server.url("/0"));
    let requests = server.requests();
    assert_eq!(requests.len(), 4);
    assert!(
        requests.iter().all(|request| verifies(request, server.address)),
        "each hop has its own signature"
    );
    assert!(requests.iter().all(|request| !request.contains("cookie") && !request.contains("referer")));
    assert!(matches!(get(&server.url("/4")).await, Err(FetchError::Refused(_))));
    assert!(matches!(get(&server.url("/loop")).await, Err(FetchError::Refused(_))));
}

/// S-35: each hop is vetted; a redirect without a target is an answer that cannot be used.
#[tokio::test]
async fn redirects_into_the_network_are_refused() {
    for target in [
        "http://10.0.0.1/",
        "http://169.254.169.254/latest",
        "http://[::1]/",
        "http://0x7f000002/",
        "ftp://h/",
        "http://a:b@127.0.0.1/",
        "https://own.example/users/1",
    ] {
        let server = Server::new(move |_, _| redirect(target)).await;
        assert!(matches!(get(&server.url("/")).await, Err(FetchError::Refused(_))), "{target}");
    }
    let server = Server::new(|_, _| reply("302 Found", &[], "")).await;
    assert!(matches!(get(&server.url("/")).await, Err(FetchError::Invalid(_))));
}

/// S-30, S-32, S-33, S-37: nothing private, and nothing of our own, is connected to, however it is written, unless it is listed.
#[tokio::test]
async fn private_addresses_are_refused() {
    let strict = fetcher_with(|_| ());
    for url in [
        "https://127.0.0.1/",
        "https://2130706433/",
        "https://0x7f.1/",
        "https://0177.0.0.1/",
        "https://0/",
        "https://[::]/",
        "https://[::ffff:127.0.0.1]/",
        "https://[64:ff9b::a00:1]/",
        "https://localhost/",
        "https://localhost./",
        "https://user@1.1.1.1/",
        "http://1.1.1.1/",
        "file:///etc/passwd",
        "https://own.example/users/1",
        "https://OWN.example:443/",
        "nonsense",
        "",
    ] {
        let refused = strict.get_document(url, signer(), NOW).await;
        assert!(matches!(refused, Err(FetchError::Refused(_))), "{url}: {refused:?}");
    }
    let server = Server::of(|_| activity("{}")).await;
    let refused = strict.get_document(&server.url("/"), signer(), NOW).await;
    assert!(matches!(refused, Err(FetchError::Refused(_))));
    assert!(server.requests().is_empty(), "nothing was sent");
}

/// S-33, S-34: a name is connected to only at those of its addresses that are permitted.
#[tokio::test]
async fn names_are_vetted_when_they_are_resolved() {
    let server =
        Server::of(|address| activity(&format!(r#"{{"id":"http://localhost:{}/"}}"#, address.port()))).await;
    let url = format!("http://localhost:{}/", server.address.port());
    assert!(get(&url).await.is_ok(), "127.0.0.1 is listed");
    let elsewhere = fetcher_with(|settings| settings.allowed = vec!["10.0.0.0/8".parse().unwrap()]);
    let refused = elsewhere.get_document(&url, signer(), NOW).await;
    assert_eq!(refused, Err(FetchError::Refused("expected a public address")));
    assert_eq!(server.requests().len(), 1);
}

/// S-50, S-51: bodies that are too long, by their own word or not; headers that never end.
#[tokio::test]
async fn endless_answers_are_cut_off() {
    let head = format!("HTTP/1.1 200 OK\r\ncontent-type: {ACTIVITY}\r\n");
    let promised = format!("{head}content-length: {}\r\n\r\n", MAX_BODY + 1).into_bytes();
    let server = Server::new(move |_, _| Reply::Silence(promised.clone())).await;
    assert!(matches!(get(&server.url("/")).await, Err(FetchError::Invalid(_))));
    let unlimited = format!("{head}\r\n").into_bytes();
    let server = Server::new(move |_, _| Reply::Endless(unlimited.clone(), vec![b' '; 8_192])).await;
    assert!(matches!(get(&server.url("/")).await, Err(FetchError::Invalid(_))));
    let headers = head.into_bytes();
    let server = Server::new(move |_, _| Reply::Endless(headers.clone(), b"x: y\r\n".repeat(100))).await;
    assert!(get(&server.url("/")).await.unwrap_err().is_passing());
}

/// S-50: a server that is silent, or stops in the middle, holds nobody up beyond the deadline.
#[tokio::test]
async fn silent_servers_are_left() {
    let quick = fetcher_with(|settings| {
        settings.allowed = vec!["127.0.0.1".parse().unwrap()];
        settings.total_timeout = Duration::from_millis(200);
    });
    let begun = format!("HTTP/1.1 200 OK\r\ncontent-type: {ACTIVITY}\r\ncontent-length: 100\r\n\r\n{{\"id\"");
    for bytes in [String::new(), begun.clone()] {
        let server = Server::new(move |_, _| Reply::Silence(bytes.clone().into_bytes())).await;
        let error = quick.get_document(&server.url("/"), signer(), NOW).await.unwrap_err();
        assert_eq!(error, FetchError::Unreachable("127.0.0.1 took too long".into()));
    }
    let server = Server::new(move |_, _| Reply::Bytes(begun.clone().into_bytes())).await;
    assert!(get(&server.url("/")).await.unwrap_err().is_passing(), "it broke off");
    let nobody = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let error = get(&format!("http://{nobody}/")).await.unwrap_err();
    assert_eq!(error, FetchError::Unreachable("127.0.0.1 could not be reached".into()));
}

/// S-36: what is found by WebFinger and what is posted go the same way out as documents.
#[tokio::test]
async fn web_finger_is_vetted_like_everything_else() {
    let inward = Server::new(|_, _| redirect("http://10.0.0.1/.well-known/webfinger")).await;
    let circle = Server::new(|target, _| redirect(target)).await;
    for server in [&inward, &circle] {
        let refused = fetcher().get_web_finger(&server.url("/.well-known/webfinger")).await;
        assert!(matches!(refused, Err(FetchError::Refused(_))), "{refused:?}");
    }
    assert!(matches!(
        fetcher_with(|_| ()).get_web_finger("https://127.0.0.1/").await,
        Err(FetchError::Refused(_))
    ));
}

/// S-38: what stands in an address stays in the first line of the request, and only HTTP is spoken.
#[tokio::test]
async fn an_address_writes_no_headers() {
    let server = Server::of(|_| activity("{}")).await;
    for path in [
        "/a\r\nx-injected: 1\r\n\r\n",
        "/a b\nx-injected: 1",
        "/?q=\r\nx-injected: 1",
        "/%0d%0ax-injected:%201",
    ] {
        assert!(get(&server.url(path)).await.is_err());
    }
    for request in server.requests() {
        assert!(request.lines().skip(1).all(|line| !line.starts_with("x-injected")), "{request}");
    }
    for scheme in ["gopher", "redis", "ftp", "dict", "ws"] {
        let address = server.url("/").replace("http:", &format!("{scheme}:"));
        assert!(matches!(get(&address).await, Err(FetchError::Refused(_))), "{scheme}");
    }
    assert_eq!(server.requests().len(), 4);
}
