//! Pages, rate limits, and lists that are not what they should be.

mod cloudsmith_support;

use cloudsmith_support::{Client, serve};
use reqwest::Method;
use rolecall_sim::Budget;
use rolecall_sim::Times;
use rolecall_sim::cloudsmith::generate::{self, Shape};
use rolecall_sim::cloudsmith::{PageHeaders, PageShift, Role, Server, World, faults};
use serde_json::{Value, json};

const SHAPE: Shape = Shape { members: 1201, teams: 40, repositories: 60, services: 10 };

async fn big() -> (Server, Client, String) {
    let made = generate::world(5, SHAPE);
    let server = serve(made.world).await;
    let client = Client::anonymous(&server).with(&made.key);
    (server, client, format!("/orgs/{}/members/", made.organization))
}

#[tokio::test]
async fn pages_are_of_thirty_or_of_at_most_five_hundred() {
    let (_server, client, path) = big().await;
    for (query, rows, size, total) in [
        ("", 30, "30", "41"),
        ("?page_size=500", 500, "500", "3"),
        ("?page_size=1000", 500, "500", "3"),
        ("?page=3&page_size=500", 201, "500", "3"),
        ("?page=0", 30, "30", "41"),
        ("?page=-4", 30, "30", "41"),
        ("?page_size=0", 30, "30", "41"),
    ] {
        let (status, body, headers) = client.whole(&format!("{path}{query}")).await;
        let header = |name: &str| headers[name].to_str().expect("text").to_owned();
        assert_eq!((status, body.as_array().map(Vec::len)), (200, Some(rows)), "{query}");
        assert_eq!(header("x-pagination-count"), "1201");
        assert_eq!(header("x-pagination-pagesize"), size, "{query}");
        assert_eq!(header("x-pagination-pagetotal"), total, "{query}");
    }
    assert_eq!(client.get(&format!("{path}?page=42")).await, (404, json!({ "detail": "Invalid page." })));
}

#[tokio::test]
async fn links_lead_through_a_whole_list() {
    let (_server, client, path) = big().await;
    let base = client.request(Method::GET, "/").build().expect("a request").url().to_string();
    let mut next = Some(format!("{path}?is_active=true&page_size=400"));
    let mut users = Vec::new();
    while let Some(path) = next {
        let (_, body, headers) = client.whole(&path).await;
        users.extend(cloudsmith_support::column(&body, "user"));
        let link = headers["link"].to_str().expect("text");
        let wanted = link.split(", ").find(|link| link.ends_with("rel=\"next\""));
        next = wanted.and_then(|link| link.trim_start_matches('<').split('>').next()).map(|url| {
            assert!(url.contains("is_active=true"), "the other parameters stay: {url}");
            url.replacen(base.trim_end_matches('/'), "", 1)
        });
    }
    let count = users.len();
    users.sort();
    users.dedup();
    assert_eq!(users.len(), count, "nobody twice");
    assert!(count > 1000);
}

#[tokio::test]
async fn empty_lists_have_headers_unless_they_do_not() {
    let mut world = World::new();
    world.organization("acme").member("acme", "olivia", Role::Owner);
    let server = serve(world).await;
    let client = Client::of(&server, "olivia");
    let count = |path: &'static str| {
        let client = client.clone();
        async move { client.whole(path).await.2.get("x-pagination-count").cloned() }
    };
    assert_eq!(count("/orgs/acme/teams/").await.expect("a header"), "0");
    server.world().quirks.page_headers = PageHeaders::NotWhenEmpty;
    assert_eq!(count("/orgs/acme/teams/").await, None);
    assert!(count("/orgs/acme/members/").await.is_some());
    server.world().quirks.page_headers = PageHeaders::Never;
    assert_eq!(count("/orgs/acme/members/").await, None);
}

#[tokio::test]
async fn a_list_that_moves_repeats_or_skips_a_row() {
    let (server, client, path) = big().await;
    let whole = client.column(&format!("{path}?page_size=100"), "user").await;
    let second = format!("{path}?page_size=50&page=2");
    server.world().quirks.page_shift = Some(PageShift::Repeats);
    assert_eq!(client.column(&second, "user").await[..], whole[49..99]);
    server.world().quirks.page_shift = Some(PageShift::Skips);
    assert_eq!(client.column(&second, "user").await[..49], whole[51..100]);
}

