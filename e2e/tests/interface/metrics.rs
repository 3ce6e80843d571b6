//! What `/metrics` says is what the reference reader of OpenMetrics takes.

use rolecall_e2e::{Page, openmetrics_families};

use crate::hub::Hub;

#[test]
fn metrics_are_as_their_format_defines_them() {
    let hub = Hub::connected();
    let token = format!("Bearer {}", hub.token("auditor"));
    let page = Page::ask("GET", &format!("{}/metrics", hub.address()), &[("authorization", &token)], "");
    assert_eq!(page.status, 200, "{page:?}");
    let families = openmetrics_families(&page.body);
    let families = families.as_array().expect("families");
    assert!(families.len() > 20, "{families:#?}");
    let names: Vec<&str> = families.iter().filter_map(|family| family[0].as_str()).collect();
    assert!(names.iter().all(|name| name.starts_with("rolecall_") || name.starts_with("process_")), "{names:?}");
    let is_timed = |name: &&&str| name.ends_with("_seconds");
    assert!(names.iter().filter(is_timed).count() > 6, "{names:?}");
}
