//! Runs the simulated npm registry, so that the real `npm` client can be pointed at it.
//!
//! ```text
//! cargo run -p rolecall-sim --example npm_registry -- --port 4873
//! npm org ls acme --registry http://127.0.0.1:4873/ --//127.0.0.1:4873/:_authToken=npm_…
//! ```

use std::net::SocketAddr;

use anstream::println;
use clap::Parser;
use rolecall_sim::npm::generate::{self, Shape};
use rolecall_sim::npm::{Server, World, story};

/// A simulated npm registry on this machine.
#[derive(Debug, Parser)]
struct Options {
    /// The port to listen on.
    #[arg(long, default_value_t = 4873)]
    port: u16,
    /// Generate an organisation with so many members instead of telling the story of `acme`.
    #[arg(long)]
    members: Option<usize>,
    /// Teams of a generated organisation.
    #[arg(long, default_value_t = 20)]
    teams: usize,
    /// Packages of a generated organisation.
    #[arg(long, default_value_t = 100)]
    packages: usize,
    /// The seed of a generated organisation.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Let a week pass in the story first.
    #[arg(long)]
    a_week_later: bool,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let options = Options::parse();
    let (mut world, organization, token) = world(&options);
    let owner = world.members(&organization).into_iter().find(|(_, role)| role.as_str() == "owner");
    let owner = owner.map(|(name, _)| name).unwrap_or_default();
    let session = world.session(&owner);
    let otp = world.otp_code().to_owned();
    let address = SocketAddr::from(([127, 0, 0, 1], options.port));
    let server = Server::start(world, address).await?;
    println!("registry        {}/", server.url());
    println!("organization    {organization}");
    println!("reading token   {token}");
    println!("session token   {session} ({owner}, an owner)");
    println!("otp             {otp}");
    tokio::signal::ctrl_c().await?;
    server.stop().await;
    Ok(())
}

fn world(options: &Options) -> (World, String, String) {
    if let Some(members) = options.members {
        let shape = Shape { members, teams: options.teams, packages: options.packages };
        let made = generate::world(options.seed, shape);
        return (made.world, made.organization, made.token);
    }
    let mut told = story::world();
    if options.a_week_later {
        story::a_week_later(&mut told.world);
    }
    (told.world, told.organization.to_owned(), told.token)
}