#[tokio::test]
async fn every_answer_tells_the_rate_and_a_budget_is_refused_in_json() {
    let mut world = World::new();
    world.organization("acme").member("acme", "olivia", Role::Owner);
    world.quirks.budget = Some(Budget::per_minute(2, 3304));
    let server = serve(world).await;
    let client = Client::of(&server, "olivia");
    let (_, _, first) = client.whole("/user/self/").await;
    let (_, _, second) = client.whole("/nowhere/").await;
    assert_eq!(
        (&first["x-ratelimit-remaining"], &second["x-ratelimit-remaining"]),
        (&"10799".parse().expect("text"), &"10798".parse().expect("text"))
    );
    assert_eq!(first["x-ratelimit-interval"], "0");
    let (status, body, headers) = client.whole("/user/self/").await;
    assert_eq!(status, 429);
    assert_eq!(body, json!({ "detail": "Request was throttled. Expected available in 3304.0 seconds." }));
    assert_eq!(headers["retry-after"], "3304");
    server.budgets_reset();
    server.world().quirks.rate_interval = None;
    assert!(client.whole("/user/self/").await.2.get("x-ratelimit-interval").is_none());
    assert!(client.whole("/user/self/").await.2.get("etag").is_none(), "nothing can be asked for conditionally");
}

#[tokio::test]
async fn faults_speak_the_services_own_language() {
    let mut world = World::new();
    world.organization("acme").member("acme", "olivia", Role::Owner);
    let server = serve(world).await;
    let client = Client::of(&server, "olivia");
    let path = "/orgs/acme/members/";
    for (fault, status) in [
        (faults::too_many(1), 429),
        (faults::nested_fields(), 422),
        (faults::key_expired(), 401),
        (faults::refusal(402), 402),
        (faults::refusal(503), 503),
    ] {
        server.faults().add("GET /orgs/acme/members", fault, Times::First(1));
        let (given, body) = client.get(&format!("/v1{path}")).await;
        assert_eq!(given, status);
        assert!(body["detail"].is_string());
        assert_eq!(client.get(path).await.0, 200);
        server.faults().clear();
    }
}

#[tokio::test]
async fn everything_can_be_null_or_unheard_of_that_may_be() {
    let told = rolecall_sim::cloudsmith::story::world();
    let server = serve(told.world).await;
    let client = Client::anonymous(&server).with(&told.key);
    server.world().quirks.nulls = true;
    server.world().quirks.unknown_words = true;
    let (_, members) = client.get("/orgs/acme/members/").await;
    let maria = members.as_array().and_then(|rows| rows.iter().find(|row| row["user"] == "maria-lund")).expect("maria");
    assert_eq!((&maria["last_login_at"], &maria["role"]), (&Value::Null, &json!("Unheard-Of")));
    assert_eq!(maria["teams"][0]["role"], "Unheard-Of");
    assert_eq!(maria["has_two_factor"], true, "no null where none is allowed");
    let (_, seats) = client.get("/orgs/acme/teams/release/members").await;
    assert_eq!(seats["members"][0]["user_kind"], "Unheard-Of");
    let (_, privileges) = client.get("/repos/acme/production/privileges").await;
    assert_eq!(privileges["privileges"][0]["privilege"], "Unheard-Of");
    let (_, repository) = client.get("/repos/acme/production/").await;
    assert_eq!((&repository["cdn_url"], &repository["broadcast_state"]), (&Value::Null, &json!("Unheard-Of")));
}

#[tokio::test]
async fn lists_of_a_large_organisation_come_fast() {
    let made = generate::world(1, Shape { members: 20_000, teams: 1_000, repositories: 2_000, services: 200 });
    let server = serve(made.world).await;
    let client = Client::anonymous(&server).with(&made.key);
    for page in [1, 20, 40] {
        let path = format!("/orgs/{}/members/?page_size=500&page={page}", made.organization);
        assert_eq!(client.get(&path).await.1.as_array().map(Vec::len), Some(500));
    }
    let path = format!("/repos/{}/?page_size=500&page=4", made.organization);
    assert_eq!(client.get(&path).await.1.as_array().map(Vec::len), Some(500));
}
