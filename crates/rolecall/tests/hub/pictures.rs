//! Pictures of paths stay readable, however many paths there are, and say the same as the table.

use rolecall_sim::npm::{Permission, Role, World};
use rolecall_testkit::cases;

use crate::harness::{Answer, Client, Hub, Source, boxes, counted, encoded};

fn height(page: &Answer) -> i64 {
    let svg = page.body.split("<figure class=\"picture\"").nth(1).unwrap();
    svg.split("height=\"").nth(1).unwrap().split('"').next().unwrap().parse().unwrap()
}

/// What a reader can follow: few boxes, none on another.
fn readable(page: &Answer, what: &str) {
    let boxes = boxes(page);
    assert!(boxes.len() <= 120 && height(page) < 3500, "{what}: {} boxes, {} high", boxes.len(), height(page));
    for one in &boxes {
        let others = boxes.iter().filter(|other| other.column == one.column && (other.top - one.top).abs() < 40);
        assert_eq!(others.count(), 1, "{what}: something lies on {one:?}");
    }
}

async fn who_can(client: &Client, package: &str) -> usize {
    let path = format!("/api/v1/who-can?action=publish&resource={}", encoded(package));
    let told = client.get(&path).await.expect(200).json();
    told["accounts"].as_array().unwrap().iter().filter(|one| !one["paths"].as_array().unwrap().is_empty()).count()
}

fn people(world: &mut World, number: usize) {
    for name in (0..number).map(|number| format!("dev-{number}")) {
        world.account(&name);
        world.member("acme", &name, Role::Developer);
    }
}

/// Packages of one, ten, a hundred and very many publishers, in several teams each.
fn publishers(world: &mut World, most: usize) {
    people(world, most);
    for (number, teams) in [(1, 1), (10, 3), (100, 4), (most, 9)] {
        let package = format!("@acme/of-{number}");
        world.package(&package);
        for team in 0..teams {
            let name = format!("team-{number}-{team}");
            world.team("acme", &name).grant("acme", &name, &package, Permission::Write);
            for member in (team..number).step_by(teams) {
                world.team_member("acme", &name, &format!("dev-{member}"));
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pictures_of_one_ten_a_hundred_and_thousands_of_publishers_are_readable_and_agree_with_the_table() {
    let most = cases(1500, 5000);
    let hub = Hub::start().await;
    let person = hub.administrator().await.clone();
    Source::npm_as(|world| publishers(world, most)).await.connect(&person.program).await;
    for number in [1, 10, 100, most] {
        let package = format!("@acme/of-{number}");
        let link = format!("/explore/resource?name={}&action=publish", encoded(&format!("npm:acme:{package}")));
        let page = person.browser.get(&link).await.expect(200);
        let can = who_can(&person.program, &package).await;
        assert!(can >= number, "{can} of {number}");
        assert_eq!(counted(&page, 0), can, "{package}: {:?}", boxes(&page));
        readable(&page, &package);
        assert_eq!(
            page.body.matches("<th scope=\"row\"><a href=\"/explore/account").count(),
            can.min(200),
            "{package}"
        );
        let file = link.replace("/resource?", "/resource.csv?");
        let file = person.browser.get(&file).await.expect(200);
        let named = |name: &str| file.body.lines().any(|line| line.starts_with(&format!("{name},")));
        assert!((0..number).all(|number| named(&format!("dev-{number}"))), "{package}");
        // What is gathered can be opened, and is still all counted.
        for crowd in boxes(&page).into_iter().filter(|one| one.is_crowd && one.column == 0) {
            let opened = person.browser.get(&crowd.link.unwrap()).await.expect(200);
            assert_eq!(counted(&opened, 0), can, "{package}, opened");
            readable(&opened, &format!("{package}, opened"));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_of_very_many_packages_is_readable_and_agrees_with_its_file() {
    let number = cases(400, 20_000);
    let hub = Hub::start().await;
    let person = hub.administrator().await.clone();
    let make = |world: &mut World| {
        people(world, 1);
        world.team("acme", "all").team_member("acme", "all", "dev-0");
        for package in (0..number).map(|number| format!("@acme/package-{number}")) {
            world.package(&package);
            world.grant("acme", "all", &package, Permission::Write);
        }
    };
    Source::npm_as(make).await.connect(&person.program).await;
    let page = person.browser.get("/explore/account?name=npm:acme:dev-0").await.expect(200);
    readable(&page, "the account");
    let last = boxes(&page).iter().map(|one| one.column).max().unwrap();
    assert!(counted(&page, last) >= number, "{:?}", boxes(&page));
    let file = person.browser.get("/explore/account.csv?name=npm:acme:dev-0").await.expect(200);
    assert!((0..number).all(|number| file.body.contains(&format!("@acme/package-{number},"))));
    let found = person.browser.get("/explore?q=package-7").await.expect(200);
    assert!(found.body.contains("@acme/package-7<"), "{}", found.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn long_names_and_those_that_run_from_right_to_left_stay_whole_and_do_not_turn_the_page() {
    let hub = Hub::start().await;
    let person = hub.administrator().await.clone();
    let long = format!("@acme/{}", "n".repeat(208));
    assert_eq!(long.len(), 214);
    let (name, team) = ("\u{5de}\u{5e4}\u{5ea}\u{5d7}", "\u{635}\u{646}\u{627}\u{639}");
    let make = |world: &mut World| {
        world.account(name);
        world.member("acme", name, Role::Developer);
        world.package(&long);
        world.team("acme", team).team_member("acme", team, name).grant("acme", team, &long, Permission::Write);
    };
    Source::npm_as(make).await.connect(&person.program).await;
    let path = format!("/explore/resource?name={}&action=publish", encoded(&format!("npm:acme:{long}")));
    let page = person.browser.get(&path).await.expect(200);
    readable(&page, "a long name");
    assert!(page.body.contains(&format!("<h1><bdi>{long}</bdi></h1>")), "{}", page.body);
    assert!(page.body.contains(&format!("<bdi>{name}</bdi>")), "{}", page.body);
    let boxes = boxes(&page);
    assert!(boxes.iter().any(|one| one.title.ends_with(&long)) && boxes.iter().any(|one| one.title.contains(team)));
    let found = person.browser.get(&format!("/explore?q={}", encoded(name))).await.expect(200);
    assert!(found.body.contains(&format!("<bdi>{name}</bdi>")), "{}", found.body);
}
