//! Evidence through the front door: packages of a simulated organisation, what they say of leavers, and what is refused.

mod answers;
mod package;
mod reviewed;
mod words;

use std::fs;
use std::path::PathBuf;

use rolecall_testkit::{Binary, Ran};

use crate::support::{Served, run, story_served};

/// The demo's organisation, of which somebody left.
pub(super) struct Office {
    pub(super) served: Served,
    pub(super) binary: Binary,
}

/// Who is in the roster, with how they are employed.
const STAFF: &str = "id,name,email,npm,status,end date\n\
    E1,Maria Lund,maria@acme.test,maria-lund,active,\n\
    E2,Yuki Tan,yuki@acme.test,yuki_tan,active,\n";

impl Office {
    /// Everybody works here.
    pub(super) async fn open() -> Self {
        let served = story_served().await;
        let binary = served.binary();
        let office = Self { served, binary };
        office.served.sync(&office.binary, &[]).await;
        office.roster(STAFF);
        office
    }

    pub(super) fn roster(&self, text: &str) {
        let file = self.path("staff.csv");
        fs::write(&file, text).unwrap();
        assert_eq!(self.run(&["people", "import", &file.display().to_string()]).code, 0);
    }

    /// Yuki leaves, and what they can do is taken away and read again.
    pub(super) async fn yuki_leaves(&self) {
        self.roster(&STAFF.replace("yuki_tan,active", "yuki_tan,departed"));
        self.served.server.world().member_remove("acme", "yuki_tan");
        self.served.sync(&self.binary, &[]).await;
    }

    pub(super) fn run(&self, arguments: &[&str]) -> Ran {
        run(&self.binary, arguments)
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.binary.home().join(name)
    }

    /// Makes a package with these arguments, and gives its place.
    pub(super) fn make(&self, name: &str, more: &[&str]) -> String {
        let path = self.path(name).display().to_string();
        let ran = self.run(&[&["evidence", "-f", &path], more].concat());
        assert_eq!(ran.code, 0, "{ran:?}");
        path
    }

    /// The key that packages are signed with.
    pub(super) fn key(&self) -> String {
        self.run(&["audit", "key"]).stdout.trim().to_owned()
    }
}
