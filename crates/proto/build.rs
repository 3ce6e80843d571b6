//! Generates the messages and services, without a `protoc` on the machine.

use std::error::Error;

const FILES: [&str; 5] = [
    "c1/connector/v2/annotation.proto",
    "c1/connector/v2/connector.proto",
    "c1/connector/v2/resource.proto",
    "c1/connectorapi/baton/v1/baton.proto",
    "google/rpc/status.proto",
];

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed=proto");
    let descriptors = protox::compile(FILES, ["proto"])?;
    // A map that is written in no order would make the same file twice and different.
    let mut config = tonic_prost_build::Config::new();
    config.btree_map(["."]).enable_type_names();
    tonic_prost_build::configure().compile_fds_with_config(descriptors, config)?;
    Ok(())
}
