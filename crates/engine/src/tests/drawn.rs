//! The graph for programs that draw and search: every edge has its ends, and a path of edges is a way to get there.

use std::collections::BTreeSet;

use serde_json::Value as Json;

use super::support::view;

const LINES: &str = "team:core in workspace:acme
    repository:r in workspace:acme
    ada owner workspace:acme
    mia member team:core
    mia active = false
    mia note = \"<b>&\\u0001'quoted'\\\"\"
    team:core write repository:r
    repository:r Public = true
    link source:s PUBLISHED repository:r";

fn opengraph() -> Json {
    let mut out = Vec::new();
    view(LINES).opengraph_write(&mut out).unwrap();
    serde_json::from_slice(&out).unwrap()
}

#[test]
fn a_path_of_edges_leads_from_somebody_to_what_they_can_write() {
    let document = opengraph();
    assert_eq!(document["metadata"]["source_kind"], "Rolecall");
    let graph = &document["graph"];
    let nodes = graph["nodes"].as_array().unwrap();
    let ids: BTreeSet<&str> = nodes.iter().map(|node| node["id"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), nodes.len(), "no two are called the same");
    let edges: BTreeSet<(&str, &str, &str)> = graph["edges"]
        .as_array()
        .unwrap()
        .iter()
        .map(|edge| {
            let text = |value: &'static str| edge[value]["value"].as_str().unwrap();
            (text("start"), edge["kind"].as_str().unwrap(), text("end"))
        })
        .collect();
    assert!(edges.iter().all(|(start, _, end)| ids.contains(start) && ids.contains(end)), "{edges:?}");
    assert!(edges.contains(&("hosted.acme/user/mia", "Hosted_Member", "hosted.acme/team/core")));
    assert!(edges.contains(&("hosted.acme/team/core", "Hosted_Write", "hosted.acme/repository/r")));
    assert!(edges.contains(&("hosted.acme/workspace/acme", "Hosted_Contains", "hosted.acme/repository/r")));
    assert!(edges.contains(&("hosted.acme/source/s", "Hosted_Published", "hosted.acme/repository/r")));
}

#[test]
fn nodes_are_as_bloodhound_takes_them() {
    for node in opengraph()["graph"]["nodes"].as_array().unwrap() {
        assert!(!node["id"].as_str().unwrap().contains(':'), "{node}");
        assert!((1..=2).contains(&node["kinds"].as_array().unwrap().len()), "{node}");
        let properties = node["properties"].as_object().unwrap();
        assert!(properties.keys().all(|name| *name == name.to_lowercase() && name != "objectid"), "{node}");
        assert!(properties.values().all(|value| !value.is_object() && !value.is_null()), "{node}");
        let is_mia = node["id"] == "hosted.acme/user/mia";
        assert_eq!(properties.get("suspended"), is_mia.then_some(&Json::Bool(true)), "{node}");
    }
}

#[test]
fn graphml_is_xml_whatever_somebody_is_called() {
    let mut out = Vec::new();
    view(LINES).graphml_write(&mut out).unwrap();
    let written = String::from_utf8(out).unwrap();
    let mut reader = quick_xml::Reader::from_str(&written);
    reader.config_mut().check_end_names = true;
    let (mut nodes, mut edges) = (0, 0);
    loop {
        match reader.read_event().unwrap() {
            quick_xml::events::Event::Eof => break,
            quick_xml::events::Event::Start(start) if start.name().as_ref() == "node" => nodes += 1,
            quick_xml::events::Event::Start(start) if start.name().as_ref() == "edge" => edges += 1,
            _ => {}
        }
    }
    let graph = &opengraph()["graph"];
    assert_eq!((nodes, edges), (graph["nodes"].as_array().unwrap().len(), graph["edges"].as_array().unwrap().len()));
    assert!(!written.contains('\u{1}') && written.contains("&lt;b&gt;&amp;"), "{written}");
}
